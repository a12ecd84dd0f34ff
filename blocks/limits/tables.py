"""Tables and charts."""

from blocks.limits.objects import plain
from blocks.limits.place import Place
from blocks.limits.rich_text import rich_text

MOST_CELL = 100_000
_CELLS = frozenset({"raw_text", "raw_number", "rich_text"})
_DATA_CELLS = _CELLS | {"action"}


def table(place: Place) -> None:
    _only_one(place)
    for row in place.at("rows").count(least=1, most=100, what="rows"):
        for cell in row.count(least=1, most=20, what="columns"):
            _cell(cell, _CELLS)
    for column in place.at("column_settings").count(least=0, most=20, what="column settings", required=False):
        if isinstance(column.value, dict):
            column.at("align").one_of({"left", "center", "right"})
            column.at("is_wrapped").boolean()


def _only_one(place: Place) -> None:
    page = place.page
    page.tables.append(place.path)
    if len(page.tables) > 1:
        place.fail("only_one_table_allowed", f"at most 1 table in a message, has {len(page.tables)}")


def _cell(place: Place, kinds: frozenset[str]) -> None:
    if not place.is_object():
        return
    place.at("type").one_of(kinds, required=True)
    if place.kind == "raw_text":
        place.at("text").string(most=MOST_CELL, required=True)
    elif place.kind == "rich_text":
        rich_text(place)


def data_table(place: Place) -> None:
    """Sources differ about the size (201 rows of 20,000 characters); these are the lower ones."""
    _only_one(place)
    place.at("caption").string(most=3000, least=1, required=True)
    place.at("page_size").integer(least=1, most=100)
    characters = 0
    for row in place.at("rows").count(least=1, most=101, what="rows"):
        for cell in row.count(least=1, most=20, what="columns"):
            _cell(cell, _DATA_CELLS)
            characters += len(str(cell.at("text").value or ""))
    if characters > 10_000:
        place.at("rows").fail("too_long", f"must have at most 10000 characters in all cells, has {characters}")


def data_visualization(place: Place) -> None:
    """Sources differ about the number of series and segments (12); this is the lower one."""
    page = place.page
    page.charts.append(place.path)
    if len(page.charts) > 2:
        place.fail("too_many", f"at most 2 charts in a message, has {len(page.charts)}")
    place.at("title").string(most=50, least=1, required=True)
    chart = place.at("chart")
    if not chart.needed() or not chart.is_object():
        return
    chart.at("type").one_of({"pie", "bar", "area", "line"}, required=True)
    if chart.kind == "pie":
        for segment in chart.at("segments").count(least=1, most=6, what="segments"):
            segment.at("label").string(most=20, least=1, required=True)
        return
    for series in chart.at("series").count(least=1, most=6, what="series"):
        series.at("name").string(most=20, least=1, required=True)
        for point in series.at("data").count(least=1, most=20, what="points"):
            point.at("label").string(most=20, least=1, required=True)
    axis = chart.at("axis_config")
    if axis.needed():
        for category in axis.at("categories").count(least=1, most=20, what="categories"):
            category.string(most=20, least=1)
        for name in ("x_label", "y_label"):
            axis.at(name).string(most=50)


def task_card(place: Place, *, standalone: bool = True) -> None:
    place.at("task_id").string(most=255, least=1, required=True)
    place.at("title").string(most=3000, least=1, required=True)
    status = place.at("status")
    status.one_of({"pending", "in_progress", "complete", "error"})
    if standalone and status.value == "pending":
        status.fail("invalid_value", "a task outside a plan can't be pending; use in_progress, complete or error")


def plan(place: Place) -> None:
    title = place.at("title")
    if isinstance(title.value, dict):
        plain(title, most=3000)
    else:
        title.string(most=3000, least=1, required=True)
    for task in place.at("tasks").count(least=0, most=50, what="tasks", required=False):
        if task.is_object():
            task_card(task, standalone=False)
