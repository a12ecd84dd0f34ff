"""YAML as catalogs and configs write it: 1.2 core schema, many documents, exact lines, nothing that explodes.

PyYAML's C parser does the scanning; its constructor (YAML 1.1: `yes` is a boolean, `012` is ten, the last of two
equal keys wins) is replaced. Lines are found again from the node tree only when somebody asks, so that a good
file pays nothing for them.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MAX_NODES: Final = 1_000_000
"""Values in one document after aliases are followed; an alias bomb passes it at once, real files never."""
_STR, _NULL, _BOOL, _INT, _FLOAT = (f"tag:yaml.org,2002:{t}" for t in ("str", "null", "bool", "int", "float"))
_MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_KEYWORDS: Final = {
    "": _NULL, "~": _NULL, "null": _NULL, "Null": _NULL, "NULL": _NULL,
    "true": _BOOL, "True": _BOOL, "TRUE": _BOOL, "false": _BOOL, "False": _BOOL, "FALSE": _BOOL,
}  # fmt: skip
_MOST_DIGITS: Final = 400
_TRUTH: Final = {"true": True, "false": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMBER_START = frozenset("+-.0123456789")
_CONFLICT = re.compile(r"^(<{7} |>{7} |={7}$)", re.MULTILINE)
_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)

Path = Sequence[str | int]


class YamlError(ValueError):
    """A text that is not the YAML it should be; `line` counts from 1 in the whole file."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One document of a file: its value, the line it starts on, and the way back from a path to a line."""

    value: Any
    line: int
    node: Node
    first_line: int = 0
    """Lines of the file before the text that `node` was parsed from."""

    def line_of(self, path: Path) -> int:
        """The line of the value at `path`, or of the deepest part of it that exists."""
        node, line = self.node, self.line
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
            line = key.start_mark.line + 1 + self.first_line
        return line


class _Loader(yaml.CSafeLoader):
    """CSafeLoader with the implicit types of YAML 1.2's core schema."""

    def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
        if kind is MappingNode:
            return _MAP
        if kind is SequenceNode:
            return _SEQ
        if not implicit[0] or value is None:
            return _STR
        keyword = _KEYWORDS.get(value)
        if keyword is not None:
            return keyword
        if value[0] in _NUMBER_START:
            if _INTEGER.fullmatch(value):
                return _INT
            if _REAL.fullmatch(value):
                return _FLOAT
        return _STR


def parse_documents(text: str, *, max_nodes: int = MAX_NODES) -> Iterator[YamlDocument | YamlError]:
    """Every document of a file in order, an error in place of each that can't be read.

    A document that is broken costs only itself: `---` at the start of a line ends whatever was open, so the
    text is cut there when the file as a whole doesn't parse.
    """
    if not text.endswith("\n"):
        text += "\n"  # else a block scalar at the end loses the newline that YAML gives it
    try:
        yield from list(_parse_stream(text, 0, max_nodes))
    except YamlError as whole:
        cuts = [0, *(m.start() for m in _SEPARATOR.finditer(text))]
        if len(cuts) == 1:
            yield whole
            return
        for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
            first_line = text.count("\n", 0, start)
            try:
                yield from list(_parse_stream(text[start:end], first_line, max_nodes))
            except YamlError as error:
                yield error


def parse_one(text: str, *, max_nodes: int = MAX_NODES) -> YamlDocument:
    """The single document of a text. Raises YamlError when it is broken, missing, or not alone."""
    documents = list(parse_documents(text, max_nodes=max_nodes))
    for document in documents:
        if isinstance(document, YamlError):
            raise document
    if len(documents) != 1:
        raise YamlError(f"expected one YAML document, found {len(documents)}", 1)
    found = documents[0]
    assert isinstance(found, YamlDocument)
    return found


