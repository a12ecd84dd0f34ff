"""What a picture says in words: its heading, and the sentences for those who don't see it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from blocks import kit
from blocks.pictures.theme import look
from callboard.refs import EntityRef
from catalog.picture import REST, Graph, Node

MAX_ALT: Final = 2_000
_VERBS: Final = {"dependsOn": "depends on", "consumesApi": "uses", "apiProvidedBy": "is provided by"}
_CONTAINERS: Final = frozenset({"system", "domain", "group"})


def title_of(graph: Graph) -> str:
    from blocks.pictures.text import clean

    return clean(graph.title, EntityRef.from_full(graph.focus).short)


def heading(graph: Graph) -> str:
    """What the picture shows, in a line."""
    title = title_of(graph)
    return {
        "dependents": f"What depends on {title}",
        "dependencies": f"What {title} depends on",
        "both": f"Around {title}",
    }[graph.direction]


def subheading(graph: Graph) -> str:
    """How much of it there is, and what is missing."""
    others = [n for n in graph.nodes if n.kind != REST and n.ref != graph.focus]
    owners = {n.owner for n in others if n.owner}
    parts = [look(EntityRef.from_full(graph.focus).kind).name, _count(len(others), "thing")]
    if owners:
        parts.append(_count(len(owners), "owner"))
    on_the_way_out = sum(n.lifecycle.lower() == "deprecated" for n in others)
    if on_the_way_out:
        parts.append(f"{on_the_way_out} deprecated")
    if graph.left_out:
        parts.append(f"{graph.left_out} more not drawn")
    return " · ".join(parts)


def alt_text(graph: Graph) -> str:
    """Who needs what, as sentences: one for each box that needs something, as many as Slack lets through."""
    from blocks.pictures.text import clean

    names = {n.ref: clean(n.title, EntityRef.from_full(n.ref).short) for n in graph.nodes}
    sentences = [f"{heading(graph)}: {subheading(graph)}."]
    inside = [names[n.ref] for n in graph.nodes if n.inside]
    if inside and EntityRef.from_full(graph.focus).kind in _CONTAINERS:
        sentences.append(f"Inside: {_enumerate(inside)}.")
    needs: dict[tuple[str, str], list[str]] = defaultdict(list)
    ordered = sorted(graph.edges, key=lambda e: graph.focus not in {e.source, e.target})
    for edge in ordered:
        needs[edge.source, edge.type].append(names[edge.target])
    for (source, kind), targets in needs.items():
        sentences.append(f"{names[source]} {_VERBS[kind]} {_enumerate(targets)}.")
    sentences += _remarks(graph.nodes, names)
    return _fit(sentences)


def _remarks(nodes: Iterable[Node], names: dict[str, str]) -> list[str]:
    gone = [names[n.ref] for n in nodes if not n.exists]
    old = [names[n.ref] for n in nodes if n.lifecycle.lower() == "deprecated"]
    remarks = [f"Deprecated: {_enumerate(old)}."] if old else []
    return remarks + ([f"Not in the catalog: {_enumerate(gone)}."] if gone else [])


def _enumerate(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _count(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"


def _fit(sentences: list[str]) -> str:
    """Whole sentences as far as they go."""
    said = kit.cut(sentences[0], MAX_ALT)
    for number, sentence in enumerate(sentences[1:], start=1):
        rest = f" And {_count(len(sentences) - number, 'sentence')} more."
        if len(said) + 1 + len(sentence) + len(rest) > MAX_ALT:
            return said + rest
        said += f" {sentence}"
    return said
