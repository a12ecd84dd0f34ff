"""An owner that is written as a GitHub team's name is the Group that carries that team's slug."""

from pathlib import Path

import pytest

from answers.service import Answerer
from callboard.chat import Actor
from callboard.db import Database
from catalog import graph
from catalog.queries.attention import attention
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, matching_ids
from catalog.queries.lookup import get_entity, summaries
from catalog.removal import remove_entity
from search.names import NameIndex
from tests.catalog.ingesting import Folder, component, joined

A = "component:default/a"
ACME, UMBRELLA, WRITTEN = "group:acme/team-x", "group:umbrella/team-x", "group:default/team-x"


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    return Folder(database, tmp_path / "src", ["*.yaml"])


def group(name: str, slug: str = "", *, namespace: str = "default") -> str:
    annotations = f"annotations: {{github.com/team-slug: {slug}}}" if slug else ""
    metadata = f"{{name: {name}, namespace: {namespace}, {annotations}}}"
    spec = "{type: team, children: []}"
    return f"apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {metadata}\nspec: {spec}\n"


def team_x(organization: str) -> str:
    return group("team-x", f"{organization}/team-x", namespace=organization)


def owners(folder: Folder, ref: str = A) -> tuple[str | None, ...]:
    """The owner as a card, as a list and as a filter on either side have it: all the same, or it is a defect."""
    with folder.database.read() as connection:
        entity = get_entity(connection, ref)
        assert entity is not None
        assert entity.owner == summaries(connection, [ref])[ref].owner
        if entity.owner is not None:
            query = EntityQuery(parse_filters([f"relations.ownedBy={entity.owner},metadata.name={entity.name}"]))
            assert len(matching_ids(connection, query)) == 1
        return (entity.owner, *sorted({o for o in entity.targets("ownedBy") if o != entity.owner}))


FORMS = ["team-x", "Team-X", "group:team-x", "default/team-x", "group:default/team-x", "group:acme/team-x"]


@pytest.mark.parametrize("group_first", [True, False])
def test_the_group_with_the_slug_owns_whoever_came_first(folder: Folder, group_first: bool) -> None:  # noqa: FBT001 - a parameter of the test
    written = joined(*(component(f"c{n}", owner=form) for n, form in enumerate(FORMS)))
    files = [{"g.yaml": group("x", "acme/team-x")}, {"c.yaml": written}]
    for one in files if group_first else reversed(files):
        folder.sync(one)
    found = {owners(folder, f"component:default/c{n}")[0] for n in range(len(FORMS))}
    assert found == {"group:default/x"}


def test_what_the_document_states_is_told_beside_it(folder: Folder) -> None:
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": component("a", owner="team-x")})
    assert owners(folder) == (ACME, WRITTEN)
    assert folder.document(A)["spec"]["owner"] == "team-x"


def test_two_groups_with_the_slug_own_nothing_and_the_choice_is_named(folder: Folder) -> None:
    folder.sync({"g.yaml": team_x("acme"), "h.yaml": team_x("umbrella"), "c.yaml": component("a", owner="team-x")})
    assert owners(folder) == (WRITTEN,)
    with folder.database.read() as connection:
        (problem,) = attention(connection)
    assert problem.message == (
        f"{A} is owned by {WRITTEN}, which is not in the catalog. {ACME} and {UMBRELLA} are GitHub teams of that name: "
        "write which of them in `spec.owner`."
    )
    names = NameIndex(folder.database)
    names.refresh()
    answer, _topic = Answerer(database=folder.database, names=names).answer("who owns component:a", actor=Actor())
    assert ACME in answer.notes[0]
    assert UMBRELLA in answer.notes[0]


def test_a_second_group_takes_the_owner_away_and_its_going_gives_it_back(folder: Folder) -> None:
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": component("a", owner="team-x")})
    folder.sync({"h.yaml": team_x("umbrella")})
    assert owners(folder) == (WRITTEN,)
    folder.sync({"h.yaml": None})
    assert owners(folder) == (ACME, WRITTEN)


def test_an_owner_with_its_organisation_is_no_choice(folder: Folder) -> None:
    folder.sync({"g.yaml": group("x", "acme/team-x"), "h.yaml": group("y", "umbrella/team-x")})
    folder.sync({"c.yaml": component("a", owner="umbrella/team-x")})
    assert owners(folder) == ("group:default/y", UMBRELLA)


