"""Changes to a good Component, and what Backstage answers: numbers are those of the conformance list, group A."""

from dataclasses import dataclass
from typing import Any, Final

REMOVED: Final = object()
V1: Final = "backstage.io/v1alpha1"
TEMPLATE_V3: Final = "scaffolder.backstage.io/v1beta3"
BUILTIN: Final = "Processor BuiltinKindsEntityProcessor threw an error while validating the entity "
POLICY: Final = "Policy check failed for component:default/x; caused by Error: "
FOREIGN: Final = (
    "No processor recognized the entity component:default/x as valid, possibly caused by a foreign kind or apiVersion"
)
NAME_RULE: Final = "sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total"
NAMESPACE_RULE: Final = "sequences of [a-z0-9] separated by [-], at most 63 characters in total"
TAG_RULE: Final = "sequences of [a-z0-9+#] separated by [-], at most 63 characters in total"


@dataclass(frozen=True)
class Case:
    """`changes` are dotted paths into the base document; `says` is a fragment of an error, None means accepted."""

    number: str
    changes: dict[str, Any]
    says: str | None = None
    name: str = "InputError"


def component() -> dict[str, Any]:
    return {
        "apiVersion": V1,
        "kind": "Component",
        "metadata": {"name": "x"},
        "spec": {"type": "service", "lifecycle": "production", "owner": "me"},
    }


def of_kind(kind: str, spec: Any, api_version: str = V1) -> dict[str, Any]:
    return {"kind": kind, "apiVersion": api_version, "spec": spec}


def _each(number: str, path: str, values: list[Any], says: str | None = None, name: str = "InputError") -> list[Case]:
    return [Case(number, {path: value}, says, name) for value in values]


_ENVELOPE = [
    Case("A1", {}),
    Case("A2", {"apiVersion": "backstage.io/v1beta1"}),
    Case("A3", {"apiVersion": "backstage.io/v1"}, FOREIGN),
    Case("A4", {"apiVersion": 7}, "/apiVersion must be string - type: string", "TypeError"),
    Case(
        "A5",
        {"apiVersion": REMOVED},
        "<root> must have required property 'apiVersion' - missingProperty: apiVersion",
        "TypeError",
    ),
    Case("A6", {"kind": "component"}, FOREIGN),
    Case(
        "A7",
        {"kind": "My-Kind"},
        'Policy check failed for my-kind:default/x; caused by Error: "kind" is not valid; expected a string that is '
        'a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total but found "My-Kind"',
    ),
    Case(
        "A8",
        {"metadata.name": REMOVED},
        "/metadata must have required property 'name' - missingProperty: name",
        "TypeError",
    ),
    Case("A9", {"metadata.name": ""}, "/metadata/name must NOT have fewer than 1 characters - limit: 1", "TypeError"),
    Case("A30", {"metadata.foo": 1}),
    Case("A30", {"spec.foo": 1}),
    Case("A31", {"foo": 1}, f"{POLICY}Malformed envelope, <root> must NOT have additional properties"),
    Case("A32", {"relations": []}, f"{POLICY}Unknown field relations"),
    Case("A32", {"status": {}}, f"{POLICY}Unknown field status"),
    Case("A33", {"metadata.uid": "u", "metadata.etag": "e"}),
    Case("A33", {"metadata.uid": ""}, "/metadata/uid must NOT have fewer than 1 characters"),
    Case(
        "A34",
        {"spec": REMOVED},
        f"{BUILTIN}component:default/x; caused by TypeError: <root> must have required property 'spec'",
    ),
    Case("A35", {"spec": []}, f"{POLICY}Malformed envelope, /spec must be object"),
]

