"""`--catalog`: somebody's files, without any configuration."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import ask as commands
from bot.given_catalog import given_catalog, runtime_for, summary
from bot.main import app
from bot.runtime import Runtime
from callboard.errors import InputError, ServiceUnavailableError
from tests.catalog.petstore import SHOP
from tests.catalog.test_catalog_folder import COMPONENT, write

GITHUB = frozenset({"github.com"})
if not any(command.name == "ask" for command in app.registered_commands):
    commands.register(app)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without configuration, and a home of the test's own."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "My Shop", {"catalog-info.yaml": SHOP, "deep/bad.yaml": COMPONENT.format(name="no name")})


@pytest.fixture
def opened(shop: Path) -> Iterator[Runtime]:
    runtime = runtime_for(str(shop))
    runtime.migrate()
    runtime.catalog.sync_locations()
    yield runtime
    runtime.close()


def test_a_folder_is_asked_from_any_directory(shop: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["ask", "--catalog", str(shop), "--json", "who owns petstore?"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["entities"] == ["component:default/petstore"]
    assert list((tmp_path / "cwd").iterdir()) == []


def test_the_summary_counts_what_came_in_and_names_what_is_broken(opened: Runtime, shop: Path) -> None:
    lines = list(summary(opened))
    assert lines[0].startswith("Read 2 files: ")
    assert "Location" not in lines[0]
    assert lines[1] == "1 thing can't be used as written:"
    assert lines[2].startswith(f"  {shop}/deep/bad.yaml:4: ")
    assert "`no-name` would be valid" in lines[2]


def test_a_folder_without_entities_says_what_one_would_hold(tmp_path: Path) -> None:
    runtime = runtime_for(str(write(tmp_path / "empty", {"a.yaml": "x: 1\n"})))
    runtime.migrate()
    runtime.catalog.sync_locations()
    assert "apiVersion, kind, metadata and spec" in next(iter(summary(runtime)))
    runtime.close()


def test_every_kind_may_come_in(opened: Runtime) -> None:
    allowed = {kind for rule in opened.config.catalog.rules or () for kind, _type in rule.allow}
    assert {"user", "group", "template", "domain", "resource"} <= allowed


def test_data_lies_apart_for_each_catalog_and_from_the_installations_own(tmp_path: Path, shop: Path) -> None:
    other = write(tmp_path / "other" / "My Shop", {"catalog-info.yaml": SHOP})
    config = tmp_path / "app-config.yaml"
    database = {"client": "pg", "connection": "postgresql://db.invalid/production"}
    data = {"callboard": {"dataDir": str(tmp_path / "data")}, "backend": {"database": database}}
    config.write_text(json.dumps(data), encoding="utf-8")
    runtimes = [runtime_for(str(shop)), runtime_for(str(other)), runtime_for(str(shop), [config])]
    folders = [r.config.callboard.data_dir for r in runtimes]
    assert len(set(folders)) == 3
    assert folders[0].parent == tmp_path / "home" / "callboard"
    assert folders[0].name.startswith("My-Shop-")
    assert folders[2].parent == tmp_path / "data" / "catalogs"
    assert all(r.config.backend.database.is_sqlite for r in runtimes)


def test_a_data_folder_that_cannot_be_made_says_which_setting_names_another(
    tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(ServiceUnavailableError) as refused:
        runtime_for(str(shop))
    assert "APP_CONFIG_callboard_dataDir" in refused.value.user_text


def test_a_port_in_use_is_no_obstacle_where_nobody_chose_it(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("APP_CONFIG_playground_listen", str(port))
        chosen = runtime_for(str(shop)).config
    assert chosen.playground.listen.port == port
    assert chosen.backend.listen.port != 0
    assert chosen.public_url == f"http://127.0.0.1:{chosen.backend.listen.port}"


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://github.com/acme/web", "https://github.com/acme/web/blob/HEAD/**/catalog-info*.{yaml,yml}"),
        ("https://github.com/acme/web.git", "https://github.com/acme/web/blob/HEAD/**/catalog-info*.{yaml,yml}"),
        (
            "https://github.com/acme/web/tree/main/services/",
            "https://github.com/acme/web/blob/main/services/**/catalog-info*.{yaml,yml}",
        ),
        ("https://github.com/acme/web/blob/main/x.yaml", "https://github.com/acme/web/blob/main/x.yaml"),
        ("https://example.com/acme/web", "https://example.com/acme/web"),
    ],
)
def test_a_repository_stands_for_its_catalog_files(url: str, read: str) -> None:
    location = given_catalog(url, GITHUB).location
    assert location is not None
    assert location.target == read


def test_the_host_of_a_url_that_was_named_may_be_read_and_no_other() -> None:
    runtime = runtime_for("https://catalog.example.com/all.yaml")
    assert [a.host for a in runtime.config.backend.reading.allow] == ["catalog.example.com"]


def test_a_single_file_is_read_as_a_location(shop: Path) -> None:
    runtime = runtime_for(str(shop / "catalog-info.yaml"))
    assert [loc.target for loc in runtime.config.catalog.locations] == [str(shop / "catalog-info.yaml")]
    assert runtime.folders == ()


def test_a_path_that_does_not_exist_is_answered_with_near_names(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        runtime_for(str(tmp_path / "My Shap"))
    assert "Did you mean `My Shop`?" in refused.value.user_text
