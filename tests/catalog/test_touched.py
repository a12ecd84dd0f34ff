"""What a change in a repository concerns, on both databases."""

import pytest
from sqlalchemy import insert

from callboard.db import Database
from catalog.queries.touched import touched, user_with_login
from catalog.tables import sources, targets

REPOSITORY = "https://github.com/acme/Shop_One"


@pytest.fixture
def catalog(database: Database) -> Database:
    base = f"url:{REPOSITORY}"
    rows = [
        (1, None, "source:provider:p", None),
        (2, 1, f"{base}/blob/main/catalog-info.yaml", None),
        (3, 2, f"{base}/tree/main/deep/part.yaml", None),
        (4, 1, "url:https://github.com/acme/other/blob/main/api.yaml", {f"{base}/blob/main/a%20b.json": "x"}),
        (5, 1, "url:https://github.com/acme/ShopXOne/blob/main/catalog-info.yaml", None),
        (6, 1, f"{base}/blob/release/1/catalog-info.yaml", None),
    ]
    source = {"id": 1, "key": "provider:p", "kind": "provider", "uid": "u"}
    values = [{"id": i, "source_id": 1, "parent_id": p, "location": n, "includes": c} for i, p, n, c in rows]
    with database.write() as connection:
        connection.execute(insert(sources).values(source))
        connection.execute(insert(targets), values)
    return database


@pytest.mark.parametrize(
    ("branch", "path", "expected"),
    [
        ("main", "catalog-info.yaml", ["Shop_One/blob/main/catalog-info.yaml"]),
        ("main", "deep/part.yaml", ["Shop_One/blob/main/catalog-info.yaml"]),
        ("main", "a b.json", ["other/blob/main/api.yaml"]),
        ("release/1", "catalog-info.yaml", ["Shop_One/blob/release/1/catalog-info.yaml"]),
        ("main", "README.md", []),
    ],
)
def test_touched_is_the_file_under_its_source(catalog: Database, branch: str, path: str, expected: list[str]) -> None:
    with catalog.read() as connection:
        found = touched(connection, REPOSITORY.lower(), branch, [path])
    assert [t.location.removeprefix("url:https://github.com/acme/") for t in found] == expected


@pytest.mark.parametrize("login", ["nobody", "a,b", "x=y", ""])
def test_login_that_nobody_has_is_nobody(database: Database, login: str) -> None:
    with database.read() as connection:
        assert user_with_login(connection, login) is None
