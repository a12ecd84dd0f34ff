"""A property's schema to the field that asks for it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from scaffolder.forms.conditions import resolve
from scaffolder.forms.model import Choice, EntityOptions, Field, FieldKind, Path, RepoOptions, Values

Schema = Mapping[str, Any]

_PICKERS: Final = {
    "EntityPicker": FieldKind.ENTITY, "OwnerPicker": FieldKind.ENTITY, "OwnedEntityPicker": FieldKind.ENTITY,
    "MyGroupsPicker": FieldKind.ENTITY, "MultiEntityPicker": FieldKind.ENTITIES,
    "EntityNamePicker": FieldKind.ENTITY_NAME, "EntityTagsPicker": FieldKind.TAGS, "RepoUrlPicker": FieldKind.REPO_URL,
    "RepoBranchPicker": FieldKind.REPO_BRANCH, "RepoOwnerPicker": FieldKind.REPO_OWNER, "Secret": FieldKind.SECRET,
}  # fmt: skip
_DATES: Final = frozenset({"date"})
_LONG_WIDGETS: Final = frozenset({"textarea"})


def fields_of(schema: Schema, values: Values, path: Path = ()) -> tuple[Field, ...]:
    """The fields of an object, in `ui:order`, as the values given so far make them."""
    plain = resolve(schema, values)
    required = frozenset(plain.get("required", ()))
    return tuple(
        field_of(plain["properties"][name], values.get(name), (*path, name), required=name in required)
        for name in _ordered(list(plain["properties"]), plain.get("ui:order"))
    )


def field_of(schema: Any, value: Any, path: Path, *, required: bool = False) -> Field:
    found: Schema = schema if isinstance(schema, Mapping) else {}
    options = ui_options(found)
    kind, note = _kind(found, options)
    review = found.get("ui:backstage", {})
    review = review.get("review", {}) if isinstance(review, Mapping) else {}
    review = review if isinstance(review, Mapping) else {}
    return Field(
        path=path,
        kind=kind,
        title=_title(found, options, path),
        description=_text(found.get("ui:description")) or _text(found.get("description")),
        help=_text(options.get("help")),
        placeholder=_text(options.get("placeholder")),
        required=required,
        disabled=options.get("disabled") is True or options.get("readonly") is True,
        default=found.get("default", found.get("const")),
        choices=_choices(found),
        rows=options["rows"] if isinstance(options.get("rows"), int) else None,
        format=found.get("format"),
        fields=_children(found, kind, value, path),
        entity=_entity_options(found.get("ui:field"), options),
        repo=_repo_options(options) if kind in _REPOS else None,
        note=note,
        masked="***" if kind is FieldKind.SECRET else _text(review.get("mask")) or None,
        reviewed=kind is not FieldKind.HIDDEN and review.get("show") is not False,
        schema=found,
    )


_REPOS: Final = frozenset({FieldKind.REPO_URL, FieldKind.REPO_BRANCH, FieldKind.REPO_OWNER})


def ui_options(schema: Schema) -> dict[str, Any]:
    """`ui:options` and the `ui:…` keys beside it, which mean the same."""
    inner = schema.get("ui:options")
    result = dict(inner) if isinstance(inner, Mapping) else {}
    return result | {k.removeprefix("ui:"): v for k, v in schema.items() if k.startswith("ui:") and k != "ui:options"}


def type_of(schema: Schema) -> str:
    """The one type that the form asks for; guessed from the other keywords where it is left out."""
    named = schema.get("type")
    types = [t for t in (named if isinstance(named, list) else [named]) if isinstance(t, str) and t != "null"]
    if types:
        return types[0]
    if "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    values = schema.get("enum") or [schema.get("default", schema.get("const", ""))]
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    return "number" if all(type(value) in {int, float} for value in values) else "string"


def _kind(schema: Schema, options: Mapping[str, Any]) -> tuple[FieldKind, str]:
    named = schema.get("ui:field")
    widget = options.get("widget")
    if widget == "hidden" or options.get("hidden") is True:
        return FieldKind.HIDDEN, ""
    if isinstance(named, str) and named in _PICKERS:
        if named == "EntityTagsPicker" or type_of(schema) != "array" or named == "MultiEntityPicker":
            return _PICKERS[named], ""
        return (FieldKind.ENTITIES if _PICKERS[named] is FieldKind.ENTITY else _PICKERS[named]), ""
    if widget == "password" or options.get("inputType") == "password":
        return FieldKind.SECRET, ""
    note = f"The field `{named}` is not known here; enter its value as it is." if isinstance(named, str) else ""
    return _plain_kind(schema, options, widget), note


def _plain_kind(schema: Schema, options: Mapping[str, Any], widget: Any) -> FieldKind:
    """What the JSON Schema alone allows."""
    by_type: dict[str, Callable[[], FieldKind]] = {
        "boolean": lambda: FieldKind.RADIO if widget == "radio" else FieldKind.BOOLEAN,
        "integer": lambda: FieldKind.INTEGER,
        "number": lambda: FieldKind.NUMBER,
        "object": lambda: FieldKind.GROUP if schema.get("properties") else FieldKind.MULTILINE,
        "array": lambda: _list_kind(schema, widget),
        "string": lambda: _text_kind(schema, options, widget),
    }
    kind = type_of(schema)
    if _choices(schema) and kind not in {"array", "object", "boolean"}:
        return FieldKind.RADIO if widget == "radio" else FieldKind.SELECT
    return by_type.get(kind, lambda: FieldKind.TEXT)()


def _list_kind(schema: Schema, widget: Any) -> FieldKind:
    items = schema.get("items")
    if not isinstance(items, Mapping):
        return FieldKind.STRINGS
    if _choices(schema):
        return FieldKind.CHECKBOXES if widget == "checkboxes" else FieldKind.MULTI_SELECT
    if items.get("ui:field") in {"EntityPicker", "OwnerPicker", "OwnedEntityPicker", "MyGroupsPicker"}:
        return FieldKind.ENTITIES
    return FieldKind.OBJECTS if type_of(items) == "object" and items.get("properties") else FieldKind.STRINGS


def _text_kind(schema: Schema, options: Mapping[str, Any], widget: Any) -> FieldKind:
    if schema.get("format") in _DATES or widget == "date":
        return FieldKind.DATE
    if widget in _LONG_WIDGETS or options.get("multiline") is True:
        return FieldKind.MULTILINE
    return FieldKind.TEXT


def _choices(schema: Schema) -> tuple[Choice, ...]:
    """`enum` with its names, `oneOf` or `anyOf` of constants, or those of a list's items."""
    if type_of(schema) == "array":
        items = schema.get("items")
        return _choices(items) if isinstance(items, Mapping) and type_of(items) not in {"array", "object"} else ()
    if type_of(schema) == "boolean" and "enum" not in schema:
        schema = {**schema, "enum": [True, False]}
    if "enum" in schema:
        names = schema.get("enumNames", schema.get("ui:enumNames", ui_options(schema).get("enumNames", ())))
        titles = names if isinstance(names, list) else ()
        return tuple(
            Choice(value, _text(titles[i]) or _shown(value) if i < len(titles) else _shown(value))
            for i, value in enumerate(schema["enum"])
        )
    for keyword in ("oneOf", "anyOf"):
        options = schema.get(keyword, ())
        if options and all(isinstance(o, Mapping) and "const" in o for o in options):
            return tuple(Choice(o["const"], _text(o.get("title")) or _shown(o["const"])) for o in options)
    return ()


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "(empty)" if value in (None, "") else str(value)


