"""Lists and counts: conditions in words become one predicate."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from answers import queries
from answers.desk import Desk, joined, kind_of, kind_word, number, summary_item
from answers.filters import EVERY_KIND, Condition, ListQuery
from answers.model import Answer
from answers.understood import Understood
from callboard import entities
from catalog.model import Evidence, Summary
from catalog.queries import lookup
from catalog.queries.predicates import AllOf, AnyOf, Exists, Negation, Predicate, Related, conjunction, matches

MOST: Final = 500
_OWNED: Final = tuple(sorted(entities.OWNED_KINDS))
_ANNOTATION: Final = "metadata.annotations."
_PAGERS: Final = (
    entities.ON_CALL, "pagerduty.com/service-id", "pagerduty.com/integration-key", "opsgenie.com/component-selector",
    "opsgenie.com/team",
)  # fmt: skip
_ANY: Final[dict[str, tuple[Predicate, ...]]] = {
    "docs": (
        Exists(f"{_ANNOTATION}{entities.TECHDOCS_REF}"),
        Exists(f"{_ANNOTATION}backstage.io/techdocs-entity"),
    ),
    "system": (Related("partof", None),),
    "domain": (Related("partof", None),),
    "description": (Exists("metadata.description"),),
    "tags": (Exists("metadata.tags"),),
    "lifecycle": (Exists("spec.lifecycle"),),
    "type": (Exists("spec.type"),),
    "links": (Exists("metadata.links.url"),),
    "oncall": tuple(Exists(f"{_ANNOTATION}{key}") for key in _PAGERS),
    "dependencies": (Related("dependson", None), Related("consumesapi", None)),
    "dependents": (Related("dependencyof", None), Related("apiconsumedby", None)),
    "apis": (Related("providesapi", None),),
    "consumers": (Related("apiconsumedby", None),),
    "providers": (Related("apiprovidedby", None),),
    "runbook": tuple(matches(f"metadata.links.{k}", "runbook") for k in ("type", "title", "icon")),
    "dashboard": tuple(matches(f"metadata.links.{k}", "dashboard") for k in ("type", "title", "icon")),
    "orphan": (matches(f"{_ANNOTATION}backstage.io/orphan", "true"),),
    "title": (Exists("metadata.title"),),
    "parent": (Related("childof", None),),
    "members": (Related("hasmember", None),),
    "parts": (Related("haspart", None),),
    "email": (Exists("spec.profile.email"),),
    "channel": (Exists(f"{_ANNOTATION}{entities.SLACK_CHANNEL}"),),
    "slack": (Exists(f"{_ANNOTATION}{entities.SLACK_USER}"),),
    "replacement": (Exists(f"{_ANNOTATION}{entities.REPLACED_BY}"),),
    "eol": (Exists(f"{_ANNOTATION}{entities.END_OF_LIFE}"),),
    "aliases": (Exists(f"{_ANNOTATION}{entities.ALIASES}"),),
    "definition": (Exists("spec.definition"),),
    "source": (Exists(f"{_ANNOTATION}github.com/project-slug"), Exists(f"{_ANNOTATION}{entities.SOURCE_LOCATION}")),
}
_KINDS_FOR: Final[dict[str, tuple[str, ...]]] = {
    "docs": ("component",), "system": ("component", "api", "resource"), "domain": ("system",), "oncall": ("component",),
    "members": ("group",), "parent": ("group",), "email": ("user", "group"), "channel": ("group",), "slack": ("user",),
    "apis": ("component",), "consumers": ("api",), "providers": ("api",), "lifecycle": ("component", "api"),
    "parts": ("system", "domain"), "definition": ("api",), "source": ("component",),
    "dependents": ("component", "resource"),
}  # fmt: skip
"""What a lack is counted among when no kind is named: of course no team has a lifecycle."""
_FACET_WORDS: Final = {
    "oncall": "on-call entry", "apis": "APIs", "eol": "end-of-life date", "orphan": "a source that is gone",
}  # fmt: skip


def listed(desk: Desk, asked: Understood, query: ListQuery) -> Answer:
    """A list, its number in the text too. What belongs to subgroups is taken in when a group itself has nothing."""
    if query.mine and not desk.actor.ref and not desk.actor.groups:
        return _unlinked(asked)
    found, total = queries.listed(desk.connection, predicate_of(desk, query), limit=MOST, visible=desk.visible)
    notes: tuple[str, ...] = ()
    if not total and (wider := _with_subgroups(desk, query)) is not None:
        found, total = queries.listed(desk.connection, wider, limit=MOST, visible=desk.visible)
        notes = ("Its subgroups' things, because it owns nothing of the sort itself.",) if total else ()
    notes += tuple(_of_teams(desk, ref) for ref in query.refs if not total and ref.startswith("user:"))
    notes += tuple(f"{ref} is not in the catalog; it is only named." for ref in query.refs if ref not in desk.names)
    text = f"{_phrase(desk, query, total)}{_names(found, total)}"
    if query.kinds == EVERY_KIND and not _narrows(replace(query, kinds=())):
        text = f"{_by_kind(desk, total)}{_names(found, total)}"
    if not total and not len(desk.names):
        text = "The catalog is empty: no source has given anything yet. `callboard doctor` looks at each of them."
    return Answer(
        asked.intent, text, entities=query.refs, confidence=asked.confidence,
        items=tuple(summary_item(s) for s in found), total=total, notes=notes, evidence=_evidence(desk, found),
    )  # fmt: skip


def _by_kind(desk: Desk, total: int) -> str:
    """`12 things in the catalog (8 components, 3 APIs and 1 team)`: the head of the list."""
    counted = ((kind_word(k), _count(desk, matches("kind", k))) for k in EVERY_KIND)
    said = [number(count, word, "people" if word == "person" else None) for word, count in counted if count]
    return f"{number(total, 'thing')} in the catalog ({joined(said)})"


def _count(desk: Desk, predicate: Predicate) -> int:
    _found, total = queries.listed(desk.connection, predicate, limit=1, visible=desk.visible)
    return total


def _unlinked(asked: Understood) -> Answer:
    text = (
        "I don't know who you are in the catalog, so I can't tell what is yours. Put your Slack id into the "
        "`slack.com/user-id` annotation of your User, or give it the e-mail address you have in Slack."
    )
    return Answer(asked.intent, text, confidence=asked.confidence, notes=("You are not linked to a catalog User.",))


def _evidence(desk: Desk, found: Sequence[Summary]) -> tuple[Evidence, ...]:
    """The places of the first few; a list has as many as entries."""
    known = (lookup.get_entity(desk.connection, s.ref) for s in found[:3])
    return tuple(e.evidence for e in known if e is not None and e.evidence is not None)


def _names(found: Sequence[Summary], total: int) -> str:
    if not total:
        return "."
    names = [s.title for s in found]
    shown = joined(names) if total <= len(names) else f"{', '.join(names[:8])} and {total - 8} more"
    return f": {shown}."


def predicate_of(desk: Desk, query: ListQuery) -> Predicate:
    parts: list[Predicate] = []
    kinds = query.kinds or _kinds_for(query)
    if kinds:
        parts.append(matches("kind", *kinds))
    if query.types:
        parts.append(matches("spec.type", *query.types))
    if query.mine:
        parts.append(_mine(desk, query))
    by_facet: dict[tuple[str, bool], list[Condition]] = {}
    for condition in query.conditions:
        by_facet.setdefault((condition.facet, condition.negated), []).append(condition)
    for (facet, negated), conditions in by_facet.items():
        every = [_condition(desk, c, query) for c in conditions]
        either = facet in {"lifecycle", "type", "owner", "of"} and not negated and len(every) > 1
        parts += [AnyOf(tuple(every))] if either else every
    return conjunction(parts)


def _kinds_for(query: ListQuery) -> tuple[str, ...]:
    lacking = [_KINDS_FOR[c.facet] for c in query.conditions if c.facet in _KINDS_FOR and c.value is None]
    if lacking:
        return lacking[0]
    narrowed = query.mine or query.types or any(c.facet in {"owner", "of"} and not c.negated for c in query.conditions)
    return () if narrowed else _OWNED


def _mine(desk: Desk, query: ListQuery) -> Predicate:
    groups = desk.actor.groups
    if query.kinds == ("group",):
        return matches("relations.hasmember", desk.actor.ref or "")
    if query.kinds == ("user",):
        return Related("memberof", groups)
    return Related("ownedby", (*((desk.actor.ref,) if desk.actor.ref else ()), *groups))


def _condition(desk: Desk, condition: Condition, query: ListQuery) -> Predicate:
    facet, value = condition.facet, condition.value
    if value is None:
        found = _has_owner(desk) if facet == "owner" else AnyOf(_ANY.get(facet, (Exists(f"metadata.{facet}"),)))
        return Negation(found) if condition.negated else found
    if facet in {"owner", "of"}:
        meant = _belongs(desk, value, query)
        return Negation(meant) if condition.negated else meant
    key = {"kind": "kind", "tags": "metadata.tags", "namespace": "metadata.namespace"}.get(facet, f"spec.{facet}")
    meant = matches(key, value)
    if condition.negated and facet in {"lifecycle", "type"}:
        return AllOf((Exists(key), Negation(meant)))
    return Negation(meant) if condition.negated else meant


def _has_owner(desk: Desk) -> Predicate:
    """An owner that doesn't exist is none."""
    missing = queries.owned_by_the_missing(desk.connection)
    named = Related("ownedby", None)
    return AllOf((named, Negation(Related("ownedby", tuple(missing))))) if missing else named


