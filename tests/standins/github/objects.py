"""Git's loose objects, written and read without starting git: thousands of small repositories in seconds.

What stands on disk is a real bare repository, so that `git clone` and `git push` work on it too.
"""

import hashlib
import itertools
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE_MODE: Final = "100644"
_OID = re.compile(r"[0-9a-f]{40}")
# pushed objects stay loose, because packs are more than this module reads
_CONFIG: Final = """[core]
\trepositoryformatversion = 0
\tbare = true
[http]
\treceivepack = true
[gc]
\tauto = 0
[receive]
\tautogc = false
\tunpackLimit = 1000000
"""


@dataclass(frozen=True, slots=True)
class GitObject:
    oid: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree; in a flat listing `path` has slashes."""

    mode: str
    path: str
    oid: str

    @property
    def kind(self) -> str:
        return {"40000": "tree", "160000": "commit"}.get(self.mode, "blob")


class BareRepository:
    """One bare git repository on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, default_branch: str) -> None:
        (self.folder / "objects").mkdir(parents=True)
        (self.folder / "refs" / "heads").mkdir(parents=True)
        (self.folder / "HEAD").write_text(f"ref: refs/heads/{default_branch}\n")
        (self.folder / "config").write_text(_CONFIG)

    def write(self, kind: str, data: bytes) -> str:
        raw = b"%s %d\0" % (kind.encode(), len(data)) + data
        oid = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
        path = self._path(oid)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(raw, 1))
        return oid

    def read(self, oid: str) -> GitObject | None:
        if not _OID.fullmatch(oid):
            return None
        try:
            raw = zlib.decompress(self._path(oid).read_bytes())
        except FileNotFoundError:
            return None
        header, _, data = raw.partition(b"\0")
        return GitObject(oid, header.split(b" ")[0].decode(), data)

    def _path(self, oid: str) -> Path:
        return self.folder / "objects" / oid[:2] / oid[2:]

    def branches(self) -> dict[str, str]:
        """Branch names and the commits they point at."""
        heads = self.folder / "refs" / "heads"
        files = sorted(p for p in heads.rglob("*") if p.is_file() and not p.name.endswith(".lock"))
        return {p.relative_to(heads).as_posix(): p.read_text().strip() for p in files}

    @property
    def default_branch(self) -> str:
        return (self.folder / "HEAD").read_text().strip().removeprefix("ref: refs/heads/")

    def commit_of(self, revision: str) -> str | None:
        """The commit that HEAD, a branch or an id names."""
        name = self.default_branch if revision == "HEAD" else revision.removeprefix("refs/heads/")
        if _OID.fullmatch(name):
            found = self.read(name)
            return name if found is not None and found.kind == "commit" else None
        path = self.folder / "refs" / "heads" / name
        inside = path.is_relative_to(self.folder) and ".." not in name
        return path.read_text().strip() if inside and path.is_file() else None

    def tree_of(self, commit: str) -> str:
        found = self.read(commit)
        assert found is not None
        return found.data.split(b"\n", 1)[0].removeprefix(b"tree ").decode()

    def entries(self, tree: str) -> list[Entry]:
        found, result, at = self.read(tree), [], 0
        data = found.data if found is not None else b""
        while at < len(data):
            end = data.index(b"\0", at)
            mode, _, name = data[at:end].decode("utf-8", "replace").partition(" ")
            result.append(Entry(mode, name, data[end + 1 : end + 21].hex()))
            at = end + 21
        return result

    def walk(self, tree: str, prefix: str = "") -> Iterable[Entry]:
        """Everything below a tree, folders before what is in them."""
        for entry in self.entries(tree):
            path = prefix + entry.path
            yield Entry(entry.mode, path, entry.oid)
            if entry.kind == "tree":
                yield from self.walk(entry.oid, path + "/")

    def at(self, expression: str) -> Entry | None:
        """What `<revision>:<path>` or a plain revision names, as `git rev-parse` would."""
        revision, colon, path = expression.partition(":")
        commit = self.commit_of(revision)
        if commit is None:
            return None
        if not colon:
            return Entry("160000", "", commit)
        entry = Entry("40000", "", self.tree_of(commit))
        for name in filter(None, path.split("/")):
            found = next((e for e in self.entries(entry.oid) if e.path == name), None)
            if entry.kind != "tree" or found is None:
                return None
            entry = found
        return entry

    def commit(
        self, changes: Mapping[str, bytes | None], *, branch: str, message: str, author: str = "Stand-in"
    ) -> str:
        """A commit on top of the branch: new contents by path, None for a file that goes."""
        parent = self.commit_of(branch)
        files = {e.path: e for e in self.walk(self.tree_of(parent)) if e.kind != "tree"} if parent else {}
        for path, content in changes.items():
            if content is None:
                files.pop(path, None)
            else:
                mode = files[path].mode if path in files else FILE_MODE
                files[path] = Entry(mode, path, self.write("blob", content))
        tree = self._write_tree(sorted(files.values(), key=lambda e: e.path.split("/")))
        oid = self.write("commit", _commit_text(tree, parent, message, author))
        ref = self.folder / "refs" / "heads" / branch
        ref.parent.mkdir(parents=True, exist_ok=True)
        ref.write_text(oid + "\n")
        return oid

    def _write_tree(self, files: list[Entry]) -> str:
        """`files` are sorted by their path's parts."""
        lines: list[tuple[str, bytes]] = []
        for name, group in itertools.groupby(files, key=lambda e: e.path.partition("/")[0]):
            members = list(group)
            if members[0].path == name:
                mode, oid, key = members[0].mode, members[0].oid, name
            else:
                inner = [Entry(e.mode, e.path.partition("/")[2], e.oid) for e in members]
                mode, oid, key = "40000", self._write_tree(inner), name + "/"
            lines.append((key, f"{mode} {name}\0".encode() + bytes.fromhex(oid)))
        return self.write("tree", b"".join(line for _key, line in sorted(lines, key=lambda x: x[0].encode())))


def _commit_text(tree: str, parent: str | None, message: str, author: str) -> bytes:
    who = f"{author} <{author.lower().replace(' ', '-')}@standin.invalid> {int(time.time())} +0000"
    above = f"parent {parent}\n" if parent else ""
    return f"tree {tree}\n{above}author {who}\ncommitter {who}\n\n{message}\n".encode()
