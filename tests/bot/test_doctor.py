"""The doctor names what is wrong and what to do about it."""

from pathlib import Path
from typing import Any

import pytest

from bot.doctor import Check, _typos, examine
from bot.runtime import Runtime
from callboard.config.load import RawConfig
from callboard.config.model import AppConfig, build_config
from callboard.db import Database
from search.spelling import add_trigrams


def checks(folder: Path, *, migrate: bool = True, **sections: Any) -> dict[str, Check]:
    data = {"callboard": {"dataDir": str(folder / "data")}, **sections}
    runtime = Runtime(build_config(RawConfig(data)))
    try:
        if migrate:
            runtime.migrate()
        return {c.name: c for c in examine(runtime)}
    finally:
        runtime.close()


def test_an_empty_installation_is_well_but_for_what_it_lacks(tmp_path: Path) -> None:
    found = checks(tmp_path)
    assert [c.name for c in found.values() if c.state == "failed"] == []
    assert found["slack"].state == "warning"
    assert "callboard manifest" in str(found["slack"].hint)
    assert found["sources"].message == "nothing has been read yet"


def test_a_database_without_our_schema_is_sent_to_the_upgrade(tmp_path: Path) -> None:
    found = checks(tmp_path, migrate=False)
    assert found["migrations"].state == "failed"
    assert "callboard db upgrade" in str(found["migrations"].hint)


AWAY = {"host": "127.0.0.1:9", "apiBaseUrl": "http://127.0.0.1:9", "token": "x" * 20}
OPEN = {"listen": ":7007", "auth": {"dangerouslyDisableDefaultAuthPolicy": True}}
FAULTS = [
    ({"catalog": {"locations": [{"type": "file", "target": "/nowhere"}]}}, "catalog.locations", "does not exist"),
    ({"integrations": {"github": [{"host": "github.com"}]}}, "github github.com", "no token"),
    ({"integrations": {"github": [AWAY]}}, "github 127.0.0.1:9", "can't be reached"),
    ({"slack": {"botToken": "xoxb-made-up", "apiUrl": "http://127.0.0.1:9/"}}, "slack", "can't be reached"),
    ({"backend": OPEN}, "api access", "anybody"),
]


@pytest.mark.parametrize(("sections", "name", "words"), FAULTS)
def test_a_planted_fault_is_found(tmp_path: Path, sections: dict[str, Any], name: str, words: str) -> None:
    found = checks(tmp_path, **sections)[name]
    assert found.state in {"failed", "warning"}
    assert words in found.message
    assert found.hint


def test_a_git_folder_inside_the_data_folder_is_found(tmp_path: Path) -> None:
    inside = {"git": [{"host": "local", "directory": str(tmp_path / "data" / "git")}]}
    assert checks(tmp_path, integrations=inside)["git local"].state == "failed"


def test_a_postgresql_without_trigrams_is_told_how_to_get_them(database: Database) -> None:
    runtime = Runtime(AppConfig())
    vars(runtime)["database"] = database
    found = list(_typos(runtime))
    if database.is_sqlite:
        assert found == []
        return
    assert [(c.state, "CREATE EXTENSION pg_trgm" in str(c.hint)) for c in found] == [("warning", True)]
    with database.write() as connection:
        add_trigrams(connection)
    assert [c.state for c in _typos(runtime)] == ["ok"]