def _children(schema: Schema, kind: FieldKind, value: Any, path: Path) -> tuple[Field, ...]:
    if kind is FieldKind.GROUP:
        return fields_of(schema, value if isinstance(value, Mapping) else {}, path)
    if kind is FieldKind.OBJECTS:
        return fields_of(schema["items"], {}, ())
    return ()


def _title(schema: Schema, options: Mapping[str, Any], path: Path) -> str:
    given = _text(options.get("title")) or _text(schema.get("title"))
    return given or str(path[-1] if path else "")


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _entity_options(named: Any, options: Mapping[str, Any]) -> EntityOptions | None:
    if named == "EntityTagsPicker":
        return EntityOptions(tag_kinds=_texts(options.get("kinds")))
    if named not in _PICKERS or _PICKERS[named] not in {FieldKind.ENTITY, FieldKind.ENTITIES}:
        return None
    owner = named == "OwnerPicker"
    namespace = options.get("defaultNamespace", "default")
    return EntityOptions(
        filters=_filters(options, ("Group", "User") if owner else ()),
        default_kind=_text(options.get("defaultKind")) or ("Group" if owner else None),
        default_namespace=namespace if isinstance(namespace, str) else None,
        allow_arbitrary=options.get("allowArbitraryValues", True) is not False,
        auto_select=options.get("autoSelect", True) is not False,
        owned_only=named == "OwnedEntityPicker",
        my_groups=named == "MyGroupsPicker",
    )


def _filters(options: Mapping[str, Any], kinds: tuple[str, ...]) -> tuple[Mapping[str, Any], ...]:
    given = options.get("catalogFilter")
    found = tuple(f for f in (given if isinstance(given, list) else [given]) if isinstance(f, Mapping))
    allowed = _texts(options.get("allowedKinds")) or kinds
    return found or (({"kind": list(allowed)},) if allowed else ())


def _repo_options(options: Mapping[str, Any]) -> RepoOptions:
    credentials = options.get("requestUserCredentials")
    key = credentials.get("secretsKey") if isinstance(credentials, Mapping) else None
    return RepoOptions(
        hosts=_texts(options.get("allowedHosts", options.get("host"))),
        owners=_texts(options.get("allowedOwners")),
        organizations=_texts(options.get("allowedOrganizations")),
        projects=_texts(options.get("allowedProjects")),
        repos=_texts(options.get("allowedRepos")),
        secrets_key=_text(key) or None,
    )


def _ordered(names: list[str], order: Any) -> list[str]:
    """`ui:order` with `*` for the rest; a list without it is followed by what it forgot."""
    wanted = [n for n in dict.fromkeys(_texts(order)) if n == "*" or n in names]
    rest = [n for n in names if n not in wanted]
    if "*" not in wanted:
        return [*wanted, *rest]
    star = wanted.index("*")
    return [*wanted[:star], *rest, *wanted[star + 1 :]]
