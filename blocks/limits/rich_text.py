"""rich_text blocks."""

from blocks.limits.place import Place

_INLINE_NEEDS: dict[str, str] = {
    "text": "text",
    "link": "url",
    "user": "user_id",
    "usergroup": "usergroup_id",
    "channel": "channel_id",
    "team": "team_id",
    "emoji": "name",
    "broadcast": "range",
    "color": "value",
    "date": "timestamp",
}
_CONTAINERS = frozenset({"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"})


def rich_text(place: Place) -> None:
    for each in place.at("elements").count(least=1, most=1000, what="elements"):
        if each.is_object():
            _container(each)


def _container(place: Place) -> None:
    if place.kind not in _CONTAINERS:
        place.at("type").fail("unknown_element", f"rich_text has no part {place.kind!r}")
        return
    if place.kind != "rich_text_list":
        _inline(place.at("elements"))
        _border(place)
        return
    place.at("style").one_of({"bullet", "ordered"}, required=True)
    place.at("indent").integer(least=0, most=8)
    _border(place)
    for item in place.at("elements").count(least=1, most=1000, what="items"):
        if item.is_object():
            item.at("type").one_of({"rich_text_section"})
            _inline(item.at("elements"))


def _border(place: Place) -> None:
    place.at("border").integer(least=0, most=1)


def _inline(place: Place) -> None:
    for each in place.count(least=0, most=10_000, what="elements"):
        if not each.is_object():
            continue
        if each.kind not in _INLINE_NEEDS:
            each.at("type").fail("unknown_element", f"rich_text has no element {each.kind!r}")
            continue
        needed = each.at(_INLINE_NEEDS[each.kind])
        if needed.needed() and needed.value == "":
            needed.fail("empty", "must have at least 1 characters, has 0")