_METADATA = [
    Case("A10", {"metadata.name": "a" * 63}),
    Case("A10", {"metadata.name": "a" * 64}, f'"metadata.name" is not valid; expected a string that is {NAME_RULE}'),
    *_each("A11", "metadata.name", ["A", "1", "a.b_c-D", "a--b", "a..b"]),
    *_each(
        "A12",
        "metadata.name",
        ["-a", "a-", "a.", "_a", "a b", "a/b", "a:b", "é", "a\n"],
        f'"metadata.name" is not valid; expected a string that is {NAME_RULE} but found "',
    ),
    *_each("A13", "metadata.namespace", ["my-ns", "a--b", "1", "a" * 63]),
    *_each(
        "A14",
        "metadata.namespace",
        ["My-ns", "-a", "a.b", "a_b", "a" * 64],
        f'"metadata.namespace" is not valid; expected a string that is {NAMESPACE_RULE}',
    ),
    Case("A15", {"metadata.namespace": ""}, "/metadata/namespace must NOT have fewer than 1 characters", "TypeError"),
    *_each("A16", "metadata.labels", [{"a": "b"}, {"a": ""}, {"a/b": "c"}, {"a.b/c": "d"}, {"a" * 63: "b"}]),
    Case("A17", {"metadata.labels": {"a": 1}}, f"{POLICY}Malformed envelope, /metadata/labels/a must be string"),
    *[
        Case(
            "A18",
            {"metadata.labels": {key: "v"}},
            f'"labels.{key}" is not valid; expected a valid prefix and/or suffix',
        )
        for key in ("a/b/c", "A_/x", "A.b/c", "/a", "a/", "a b", "", "a" * 64)
    ],
    *[Case("A19", {"metadata.labels": {"a": value}}, '"labels.a" is not valid') for value in ("-b", "b c")],
    *_each("A20", "metadata.annotations", [{"a": "any thing : /"}, {"a": ""}, {"a": "x" * 5000}]),
    *_each(
        "A21",
        "metadata.annotations",
        [{"a": None}, {"a": True}],
        f"{POLICY}Malformed envelope, /metadata/annotations/a must be string",
    ),
    Case("A22", {"metadata.annotations": {"a b": "c"}}, '"annotations.a b" is not valid'),
    *_each("A23", "metadata.tags", [["java"], ["c++"], ["c#"], ["a:b"], ["a-b"], ["a", "a"], [], ["a" * 63]]),
    *_each(
        "A24",
        "metadata.tags",
        [["Java"], ["a_b"], ["a--b"], ["a" * 64]],
        f'"tags.0" is not valid; expected a string that is {TAG_RULE}',
    ),
    Case("A25", {"metadata.tags": "x"}, "Malformed envelope, /metadata/tags must be array"),
    Case("A25", {"metadata.tags": [1]}, "Malformed envelope, /metadata/tags/0 must be string"),
    Case("A25", {"metadata.tags": [""]}, "/metadata/tags/0 must NOT have fewer than 1 characters"),
    *_each(
        "A26",
        "metadata.links",
        [[{"url": u}] for u in ("https://x", "mailto:a@b", "javascript:alert(1)")] + [[{"url": "https://x", "foo": 1}]],
    ),
    *[
        Case(
            "A27",
            {"metadata.links": [{"url": url}]},
            f'"links.0.url" is not valid; expected a string that is a valid url but found "{url}"',
        )
        for url in ("x", "/rel", "https://", "http://a b", "https://[x")
    ],
    Case("A28", {"metadata.links": [{}]}, "/metadata/links/0 must have required property 'url'"),
    Case(
        "A28",
        {"metadata.links": [{"url": "https://x", "title": ""}]},
        "/metadata/links/0/title must NOT have fewer than 1 characters",
    ),
    Case(
        "A28",
        {"metadata.links": [{"url": "https://x", "title": " "}]},
        '"links.0.title" is not valid; expected a non empty string',
    ),
    Case("A29", {"metadata.title": ""}, "/metadata/title must NOT have fewer than 1 characters"),
    Case("A29", {"metadata.title": 3}, "/metadata/title must be string"),
    Case("A29", {"metadata.description": 3}, "/metadata/description must be string"),
    Case("A29", {"metadata.description": ""}),
]

_COMPONENT = [
    Case(
        "A36",
        {"spec.owner": REMOVED},
        f"{BUILTIN}component:default/x; caused by TypeError: /spec must have required "
        "property 'owner' - missingProperty: owner",
    ),
    Case("A36", {"spec.owner": ""}, "/spec/owner must NOT have fewer than 1 characters"),
    *_each("A36", "spec.owner", [5, None], "/spec/owner must be string - type: string"),
    *_each("A37", "spec.owner", ["a b", "user:jane"]),
    *[
        Case(
            "A38",
            {"spec.owner": ref},
            "threw an error while postprocessing; caused by TypeError: "
            f'Entity reference "{ref}" was not on the form [<kind>:][<namespace>/]<name>',
        )
        for ref in ("group:", "/x")
    ],
    Case("A39", {"spec.system": ""}, "/spec/system must NOT have fewer than 1 characters"),
    Case("A39", {"spec.system": None}, "/spec/system must be string"),
    Case(
        "A40",
        {"spec.dependsOn": ["db"]},
        'Entity reference "db" had missing or empty kind (e.g. did not start with "component:" or similar)',
    ),
    Case("A41", {"spec.dependsOn": "resource:db"}, "/spec/dependsOn must be array"),
    Case("A41", {"spec.dependsOn": [""]}, "/spec/dependsOn/0 must NOT have fewer than 1 characters"),
    Case("A41", {"spec.dependsOn": []}),
]

