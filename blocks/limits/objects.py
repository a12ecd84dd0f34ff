"""Composition objects: texts, options, confirm dialogs, files."""

from blocks.limits.place import Place

PLAIN = frozenset({"plain_text"})
ANY_TEXT = frozenset({"plain_text", "mrkdwn"})
LONGEST_TEXT = 3000


def text(place: Place, *, most: int = LONGEST_TEXT, kinds: frozenset[str] = ANY_TEXT, required: bool = False) -> None:
    if place.is_missing:
        if required:
            place.needed()
        return
    if not place.is_object():
        return
    if place.kind not in kinds:
        place.at("type").fail("wrong_text_type", f"must be {' or '.join(sorted(kinds))}, is {place.kind or 'missing'}")
    place.at("text").string(most=most, least=1, required=True)


def plain(place: Place, *, most: int, required: bool = False) -> None:
    text(place, most=most, kinds=PLAIN, required=required)


def option(place: Place, *, kinds: frozenset[str] = PLAIN, with_url: bool = False) -> None:
    if not place.is_object():
        return
    text(place.at("text"), most=75, kinds=kinds, required=True)
    place.at("value").string(most=150, required=not with_url)
    text(place.at("description"), most=75, kinds=kinds)
    if with_url:
        place.at("url").url()
    elif not place.at("url").is_missing:
        place.at("url").fail("not_allowed", "only options of an overflow menu may have a url")


def options(place: Place, *, most: int, kinds: frozenset[str] = PLAIN, least: int = 1, with_url: bool = False) -> None:
    for each in place.count(least=least, most=most, what="options"):
        option(each, kinds=kinds, with_url=with_url)


def choices(place: Place) -> None:
    """Options of a static select: either a list or groups of them."""
    plain_options, groups = place.at("options"), place.at("option_groups")
    if plain_options.is_missing == groups.is_missing:
        wrong = "missing" if groups.is_missing else "both"
        place.fail(wrong, "must have either options or option_groups")
    if not plain_options.is_missing:
        options(plain_options, most=100)
    for group in groups.count(least=1, most=100, what="option groups", required=False):
        if group.is_object():
            plain(group.at("label"), most=75, required=True)
            options(group.at("options"), most=100)


def offered(place: Place) -> list[object]:
    """Values of all options of a select, to compare an initial choice with."""
    lists = [place.at("options"), *(group.at("options") for group in place.at("option_groups").items())]
    return [each.at("value").value for each in lists for each in each.items()]


def initial_choice(place: Place, *, several: bool) -> None:
    """What is chosen at first must be one of the options."""
    initial = place.at("initial_options" if several else "initial_option")
    known = offered(place)
    chosen = initial.count(least=1, most=100, what="options", required=False) if several else [initial]
    for each in chosen:
        if isinstance(each.value, dict) and each.at("value").value not in known:
            each.fail("not_an_option", f"must be one of the options, is {each.at('value').value!r}")


def confirm(place: Place) -> None:
    if place.is_missing or not place.is_object():
        return
    plain(place.at("title"), most=100, required=True)
    text(place.at("text"), most=300, required=True)
    plain(place.at("confirm"), most=30, required=True)
    plain(place.at("deny"), most=30, required=True)
    place.at("style").one_of({"primary", "danger"})


def picture(place: Place) -> None:
    """Source and description of an image block or element."""
    url, file = place.at("image_url"), place.at("slack_file")
    if url.is_missing == file.is_missing:
        place.fail("missing" if url.is_missing else "both", "must have either image_url or slack_file")
    url.url()
    if not file.is_missing and file.is_object() and file.at("id").is_missing == file.at("url").is_missing:
        file.fail("missing" if file.at("id").is_missing else "both", "must have either id or url")
    place.at("alt_text").string(most=2000, required=True)
