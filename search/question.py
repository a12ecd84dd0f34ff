"""What a question or search term asks for: one concept per content word, each with the index words that mean it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search.words import PARTICLES, STOP_WORDS, chunks, compound, joined_verb, stem

MAX_CONCEPTS: Final = 16
SYNONYMS: Final[Mapping[str, Sequence[str]]] = {
    "k8s": ("kubernetes",),
    "postgres": ("postgresql", "pg"),
    "database": ("db",),
    "repository": ("repo",),
    "configuration": ("config",),
    "configure": ("config",),
    "authentication": ("auth",),
    "environment": ("env",),
    "documentation": ("docs",),
    "delete": ("remove",),
    "dev": ("development",),
    "prod": ("production",),
    "elasticsearch": ("elastic search",),
}
"""Words that mean the same everywhere; `search.synonyms` of the configuration adds a company's own."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A word of the question. Any of `words` means it; all of `parts` together nearly do."""

    text: str
    words: tuple[str, ...]
    parts: tuple[str, ...] = ()
    prefix: str = ""
    """What somebody may still be typing: words that begin so count as well."""


class Synonyms:
    """Groups of words that mean the same, in stems; a phrase stands for its joined words."""

    def __init__(self, *groups: Mapping[str, Sequence[str]]) -> None:
        self._same: dict[str, set[str]] = {}
        for group in groups or (SYNONYMS,):
            for word, others in group.items():
                self._add({_joined(w) for w in (word, *others)})

    def _add(self, words: set[str]) -> None:
        whole = set(words).union(*(self._same.get(w, set()) for w in words))
        for word in whole:
            self._same[word] = whole

    def widen(self, concept: Concept) -> Concept:
        extra = {s for w in concept.words for s in self._same.get(w, ())} - set(concept.words)
        return replace(concept, words=(*concept.words, *sorted(extra))) if extra else concept


def concepts_of(text: str, synonyms: Synonyms | None = None, *, typing: bool = False) -> list[Concept]:
    """The concepts of `text` in order, each once; with `typing`, the last word may be unfinished."""
    found: list[Concept] = []
    before = ""
    for parts in chunks(text):
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


def _joined(text: str) -> str:
    parts = [p for chunk in chunks(text) for p in chunk]
    return stem(parts[0]) if len(parts) == 1 else compound(parts)
