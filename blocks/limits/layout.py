"""Layout blocks."""

from collections.abc import Callable

from blocks.limits import tables
from blocks.limits.elements import ALLOWED, element
from blocks.limits.objects import ANY_TEXT, picture, plain, text
from blocks.limits.place import Place
from blocks.limits.rich_text import rich_text

MOST_MARKDOWN = 12_000
_INSIDE_CONTAINER = frozenset(
    {
        "actions",
        "context",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "rich_text",
        "section",
        "table",
        "video",
    }
)


def _section(place: Place) -> None:
    body, fields = place.at("text"), place.at("fields")
    if body.is_missing and fields.is_missing:
        place.fail("missing", "must have text or fields")
    text(body, most=3000)
    for each in fields.count(least=1, most=10, what="fields", required=False):
        text(each, most=2000, required=True)
    if not place.at("accessory").is_missing:
        element(place.at("accessory"), inside="section")


def _header(place: Place) -> None:
    plain(place.at("text"), most=150, required=True)
    place.at("level").integer(least=1, most=4)


def _context(place: Place) -> None:
    for each in place.at("elements").count(least=1, most=10, what="elements"):
        if each.kind in ANY_TEXT:
            text(each, most=3000)
        elif each.kind == "image":
            picture(each)
        elif each.is_object():
            allowed = ", ".join(sorted(ALLOWED["context"]))
            each.at("type").fail("wrong_element", f"{each.kind!r} can't stand in context; allowed are {allowed}")


def _actions(place: Place) -> None:
    for each in place.at("elements").count(least=1, most=25, what="elements"):
        element(each, inside="actions")


def _context_actions(place: Place) -> None:
    for each in place.at("elements").count(least=1, most=5, what="elements"):
        element(each, inside="context_actions")


def _divider(_place: Place) -> None:
    """Has nothing that could be wrong."""


def _image(place: Place) -> None:
    picture(place)
    plain(place.at("title"), most=2000)


def _input(place: Place) -> None:
    place.page.inputs.append(place.path)
    plain(place.at("label"), most=2000, required=True)
    plain(place.at("hint"), most=2000)
    place.at("optional").boolean()
    place.at("dispatch_action").boolean()
    if place.at("element").needed():
        element(place.at("element"), inside="input")


def _video(place: Place) -> None:
    plain(place.at("title"), most=199, required=True)
    place.at("alt_text").string(most=2000, least=1, required=True)
    place.at("video_url").url(required=True, https=True)
    place.at("thumbnail_url").url(required=True)
    place.at("title_url").url(https=True)
    place.at("author_name").string(most=49)
    place.at("provider_name").string(most=49)
    plain(place.at("description"), most=199)


def _markdown(place: Place) -> None:
    body, page = place.at("text"), place.page
    body.string(most=MOST_MARKDOWN, least=1, required=True)
    if not isinstance(body.value, str) or len(body.value) > MOST_MARKDOWN:
        return
    page.markdown += len(body.value)
    if page.markdown > MOST_MARKDOWN:
        body.fail(
            "too_long", f"markdown of a message must have at most {MOST_MARKDOWN} characters, has {page.markdown}"
        )


def _file(place: Place) -> None:
    place.at("external_id").string(most=255, least=1, required=True)
    place.at("source").one_of({"remote"}, required=True)


def _alert(place: Place) -> None:
    text(place.at("text"), most=200, required=True)
    place.at("level").one_of({"default", "info", "warning", "error", "success"})


def _card(place: Place) -> None:
    for name, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        text(place.at(name), most=most)
    for name in ("hero_image", "icon"):
        if not place.at(name).is_missing:
            picture(place.at(name))
    for each in place.at("actions").count(least=1, most=2, what="actions", required=False):
        element(each, inside="card")
    if all(place.at(name).is_missing for name in ("hero_image", "title", "body", "actions")):
        place.fail("missing", "must have hero_image, title, body or actions")


def _carousel(place: Place) -> None:
    for each in place.at("elements").count(least=1, most=10, what="cards"):
        if each.kind != "card":
            each.at("type").fail("wrong_element", f"a carousel holds cards only, not {each.kind!r}")
        else:
            block(each, nested=True)


def _container(place: Place) -> None:
    if place.at("title").is_missing and place.at("rich_text_title").is_missing:
        place.fail("missing", "must have title or rich_text_title")
    plain(place.at("title"), most=150)
    text(place.at("subtitle"), most=150)
    place.at("width").one_of({"narrow", "standard", "wide", "full"})
    for each in place.at("child_blocks").count(least=1, most=10, what="blocks"):
        if each.kind in RULES and each.kind not in _INSIDE_CONTAINER:
            each.at("type").fail("wrong_element", f"{each.kind} can't stand in a container")
        else:
            block(each)


def _auth_provider(_place: Place) -> None:
    """Slack documents no limits for it."""


RULES: dict[str, Callable[[Place], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "divider": _divider,
    "image": _image,
    "input": _input,
    "video": _video,
    "markdown": _markdown,
    "file": _file,
    "rich_text": rich_text,
    "table": tables.table,
    "data_table": tables.data_table,
    "data_visualization": tables.data_visualization,
    "task_card": tables.task_card,
    "plan": tables.plan,
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "auth_provider": _auth_provider,
}
_ONLY_MESSAGE = frozenset({"context_actions", "markdown", "plan", "task_card", "file"})
_NOT_IN_MODAL = _ONLY_MESSAGE | {"card", "carousel", "data_table", "data_visualization", "table"}
NOT_ON: dict[str, frozenset[str]] = {
    "message": frozenset({"alert"}),
    "modal": _NOT_IN_MODAL,
    "home": _ONLY_MESSAGE | {"alert"},
}


def block(place: Place, *, nested: bool = False) -> None:
    """`nested` is a block whose parent was already judged for this surface."""
    if not place.is_object():
        return
    if place.kind not in RULES:
        place.at("type").fail("unknown_block", f"there is no block {place.kind!r}")
        return
    if not nested and place.kind in NOT_ON[place.page.surface]:
        place.at("type").fail("wrong_surface", f"{place.kind} can't stand in a {place.page.surface}")
    block_id = place.at("block_id")
    block_id.string(most=255, least=1)
    if isinstance(block_id.value, str) and block_id.value:
        _unique(block_id)
    before, place.page.action_ids = place.page.action_ids, {}
    RULES[place.kind](place)
    place.page.action_ids = before


def _unique(block_id: Place) -> None:
    seen = block_id.page.block_ids
    if block_id.value in seen:
        block_id.fail("duplicate_block_id", f"{block_id.value!r} is already used at {seen[block_id.value]}")
    seen.setdefault(block_id.value, block_id.path)
