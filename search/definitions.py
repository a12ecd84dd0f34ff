"""What an API definition says, read line by line: quick, and content with a file that is half right."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import orjson

MAX_OPERATIONS: Final = 2_000
_METHODS: Final = frozenset(
    {"get", "put", "post", "delete", "options", "head", "patch", "trace", "publish", "subscribe"}
)
_TOP: Final = re.compile(r"^(['\"]?)(paths|channels)\1\s*:\s*$")
_KEY: Final = re.compile(r"^(\s+)(['\"]?)([^'\"#\n]+?)\2\s*:(?:\s+(.*))?$")
_SUMMARY: Final = frozenset({"summary", "operationId", "description"})
_RPC: Final = re.compile(r"^\s*rpc\s+(\w+)\s*\(\s*(?:stream\s+)?([\w.]+)\s*\)", re.MULTILINE)
_SERVICE: Final = re.compile(r"^\s*service\s+(\w+)\s*\{", re.MULTILINE)
_GRAPHQL: Final = re.compile(
    r"^\s*(?:extend\s+)?type\s+(Query|Mutation|Subscription)\b[^{]*\{(.*?)^\s*\}", re.MULTILINE | re.DOTALL
)
_FIELD: Final = re.compile(r"^\s*(\w+)\s*(?:\([^)]*\))?\s*:\s*[\[\w]", re.MULTILINE)

_INFO: Final = re.compile(r"^info:[ \t]*$(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_INFO_LINE: Final = re.compile(r"^\s{1,4}(title|version):\s*(.+?)\s*$", re.MULTILINE)
_SERVERS: Final = re.compile(r"^servers:[ \t]*$(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_SERVER: Final = re.compile(r"^\s*-?\s*(?:url|host):\s*['\"]?([^'\"\s#]+)", re.MULTILINE)
_PACKAGE: Final = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_MAX_SERVERS: Final = 5
_SUFFIXES: Final = {"graphql": ".graphql", "grpc": ".proto", "wsdl": ".wsdl"}

Operation = tuple[str, str]
"""What one calls it (`POST /v1/refunds`), and words about it."""


def operations(definition: str) -> list[Operation]:
    """The operations of an OpenAPI, AsyncAPI, gRPC or GraphQL definition; empty for anything else."""
    found = _json(definition) if definition.lstrip().startswith("{") else _text(definition)
    unique: dict[str, str] = {}
    for signature, words in islice(found, MAX_OPERATIONS):
        unique.setdefault(signature[:500], words[:2_000])
    return list(unique.items())


@dataclass(frozen=True, slots=True)
class Headline:
    """What a definition calls itself, its version, and where it is served; empty where it doesn't say."""

    title: str = ""
    version: str = ""
    servers: tuple[str, ...] = ()


def headline(definition: str) -> Headline:
    """The title block of an OpenAPI or AsyncAPI document, the package of a proto file."""
    if definition.lstrip().startswith("{"):
        return _json_headline(definition)
    info = _INFO.search(definition)
    found = {m[1]: m[2].strip("'\"") for m in _INFO_LINE.finditer(info[1])} if info else {}
    block = _SERVERS.search(definition)
    servers = tuple(_SERVER.findall(block[1])[:_MAX_SERVERS]) if block else ()
    package = _PACKAGE.search(definition)
    return Headline(found.get("title") or (package[1] if package else ""), found.get("version", ""), servers)


def file_name(name: str, kind: str, definition: str) -> str:
    """What to call a definition as a file."""
    usual = ".json" if definition.lstrip().startswith("{") else ".yaml"
    return f"{name}{_SUFFIXES.get(kind.lower(), usual if kind.lower().endswith('api') else '.txt')}"


def _json_headline(definition: str) -> Headline:
    try:
        value = orjson.loads(definition)
    except orjson.JSONDecodeError:
        return Headline()
    info = value.get("info") if isinstance(value.get("info"), dict) else {}
    listed = value.get("servers")
    some = listed.values() if isinstance(listed, dict) else listed if isinstance(listed, list) else ()
    servers = tuple(str(s.get("url") or s.get("host") or "") for s in some if isinstance(s, dict))
    return Headline(
        str(info.get("title") or ""), str(info.get("version") or ""), tuple(s for s in servers if s)[:_MAX_SERVERS]
    )


def _text(definition: str) -> Iterator[Operation]:
    yield from _yaml(definition)
    if "rpc " in definition:
        service = _SERVICE.search(definition)
        for match in _RPC.finditer(definition):
            yield f"{service[1]}.{match[1]}" if service else match[1], match[2]
    for block in _GRAPHQL.finditer(definition):
        for name in _FIELD.findall(re.sub(r'""".*?"""', "", block[2], flags=re.DOTALL)):
            yield f"{block[1].lower()} {name}", ""


def _json(definition: str) -> Iterator[Operation]:
    try:
        value = orjson.loads(definition)
    except orjson.JSONDecodeError:
        return
    for group in ("paths", "channels"):
        paths = value.get(group)
        for path, item in paths.items() if isinstance(paths, dict) else ():
            yield from _methods(path, item)


def _methods(path: str, item: Any) -> Iterator[Operation]:
    methods = [m for m in item if m.lower() in _METHODS] if isinstance(item, dict) else []
    if not methods:
        yield path, ""
    for method in methods:
        about = item[method] if isinstance(item[method], dict) else {}
        yield f"{method.upper()} {path}", " ".join(str(about[k]) for k in sorted(_SUMMARY) if about.get(k))


@dataclass(slots=True)
class _Outline:
    """Where in the indentation of `paths` or `channels` the scan is: the first level holds paths, the next methods."""

    inside: bool = False
    path: str = ""
    method: str = ""
    path_indent: int = -1
    method_indent: int = -1
    words: list[str] = field(default_factory=list)

    def finished(self) -> Iterator[Operation]:
        if self.path:
            yield f"{self.method.upper()} {self.path}".strip(), " ".join(self.words)
        self.words = []

    def top(self, line: str) -> Iterator[Operation]:
        if not line.startswith("#"):
            yield from self.finished()
            self.path, self.inside = "", bool(_TOP.match(line))

    def key(self, indent: int, key: str, value: str) -> Iterator[Operation]:
        if self.path_indent in {-1, indent}:
            yield from self.finished()
            self.path_indent, self.path, self.method, self.method_indent = indent, key, "", -1
        elif key.lower() in _METHODS and self.method_indent in {-1, indent}:
            if self.method:
                yield from self.finished()
            self.method_indent, self.method = indent, key
        elif key in _SUMMARY and len(self.words) < 4:
            self.words.append(value.strip("'\"|>- "))


def _yaml(definition: str) -> Iterator[Operation]:
    outline = _Outline()
    for line in definition.splitlines():
        if line and not line[0].isspace():
            yield from outline.top(line)
        elif outline.inside and (match := _KEY.match(line)):
            yield from outline.key(len(match[1]), match[3], (match[4] or "").strip())
    yield from outline.finished()
