"""What else is said: broken files, owners, consumers, things that are followed, messages of scripts."""

import pytest

from callboard.errors import InputError, NotFoundError
from notifications.model import ADMINS
from notifications.preview import preview
from tests.conftest import catalog_of
from tests.notifications.newsroom import Newsroom, actor, api, component, group

SAM = actor("sam", "team-shop")


def settle(room: Newsroom) -> None:
    """Let the first hour pass, in which discoveries aren't news."""
    room.travel(hours=2)


def test_a_file_that_stays_broken_is_told_with_its_line_and_the_fix(newsroom: Newsroom) -> None:
    newsroom.change("shop", "owner: team-shop", "owner: 17")
    newsroom.travel(seconds=300)
    assert newsroom.heard("#shop") == []
    newsroom.travel(seconds=400)
    said = newsroom.heard("#shop")[0]
    for words in ("The catalog file of shop has an error", "shop.yaml:", "owner"):
        assert words in said.text
    newsroom.change("shop", "owner: 17", "owner: team-shop")
    newsroom.travel(seconds=10)
    assert ["Mended: the file of shop is read again" in r.text for r in newsroom.replies(said)] == [True]


def test_a_file_that_is_mended_in_time_is_never_mentioned(newsroom: Newsroom) -> None:
    newsroom.change("shop", "owner: team-shop", "owner: 17")
    newsroom.travel(seconds=300)
    newsroom.change("shop", "owner: 17", "owner: team-shop")
    newsroom.travel(hours=1)
    assert newsroom.workspace.said == []


def test_a_file_that_is_no_yaml_is_told_to_the_owners_of_what_stood_in_it(local: Newsroom) -> None:
    local.change("shop", "kind: Component", "kind: [Component")
    local.travel(seconds=700)
    assert len(local.heard("#shop")) == 1
    local.change("shop", "kind: [Component", "kind: Component")
    local.travel(seconds=10)
    assert len(local.replies(local.heard("#shop")[0])) == 1


def test_a_file_that_breaks_again_soon_is_shown_in_place(local: Newsroom) -> None:
    for _time in range(3):
        local.change("shop", "owner: team-shop", "owner: 17")
        local.travel(seconds=700)
        local.change("shop", "owner: 17", "owner: team-shop")
        local.travel(seconds=700)
    assert len(local.heard("#shop")) == 1
    assert len(local.replies(local.heard("#shop")[0])) == 1


def test_ownership_that_moves_is_told_on_both_sides(newsroom: Newsroom) -> None:
    newsroom.change("cart-v2", "owner: team-data", "owner: team-box")
    newsroom.travel(seconds=130)
    assert "cart-v2 is yours no longer: it went to team-box" in newsroom.heard("#data")[0].text
    assert "cart-v2 is yours now: it came from team-data" in newsroom.heard("#box")[0].text


def test_the_admins_hear_of_what_a_deleted_group_leaves_behind(local: Newsroom) -> None:
    from callboard import outbox
    from callboard.outbox import Event, feed

    with local.database.write() as connection:
        outbox.append(local.database, connection, [Event("deleted", "group:default/team-data")])
    while feed(local.database, local.planner):
        pass
    local.travel(seconds=130)
    said = local.heard("UROOT")[0]
    assert "team-data is gone from the catalog and 2 things still named it as owner" in said.text


def test_an_api_with_a_new_consumer_tells_its_owner_and_many_are_one_message(newsroom: Newsroom) -> None:
    newsroom.write("api", api("cart-api", "team-data"))
    newsroom.sync()
    settle(newsroom)
    for name in ("a", "b"):
        newsroom.write(name, component(name, "team-shop", consumesApis="[cart-api]"))
        newsroom.sync()
    newsroom.travel(seconds=130)
    said = newsroom.heard("#data")
    assert len(said) == 1
    assert "cart-api has a new consumer: a" in said[0].text
    assert "cart-api has a new consumer: b" in said[0].text


def test_ones_own_new_consumer_is_no_news(local: Newsroom) -> None:
    local.write("api", api("cart-api", "team-data"))
    local.sync()
    settle(local)
    local.write("own", component("own", "team-data", consumesApis="[cart-api]"))
    local.sync()
    local.travel(seconds=130)
    assert local.workspace.said == []


def test_what_is_discovered_in_the_first_hour_is_no_news(local: Newsroom) -> None:
    local.write("api", api("cart-api", "team-data"))
    local.write("early", component("early", "team-shop", consumesApis="[cart-api]"))
    local.sync()
    local.travel(hours=3)
    assert local.workspace.said == []


def test_what_somebody_follows_is_told_to_them_in_person(local: Newsroom) -> None:
    with local.database.unit_of_work() as uow:
        local.notices.follow(uow, "component:default/cart-v2", SAM)
    local.change("cart-v2", "lifecycle: production", "lifecycle: experimental")
    local.travel(seconds=130)
    assert [s.channel for s in local.workspace.said] == ["USAM"]
    assert "lifecycle production → experimental" in local.workspace.said[0].text
    with local.database.unit_of_work() as uow:
        local.notices.follow(uow, "component:default/cart-v2", SAM, follows=False)
    local.change("cart-v2", "lifecycle: experimental", "lifecycle: production")
    local.travel(seconds=130)
    assert len(local.workspace.said) == 1


