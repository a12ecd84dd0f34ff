"""Whom a notice reaches: channels, members, the group above, admins; what people choose; when it is decent."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from callboard.ports import Person
from tests.notifications.conftest import PEOPLE, Build
from tests.notifications.newsroom import Newsroom, actor, component, group, user

SAM = actor("sam", "team-shop")


def deprecate(room: Newsroom) -> None:
    room.change("cart", "lifecycle: production", "lifecycle: deprecated")
    room.travel(seconds=130)


def channels(room: Newsroom) -> list[str]:
    return sorted({s.channel for s in room.workspace.said} - {"#data", "#box"})


def choose(room: Newsroom, who: str, **settings: object) -> None:
    with room.database.unit_of_work() as uow:
        given = {key.replace("__", ":"): value for key, value in settings.items()}
        room.notices.choose(uow, who, given, replace(SAM, is_admin=True))


def test_a_team_without_a_channel_is_written_to_in_person_and_asked_for_one_once(make: Build) -> None:
    room = make(people=PEOPLE.replace("#shop", "") + user("tim", "team-shop"))
    room.workspace.people["UTIM"] = Person("UTIM", "tim", "tim@example.com", "UTC")
    deprecate(room)
    assert channels(room) == ["USAM", "UTIM"]
    assert sum("Where does team-shop read" in s.text for s in room.heard("USAM")) == 1
    room.travel(hours=2)
    choose(room, "group:default/team-shop", channel="C0SHOP")
    room.change("cart", "2027-03-31", "2027-04-30")
    room.change("cart-v2", "lifecycle: production", "lifecycle: deprecated")
    room.write("late", component("late", "team-shop", dependsOn="[component:cart-v2]"))
    room.sync()
    room.travel(seconds=200)
    assert len(room.heard("C0SHOP")) == 1


def test_a_member_known_by_address_only_is_found(make: Build) -> None:
    people = PEOPLE.replace("#shop", "").replace(user("sam", "team-shop"), user("sam", "team-shop", slack=False))
    room = make(people=people)
    deprecate(room)
    assert channels(room) == ["USAM"]


def test_nobody_there_falls_to_the_group_above_and_says_so(make: Build) -> None:
    room = make(people=PEOPLE.replace("#shop", "").replace(user("sam", "team-shop"), ""))
    deprecate(room)
    assert channels(room) == ["#company"]
    assert "team-shop can't be reached itself" in room.heard("#company")[0].text


def test_somebody_who_left_is_not_written_to(make: Build) -> None:
    room = make(people=PEOPLE.replace("#shop", ""))
    room.workspace.people["USAM"] = replace(room.workspace.people["USAM"], is_active=False)
    deprecate(room)
    assert channels(room) == ["#company"]


def test_with_nobody_above_it_comes_to_the_admins(make: Build) -> None:
    lonely = group("team-shop") + group("team-data", "#data") + group("team-box", "#box") + user("root", "ops")
    room = make(people=lonely + group("ops"))
    deprecate(room)
    assert channels(room) == ["UROOT"]
    assert "has no channel and nobody in it" in room.heard("UROOT")[0].text


def test_a_channel_without_the_bot_falls_to_members_and_an_admin_is_told_once(newsroom: Newsroom) -> None:
    newsroom.workspace.closed.add("#shop")
    deprecate(newsroom)
    newsroom.beat()
    assert len(newsroom.heard("USAM")) == 1
    assert ["I can't post to #shop" in s.text for s in newsroom.heard("UROOT")] == [True]
    newsroom.change("cart-v2", "lifecycle: production", "lifecycle: deprecated")
    newsroom.change("shop", "component:cart]", "component:cart, component:cart-v2]")
    newsroom.travel(seconds=300)
    assert len(newsroom.heard("UROOT")) == 1
    assert len(newsroom.heard("USAM")) == 2


def test_who_did_it_is_not_told(make: Build) -> None:
    room = make(people=PEOPLE.replace("#shop", "") + user("tim", "team-shop"))
    room.workspace.people["UTIM"] = Person("UTIM", "tim", "tim@example.com", "UTC")
    room.change("cart", "lifecycle: production", "lifecycle: deprecated")
    with room.database.write() as connection:
        from notifications import repository

        for notice in room.ledger("deprecated"):
            repository.change(connection, replace(notice, actor="tim@example.com"))
    room.travel(seconds=130)
    told = {s.channel for s in room.workspace.said if "was marked deprecated" in s.text}
    assert told == {"USAM", "#box"}


def test_a_team_can_switch_a_topic_off_or_have_it_in_person(local: Newsroom) -> None:
    choose(local, "group:default/team-shop", topic__deprecated="off")
    choose(local, "group:default/team-box", topic__deprecated="dm")
    deprecate(local)
    assert {s.channel for s in local.workspace.said} == {"#data", "UBEA"}
    assert local.ledger("deprecated", "group:default/team-shop")[0].state == "muted"


def test_a_person_can_have_a_copy_of_what_the_team_gets(local: Newsroom) -> None:
    choose(local, "user:default/sam", topic__deprecated="dm")
    deprecate(local)
    assert channels(local) == ["#shop", "USAM"]


def test_an_admins_default_holds_until_somebody_chooses(make: Build) -> None:
    room = make(topics={"deprecated": "off"})
    choose(room, "group:default/team-shop", topic__deprecated="channel")
    deprecate(room)
    assert {s.channel for s in room.workspace.said} == {"#data", "#shop"}


@pytest.mark.parametrize(("what", "days"), [("entity", None), ("topic", None), ("all", 7)])
def test_a_mute_from_the_message_holds_for_its_scope_and_time(local: Newsroom, what: str, days: int | None) -> None:
    deprecate(local)
    notice = local.ledger("deprecated", "group:default/team-shop")[0]
    with local.database.unit_of_work() as uow:
        assert local.notices.mute(uow, notice.id, what, SAM, days=days, private=False) == "group:default/team-shop"
    said = local.heard("#shop")[0]
    local.travel_to(datetime(2027, 1, 15, 9, tzinfo=UTC))
    local.change("cart", "2027-03-31", "2027-04-30")
    local.travel(seconds=5)
    assert local.replies(said) == []
    local.travel_to(datetime(2027, 3, 31, 9, tzinfo=UTC))
    assert len(local.replies(said)) == (1 if days else 0)


def test_a_preview_brings_everything_to_one_channel(make: Build) -> None:
    room = make(preview="#preview")
    deprecate(room)
    assert {s.channel for s in room.workspace.said} == {"#preview"}
    assert any("this is for group:default/team-shop, at #shop" in s.text for s in room.heard("#preview"))


def test_at_night_it_waits_for_the_teams_own_morning(newsroom: Newsroom) -> None:
    newsroom.workspace.people["USAM"] = replace(newsroom.workspace.people["USAM"], zone="America/New_York")
    newsroom.travel_to(datetime(2027, 1, 11, 11, tzinfo=UTC))  # six in the morning in New York
    deprecate(newsroom)
    assert newsroom.heard("#shop") == []
    assert len(newsroom.heard("#box")) == 1
    newsroom.travel_to(datetime(2027, 1, 11, 12, 59, tzinfo=UTC))
    assert newsroom.heard("#shop") == []
    newsroom.travel_to(datetime(2027, 1, 11, 13, 0, 1, tzinfo=UTC))
    assert len(newsroom.heard("#shop")) == 1


def test_on_a_weekend_it_waits_for_monday(local: Newsroom) -> None:
    local.travel_to(datetime(2027, 1, 16, 12, tzinfo=UTC))
    deprecate(local)
    assert local.workspace.said == []
    local.travel_to(datetime(2027, 1, 18, 8, 1, tzinfo=UTC))
    assert channels(local) == ["#shop"]


def test_what_is_undone_overnight_is_never_said(local: Newsroom) -> None:
    local.travel_to(datetime(2027, 1, 12, 23, tzinfo=UTC))
    deprecate(local)
    local.change("cart", "lifecycle: deprecated", "lifecycle: production")
    local.travel_to(datetime(2027, 1, 13, 12, tzinfo=UTC))
    assert local.workspace.said == []


@pytest.mark.parametrize("setting", [{"topic__deprecated": "off"}, {"mute__*": {"until": None}}])
def test_a_team_of_people_who_do_not_want_it_is_left_alone(make: Build, setting: dict[str, object]) -> None:
    room = make(people=PEOPLE.replace("#shop", ""))
    choose(room, "user:default/sam", **setting)
    deprecate(room)
    assert channels(room) == []


def test_a_team_that_did_it_itself_is_not_told_in_its_channel(local: Newsroom) -> None:
    local.change("cart", "lifecycle: production", "lifecycle: deprecated")
    with local.database.write() as connection:
        from notifications import repository

        for notice in local.ledger("deprecated", "group:default/team-shop"):
            repository.change(connection, replace(notice, actor="sam"))
    local.travel(seconds=130)
    assert channels(local) == []
    assert local.ledger("deprecated", "group:default/team-shop")[0].state == "muted"
