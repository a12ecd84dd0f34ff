"""The one Markdown dialect that docs are written in, for everybody who renders them."""

from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from techdocs.sections import with_tabs

ADMONITIONS: Final = {
    "note": "📝", "info": "💡", "tip": "💡", "hint": "💡", "success": "✅", "question": "❓", "warning": "⚠️",
    "caution": "⚠️", "attention": "⚠️", "danger": "🛑", "error": "🛑", "failure": "🛑", "bug": "🐞", "example": "🧪",
    "abstract": "📋", "quote": "💬", "important": "❗", "tab": "",
}  # fmt: skip
"""What admonitions are marked with."""


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables, strikethrough, admonitions, definition lists, footnotes and bare links."""
    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return made.use(admon_plugin).use(deflist_plugin).use(footnote_plugin).use(gfm_autolink_plugin)


def prepared(text: str) -> str:
    """The text as the parser wants it."""
    return with_tabs(text)
