"""The forms that names, keys and tags must have, replaceable per installation, and the nearest text that has them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

_LABEL = "[a-z0-9]+(?:-+[a-z0-9]+)*"
_SUBDOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_OBJECT_NAME = "(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_PREFIX_MAX: Final = 253
_LABEL_MAX: Final = 63
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_NEEDED = frozenset({"http", "https", "ws", "wss", "ftp"})
_NOT_IN_HOST = re.compile(r"[\s<>^|\\%\"`{}]")


@dataclass(frozen=True)
class Format:
    """A pattern for the whole text and a length; `expected` completes "expected …", `{max}` is the length in it.

    With `prefixed` the text may begin with a DNS subdomain and a slash, and pattern and length are of what follows.
    """

    pattern: str
    expected: str
    max_length: int = 63
    prefixed: bool = False
    lower: bool = False
    """True where capitals are what people get wrong; only suggestions need it."""

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def accepts(self, text: str) -> bool:
        if self.prefixed and "/" in text:
            prefix, _, text = text.partition("/")
            if not is_subdomain(prefix):
                return False
        return len(text) <= self.max_length and self._regex.fullmatch(text) is not None

    @property
    def expectation(self) -> str:
        return self.expected.format(max=self.max_length)

    def nearest(self, text: str) -> str | None:
        """The text that was probably meant, or None when nothing of it can be kept."""
        prefix, slash, suffix = text.partition("/") if self.prefixed else ("", "", text)
        prefix = ".".join(filter(None, (_slug(p, "[^a-z0-9]+", lower=True) for p in prefix.split("."))))
        allowed = "[^a-z0-9:+#]+" if self.lower else "[^A-Za-z0-9_.]+"
        word = _slug(suffix, allowed, lower=self.lower)[: self.max_length].strip("-_.")
        candidates = (f"{prefix}{slash}{word}" if prefix else word, _slug(word, "[^A-Za-z0-9]+", lower=self.lower))
        return next((c for c in candidates if c != text and self.accepts(c)), None)


_NAME = Format(
    _OBJECT_NAME,
    "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most {max} characters in total",
)
_KEY = Format(_OBJECT_NAME, "a valid prefix and/or suffix", prefixed=True)


@dataclass(frozen=True)
class FieldFormats:
    """The format of each field; `FieldFormats(name=replace(FieldFormats().name, max_length=100))` raises a limit."""

    api_version: Format = Format(
        "[a-zA-Z0-9]+",
        "a string that is a version of [a-zA-Z0-9], optionally after a lower-case domain and a slash",
        prefixed=True,
    )
    kind: Format = Format(
        "[a-zA-Z][a-z0-9A-Z]*", "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most {max} characters in total"
    )
    name: Format = _NAME
    namespace: Format = Format(
        _LABEL,
        "a string that is sequences of [a-z0-9] separated by [-], at most {max} characters in total",
        lower=True,
    )
    label_key: Format = _KEY
    label_value: Format = Format(f"(?:{_OBJECT_NAME})?", _NAME.expected)
    annotation_key: Format = _KEY
    tag: Format = Format(
        "[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*",
        "a string that is sequences of [a-z0-9+#] separated by [-], at most {max} characters in total",
        lower=True,
    )


_SUBDOMAIN_REGEX = re.compile(_SUBDOMAIN)


def is_subdomain(text: str) -> bool:
    return (
        len(text) <= _PREFIX_MAX
        and _SUBDOMAIN_REGEX.fullmatch(text) is not None
        and all(len(label) <= _LABEL_MAX for label in text.split("."))
    )


def is_absolute_url(text: str) -> bool:
    """Whether a browser's URL parser would take it: any scheme, and a host where the scheme has one."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return False
    if scheme[1].lower() not in _HOST_NEEDED:
        return True
    try:
        parts = urlsplit(f"//{text[scheme.end() :].strip().lstrip('/')}")
        return bool(parts.hostname) and not _NOT_IN_HOST.search(parts.netloc) and (parts.port is None or True)
    except ValueError:
        return False


def _slug(text: str, forbidden: str, *, lower: bool) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(forbidden, "-", plain.lower() if lower else plain).strip("-_.")