def _belongs(desk: Desk, ref: str, query: ListQuery) -> Predicate:
    """What "of", "in" or "from" means for this kind of thing."""
    kind = kind_of(ref)
    if kind in {"group", "user"}:
        if query.kinds == ("user",):
            return Related("memberof", (ref,))
        if query.kinds == ("group",):
            return Related("childof" if kind == "group" else "hasmember", (ref,))
        return Related("ownedby", (ref,))
    if kind == "domain" and query.kinds != ("system",):
        entity = desk.entity(ref)
        inside = [r for r in (entity.targets("hasPart") if entity else ()) if kind_of(r) == "system"]
        return Related("partof", (ref, *inside))
    return Related("partof", (ref,))


def _of_teams(desk: Desk, ref: str) -> str:
    """Whoever owns nothing in person may have teams that do."""
    person = desk.entity(ref)
    teams = [desk.title(r) for r in (person.targets("memberOf") if person else ())]
    return f"In person; ask what {joined(teams, last='or')} owns." if teams else "In person, and in no team."


def _with_subgroups(desk: Desk, query: ListQuery) -> Predicate | None:
    """The same list of everything below a group."""
    owners = [c.value for c in query.conditions if c.facet == "owner" and c.value and c.value.startswith("group:")]
    if not owners or query.kinds in {("user",), ("group",)}:
        return None
    below: dict[str, None] = {}
    waiting = list(owners)
    while waiting and len(below) < 500:
        group = desk.entity(waiting.pop())
        fresh = [r for r in (group.targets("parentOf") if group else ()) if r not in below]
        below.update(dict.fromkeys(fresh))
        waiting += fresh
    if not below:
        return None
    others = tuple(c for c in query.conditions if c.facet != "owner")
    rest = ListQuery(query.kinds, query.types, others)
    return (
        conjunction([predicate_of(desk, rest), Related("ownedby", tuple(below))])
        if _narrows(rest)
        else Related("ownedby", tuple(below))
    )


