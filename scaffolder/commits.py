"""Makes a commit of a folder without leaving anything in it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scaffolder.git import Git


@dataclass(frozen=True, slots=True)
class Author:
    """Whose name the commits bear."""

    name: str
    email: str


@contextmanager
def commit_workspace(
    source: Path,
    *,
    branch: str,
    message: str,
    author: Author,
    check: Callable[[], None],
    header: str | None = None,
    protocols: str = "file",
) -> Iterator[Git]:
    """A git with one commit of everything in `source` that its `.gitignore` files let through, ready to push."""
    with tempfile.TemporaryDirectory(prefix="callboard-git-") as name:
        variables = {
            "GIT_DIR": name,
            "GIT_WORK_TREE": str(source),
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_COMMITTER_NAME": author.name,
            "GIT_COMMITTER_EMAIL": author.email,
        }
        git = Git(source, check=check, header=header, protocols=protocols, variables=variables)
        git("init", "--quiet", "--template=", "-b", branch)
        git("add", "--all", "--", ".")
        git("commit", "--quiet", "--allow-empty", "--no-verify", "--cleanup=whitespace", "-m", message)
        yield git
