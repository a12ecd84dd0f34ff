"""The kinds of Backstage's catalog model, its templates and its AI resources."""

from typing import Final

from catalog.kinds.registry import KindSpec, RelationField
from catalog.kinds.schemas import OBJECT, PROFILE, TEXT, TEXTS, Schema, fields, when_type, with_spec

MODEL: Final = frozenset({"backstage.io/v1alpha1", "backstage.io/v1beta1"})
TEMPLATE: Final = frozenset({"scaffolder.backstage.io/v1beta3"})
AI_MODEL: Final = frozenset({"backstage.io/v1alpha1"})

_OWNER = RelationField("owner", "ownedBy", default_kind="Group")
_SYSTEM = RelationField("system", "partOf", default_kind="System")
_DEPENDS_ON = RelationField("dependsOn", "dependsOn", many=True)
_DEPENDENCY_OF = RelationField("dependencyOf", "dependsOn", reverse=True, many=True)

_NO_DEFINITION = ("mcp-server", "ai-model-server")
"""API types that are described by where they run, not by a document."""


def _model(kind: str, schema: Schema, *relations: RelationField) -> KindSpec:
    return KindSpec(kind, MODEL, schema, relations, processor="BuiltinKindsEntityProcessor")


COMPONENT = _model(
    "Component",
    with_spec(
        {
            "type": TEXT,
            "lifecycle": TEXT,
            "owner": TEXT,
            "system": TEXT,
            "subcomponentOf": TEXT,
            "providesApis": TEXTS,
            "consumesApis": TEXTS,
            "dependsOn": TEXTS,
            "dependencyOf": TEXTS,
        },
        required=("type", "lifecycle", "owner"),
    ),
    _OWNER,
    _SYSTEM,
    RelationField("subcomponentOf", "partOf", default_kind="Component"),
    RelationField("providesApis", "providesApi", default_kind="API", many=True),
    RelationField("consumesApis", "consumesApi", default_kind="API", many=True),
    _DEPENDS_ON,
    _DEPENDENCY_OF,
)

_REMOTES: Schema = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "object", "required": ["type", "url"], "properties": {"type": TEXT, "url": TEXT}},
}
API = _model(
    "API",
    with_spec(
        {"type": TEXT, "lifecycle": TEXT, "owner": TEXT, "system": TEXT, "definition": TEXT},
        required=("type", "lifecycle", "owner"),
        rules=(
            {
                "if": {"required": ["type"], "properties": {"type": {"enum": list(_NO_DEFINITION)}}},
                "else": {"required": ["definition"]},
            },
            when_type("mcp-server", fields({"remotes": _REMOTES})),
            {
                "if": {
                    "required": ["type"],
                    "not": {"required": ["definition"]},
                    "properties": {"type": {"const": "mcp-server"}},
                },
                "then": {"required": ["remotes"]},
            },
        ),
    ),
    _OWNER,
    _SYSTEM,
)

RESOURCE = _model(
    "Resource",
    with_spec(
        {"type": TEXT, "owner": TEXT, "system": TEXT, "dependsOn": TEXTS, "dependencyOf": TEXTS},
        required=("type", "owner"),
    ),
    _OWNER,
    _SYSTEM,
    _DEPENDS_ON,
    _DEPENDENCY_OF,
)

SYSTEM = _model(
    "System",
    with_spec({"owner": TEXT, "domain": TEXT, "type": TEXT}, required=("owner",)),
    _OWNER,
    RelationField("domain", "partOf", default_kind="Domain"),
)

DOMAIN = _model(
    "Domain",
    with_spec({"owner": TEXT, "subdomainOf": TEXT, "type": TEXT}, required=("owner",)),
    _OWNER,
    RelationField("subdomainOf", "partOf", default_kind="Domain"),
)

GROUP = _model(
    "Group",
    with_spec(
        {"type": TEXT, "children": TEXTS, "profile": PROFILE, "parent": TEXT, "members": TEXTS},
        required=("type", "children"),
    ),
    RelationField("parent", "childOf", default_kind="Group"),
    RelationField("children", "childOf", reverse=True, default_kind="Group", many=True),
    RelationField("members", "memberOf", reverse=True, default_kind="User", many=True),
)

