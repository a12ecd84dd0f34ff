"""The story of a deprecation, from the first message to the last."""

from datetime import UTC, date, datetime

import pytest

from callboard.errors import InputError, NotAllowedError
from tests.notifications.conftest import Build
from tests.notifications.newsroom import Newsroom, Said, actor, component


def deprecate(room: Newsroom) -> Said:
    """Mark the cart and let the window pass; what team-shop heard."""
    room.change("cart", "lifecycle: production", "lifecycle: deprecated")
    room.travel(seconds=130)
    return room.heard("#shop")[-1]


def test_every_team_that_depends_on_it_is_told_once_with_successor_date_and_contact(newsroom: Newsroom) -> None:
    said = deprecate(newsroom)
    assert [len(newsroom.heard(c)) for c in ("#shop", "#box")] == [1, 1]
    for words in ("cart was marked deprecated", "shop", "cart-v2", "31 March 2027", "#data"):
        assert words in said.text
    newsroom.sync()
    newsroom.travel(hours=1)
    assert len(newsroom.heard("#shop")) == 1


def test_nothing_is_said_before_the_window_is_over(newsroom: Newsroom) -> None:
    newsroom.change("cart", "lifecycle: production", "lifecycle: deprecated")
    newsroom.travel(seconds=60)
    assert newsroom.workspace.said == []


def test_two_flips_inside_a_window_say_nothing(newsroom: Newsroom) -> None:
    newsroom.change("cart", "lifecycle: production", "lifecycle: deprecated")
    newsroom.change("cart", "lifecycle: deprecated", "lifecycle: production")
    newsroom.travel(hours=2)
    assert newsroom.workspace.said == []
    assert {n.state for n in newsroom.ledger("deprecated")} == {"withdrawn"}


def test_a_deprecation_undone_later_is_corrected_in_place_and_under_it(newsroom: Newsroom) -> None:
    said = deprecate(newsroom)
    newsroom.travel(hours=1)
    newsroom.change("cart", "lifecycle: deprecated", "lifecycle: production")
    newsroom.travel(seconds=5)
    assert "production again" in said.text
    assert ["production again" in r.text for r in newsroom.replies(said)] == [True]
    assert len(newsroom.heard("#shop")) == 1


def test_a_catalog_that_flaps_is_shown_in_place_without_further_messages(newsroom: Newsroom) -> None:
    said = deprecate(newsroom)
    for _flip in range(4):
        newsroom.change("cart", "lifecycle: deprecated", "lifecycle: production")
        newsroom.travel(seconds=200)
        newsroom.change("cart", "lifecycle: production", "lifecycle: deprecated")
        newsroom.travel(seconds=200)
    assert len(newsroom.heard("#shop")) == 1
    assert len(newsroom.replies(said)) == 1
    assert "was marked deprecated" in said.text


def test_one_message_names_all_of_a_teams_200_components(make: Build) -> None:
    room = make()
    many = "".join(component(f"part-{n:03}", "team-shop", dependsOn="[component:cart]") for n in range(200))
    room.write("parts", many)
    room.sync()
    said = deprecate(room)
    assert len(room.heard("#shop")) == 1
    assert "201 things of yours depend on it" in said.text
    assert "and 186 more" in said.text


def test_deprecations_of_many_things_in_one_window_are_one_message_with_a_thread(make: Build) -> None:
    room = make()
    room.write("old", "".join(component(f"old-{n}", "team-data") for n in range(5)))
    uses = ", ".join(f"component:old-{n}" for n in range(5))
    room.write("user", component("user-of-all", "team-shop", dependsOn=f"[{uses}]"))
    room.sync()
    room.change("old", "lifecycle: production", "lifecycle: deprecated")
    room.travel(seconds=130)
    room.travel(seconds=10)
    assert len(room.heard("#shop")) == 1
    digest = room.heard("#shop")[0]
    assert "5 things that you depend on were deprecated" in digest.text
    assert len(room.replies(digest)) == 5


def test_the_first_start_is_one_summary_for_admins(make: Build) -> None:
    from tests.notifications.conftest import PEOPLE

    room = make(
        people=PEOPLE + "".join(component(f"dead-{n}", "team-data", lifecycle="deprecated") for n in range(300))
    )
    room.write("zombie", component("zombie", "team-shop", dependsOn="[component:dead-1]"))
    room.sync()
    room.travel(days=1)
    assert [s.channel for s in room.workspace.said] == ["UROOT"]
    assert "300 things are deprecated already" in room.workspace.said[0].text


