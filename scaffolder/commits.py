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

    def variables(self, date: int | None = None) -> dict[str, str]:
        """For git's environment."""
        found = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", self.name), ("EMAIL", self.email))
        }
        if date is not None:
            found |= {"GIT_AUTHOR_DATE": f"{date} +0000", "GIT_COMMITTER_DATE": f"{date} +0000"}
        return found


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
    date: int | None = None,
) -> Iterator[Git]:
    """A git with one commit of everything in `source` that its `.gitignore` files let through, ready to push.

    The same content, author and date give the same commit, so that pushing it twice does nothing.
    """
    with tempfile.TemporaryDirectory(prefix="callboard-git-") as name:
        variables = {"GIT_DIR": name, "GIT_WORK_TREE": str(source), **author.variables(date)}
        git = Git(source, check=check, header=header, protocols=protocols, variables=variables)
        git("init", "--quiet", "--template=", "-b", branch)
        git("add", "--all", "--", ".")
        git("commit", "--quiet", "--allow-empty", "--no-verify", "--cleanup=whitespace", "-m", message)
        yield git
