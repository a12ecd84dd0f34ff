"""Inline Markdown three ways: mrkdwn, rich text elements, plain text."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from markdown_it.tree import SyntaxTreeNode

from blocks import kit

Style = dict[str, bool]
_STYLES: Final[Mapping[str, str]] = {"strong": "bold", "em": "italic", "s": "strike"}
_MARKS: Final[Mapping[str, str]] = {"strong": "*", "em": "_", "s": "~"}
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FOLLOWABLE: Final = re.compile(r"https?://[^\s]{1,2990}\Z")


def mrkdwn_of(node: SyntaxTreeNode) -> str:
    """Escaped: no mention, channel or link comes out of it but the links that stand in it."""
    return "".join(_mrkdwn(child) for child in _inline(node)).strip()


def plain_of(node: SyntaxTreeNode) -> str:
    return "".join(_plain(child) for child in _inline(node))


def rich_of(node: SyntaxTreeNode) -> list[dict[str, Any]]:
    """Rich text elements; neighbours of one style are one element, empty ones none."""
    found: list[dict[str, Any]] = []
    for element in (e for child in _inline(node) for e in _rich(child, {})):
        last = found[-1] if found else None
        same = last and last["type"] == element["type"] == "text" and last.get("style") == element.get("style")
        if same and last:
            last["text"] += element["text"]
        elif element["text"]:
            found.append(element)
    return found


def _inline(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for child in node.children:
        if child.type == "inline":
            yield from child.children
        elif child.type not in {"bullet_list", "ordered_list", "fence", "code_block"}:
            yield from _inline(child)


def _mrkdwn(node: SyntaxTreeNode) -> str:
    inner = "".join(_mrkdwn(c) for c in node.children)
    if node.type in _MARKS:
        mark = _MARKS[node.type]
        return f"{mark}{inner.strip()}{mark}" if inner.strip() else ""
    if node.type == "link":
        return kit.link(str(node.attrs.get("href", "")), _plain(node)) if _followable(node, "href") else inner
    if node.type == "code_inline":
        return kit.code(node.content)
    if node.type == "image":
        label = f"picture: {_plain(node) or 'without a description'}"
        return kit.link(str(node.attrs.get("src", "")), label) if _followable(node, "src") else kit.escape(label)
    return inner or kit.escape(_plain(node))


def _rich(node: SyntaxTreeNode, style: Style) -> Iterator[dict[str, Any]]:
    if node.type in _STYLES:
        for child in node.children:
            yield from _rich(child, style | {_STYLES[node.type]: True})
    elif node.type in {"link", "image"} and _followable(node, "href" if node.type == "link" else "src"):
        address = node.attrs.get("href") or node.attrs.get("src")
        text = _plain(node) or "picture"
        yield {"type": "link", "url": str(address), "text": text} | ({"style": style} if style else {})
    elif node.type == "code_inline":
        yield {"type": "text", "text": node.content, "style": style | {"code": True}}
    elif node.type == "link":
        for child in node.children:
            yield from _rich(child, style)
    else:
        yield {"type": "text", "text": _plain(node)} | ({"style": style} if style else {})


def _plain(node: SyntaxTreeNode) -> str:
    if node.type in {"softbreak", "hardbreak"}:
        return "\n" if node.type == "hardbreak" else " "
    if node.type == "html_inline":
        return "\n" if _BREAK.fullmatch(node.content) else ""
    if node.type.startswith("footnote"):
        return ""
    if node.children:
        return "".join(_plain(c) for c in node.children)
    return node.content if node.type in {"text", "code_inline", "image", "text_special"} else ""


def _followable(node: SyntaxTreeNode, attribute: str) -> bool:
    return _FOLLOWABLE.match(str(node.attrs.get(attribute, ""))) is not None
