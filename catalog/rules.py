"""`catalog.rules`: which kinds a location may bring in."""

import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from callboard.config.model import Rule
from callboard.refs import LocationRef

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
    return any(
        entry.type == location.type
        and (entry.exact == location.target or (entry.pattern is not None and _matches(entry.pattern, location.target)))
        for entry in rule.locations
    )


def _matches(pattern: str, target: str) -> bool:
    """Minimatch with `nocase` and `dot`: `*` stays within a path segment, `**` crosses them."""
    marked = pattern.lower().replace("**/", "\0").replace("**", "\1")
    expression = fnmatch.translate(marked).replace(".*", "[^/]*")
    expression = expression.replace("\0", "(?:.*/)?").replace("\1", ".*")
    return re.match(expression, target.lower()) is not None
