"""What people type, as plain words: Slack's escapes, markup, emoji and politeness taken off."""

import html
import re
from typing import Final

MAX_LENGTH: Final = 600
"""Longer than this nothing is a question; it is looked at up to here."""

_MARKUP: Final = re.compile(r"<([^<>\n]{1,2000})>")
_EMOJI_CODE: Final = re.compile(r"(?<!\S):[a-z0-9_+-]+:(?!\S)", re.IGNORECASE)
_PICTURES: Final = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u200d\ufe0f\u2190-\u21ff\u2b00-\u2bff]+")
_QUOTES: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u02bc": "'", "\u00b4": "'", "\u201c": '"', "\u201d": '"',
     "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\u2013": "-", "\u2014": " - ", "\u2026": " ", "\u00a0": " ",
     "\u200b": "", "\u2011": "-"}
)  # fmt: skip
_MARKS: Final = re.compile(r"[\"`*~]|(?<![\w])'|'(?![\w])")
_COMMAND: Final = re.compile(r"^\s*/?callboard\b[,:!]?\s*", re.IGNORECASE)
_LEADING_MENTION: Final = re.compile(r"^@[UW][A-Z0-9]{5,}[,:]?\s+(?=\S)")
_ENDINGS: Final = re.compile(r"(?<=[?!])\s+|(?<=[.;])\s+|\n+")

_OPENERS: Final = (
    r"(?:hey|hi|hello|hiya|yo|ok|okay|so|well|um+|hmm+|uh|oh|ah|please|pls|plz|sorry|quick question|question|and|but|"
    r"also|then|btw|fyi|guys|folks|team|all|everyone|everybody|there|good (?:morning|afternoon|evening)|actually|right|"
    r"callboard|anyway|just wondering|wondering|help)(?:[,:;.! -]+|\s+)"
)
_ASKING: Final = (
    r"(?:(?:can|could|would|will) (?:you|u|someone|somebody|anyone|anybody|i|we) (?:please |pls |just |"
    r"quickly |kindly )*"
    r"|(?:do|does|did) (?:you|u|anyone|anybody|someone|somebody) (?:happen to |even )?"
    r"|(?:any ?one|any ?body|some ?one|some ?body) |i(?:'d| would| want| need|'m trying)(?: like)? to |let me "
    r"|please |pls |help me )?"
    r"(?:tell (?:me|us)|show (?:me|us)|show|give (?:me|us)|let (?:me|us) know|know|remind me|find out|find|look up|"
    r"explain to me|see|get me|get|check|say|figure out|understand|point me (?:to|at)|remember|display|print|fetch|"
    r"lookup|pull up|bring up|open|wondering|ask)"
    r"(?:,| if| whether| again)?\s+(?!(?:in|on|for|of|that|by)\b)"
)
_OTHERS: Final = (
    r"(?:i'm|i am|im|we're|we are) (?:looking for|wondering|curious|trying to find(?: out)?|not sure)(?: about)?,?\s+"
    r"|(?:any|no) idea,?\s+|(?:i|we) (?:don't|do not|dont) (?:really )?know,?\s+|quick (?:one|q):?\s+|q:\s*"
)
_BEFORE: Final = re.compile(rf"^(?:{_OPENERS}|{_ASKING}|{_OTHERS})", re.IGNORECASE)
_AFTER: Final = re.compile(
    r"[\s,]+(?:please|pls|plz|thanks|thank you|thx|ty|cheers|right now|now|these days|nowadays|currently|"
    r"at the moment|atm|anyway|exactly|actually|again|for me|for us|by the way|btw|then|asap|anymore|any more|"
    r"if you know|do you know|does anyone know|anyone know|anyone|anybody|guys|folks|here|yet|lately|though|mate|"
    r"in the catalog|callboard|or not|or what|at all|of ours|tho|lol|ffs|quickly|any idea|today|tonight)$",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """One line of plain words. Mentions become `@U…`, channels `#name`, links their label."""
    text = _MARKUP.sub(_unmarked, text[: 4 * MAX_LENGTH])
    text = html.unescape(text).translate(_QUOTES)
    text = _PICTURES.sub(" ", _EMOJI_CODE.sub(" ", text))
    text = _COMMAND.sub("", text)
    text = _MARKS.sub(" ", text)
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()[:MAX_LENGTH]


def _unmarked(found: re.Match[str]) -> str:
    body, _, label = found[1].partition("|")
    if body.startswith("!"):
        return f" {label.lstrip('@')} " if body.startswith("!subteam") else " "
    if body.startswith("@"):
        return f" {body} "
    if body.startswith("#"):
        return f" #{label or body[1:]} "
    if label:
        return f" {label} "
    if body.startswith(("http:", "https:")):
        return f" {_name_in(body)} "
    return f" {body.removeprefix('mailto:')} "


def _name_in(url: str) -> str:
    """The last part of an address that isn't a word of the host's own."""
    path = re.split(r"[?#]", url)[0].split("/")[3:]
    parts = [p.removesuffix(".git") for p in path if p and p not in {"tree", "blob", "main", "master", "-"}]
    return parts[-1] if parts else url


def without_mention(text: str) -> str:
    """A leading mention is how a bot is addressed; without it, if anything is left."""
    return _LEADING_MENTION.sub("", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text without their closing marks; the whole text is the first when it is only one."""
    return [s for part in _ENDINGS.split(text) if (s := part.strip(" ?!.,;:\n-"))]


def variants(sentence: str) -> list[str]:
    """A sentence as it is, without its opening words, and without its closing ones as well."""
    opened = _stripped(_BEFORE, sentence)
    return list(dict.fromkeys([sentence, opened, _stripped(_AFTER, opened)]))


def _stripped(pattern: re.Pattern[str], text: str) -> str:
    while True:
        shorter = pattern.sub("", text, count=1).strip(" ,:;-?!.")
        if shorter == text or not shorter:
            return text
        text = shorter
