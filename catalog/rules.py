"""`catalog.rules`: which kinds a location may bring in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from callboard.config.model import Rule, RuleLocation
from callboard.refs import LocationRef
from catalog.ingest.globs import compile_glob

DEFAULT_RULES: Final = (Rule.model_validate({"allow": ["Component", "API", "Location"]}),)
"""What Backstage allows where nothing is configured."""


def allowance(
    location: LocationRef, rules: Sequence[Rule] | None, own: Sequence[Rule] = ()
) -> Callable[[Mapping[str, Any]], bool]:
    """A test for documents that originate at `location`; its own rules add to the general ones."""
    general = DEFAULT_RULES if rules is None else rules
    matching = [r for r in general if _applies(r, location)] + list(own)
    allowed = {pair for rule in matching for pair in rule.allow}

    def allows(document: Mapping[str, Any]) -> bool:
        kind = document["kind"].lower()
        kind_type = str((document.get("spec") or {}).get("type", "")).lower()
        return (kind, None) in allowed or (kind, kind_type) in allowed

    return allows


def _applies(rule: Rule, location: LocationRef) -> bool:
    if rule.locations is None:
        return True
    return any(entry.type == location.type and _names(entry, location.target) for entry in rule.locations)


def _names(entry: RuleLocation, target: str) -> bool:
    """Patterns as in minimatch with `nocase` and `dot`."""
    if entry.pattern is not None:
        return compile_glob(entry.pattern, ignore_case=True).fullmatch(target) is not None
    return entry.exact == target
