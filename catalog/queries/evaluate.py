"""Predicates over a flat mapping in memory, for the few things that aren't entities."""

from collections.abc import Mapping

from catalog.queries.predicates import AllOf, AnyOf, Exists, HasPrefix, Matches, Negation, Predicate, Related


def holds(predicate: Predicate, fields: Mapping[str, str]) -> bool:
    """Whether the fields meet the predicate; case doesn't count."""
    folded = {key.lower(): value.lower() for key, value in fields.items()}
    return _holds(predicate, folded)


def _holds(predicate: Predicate, fields: Mapping[str, str]) -> bool:
    match predicate:
        case AllOf(parts):
            return all(_holds(part, fields) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, fields) for part in parts)
        case Negation(part):
            return not _holds(part, fields)
        case Matches(key, values):
            return fields.get(key) in values
        case HasPrefix(key, prefix):
            return fields.get(key, "\0").startswith(prefix)
        case Exists(key):
            return key in fields
        case Related():
            return False