def test_nobody_can_follow_what_is_not_there(local: Newsroom) -> None:
    with pytest.raises(NotFoundError), local.database.unit_of_work() as uow:
        local.notices.follow(uow, "component:default/nothing", SAM)


def test_a_message_of_a_template_is_sent_once_even_when_its_step_runs_twice(newsroom: Newsroom) -> None:
    for _run in range(2):
        with newsroom.database.unit_of_work() as uow:
            newsroom.notices.notify(
                uow, recipients=["group:default/team-shop", "component:default/till"], title="Ready", text="It runs.",
                link="https://example.com", topic="",
            )  # fmt: skip
    newsroom.travel(seconds=5)
    assert sorted(s.channel for s in newsroom.workspace.said) == ["#box", "#shop"]


def test_a_message_to_nobody_is_refused(local: Newsroom) -> None:
    with pytest.raises(NotFoundError), local.database.unit_of_work() as uow:
        local.notices.notify(uow, recipients=["component:default/no"], title="x", text="", link=None, topic="")
    everybody = [f"user:default/u{n}" for n in range(600)]
    with pytest.raises(InputError), local.database.unit_of_work() as uow:
        local.notices.notify(uow, recipients=everybody, title="x", text="", link=None, topic="")


def test_text_of_others_never_becomes_a_mention_or_a_link(local: Newsroom) -> None:
    evil = "<!channel> <https://evil.example|click> *x* `y`"
    with local.database.unit_of_work() as uow:
        local.notices.notify(
            uow, recipients=["group:default/team-shop"], title=evil, text=evil * 200, link="javascript:x", topic=""
        )  # fmt: skip
    local.travel(seconds=5)
    blocks = str(local.heard("#shop")[0].message.blocks)
    assert "<!channel>" not in blocks
    assert "<https://evil" not in blocks
    assert "javascript" not in blocks


def test_a_question_to_the_owner_is_asked_where_they_read(local: Newsroom) -> None:
    local.change("cart", "lifecycle: production", "lifecycle: deprecated")
    local.travel(seconds=130)
    notice = local.ledger("deprecated", "group:default/team-shop")[0]
    for _click in range(2):
        with local.database.unit_of_work() as uow:
            assert local.notices.ask_owner(uow, notice.id, "How long do we have?", SAM) == "team-data"
    local.travel(seconds=5)
    asked = [s for s in local.heard("#data") if "How long do we have?" in s.text]
    assert len(asked) == 1
    assert "<@USAM>" in asked[0].text


def test_a_preview_shows_what_would_be_sent_and_writes_nothing(newsroom: Newsroom) -> None:
    newsroom.change("cart-v2", "owner: team-data", "owner: team-box")
    newsroom.travel(seconds=130)
    with newsroom.database.write() as connection:
        from notifications.tables import notice_posts, notices

        connection.execute(notice_posts.delete())
        connection.execute(notices.delete())
    found = preview(newsroom.database, newsroom.desk, newsroom.admins, since=0)
    told = {
        (f.notice.kind, f.notice.recipient): f.route.steps[0].channel for f in found if f.notice.recipient != ADMINS
    }
    assert told == {
        ("ownership", "group:default/team-data"): "#data",
        ("ownership", "group:default/team-box"): "#box",
    }
    assert newsroom.ledger("ownership") == []


def test_a_dropped_notice_can_be_sent_again(local: Newsroom) -> None:
    local.workspace.closed |= {"#shop", "USAM", "#company", "UROOT"}
    local.change("cart", "lifecycle: production", "lifecycle: deprecated")
    local.travel(seconds=130)
    dropped = local.ledger("deprecated", "group:default/team-shop")[0]
    assert dropped.state == "dropped"
    local.workspace.closed.clear()
    with local.database.unit_of_work() as uow:
        local.notices.resend(uow, dropped.id)
    local.travel(seconds=5)
    assert len(local.heard("#shop")) == 1


def acme_boxes() -> str:
    """A team whose components name it as GitHub does."""
    return group("boxes", "#boxes").replace(
        "annotations: {", "namespace: acme\n  annotations: {github.com/team-slug: acme/boxes, "
    )


def test_a_team_that_is_named_as_on_github_hears_of_what_it_depends_on(newsroom: Newsroom) -> None:
    newsroom.write("boxes", acme_boxes())
    newsroom.write("user", component("packer", "boxes", dependsOn='["component:base"]'))
    newsroom.write("base", component("base", "team-data"))
    newsroom.sync()
    settle(newsroom)
    newsroom.change("base", "production", "deprecated")
    newsroom.travel(seconds=130)
    assert "base was marked deprecated" in newsroom.heard("#boxes")[0].text


def test_the_admins_hear_of_what_such_a_team_leaves_behind(newsroom: Newsroom) -> None:
    newsroom.write("boxes", acme_boxes())
    newsroom.write("user", component("packer", "boxes"))
    newsroom.sync()
    settle(newsroom)
    (newsroom.folder / "boxes.yaml").unlink()
    newsroom.sync()
    catalog_of(newsroom.database).applier.delete_orphans()
    newsroom.sync()
    newsroom.travel(seconds=130)
    said = newsroom.heard("UROOT")[0]
    assert "acme/boxes is gone from the catalog and something still named it as owner" in said.text
    assert "packer" in said.text
