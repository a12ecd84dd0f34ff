"""Slack's mrkdwn as HTML. Whatever isn't markup is escaped; links lead to web and mail addresses only."""

import re
import time
from collections.abc import Callable, Mapping

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from playground.emoji import with_emoji
from playground.typed import unescape

Name = Callable[[str], str]

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_TOKEN = re.compile(r"<([^<>\n]+)>")
_STASHED = re.compile("\x00(\\d+)\x00")
_STYLES = (("*", "strong"), ("_", "em"), ("~", "s"))
_DATES = {
    "date_num": "%Y-%m-%d",
    "date": "%B %-d, %Y",
    "date_short": "%b %-d, %Y",
    "date_long": "%A, %B %-d, %Y",
    "date_pretty": "%B %-d, %Y",
    "date_short_pretty": "%b %-d, %Y",
    "date_long_pretty": "%A, %B %-d, %Y",
    "time": "%-I:%M %p",
    "time_secs": "%-I:%M:%S %p",
}
_markdown = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")
)


class Mrkdwn:
    """Turns text into HTML; needs to know what people, channels and groups are called."""

    def __init__(self, *, user: Name, channel: Name, group: Name) -> None:
        self._user = user
        self._channel = channel
        self._group = group

    def __call__(self, text: str) -> Markup:
        stash: list[Markup] = []

        def keep(piece: Markup) -> str:
            stash.append(piece)
            return f"\x00{len(stash) - 1}\x00"

        text = text.replace("\x00", "")
        text = _FENCE.sub(lambda m: keep(Markup("<pre>{}</pre>").format(unescape(m[1]))), text)
        text = _CODE.sub(lambda m: keep(Markup("<code>{}</code>").format(unescape(m[1]))), text)
        text = _TOKEN.sub(lambda m: keep(self._token(m[1])), text)
        html = str(escape(unescape(with_emoji(text))))
        for mark, tag in _STYLES:
            html = re.sub(_styled(mark), rf"<{tag}>\1</{tag}>", html)
        html = _quotes(html)
        return Markup(_restore(html, stash))  # noqa: S704 - every part was escaped above or is a tag of ours

    def _token(self, body: str) -> Markup:
        target, _, label = body.partition("|")
        if target.startswith("@"):
            return _mention("@" + self._user(target[1:]))
        if target.startswith("#"):
            return _mention("#" + (label or self._channel(target[1:])))
        if target.startswith("!"):
            return self._special(target[1:], label)
        return link(unescape(target), unescape(label))

    def _special(self, target: str, label: str) -> Markup:
        if target in {"here", "channel", "everyone"}:
            return _mention("@" + target, loud=True)
        if target.startswith("subteam^"):
            return _mention("@" + (label.removeprefix("@") or self._group(target.removeprefix("subteam^"))))
        if target.startswith("date^"):
            _, moment, pattern, *_ = [*target.split("^"), "", ""]
            return Markup("<time>{}</time>").format(_date(moment, pattern, unescape(label)))
        return escape(label or f"<!{target}>")


def link(url: str, label: str = "") -> Markup:
    if not url.lower().startswith(("http://", "https://", "mailto:")):
        return escape(f"<{url}|{label}>" if label else f"<{url}>")
    shown = label or url.removeprefix("mailto:")
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, shown)


def markdown(text: str) -> Markup:
    """A markdown block; HTML in it is text, and so are pictures."""
    html = _markdown.render(text).replace("<a href", '<a target="_blank" rel="noopener noreferrer" href')
    return Markup(html)  # noqa: S704 - rendered with html off, and markdown-it refuses script links


def _mention(text: str, *, loud: bool = False) -> Markup:
    return Markup('<span class="mention{}">{}</span>').format(" loud" if loud else "", text)


def _styled(mark: str) -> str:
    m = re.escape(mark)
    return rf"(?<![\w{m}]){m}(?=\S)([^{m}\n]*?\S){m}(?![\w{m}])"


def _quotes(html: str) -> str:
    lines: list[str] = []
    for line in html.split("\n"):
        if line.startswith("&gt;"):
            quoted = line.removeprefix("&gt;").removeprefix(" ")
            if lines and lines[-1].endswith("</blockquote>"):
                lines[-1] = lines[-1].removesuffix("</blockquote>") + f"<br>{quoted}</blockquote>"
            else:
                lines.append(f"<blockquote>{quoted}</blockquote>")
        else:
            lines.append(line)
    return "<br>".join(lines).replace("</blockquote><br>", "</blockquote>")


def _restore(html: str, stash: list[Markup]) -> str:
    return _STASHED.sub(lambda m: str(stash[int(m[1])]), html)


def _date(moment: str, pattern: str, fallback: str) -> str:
    try:
        when = time.localtime(int(moment))
    except (ValueError, OverflowError):
        return fallback
    words: Mapping[str, str] = {name: time.strftime(shape, when) for name, shape in _DATES.items()}
    return re.sub(r"\{(\w+)\}", lambda m: words.get(m[1], m[0]), pattern)
