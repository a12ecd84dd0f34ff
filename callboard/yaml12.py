"""YAML as catalogs and configs write it: 1.2 core schema, many documents, exact lines, nothing that explodes.

PyYAML's C parser does the scanning; its constructor (YAML 1.1: `yes` is a boolean, `012` is ten, the last of two
equal keys wins) is replaced by `yaml_values`. A line is found again from the document's text, and only when
somebody asks, so that a good file pays nothing for it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.events import DocumentStartEvent, ScalarEvent, StreamEndEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from callboard.yaml_values import ValueBuilder, YamlValueError

MAX_NODES: Final = 1_000_000
"""Values in one document after aliases are followed; an alias bomb passes it at once, real files never."""
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
    text: str
    first_line: int = 0
    """Lines of the file before `text`."""
    _nodes: list[Node | None] = field(default_factory=list, repr=False, compare=False)

    def line_of(self, path: Path) -> int:
        """The line of the value at `path`, or of the deepest part of it that exists."""
        node, line = self._node() if path else None, self.line
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
            line = key.start_mark.line + 1 + self.first_line
        return line

    def _node(self) -> Node | None:
        if not self._nodes:
            self._nodes.append(_composed(self.text))
        return self._nodes[0]


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
        loader = yaml.CSafeLoader(text)
    except yaml.YAMLError as error:
        raise _translate(error, text, first_line) from None
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1 + first_line
        raise YamlError("half of a character (a lone surrogate) that no text file can hold", line) from None
    try:
        while not isinstance(event := loader.get_event(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                yield from _document(loader, event, text, first_line, max_nodes)
    except yaml.YAMLError as error:
        raise _translate(error, text, first_line) from None
    except YamlValueError as error:
        raise YamlError(error.message, error.line + 1 + first_line) from None
    except RecursionError:
        raise YamlError("nested too deeply", first_line + 1) from None
    finally:
        loader.dispose()


def _document(
    loader: yaml.CSafeLoader, start: Any, text: str, first_line: int, max_nodes: int
) -> Iterator[YamlDocument]:
    event: Any = loader.get_event()
    following: Callable[[], Any] = loader.get_event
    value = ValueBuilder(following, max_nodes).build(event)
    end: Any = loader.get_event()
    if isinstance(event, ScalarEvent) and value is None and not event.value:
        return  # empty
    begin = start.start_mark.index - start.start_mark.column
    own = text[begin : end.end_mark.index]
    line = event.start_mark.line + 1 + first_line
    yield YamlDocument(value, line, own, first_line + start.start_mark.line)


def _composed(text: str) -> Node | None:
    loader = yaml.CSafeLoader(text)
    try:
        return loader.get_node() if loader.check_node() else None
    except yaml.YAMLError:  # the composer refuses what YAML 1.2 allows, an anchor set twice
        return None
    finally:
        loader.dispose()


def _child(node: Node | None, step: str | int) -> tuple[Node, Node] | None:
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