USER = _model(
    "User",
    with_spec({"memberOf": TEXTS, "profile": PROFILE}, required=("memberOf",)),
    RelationField("memberOf", "memberOf", default_kind="Group", many=True),
)

LOCATION = _model(
    "Location",
    with_spec({"type": TEXT, "target": TEXT, "targets": TEXTS, "presence": {"enum": ["required", "optional"]}}),
)

_OPTIONAL_TEXT: Schema = {"type": ["string", "null"]}  # real templates leave `id:` empty, and it has a default
_STEP: Schema = {
    "type": "object",
    "required": ["action"],
    "properties": {
        "id": _OPTIONAL_TEXT,
        "name": _OPTIONAL_TEXT,
        "action": {"type": "string"},
        "input": OBJECT,
        "if": {"type": ["string", "boolean"]},
        "each": {"type": ["string", "array"]},
    },
}
_OUTPUT: Schema = {
    "type": "object",
    "properties": {
        "links": {
            "type": "array",
            "items": {"type": "object", "properties": {"url": TEXT, "entityRef": TEXT, "title": TEXT, "icon": TEXT}},
        },
        "text": {
            "type": "array",
            "items": {"type": "object", "properties": {"title": TEXT, "icon": TEXT, "content": {"type": "string"}}},
        },
    },
}
TEMPLATE_KIND = KindSpec(
    "Template",
    TEMPLATE,
    with_spec(
        {
            "type": TEXT,
            "owner": TEXT,
            "lifecycle": TEXT,
            "parameters": {"type": ["object", "array"], "items": OBJECT},
            "secrets": {"type": "object", "properties": {"schema": OBJECT}},
            "presentation": {"type": "object", "properties": {"buttonLabels": OBJECT}},
            "steps": {"type": "array", "items": _STEP},
            "output": _OUTPUT,
            "formDecorators": {"type": "array", "items": {"type": "object", "required": ["id"]}},
            "EXPERIMENTAL_formDecorators": {"type": "array", "items": {"type": "object", "required": ["id"]}},
            "EXPERIMENTAL_recovery": OBJECT,
        },
        required=("type", "steps"),
    ),
    (_OWNER,),
    processor="ScaffolderEntitiesProcessor",
)

_SKILL = fields(
    {
        "disciplines": TEXTS,
        "categories": TEXTS,
        "agents": TEXTS,
        "dependsOn": TEXTS,
        "allowedTools": TEXT,
        "license": TEXT,
        "compatibility": {"type": "string", "minLength": 1, "maxLength": 500},
    }
)
_RULE = fields({"category": TEXT, "rationale": TEXT, "disciplines": TEXTS}, required=("category", "rationale"))
_PLUGIN = fields({"skills": TEXTS, "version": TEXT}, required=("skills",))
_MARKETPLACE = fields({"plugins": TEXTS, "version": TEXT}, required=("plugins",))
AI_RESOURCE = KindSpec(
    "AiResource",
    AI_MODEL,
    with_spec(
        {"type": TEXT, "lifecycle": TEXT, "owner": TEXT, "system": TEXT},
        required=("type", "lifecycle", "owner"),
        rules=(
            when_type("skill", _SKILL),
            when_type("rule", _RULE),
            when_type("plugin", _PLUGIN),
            when_type("marketplace", _MARKETPLACE),
        ),
    ),
    (
        _OWNER,
        _SYSTEM,
        RelationField("dependsOn", "dependsOn", default_kind="AiResource", many=True, only_type="skill"),
        RelationField("skills", "partOf", reverse=True, default_kind="AiResource", many=True, only_type="plugin"),
        RelationField("plugins", "partOf", reverse=True, default_kind="AiResource", many=True, only_type="marketplace"),
    ),
)

BUILTIN_KINDS: Final = (
    COMPONENT, API, RESOURCE, SYSTEM, DOMAIN, GROUP, USER, LOCATION, TEMPLATE_KIND, AI_RESOURCE,
)  # fmt: skip