def _narrows(query: ListQuery) -> bool:
    return bool(query.kinds or query.types or query.conditions)


def _phrase(desk: Desk, query: ListQuery, total: int) -> str:
    """`3 deprecated python services of Payments without docs`."""
    said = {"lifecycle", "type"} | ({"tags"} if total and query.nouns else set())
    before = [c.value for c in query.conditions if c.facet in said and c.value and not c.negated]
    noun = query.nouns[-1] if query.nouns else (f"{query.kinds[0]}s" if query.kinds else "things")
    noun = noun if noun.endswith("s") or noun in {"people", "stuff"} else f"{noun}s"
    noun = {
        "everythings": "things",
        "anythings": "things",
        "apis": "APIs",
        "stuff": "things",
        "entitys": "entities",
    }.get(noun, noun)
    single = {"people": "person", "entities": "entity", "libraries": "library"}.get(noun, noun.removesuffix("s"))
    counted = number(total, single, noun) if total else f"No {noun}"
    head, _, tail = counted.partition(" ")
    words = [head, *dict.fromkeys(before), tail, *_after(desk, query, total)]
    return " ".join(w for w in words if w)


def _narrowing(condition: Condition) -> bool:
    return condition.facet in {"owner", "of"} and condition.value is not None


def _after(desk: Desk, query: ListQuery, total: int) -> Iterable[str]:
    if query.mine:
        yield "of yours"
    for negated in (False, True):
        whose = [desk.title(c.value) for c in query.conditions if _narrowing(c) and c.value and c.negated is negated]
        if whose:
            yield f"{'not ' if negated else ''}of {joined(whose, last='or')}"
    tags = [c.value for c in query.conditions if c.facet == "tags" and c.value and not c.negated]
    if tags and not (total and query.nouns):
        yield f"tagged {joined(tags)}"
    for condition in query.conditions:
        if _narrowing(condition):
            continue
        if condition.facet == "tags" and condition.value and not condition.negated:
            continue
        if condition.value is None:
            word = _FACET_WORDS.get(condition.facet, condition.facet)
            yield f"{'without' if condition.negated else 'with'} {word}"
        elif condition.negated:
            yield f"not {condition.value}"
