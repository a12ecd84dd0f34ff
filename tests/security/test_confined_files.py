"""A catalog author names files; what lies outside of their folder, or is private to the installation, stays unread."""

from pathlib import Path

import pytest

from bot.runtime import Runtime
from callboard.config.build import build_config
from callboard.config.load import load_config
from catalog.queries.attention import attention
from tests.security.test_planted_secrets import stored

CANARY = "canary-that-nobody-may-read"
LOCATION = """apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {{name: way-out}}
spec: {{type: file, targets: ["{target}"]}}
"""
API = """apiVersion: backstage.io/v1alpha1
kind: API
metadata: {{name: way-out}}
spec: {{type: openapi, lifecycle: production, owner: me, definition: {{{directive}: "{target}"}}}}
"""
WAYS = [
    "../../outside.yaml",
    "{root}/outside.yaml",
    "/etc/passwd",
    "./link.yaml",
    "./linked/outside.yaml",
    "./.env",
    "./.git/config",
    "../app-config.yaml",
    "../data/callboard.db",
    "../data/*",
    "../../*.yaml",
    "./catalog-info.yaml/../../../outside.yaml",
    "file://{root}/outside.yaml",
]


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """`installation/catalog` is what authors write; beside it lie the configuration and the data."""
    house = tmp_path / "installation"
    catalog = house / "catalog"
    (catalog / ".git").mkdir(parents=True)
    secret = f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {CANARY}}}\n"
    secret += "spec: {type: service, lifecycle: production, owner: me}\n"
    for place in (tmp_path / "outside.yaml", catalog / ".env", catalog / ".git" / "config"):
        place.write_text(secret, encoding="utf-8")
    (house / "data").mkdir()
    (house / "data" / "notes.yaml").write_text(secret, encoding="utf-8")
    (catalog / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (catalog / "linked").symlink_to(tmp_path)
    (house / "app-config.yaml").write_text(
        "callboard: {dataDir: data}\n"
        f"organization: {{name: {CANARY}}}\n"
        "catalog:\n  rules: [{allow: [Component, API, Location]}]\n"
        "  locations: [{type: file, target: catalog/catalog-info.yaml}]\n",
        encoding="utf-8",
    )
    return house


def ingested(installation: Path, text: str) -> tuple[list[str], str]:
    """What is wrong, and everything that was stored."""
    (installation / "catalog" / "catalog-info.yaml").write_text(text, encoding="utf-8")
    file = installation / "app-config.yaml"
    runtime = Runtime(build_config(load_config([file])), files=(file,))
    try:
        runtime.migrate()
        runtime.catalog.sync_locations()
        with runtime.database.read() as connection:
            return [p.message for p in attention(connection)], stored(runtime)
    finally:
        runtime.close()


@pytest.mark.parametrize("way", WAYS)
def test_no_location_leads_out(installation: Path, way: str) -> None:
    target = way.format(root=installation.parent)
    problems, kept = ingested(installation, LOCATION.format(target=target))
    assert problems
    assert CANARY not in kept


@pytest.mark.parametrize("directive", ["$text", "$yaml", "$json"])
@pytest.mark.parametrize("way", [w for w in WAYS if "*" not in w])
def test_no_placeholder_leads_out(installation: Path, directive: str, way: str) -> None:
    target = way.format(root=installation.parent)
    problems, kept = ingested(installation, API.format(directive=directive, target=target))
    assert problems
    assert CANARY not in kept
