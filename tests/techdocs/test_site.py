"""Which pages a site has, and what is said of what it should have."""

from pathlib import Path

import pytest

from catalog.ingest.reading import Confinement, Content, MissingError
from techdocs.model import Problem
from techdocs.site import MAX_PAGES, Layout, lay_out
from techdocs.tree import File, LocalTree
from tests.techdocs.conftest import write_tree


def laid_out(root: Path, files: dict[str, str | bytes]) -> Layout:
    write_tree(root, files)
    return lay_out(LocalTree(root, Confinement((root.resolve(),))), "Fallback")


def told(layout: Layout) -> str:
    return "\n".join(p.text for p in layout.problems)


def test_the_nav_gives_order_and_titles_and_other_pages_follow(tmp_path: Path) -> None:
    nav = "site_name: Site\nnav:\n  - Second: b.md\n  - Group:\n      - a.md\n  - Out: https://x.example\n"
    layout = laid_out(tmp_path, {"mkdocs.yml": nav, "docs/a.md": "a", "docs/b.md": "b", "docs/c.md": "c"})
    assert layout.title == "Site"
    assert [p.path for p in layout.pages] == ["b.md", "a.md", "c.md"]
    assert [n.title for n in layout.nav] == ["Second", "Group", "Out"]
    assert layout.problems == []


def test_without_nav_pages_stand_by_folder_with_the_index_first(tmp_path: Path) -> None:
    layout = laid_out(tmp_path, {"mkdocs.yaml": "{}", "docs/b.md": "", "docs/index.md": "", "docs/x/c.md": ""})
    assert [p.path for p in layout.pages] == ["index.md", "b.md", "x/c.md"]
    assert layout.nav[-1].title == "X"
    assert layout.title == "Fallback"


@pytest.mark.parametrize("files", [{"docs/a.md": ""}, {"a.md": ""}])
def test_without_a_configuration_docs_or_the_folder_itself_is_read(tmp_path: Path, files: dict[str, str]) -> None:
    assert [p.path for p in laid_out(tmp_path, dict(files)).pages] == ["a.md"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("nav: [gone.md]", "`gone.md` names a page that doesn't exist"),
        ("nav: [{Home: indx.md}]", "did you mean `index.md`?"),
        ("nav: [../secret.md]", "leads out of the docs folder"),
        ("nav: text", "`nav` should be a list"),
        ("nav: [{A: 3}]", "names no page"),
        ("docs_dir: ../..", "leads out of the folder"),
        ("hooks: [evil.py]", "`hooks` are never run"),
        ("a: !!python/object/apply:os.system ['touch PWNED']", "`!!python/object/apply:os.system` asks to run Python"),
        ("- a list", "should be a mapping"),
        ("a: [", "read without it"),
        ("a: 1\na: 2", 'duplicate key "a"'),
        ("nav: ['!include ../other/mkdocs.yml']", "leads out of the folder"),
        ("nav: ['!include gone/mkdocs.yml']", "can't be read"),
        ("nav: ['!include mkdocs.yml']", "includes itself"),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_is_read(tmp_path: Path, config: str, message: str) -> None:
    layout = laid_out(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# Home"})
    assert message in told(layout)
    assert [p.path for p in layout.pages] == ["index.md"]
    assert not (tmp_path / "PWNED").exists()


def test_harmless_tags_are_tolerated(tmp_path: Path) -> None:
    config = "site_name: !ENV [NAME, Default name]\nmarkdown_extensions:\n  - x:\n      f: !!python/name:a.b\n"
    layout = laid_out(tmp_path, {"mkdocs.yml": config, "docs/index.md": ""})
    assert layout.title == "Default name"


def test_included_sites_have_a_folder_of_their_own(tmp_path: Path) -> None:
    includes = "[index.md, {Part: '!include part/mkdocs.yml'}, {All: '*include x/*/mkdocs.yml'}]"
    files: dict[str, str | bytes] = {
        "mkdocs.yml": f"site_name: Top\nnav: {includes}\n",
        "docs/index.md": "",
        "part/mkdocs.yml": "site_name: The part\nnav: [one.md]\n",
        "part/docs/one.md": "",
        "x/y/mkdocs.yml": "site_name: a/b\n",
        "x/y/docs/two.md": "",
    }
    layout = laid_out(tmp_path, files)
    assert {p.path: p.file for p in layout.pages} == {
        "index.md": "docs/index.md",
        "the-part/one.md": "part/docs/one.md",
        "a/b/two.md": "x/y/docs/two.md",
    }
    assert layout.problems == []


def test_sites_that_include_each_other_end(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "mkdocs.yml": "nav: ['!include a/mkdocs.yml']",
        "docs/index.md": "",
        "a/mkdocs.yml": "site_name: a\nnav: [i.md, '!include b/mkdocs.yml']",
        "a/docs/i.md": "",
        "a/b/mkdocs.yml": "site_name: b\nnav: ['!include ../mkdocs.yml']",
        "a/b/docs/j.md": "",
    }
    layout = laid_out(tmp_path, files)
    assert {p.path for p in layout.pages} == {"index.md", "a/i.md", "b/j.md"}
    assert "includes itself; the circle is cut" in told(layout)


def test_symlinks_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    write_tree(tmp_path, {"outside/secret.md": "secret", "in/docs/index.md": "# In"})
    (tmp_path / "in/docs/leak.md").symlink_to(tmp_path / "outside/secret.md")
    (tmp_path / "in/docs/all").symlink_to(tmp_path / "outside")
    (tmp_path / "in/docs/loop").symlink_to(tmp_path / "in/docs")
    layout = laid_out(tmp_path / "in", {})
    assert [p.path for p in layout.pages] == ["index.md"]
    assert "docs/leak.md: leads out of the documentation's folder" in told(layout)


def test_a_docs_folder_that_is_a_way_out_is_not_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"outside/secret.md": "secret", "in/mkdocs.yml": "site_name: x"})
    (tmp_path / "in/docs").symlink_to(tmp_path / "outside")
    assert laid_out(tmp_path / "in", {}).pages == []


def test_no_pages_is_said(tmp_path: Path) -> None:
    assert "no Markdown pages were found in `docs`" in told(laid_out(tmp_path, {"mkdocs.yml": "site_name: x"}))


class Endless:
    """A tree with any number of pages, without a disk."""

    is_remote = False

    def __init__(self, count: int, config: str = "") -> None:
        self.problems: list[Problem] = []
        self._files = [File(f"docs/p{n:05}.md") for n in range(count)]
        self._config = config

    def files(self, under: str) -> list[File]:
        return [f for f in self._files if f.path.startswith(under)]

    def read(self, path: str, version: str = "") -> Content:
        if path == "mkdocs.yml" and self._config:
            return Content(self._config.encode(), version)
        raise MissingError(path)

    def view_url(self, path: str) -> str:
        return path


def test_of_too_many_pages_the_first_are_read_and_it_is_told() -> None:
    layout = lay_out(Endless(MAX_PAGES + 7), "Big")
    assert len(layout.pages) == MAX_PAGES
    assert "has 10,007 pages; the first 10,000 are read" in told(layout)
    assert lay_out(Endless(MAX_PAGES), "Big").problems == []


@pytest.mark.parametrize("nav", ["[" * 3_000 + "]" * 3_000, "\n".join(f"{'  ' * n}- x{n}:" for n in range(600))])
def test_a_nav_without_a_bottom_costs_the_nav_alone(nav: str) -> None:
    layout = lay_out(Endless(3, f"nav:\n{nav}\n"), "Deep")
    assert len(layout.pages) == 3
    assert layout.problems
