"""What a second look at a source does: nothing, an update, orphans, takeovers; and what it tells of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from callboard.db import Database
from callboard.errors import NotFoundError
from callboard.refs import LocationRef
from catalog.tables import entities, field_keys
from tests.catalog.ingesting import Folder, component, entity, joined, location

A, B = "component:default/a", "component:default/b"


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    return Folder(database, tmp_path / "src")


def test_unchanged_input_writes_nothing(folder: Folder) -> None:
    files = {
        "catalog-info.yaml": joined(location("all", "./a.yaml", "./gone.yaml"), "just a string\n"),
        "a.yaml": joined(component("a"), component("A", owner="team-b"), component("b", consumesApis=["x"])),
    }
    folder.sync(files)
    before = folder.snapshot()
    counts = folder.sync()
    assert before == folder.snapshot()
    assert (counts.created, counts.updated, counts.deleted) == (0, 0, 0)


def test_a_touched_file_with_the_same_meaning_updates_no_entity(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": component("a")})
    counts = folder.sync({"catalog-info.yaml": "# a comment\n\n" + component("a")})
    assert (counts.updated, counts.unchanged) == (0, 1 + 1)
    assert folder.event_types(A) == ["created"]


def test_a_moved_document_keeps_its_line_right(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": component("a")})
    folder.sync({"catalog-info.yaml": "# a comment\n\n" + component("a")})
    with folder.database.read() as connection:
        lines = connection.execute(select(entities.c.line).where(entities.c.name == "a")).scalars().all()
    assert lines == [3]


def test_an_update_tells_which_fields_changed_and_from_where(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": component("a")})
    counts = folder.sync({"catalog-info.yaml": component("a", lifecycle="deprecated", system="s")})
    assert counts.updated == 1
    *_rest, event = folder.events(A)
    assert event.body["fields"] == {"spec.lifecycle": ["production", "deprecated"], "spec.system": [None, "s"]}
    assert event.source == f"file:{folder.root}/catalog-info.yaml"


def test_an_updated_entity_keeps_its_uid_and_creation_time(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": component("a")})
    before = folder.document(A)["metadata"]
    folder.sync({"catalog-info.yaml": component("a", lifecycle="deprecated")})
    after = folder.document(A)["metadata"]
    assert before["uid"] == after["uid"]
    assert before["etag"] != after["etag"]


def test_an_entity_that_leaves_its_file_is_an_orphan_that_stays_visible(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined(component("a"), component("b"))})
    counts = folder.sync({"catalog-info.yaml": component("b")})
    assert counts.deleted == 1
    assert {A, B} == folder.refs()
    assert {B} == folder.refs(orphans=False)
    assert folder.event_types(A) == ["created", "orphaned"]


def test_an_orphan_that_comes_back_is_the_same_entity(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined(component("a"), component("b"))})
    uid = folder.document(A)["metadata"]["uid"]
    folder.sync({"catalog-info.yaml": component("b")})
    folder.sync({"catalog-info.yaml": joined(component("a"), component("b"))})
    assert uid == folder.document(A)["metadata"]["uid"]
    assert {A, B} == folder.refs(orphans=False)


def test_orphans_go_after_the_grace_time_and_not_before(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined(component("a", consumesApis=["x"]), component("b"))})
    folder.sync({"catalog-info.yaml": component("b")})
    assert folder.catalog.expire_orphans() == 0
    grace = folder.catalog.config.catalog.orphan_grace_time
    assert grace > timedelta(0)
    with folder.database.write() as connection:
        earlier = entities.c.orphaned_at - grace.total_seconds() - 1
        connection.execute(update(entities).where(entities.c.orphaned_at.is_not(None)).values(orphaned_at=earlier))
    assert folder.catalog.expire_orphans() == 1
    assert {B} == folder.refs()
    assert folder.event_types(A) == ["created", "orphaned", "deleted"]
    folder.check_leftovers("a")


def test_a_file_of_a_glob_that_goes_leaves_orphans(folder: Folder) -> None:
    folder.name("parts/*.yaml")
    folder.sync({"parts/a.yaml": component("a"), "parts/b.yaml": component("b")})
    folder.sync({"parts/a.yaml": None})
    assert {B} == folder.refs(orphans=False)


def test_a_glob_whose_folder_is_away_keeps_everything(folder: Folder) -> None:
    folder.name("parts/*.yaml")
    folder.sync({"parts/a.yaml": component("a")})
    (folder.root / "parts").rename(folder.root / "away")
    counts = folder.sync()
    assert (counts.deleted, counts.errors) == (0, 1)
    assert {A} == folder.refs(orphans=False)
    assert f"folder {folder.root}/parts does not exist" in folder.failing()["*.yaml"]


def test_a_target_taken_out_of_a_location_leaves_orphans(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": location("all", "./a.yaml", "./b.yaml"), "a.yaml": component("a"),
                 "b.yaml": component("b")})  # fmt: skip
    folder.sync({"catalog-info.yaml": location("all", "./b.yaml")})
    assert A not in folder.refs(orphans=False)
    assert B in folder.refs(orphans=False)


def test_a_location_out_of_the_config_leaves_orphans(folder: Folder) -> None:
    folder.name("a.yaml", "b.yaml")
    folder.sync({"a.yaml": component("a"), "b.yaml": component("b")})
    folder.name("b.yaml")
    folder.sync()
    assert {B} == folder.refs(orphans=False)


def test_a_file_whose_entities_all_go_in_thousands_is_emptied_bit_by_bit(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined(*(component(f"c{n}") for n in range(1_100)))})
    counts = folder.sync({"catalog-info.yaml": component("a")})
    assert (counts.created, counts.deleted) == (1, 1_100)
    assert {A} == folder.refs(orphans=False)
    assert folder.sync().deleted == 0


def test_the_first_of_two_claimants_keeps_a_ref_and_the_other_is_shown(folder: Folder) -> None:
    folder.name("one.yaml", "two.yaml")
    counts = folder.sync({"one.yaml": component("a"), "two.yaml": joined(component("b"), component("A", owner="x"))})
    assert counts.errors == 1
    assert folder.document(A)["spec"]["owner"] == "team-a"
    [(line, message)] = folder.problems("conflict")
    assert line == 7
    assert f"{A} is already claimed by file:{folder.root}/one.yaml" in message
    assert B in folder.refs()


def test_two_new_files_of_one_glob_that_claim_a_ref_are_a_conflict_too(folder: Folder) -> None:
    folder.name("*.yaml")
    folder.sync({"one.yaml": component("a", owner="first"), "two.yaml": component("a", owner="second")})
    assert folder.document(A)["spec"]["owner"] == "first"
    assert len(folder.problems("conflict")) == 1


@pytest.mark.parametrize("how", ["document", "file", "config"])
def test_the_loser_of_a_conflict_takes_over_when_the_winner_goes(folder: Folder, how: str) -> None:
    folder.name("*.yaml") if how == "file" else folder.name("one.yaml", "two.yaml")
    folder.sync({"one.yaml": joined(component("a"), component("b")), "two.yaml": component("a", owner="heir")})
    if how == "document":
        folder.sync({"one.yaml": component("b")})
    elif how == "file":
        folder.sync({"one.yaml": None})
    else:
        folder.name("two.yaml")
        folder.sync()
    assert folder.document(A)["spec"]["owner"] == "heir"
    assert A in folder.refs(orphans=False)
    assert folder.problems("conflict") == []
    assert folder.event_types(A)[-1] == "updated"
    before = folder.snapshot()
    folder.sync()
    assert before == folder.snapshot()


def test_a_loser_that_changes_takes_over_as_it_is_now(folder: Folder) -> None:
    folder.name("one.yaml", "two.yaml")
    folder.sync({"one.yaml": component("a"), "two.yaml": component("a", owner="old")})
    folder.sync({"two.yaml": component("a", owner="new")})
    folder.sync({"one.yaml": component("b")})
    assert folder.document(A)["spec"]["owner"] == "new"


def test_an_entity_that_moves_to_another_file_in_one_go_is_never_lost(folder: Folder) -> None:
    folder.name("*.yaml")
    for first, second in (("one.yaml", "two.yaml"), ("two.yaml", "one.yaml")):
        folder.sync({first: joined(component("a"), component("b")), second: component("c")})
        folder.sync({first: component("b"), second: joined(component("c"), component("a", owner="moved"))})
        assert folder.document(A)["spec"]["owner"] == "moved"
        assert A in folder.refs(orphans=False)
        assert folder.problems("conflict") == []


def test_the_same_ref_twice_in_a_file_means_the_last_with_a_warning(folder: Folder) -> None:
    counts = folder.sync({"catalog-info.yaml": joined(component("a", owner="first"), component("A", owner="last"))})
    assert folder.document(A)["spec"]["owner"] == "last"
    assert counts.errors == 0
    [(line, message)] = folder.problems("warning")
    assert (1, f"{A} stands again in line 7 of this file; the last one counts.") == (line, message)


def test_refresh_reads_again_the_source_of_one_entity(folder: Folder) -> None:
    folder.name("a.yaml", "b.yaml")
    folder.sync({"a.yaml": component("a"), "b.yaml": component("b")})
    folder.write({"a.yaml": component("a", owner="new"), "b.yaml": component("b", owner="new")})
    counts = folder.catalog.refresh(A)
    assert counts is not None
    assert counts.updated == 1
    assert [folder.document(ref)["spec"]["owner"] for ref in (A, B)] == ["new", "team-a"]


def test_refresh_of_what_is_not_there_or_has_no_source_says_so(folder: Folder) -> None:
    folder.name("a.yaml", "b.yaml")
    folder.sync({"a.yaml": component("a"), "b.yaml": component("b", consumesApis=["ghost"])})
    folder.name("b.yaml")
    folder.sync()
    with pytest.raises(NotFoundError, match="component:default/nobody not found"):
        folder.catalog.refresh("component:default/nobody")
    with pytest.raises(NotFoundError, match="has no source"):
        folder.catalog.refresh(A)


def test_unregistering_takes_at_once_what_only_that_location_brought_in(folder: Folder) -> None:
    folder.name("mine.yaml")
    folder.sync(
        {"mine.yaml": joined(component("b"), component("c")), "their.yaml": joined(component("a"), component("b"))}
    )
    folder.sync({"mine.yaml": component("b")})
    their = LocationRef("file", str(folder.root / "their.yaml"))
    folder.catalog.register(their)
    assert A in folder.refs()
    folder.catalog.unregister(their)
    assert {B, "component:default/c"} == folder.refs(), "other people's orphans have their grace time"


def test_a_file_that_two_sources_name_belongs_to_the_first_and_then_to_the_second(folder: Folder) -> None:
    folder.name("a.yaml", "*.yaml")
    folder.sync({"a.yaml": component("a"), "b.yaml": component("b")})
    assert folder.problems("conflict") == []
    folder.name("*.yaml")
    folder.sync()
    folder.sync()
    assert {A, B} == folder.refs(orphans=False)


def test_relations_follow_a_changed_document(folder: Folder) -> None:
    apis = joined(entity("API", "x", type="openapi", lifecycle="p", owner="o", definition="d"), component("b"))
    folder.sync({"catalog-info.yaml": joined(component("a", consumesApis=["x"], dependsOn=["component:b"]), apis)})
    folder.sync({"catalog-info.yaml": joined(component("a", providesApis=["x"], dependsOn=["component:b"]), apis)})
    assert (folder.stated(A)) == [
        ("dependsOn", B),
        ("ownedBy", "group:default/team-a"),
        ("providesApi", "api:default/x"),
    ]


def test_a_large_organisation_has_more_keys_than_a_small_integer_counts(folder: Folder) -> None:
    """Every value of a list is a key of its own, so that `metadata.tags.java` can be asked for."""
    with folder.database.write() as connection:
        if folder.database.is_sqlite:
            connection.execute(insert(field_keys).values(id=40_000, key="x"))
        else:
            connection.execute(text("SELECT setval('field_keys_id_seq', 40000)"))
    assert folder.sync({"catalog-info.yaml": component("a")}).created == 1 + 1