def test_reminders_come_at_their_days_and_once(newsroom: Newsroom) -> None:
    said = deprecate(newsroom)
    days = {date(2027, 3, 1): 30, date(2027, 3, 17): 14, date(2027, 3, 24): 7, date(2027, 3, 30): 1}
    counted = []
    for day in sorted({*days, date(2027, 2, 20), date(2027, 3, 10), date(2027, 4, 1)}):
        newsroom.travel_to(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        newsroom.beat()
        counted.append((day, len(newsroom.replies(said))))
    assert [n for _day, n in counted] == [0, 1, 1, 2, 3, 4, 5]
    assert "cart was to be gone yesterday" in newsroom.replies(said)[-1].text
    assert "cart goes in 30 days. shop still depends on it." in newsroom.replies(said)[0].text


def test_after_an_outage_only_the_nearest_reminder_is_given(newsroom: Newsroom) -> None:
    said = deprecate(newsroom)
    newsroom.travel_to(datetime(2027, 3, 26, 9, tzinfo=UTC))
    assert ["goes in 5 days" in r.text for r in newsroom.replies(said)] == [True]


def test_a_promise_stops_reminders_until_its_day_and_shows_on_both_sides(newsroom: Newsroom) -> None:
    said = deprecate(newsroom)
    notice = newsroom.ledger("deprecated", "group:default/team-shop")[0]
    with newsroom.database.unit_of_work() as uow:
        newsroom.notices.acknowledge(uow, notice.id, date(2027, 3, 20), actor("sam", "team-shop"))
    newsroom.beat()
    assert "sam says: done by 20 March 2027" in said.text
    assert "says by 20 March 2027" in newsroom.heard("#data")[0].text
    newsroom.travel_to(datetime(2027, 3, 1, 9, tzinfo=UTC))
    newsroom.travel_to(datetime(2027, 3, 18, 9, tzinfo=UTC))
    assert newsroom.replies(said) == []
    newsroom.travel_to(datetime(2027, 3, 22, 9, tzinfo=UTC))
    assert len(newsroom.replies(said)) == 1


@pytest.mark.parametrize(
    ("who", "until", "error"),
    [
        (("dora", "team-data"), date(2027, 3, 1), NotAllowedError),
        (("sam", "team-shop"), date(2027, 1, 1), InputError),
        (("sam", "team-shop"), date(2037, 1, 1), InputError),
    ],
)
def test_a_promise_that_cannot_be_meant_is_refused(
    local: Newsroom, who: tuple[str, str], until: date, error: type[Exception]
) -> None:
    deprecate(local)
    notice = local.ledger("deprecated", "group:default/team-shop")[0]
    with pytest.raises(error), local.database.unit_of_work() as uow:
        local.notices.acknowledge(uow, notice.id, until, actor(*who))


def test_moving_off_is_noticed_and_ends_it_on_both_sides(newsroom: Newsroom) -> None:
    said = deprecate(newsroom)
    card = newsroom.heard("#data")[0]
    assert "*team-shop*: 1 to go" in card.text
    newsroom.change("shop", "component:cart]", "component:cart-v2]")
    newsroom.beat()
    assert "moved" in said.text
    assert ["Done: nothing of yours depends on cart" in r.text for r in newsroom.replies(said)] == [True]
    assert "*team-shop* has moved" in card.text
    assert "*team-box*: 1 to go" in card.text
    newsroom.change("till", "component:cart]", "component:cart-v2]")
    newsroom.beat()
    assert "Everybody has moved" in newsroom.replies(card)[0].text
    newsroom.travel_to(datetime(2027, 3, 30, 9, tzinfo=UTC))
    assert len(newsroom.replies(said)) == 1


def test_who_begins_to_depend_on_something_deprecated_is_told(newsroom: Newsroom) -> None:
    deprecate(newsroom)
    newsroom.change("till", "[component:cart]", "[]")
    newsroom.beat()
    newsroom.travel(days=1)
    newsroom.change("till", "[]", "[component:cart]")
    newsroom.travel(seconds=200)
    assert len(newsroom.heard("#box")) == 2


def test_a_new_date_is_shown_in_place_and_said_under_it(newsroom: Newsroom) -> None:
    said = deprecate(newsroom)
    newsroom.change("cart", "2027-03-31", "2027-05-31")
    newsroom.beat()
    assert "31 May 2027" in said.text
    assert ["New date: gone by 31 May 2027" in r.text for r in newsroom.replies(said)] == [True]


def test_a_date_that_is_none_is_told_to_the_owner(local: Newsroom) -> None:
    local.change("cart", "2027-03-31", "soon")
    said = deprecate(local)
    assert "“soon”, which is not a date" in said.text
    assert "write it like `2027-03-31`" in local.heard("#data")[0].text
    local.travel(days=400)
    assert local.replies(said) == []


def test_a_snoozed_notice_comes_back(local: Newsroom) -> None:
    said = deprecate(local)
    notice = local.ledger("deprecated", "group:default/team-shop")[0]
    with local.database.unit_of_work() as uow:
        local.notices.snooze(uow, notice.id, 7, actor("sam", "team-shop"))
    local.travel(days=6)
    assert local.replies(said) == []
    local.travel(days=1, hours=1)
    assert ["You asked me to come back to this" in r.text for r in local.replies(said)] == [True]