def _parse_stream(text: str, first_line: int, max_nodes: int) -> Iterator[YamlDocument]:
    try:
        loader = _Loader(text)
    except yaml.YAMLError as error:
        raise _translate(error, text, first_line) from None
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1 + first_line
        raise YamlError("half of a character (a lone surrogate) that no text file can hold", line) from None
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None or (isinstance(node, ScalarNode) and node.tag == _NULL and not node.value):
                continue
            value = _Builder(first_line, max_nodes).build(node)
            yield YamlDocument(value, node.start_mark.line + 1 + first_line, node, first_line)
    except yaml.YAMLError as error:
        raise _translate(error, text, first_line) from None
    except RecursionError:
        raise YamlError("nested too deeply", first_line + 1) from None
    finally:
        loader.dispose()


class _Builder:
    """Nodes to JSON values, with a budget that aliases can't multiply past."""

    def __init__(self, first_line: int, max_nodes: int) -> None:
        self._first_line = first_line
        self._left = max_nodes
        self._open: set[int] = set()

    def build(self, node: Node) -> Any:
        self._left -= 1
        if self._left < 0:
            raise self._error("aliases expand to more values than a catalog file may hold", node)
        if isinstance(node, ScalarNode):
            try:
                return _scalar(node)
            except (ValueError, KeyError):  # only an explicit tag such as `!!int` gets here with other text
                kind = node.tag.rpartition(":")[2]
                raise self._error(f'"{node.value}" is not a value of the type `!!{kind}`', node) from None
        if id(node) in self._open:
            raise self._error("an alias refers to the value it stands in", node)
        self._open.add(id(node))
        built = self._mapping(node) if isinstance(node, MappingNode) else [self.build(n) for n in node.value]
        self._open.discard(id(node))
        return built

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else _flow_text(key_node)
            if key in result:
                raise self._error(f'duplicate key "{key}"', key_node)
            result[key] = self.build(value_node)
        return result

    def _error(self, message: str, node: Node) -> YamlError:
        return YamlError(message, node.start_mark.line + 1 + self._first_line)


def _scalar(node: ScalarNode) -> Any:
    tag, value = node.tag, node.value
    if tag == _NULL:
        return None
    if tag == _BOOL:
        return _TRUTH[value.lower()]
    if tag == _INT:
        return _integer(value)
    if tag == _FLOAT:
        return _real(value)
    return value


def _integer(text: str) -> int | float | None:
    """Past 64 bits a double: that is what JavaScript reads, and JSON writers take no larger integer."""
    if text.startswith(("0o", "0x")):
        number = int(text[2:], 8 if text[1] == "o" else 16)
    elif len(text) > _MOST_DIGITS:
        return _real(text)
    else:
        number = int(text)
    if number.bit_length() < 64:
        return number
    try:
        return float(number)
    except OverflowError:
        return None


def _real(text: str) -> float | None:
    folded = text.lower().replace(".inf", "inf").replace(".nan", "nan")
    number = float(folded)
    return number if math.isfinite(number) else None  # JSON has neither


def _flow_text(node: Node) -> str:
    """A collection used as a key, the way `{{ name }}` left unquoted reads: its flow text becomes the key."""
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, MappingNode):
        pairs = (f"{_flow_text(k)}: {_flow_text(v)}".removesuffix(": ") for k, v in node.value)
        return "{ " + ", ".join(pairs) + " }"
    return "[ " + ", ".join(_flow_text(n) for n in node.value) + " ]"


def _child(node: Node, step: str | int) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value == step:
                return key, value
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item, item
    return None


def _translate(error: yaml.YAMLError, text: str, first_line: int) -> YamlError:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return YamlError(
            "a git conflict marker was left in the file; resolve the merge and remove it", line + first_line
        )
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else _line_of_position(error, text)
    lines = text.splitlines()
    at = lines[line - 1] if 0 < line <= len(lines) else ""
    return YamlError(_plain_words(error, at), line + first_line)


def _line_of_position(error: yaml.YAMLError, text: str) -> int:
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1


def _plain_words(error: yaml.YAMLError, line: str) -> str:
    """The parser's complaint in words that name the usual cause."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indented with a tab; YAML wants spaces"
    if "special characters" in str(problem) or "control characters" in str(problem):
        return "the file holds characters that no text file has (is it binary?)"
    return str(problem)