def test_another_namespace_kind_or_name_is_not_the_team(folder: Folder) -> None:
    written = ["payments/team-x", "user:team-x", "team", "x"]
    files = [component(f"c{n}", owner=form) for n, form in enumerate(written)]
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": joined(*files)})
    assert ACME not in {o for n in range(len(written)) for o in owners(folder, f"component:default/c{n}")}


def test_a_file_of_another_namespace_means_the_team_too(folder: Folder) -> None:
    text = component("a", owner="team-x").replace("name: a", "name: a\n  namespace: prod")
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": text})
    assert owners(folder, "component:prod/a") == (ACME, "group:prod/team-x")


def test_a_group_of_the_written_ref_is_the_owner_once_it_is_there(folder: Folder) -> None:
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": component("a", owner="team-x")})
    folder.sync({"own.yaml": group("team-x")})
    assert owners(folder) == (WRITTEN,)
    folder.sync({"own.yaml": None})
    folder.catalog.applier.delete_orphans()
    assert owners(folder) == (ACME, WRITTEN)


def test_a_slug_that_is_added_changed_or_taken_away_is_followed(folder: Folder) -> None:
    folder.sync({"g.yaml": group("x"), "c.yaml": component("a", owner="team-x")})
    assert owners(folder) == (WRITTEN,)
    folder.sync({"g.yaml": group("x", "acme/team-x")})
    assert owners(folder) == ("group:default/x", WRITTEN)
    folder.sync({"g.yaml": group("x", "acme/team-y")})
    assert owners(folder) == (WRITTEN,)


def test_an_owner_that_is_found_stays_through_other_updates(folder: Folder) -> None:
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": component("a", owner="team-x")})
    folder.sync({"g.yaml": team_x("acme").replace("type: team", "type: squad")})
    folder.sync({"c.yaml": component("a", owner="team-x", lifecycle="deprecated")})
    assert owners(folder) == (ACME, WRITTEN)
    folder.sync({"c.yaml": component("a", owner="team-y")})
    assert owners(folder) == ("group:default/team-y",)


def test_only_what_became_another_owner_is_news(folder: Folder) -> None:
    folder.sync({"c.yaml": component("a", owner="team-x"), "d.yaml": component("b", owner="someone")})
    folder.sync({"g.yaml": team_x("acme")})
    *_before, event = folder.events(A)
    assert event.body["fields"] == {"relations.ownedBy": [WRITTEN, ACME]}
    assert event.source == f"file:{folder.root}/c.yaml"
    assert folder.event_types("component:default/b") == ["created"]
    assert folder.event_types(A) == ["created", "updated"]
    before = folder.snapshot()
    folder.catalog.sync_locations(force=True)
    assert folder.snapshot()["relations"] == before["relations"]
    assert folder.event_types(A) == ["created", "updated"]


def test_what_is_deleted_leaves_nothing_behind(folder: Folder) -> None:
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": component("a", owner="team-x"), "d.yaml": component("b")})
    folder.sync({"g.yaml": None})
    assert owners(folder) == (ACME, WRITTEN), "its team is an orphan as yet"
    folder.catalog.applier.delete_orphans()
    assert owners(folder) == (WRITTEN,)
    folder.sync({"g.yaml": team_x("acme")})
    folder.sync({"c.yaml": None})
    folder.catalog.applier.delete_orphans()
    assert folder.stated(A) == []


def test_a_group_that_is_taken_out_by_hand_owns_nothing_any_more(folder: Folder) -> None:
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": component("a", owner="team-x")})
    remove_entity(folder.database, uid=str(folder.document(ACME)["metadata"]["uid"]))
    assert owners(folder) == (WRITTEN,)


def test_what_a_change_touches_is_told_to_the_team_that_is_meant(folder: Folder) -> None:
    user = component("b", owner="team-x", dependsOn=["component:a"])
    folder.sync({"g.yaml": team_x("acme"), "c.yaml": component("a"), "d.yaml": user})
    with folder.database.read() as connection:
        assert [i.owner for i in graph.impact(connection, A)] == [ACME]
        assert "component:default/b" in [p for i in graph.impact(connection, A) for p in i.affected[0].path]
