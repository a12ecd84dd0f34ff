"""The entity document: what YAML and JSON hold, and the few readings of it that everybody needs."""

from collections.abc import Mapping
from typing import Any, Final

from callboard.refs import DEFAULT_NAMESPACE, EntityRef

Document = dict[str, Any]
"""A catalog document as parsed: JSON types only."""

OWNED_KINDS: Final = frozenset({"component", "api", "resource", "system", "domain", "template", "airesource"})

REPLACED_BY: Final = "callboard.dev/replaced-by"
END_OF_LIFE: Final = "callboard.dev/end-of-life"
ALIASES: Final = "callboard.dev/aliases"
ON_CALL: Final = "callboard.dev/on-call"
SLACK_CHANNEL: Final = "slack.com/channel"
SLACK_USER: Final = "slack.com/user-id"
TECHDOCS_REF: Final = "backstage.io/techdocs-ref"
MANAGED_BY: Final = "backstage.io/managed-by-location"
MANAGED_BY_ORIGIN: Final = "backstage.io/managed-by-origin-location"
SOURCE_LOCATION: Final = "backstage.io/source-location"
VIEW_URL: Final = "backstage.io/view-url"
EDIT_URL: Final = "backstage.io/edit-url"


def ref_of(document: Mapping[str, Any]) -> EntityRef:
    """The ref a document claims; the document has passed the envelope check."""
    metadata = document["metadata"]
    return EntityRef(document["kind"], metadata.get("namespace") or DEFAULT_NAMESPACE, metadata["name"])


def spec_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = document.get("spec")
    return spec if isinstance(spec, Mapping) else {}


def annotations_of(document: Mapping[str, Any]) -> Mapping[str, str]:
    annotations = document.get("metadata", {}).get("annotations")
    return annotations if isinstance(annotations, Mapping) else {}


def title_of(document: Mapping[str, Any]) -> str:
    """What people call it: the title, a profile's display name, else the name."""
    metadata = document["metadata"]
    profile = spec_of(document).get("profile")
    display_name = profile.get("displayName") if isinstance(profile, Mapping) else None
    return str(metadata.get("title") or display_name or metadata["name"])