_API: Final = {"type": "openapi", "lifecycle": "production", "owner": "me"}
_REMOTE: Final = {"type": "streamable-http", "url": "https://x"}
_KINDS = [
    Case("A42", of_kind("API", _API), "/spec must have required property 'definition'"),
    Case("A42", of_kind("API", {**_API, "definition": ""}), "/spec/definition must NOT have fewer than 1 characters"),
    Case("A42", of_kind("API", {**_API, "definition": {"a": 1}}), "/spec/definition must be string"),
    Case("A42", of_kind("API", {**_API, "definition": "d"})),
    Case("A43", of_kind("Resource", {"owner": "me"}), "/spec must have required property 'type'"),
    Case("A43", of_kind("System", {}), "/spec must have required property 'owner'"),
    Case("A43", of_kind("Domain", {}), "/spec must have required property 'owner'"),
    Case("A44", of_kind("Group", {"type": "team"}), "/spec must have required property 'children'"),
    Case("A44", of_kind("User", {}), "/spec must have required property 'memberOf'"),
    Case("A44", of_kind("User", REMOVED), "<root> must have required property 'spec'"),
    Case(
        "A45",
        of_kind("Group", {"type": "team", "children": [], "profile": {"email": ""}}),
        "/spec/profile/email must NOT have fewer than 1 characters",
    ),
    Case("A45", of_kind("Group", {"type": "team", "children": [], "profile": {"email": "x"}})),
    Case("A46", of_kind("Location", {})),
    Case(
        "A47",
        of_kind("Location", {"presence": "maybe"}),
        "/spec/presence must be equal to one of the allowed values - allowedValues: required,optional",
    ),
    Case("A50", of_kind("Template", {"type": "service", "steps": []}, TEMPLATE_V3)),
    Case(
        "A51",
        of_kind("Template", {"type": "service"}, TEMPLATE_V3),
        "Processor ScaffolderEntitiesProcessor threw an error while validating the entity template:default/x; "
        "caused by TypeError: /spec must have required property 'steps'",
    ),
    Case(
        "A51",
        of_kind("Template", {"type": "service", "steps": [{"id": "a"}]}, TEMPLATE_V3),
        "/spec/steps/0 must have required property 'action'",
    ),
    *[
        Case(
            "A52",
            of_kind("Template", {"type": "service", "steps": []}, version),
            "No processor recognized the entity template:default/x as valid",
        )
        for version in ("backstage.io/v1alpha1", "backstage.io/v1beta2")
    ],
    Case("A53", of_kind("Template", {"type": "service", "steps": [], "parameters": {"title": "One"}}, TEMPLATE_V3)),
    Case("A55", of_kind("API", {**_API, "type": "mcp-server", "remotes": [_REMOTE]})),
    Case("A55", of_kind("API", {**_API, "type": "mcp-server"}), "/spec must have required property 'remotes'"),
    Case(
        "A55",
        of_kind("API", {**_API, "type": "mcp-server", "remotes": []}),
        "/spec/remotes must NOT have fewer than 1 items",
    ),
    Case("A55", of_kind("API", {**_API, "type": "ai-model-server", "serverUrl": "https://x"})),
    Case(
        "A56",
        of_kind("AiResource", {"type": "rule", "lifecycle": "production", "owner": "me", "rationale": "r"}),
        "Validation of AiResource entity failed: /spec must have required property 'category'",
    ),
    Case("A57", of_kind("AiResource", {"type": "anything", "lifecycle": "production", "owner": "me"})),
    Case(
        "A58",
        of_kind("AiResource", {"type": "skill", "lifecycle": "p", "owner": "me", "allowedTools": ["bash"]}),
        "/spec/allowedTools must be string",
    ),
]

CASES: Final = [*_ENVELOPE, *_METADATA, *_COMPONENT, *_KINDS]
