"""Answers checked against their fields, with errors that a person can act on."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from jsonschema_rs import ValidationError

from callboard.errors import CallboardError, did_you_mean
from callboard.refs import parse_entity_ref
from scaffolder.forms.conditions import is_active, resolve, without_inactive
from scaffolder.forms.defaults import page_defaults, prune, with_defaults
from scaffolder.forms.fields import field_of, fields_of
from scaffolder.forms.model import Field, FieldError, FieldKind, FormModel, Page, Path, Values
from scaffolder.forms.patterns import in_words
from scaffolder.forms.repository import repo_url_problems
from scaffolder.forms.schema import MAX_MATCHED, errors, matches

MAX_TEXT: Final = 100_000
_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_TAG = re.compile(r"[a-z0-9:+#]+(-[a-z0-9:+#]+)*")
_FORMATS: Final = {
    "email": "an email address such as jane@example.com", "uri": "a full address such as https://example.com/page",
    "url": "a full address such as https://example.com/page", "date": "a date such as 2026-03-31",
    "date-time": "a time such as 2026-03-31T14:00:00Z", "hostname": "a host name such as www.example.com",
    "time": "a time such as 14:00:00Z", "ipv4": "an IP address such as 192.0.2.1", "uuid": "a UUID",
}  # fmt: skip
_TYPES: Final = {
    "string": "a text", "number": "a number", "integer": "a whole number", "boolean": "yes or no", "array": "a list",
    "object": "a group of values",
}  # fmt: skip


def validate_page(page: Page, values: Values) -> list[FieldError]:
    """What is wrong with the answers of one page, one error for each field; defaults count as answers."""
    given = without_inactive(page.schema, page_defaults(page, prune(values)))
    found = list(_object_errors(page.schema, given, ()))
    secret = any(f.kind is FieldKind.SECRET for f in fields_of(page.schema, given))
    if not found and not secret and not matches(page.schema, given):
        found.append(FieldError((), "These answers don't fit together; check the ones that depend on each other."))
    return list({e.path: e for e in reversed(found)}.values())[::-1]


def validate_all(form: FormModel, values: Values) -> list[FieldError]:
    """What is wrong anywhere on the pages that are asked."""
    given = with_defaults(form, values)
    return [e for page in form.pages if is_active(page, given) for e in validate_page(page, given)]


def _object_errors(schema: Mapping[str, Any], values: Values, path: Path) -> Iterator[FieldError]:
    plain = resolve(schema, values)
    fields = fields_of(schema, values, path)
    whole = {k: v for k, v in plain.items() if k not in {"properties", "required"}}
    known = {f.name for f in fields}
    if whole.get("additionalProperties") is False:
        whole["properties"] = dict.fromkeys(known, True)
    for error in errors(whole, dict(values)):
        yield FieldError(path, _message(error, None))
    for field in fields:
        value = values.get(field.name)
        if value is None or value == "":
            if field.required and field.kind is FieldKind.GROUP:
                yield from _object_errors(field.schema, {}, field.path)
            elif field.required:
                yield FieldError(field.path, _missing(field))
        else:
            yield from _value_errors(field, value, field.path)


def _value_errors(field: Field, value: Any, path: Path) -> Iterator[FieldError]:
    limit = MAX_MATCHED if "pattern" in field.schema else MAX_TEXT
    if isinstance(value, str) and len(value) > limit:
        yield FieldError(path, f"Use {limit:,} characters at most; this has {len(value):,}.")
        return
    if field.kind is FieldKind.SECRET:
        return  # what the form holds is a mask
    if field.kind is FieldKind.GROUP and isinstance(value, Mapping):
        yield from _object_errors(field.schema, value, path)
        return
    schema = dict(field.schema)
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        yield from _item_errors(schema.pop("items"), value, path)
    for error in errors(schema, value):
        yield FieldError((*path, *error.instance_path), _message(error, field))
    check = _BY_KIND.get(field.kind)
    if check:
        yield from (FieldError(path, problem) for problem in check(field, value))


def _item_errors(items: Mapping[str, Any], value: list[Any], path: Path) -> Iterator[FieldError]:
    for index, item in enumerate(value):
        place = (*path, index)
        if isinstance(item, Mapping) and items.get("properties"):
            yield from _object_errors(items, prune(item), place)
        else:
            yield from _value_errors(field_of(items, item, place), item, place)


# --- values of pickers


def _name_problems(_field: Field, value: Any) -> Iterator[str]:
    if isinstance(value, str) and not _NAME.fullmatch(value):
        yield (
            "Letters, digits, dashes, underscores and dots only, starting and ending with a letter or digit, "
            "63 characters at most."
        )


def _tag_problems(_field: Field, value: Any) -> Iterator[str]:
    for tag in value if isinstance(value, list) else ():
        if not isinstance(tag, str) or not _TAG.fullmatch(tag) or len(tag) > 63:
            yield f'The tag "{tag}" may have lowercase letters, digits, `:`, `+`, `#` and single dashes only.'


def _repo_problems(field: Field, value: Any) -> Iterator[str]:
    assert field.repo is not None
    yield from repo_url_problems(value, field.repo)


def _entity_problems(field: Field, value: Any) -> Iterator[str]:
    """With free text allowed anything goes; otherwise it must at least read as a ref."""
    options = field.entity
    for ref in value if isinstance(value, list) else [value]:
        if options is None or options.allow_arbitrary or not isinstance(ref, str):
            continue
        try:
            parse_entity_ref(ref, default_kind=options.default_kind)
        except CallboardError as error:
            yield f"{error.message}. Choose one from the list."


_BY_KIND: Final[Mapping[FieldKind, Callable[[Field, Any], Iterator[str]]]] = {
    FieldKind.ENTITY_NAME: _name_problems,
    FieldKind.TAGS: _tag_problems,
    FieldKind.REPO_URL: _repo_problems,
    FieldKind.ENTITY: _entity_problems,
    FieldKind.ENTITIES: _entity_problems,
}

# --- words


def _missing(field: Field) -> str:
    own = _own_message(field, "required")
    if own:
        return own
    chosen = field.choices or field.entity or field.kind in {FieldKind.BOOLEAN, FieldKind.DATE}
    return f"{'Choose' if chosen else 'Enter'} a value for {field.title}."


def _own_message(field: Field | None, keyword: str) -> str | None:
    """`errorMessage`: one text for all, or one for each keyword."""
    message = field.schema.get("errorMessage") if field else None
    if isinstance(message, Mapping):
        message = message.get(keyword)
    return message if isinstance(message, str) and message else None


def _message(error: ValidationError, field: Field | None) -> str:
    keyword = error.kind.name
    own = _own_message(field, keyword)
    if own:
        return own
    words = _WORDS.get(keyword)
    facts = error.kind.as_dict()
    text = words(facts, error.instance) if words else None
    if keyword == "pattern":
        return _pattern_message(str(facts.get("pattern", "")))
    if keyword == "enum" and isinstance(error.instance, str) and field:
        near = did_you_mean(error.instance, [str(c.value) for c in field.choices])
        return f"Choose one of the values offered. {near}" if near else "Choose one of the values offered."
    return text or f"{error.message[:200]}."


def _pattern_message(pattern: str) -> str:
    words = in_words(pattern)
    return f"{words}." if words else f"Doesn't match the pattern {pattern}"


def _plural(count: Any, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any], Any], str]]] = {
    "minLength": lambda f, v: f"Use at least {_plural(f['limit'], 'character')}; this has {len(v)}.",
    "maxLength": lambda f, v: f"Use {_plural(f['limit'], 'character')} at most; this has {len(v)}.",
    "minimum": lambda f, _v: f"Enter {f['limit']} or more.",
    "maximum": lambda f, _v: f"Enter {f['limit']} or less.",
    "exclusiveMinimum": lambda f, _v: f"Enter more than {f['limit']}.",
    "exclusiveMaximum": lambda f, _v: f"Enter less than {f['limit']}.",
    "multipleOf": lambda f, _v: f"Enter a multiple of {f.get('multiple_of', f.get('multipleOf', 'the step'))}.",
    "minItems": lambda f, _v: f"Choose or enter at least {f['limit']}.",
    "maxItems": lambda f, _v: f"Choose or enter {f['limit']} at most.",
    "uniqueItems": lambda _f, _v: "Each value may stand here once only.",
    "type": lambda f, _v: f"Enter {_type_words(f.get('types', f.get('type')))}.",
    "format": lambda f, _v: f"Enter {_FORMATS.get(str(f.get('format')), str(f.get('format')))}.",
    "const": lambda f, _v: f"This must be {f.get('expected_value', 'the given value')}.",
    "additionalProperties": lambda f, _v: f"Not asked here: {', '.join(map(str, f.get('unexpected', ())))}.",
    "required": lambda f, _v: f"Enter a value for {f.get('property', 'every required field')}.",
}


def _type_words(types: Any) -> str:
    names = types if isinstance(types, list) else [types]
    return " or ".join(_TYPES.get(str(n), str(n)) for n in names if n != "null")
