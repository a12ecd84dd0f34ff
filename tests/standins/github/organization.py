"""What the stand-in knows: one organisation and its repositories."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.standins.github.objects import BareRepository

Files = Mapping[str, str | bytes | None]
_EPOCH = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class Repository:
    id: int
    name: str
    git: BareRepository
    description: str | None = None
    is_archived: bool = False
    is_fork: bool = False
    visibility: str = "internal"
    topics: tuple[str, ...] = ()
    created_at: datetime = _EPOCH
    pushed_at: datetime = _EPOCH

    @property
    def is_empty(self) -> bool:
        return not self.git.branches()


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    login: str
    name: str | None = None
    bio: str | None = None
    email: str | None = None
    verified_emails: tuple[str, ...] = ()
    suspended: bool = False


@dataclass(slots=True)
class Team:
    slug: str
    name: str | None = None
    description: str | None = None
    parent: str | None = None
    members: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Organization:
    """Verbs that change it may be called from any thread while the server answers."""

    login: str
    storage: Path
    id: int = 1001
    repositories: dict[str, Repository] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    """Former names of repositories, lower-cased, and their present ones."""
    members: dict[str, Member] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _last_id: int = 5000

    def create(
        self,
        name: str,
        files: Files | None = None,
        *,
        archived: bool = False,
        fork: bool = False,
        visibility: str = "internal",
        topics: Iterable[str] = (),
        default_branch: str = "main",
        description: str | None = None,
    ) -> Repository:
        """A new repository; without files it has no commit, like an empty one on GitHub."""
        with self.lock:
            if name.lower() in self.repositories:
                raise ValueError(f"{self.login}/{name} exists")
            self._last_id += 1
            git = BareRepository(self.storage / f"{self._last_id}.git")
            git.create(default_branch)
            repository = Repository(
                self._last_id, name, git, description, archived, fork, visibility, tuple(topics), datetime.now(UTC)
            )
            self.repositories[name.lower()] = repository
            self.moved.pop(name.lower(), None)
            if files:
                self.push(name, files, message="Initial commit")
            return repository

    def push(self, name: str, files: Files, *, branch: str | None = None, message: str = "Change") -> str:
        """One commit with these files; None takes one away. Gives the commit's id."""
        with self.lock:
            repository = self[name]
            changes = {p: c.encode() if isinstance(c, str) else c for p, c in files.items()}
            repository.pushed_at = datetime.now(UTC)
            branch = branch or repository.git.default_branch
            return repository.git.commit(changes, branch=branch, message=message)

    def rename(self, name: str, new_name: str) -> None:
        with self.lock:
            repository = self.repositories.pop(self[name].name.lower())
            self.moved[name.lower()] = new_name
            repository.name = new_name
            self.repositories[new_name.lower()] = repository

    def delete(self, name: str) -> None:
        with self.lock:
            del self.repositories[name.lower()]

    def in_order(self) -> list[Repository]:
        with self.lock:
            return sorted(self.repositories.values(), key=lambda r: r.id)

    def get(self, name: str) -> Repository | None:
        return self.repositories.get(name.lower())

    def __getitem__(self, name: str) -> Repository:
        return self.repositories[name.lower()]
