"""What a question or search term asks for: one concept per content word, each with the index words that mean it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search.words import PARTICLES, STOP_WORDS, chunks, compound, joined_verb, stem

MAX_CONCEPTS: Final = 16
_SAME_EVERYWHERE: Final = (
    ("k8s", "kubernetes"),
    ("postgres", "postgresql", "pg"),
    ("database", "db"),
    ("repository", "repo"),
    ("configuration", "configure", "config"),
    ("authentication", "auth"),
    ("environment", "env"),
    ("documentation", "docs"),
    ("delete", "remove"),
    ("dev", "development"),
    ("prod", "production"),
    ("elasticsearch", "elastic search"),
)
_LONGEST_PHRASE: Final = 4


@dataclass(frozen=True, slots=True)
class Concept:
    """A word of the question. Any of `words` means it; all of `parts` together nearly do."""

    text: str
    words: tuple[str, ...]
    parts: tuple[str, ...] = ()
    prefix: str = ""
    """What somebody may still be typing: words that begin so count as well."""
    phrases: tuple[tuple[str, ...], ...] = ()
    """Synonyms of several words, each of which means it when all of its words are there."""


class Synonyms:
    """Words and phrases that mean the same; `groups` are a company's own beside those that hold everywhere."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._same: dict[str, set[str]] = {}
        self._phrases: dict[str, tuple[str, ...]] = {}
        for group in (*_SAME_EVERYWHERE, *groups):
            self._add({self._joined(w) for w in group} - {""})

    def _add(self, words: set[str]) -> None:
        whole = set(words).union(*(self._same.get(w, set()) for w in words))
        for word in whole:
            self._same[word] = whole

    def _joined(self, text: str) -> str:
        """The one word that a phrase is known by; its own words are kept to look for them apart."""
        parts = [p for chunk in chunks(text) for p in chunk]
        if len(parts) < 2:
            return stem(parts[0]) if parts else ""
        self._phrases[compound(parts)] = tuple(stem(p) for p in parts if p not in STOP_WORDS)
        return compound(parts)

    def together(self, found: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """Chunks with the neighbours that make up a known phrase joined to one."""
        left = list(found)
        while left:
            length = next((n for n in range(_LONGEST_PHRASE, 1, -1) if self._is_phrase(left[:n], n)), 1)
            yield tuple(part for chunk in left[:length] for part in chunk)
            del left[:length]

    def _is_phrase(self, some: Sequence[tuple[str, ...]], length: int) -> bool:
        return len(some) == length and compound([p for chunk in some for p in chunk]) in self._phrases

    def widen(self, concept: Concept) -> Concept:
        group = sorted({same for word in concept.words for same in self._same.get(word, ())})
        words = tuple(dict.fromkeys((*concept.words, *group)))
        return replace(concept, words=words, phrases=tuple(self._phrases[w] for w in group if w in self._phrases))


def concepts_of(text: str, synonyms: Synonyms | None = None, *, typing: bool = False) -> list[Concept]:
    """The concepts of `text` in order, each once; with `typing`, the last word may be unfinished."""
    found: list[Concept] = []
    before = ""
    for parts in synonyms.together(chunks(text)) if synonyms else chunks(text):
        concept = _of_chunk(parts)
        if len(parts) == 1 and parts[0] in PARTICLES and before and before not in STOP_WORDS:
            verb = found.pop() if found and found[-1].text == before else None
            stems = verb.words if verb else ()
            concept = Concept(f"{before} {parts[0]}", (joined_verb(before, parts[0]),), stems)
        if concept:
            found.append(concept)
        before = parts[-1]
    unique = list({c.words: c for c in found}.values())[:MAX_CONCEPTS]
    if typing and unique and len(before) > 1 and not text.endswith((" ", "?", ".")):
        unique[-1] = replace(unique[-1], prefix=before)
    return [synonyms.widen(c) for c in unique] if synonyms else unique


def _of_chunk(parts: tuple[str, ...]) -> Concept | None:
    if len(parts) == 1:
        return None if parts[0] in STOP_WORDS else Concept(parts[0], (stem(parts[0]),))
    verb = len(parts) == 2 and parts[1] in PARTICLES
    word = joined_verb(parts[0], parts[1]) if verb else compound(parts)
    rest = tuple(stem(p) for p in parts if p not in STOP_WORDS)
    words = tuple(dict.fromkeys((word, compound(parts))))
    return Concept(" ".join(parts), words, rest) if rest else None
