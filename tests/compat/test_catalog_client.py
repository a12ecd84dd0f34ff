"""Backstage's own client, unchanged, against our API."""

import shutil
import subprocess
from pathlib import Path

import pytest

from callboard.config.model import AppConfig, Catalog, CatalogLocation, Rule
from callboard.db import Database
from catalog.service import build_catalog
from tests.api.conftest import TOKEN, client_of
from tests.api.pages import Pages
from tests.catalog.petstore import LIBRARIES, SHOP
from tests.conftest import ALL_KINDS

_HERE = Path(__file__).parent
_REGISTERED = LIBRARIES.replace("g-a", "registered").replace("g_b.c", "registered-too")


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.skipif(not (_HERE / "node_modules").exists(), reason="`make compat` installs the client first")
def test_every_method_of_the_client_works(database: Database, tmp_path: Path) -> None:
    files = {tmp_path / "shop.yaml": SHOP, tmp_path / "libraries.yaml": LIBRARIES}
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    settings = Catalog(
        rules=[Rule.model_validate({"allow": ALL_KINDS})],
        locations=[CatalogLocation(type="file", target=str(file)) for file in files],
    )
    pages = Pages(
        {
            "https://git.example/acme/libraries/catalog-info.yaml": _REGISTERED,
            "https://git.example/acme/other/catalog-info.yaml": _REGISTERED,
        }
    )
    catalog = build_catalog(database, AppConfig().model_copy(update={"catalog": settings}), urls=pages)
    catalog.sync_locations()
    with client_of(catalog) as client:
        command = ["node", "catalog-client.mjs", str(client.base_url).rstrip("/"), TOKEN]
        done = subprocess.run(command, cwd=_HERE, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 14
