"""The words and patterns that lists are asked for with."""

# ruff: noqa: E501 - one pattern a line reads better than one that is broken
import re
from collections.abc import Mapping
from typing import Final

_COMPONENT: Final = ("component",)
NOUNS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "component": (_COMPONENT, ()),
    "service": (_COMPONENT, ("service",)),
    "microservice": (_COMPONENT, ("service",)),
    "website": (_COMPONENT, ("website",)),
    "site": (_COMPONENT, ("website",)),
    "frontend": (_COMPONENT, ("website",)),
    "webapp": (_COMPONENT, ("website",)),
    "library": (_COMPONENT, ("library",)),
    "lib": (_COMPONENT, ("library",)),
    "app": (_COMPONENT, ()),
    "application": (_COMPONENT, ()),
    "api": (("api",), ()),
    "resource": (("resource",), ()),
    "database": (("resource",), ("database",)),
    "db": (("resource",), ("database",)),
    "bucket": (("resource",), ("s3-bucket", "bucket", "gcs-bucket", "storage-bucket")),
    "cluster": (("resource",), ("kubernetes-cluster", "cluster")),
    "topic": (("resource",), ("kafka-topic", "topic")),
    "system": (("system",), ()),
    "domain": (("domain",), ()),
    "team": (("group",), ("team",)),
    "squad": (("group",), ("squad",)),
    "group": (("group",), ()),
    "department": (("group",), ("department", "business-unit")),
    "user": (("user",), ()),
    "people": (("user",), ()),
    "person": (("user",), ()),
    "member": (("user",), ()),
    "engineer": (("user",), ()),
    "developer": (("user",), ()),
    "dev": (("user",), ()),
    "employee": (("user",), ()),
    "colleague": (("user",), ()),
    "template": (("template",), ()),
    "location": (("location",), ()),
    "thing": ((), ()),
    "stuff": ((), ()),
    "entity": ((), ()),
    "everything": ((), ()),
    "anything": ((), ()),
    "something": ((), ()),
    "item": ((), ()),
    "asset": ((), ()),
    "one": ((), ()),
}
"""Nouns and what they ask for: kinds, and types within them. A type the catalog doesn't have isn't asked for."""

FACETS: Final[Mapping[str, str]] = {
    "owner": "owner", "owners": "owner", "team": "owner", "known owner": "owner", "maintainer": "owner",
    "docs": "docs", "documentation": "docs", "techdocs": "docs", "doc": "docs", "tech docs": "docs",
    "system": "system", "systems": "system", "domain": "domain", "description": "description",
    "descriptions": "description", "tag": "tags", "tags": "tags", "lifecycle": "lifecycle", "type": "type",
    "link": "links", "links": "links", "on call": "oncall", "on-call": "oncall", "oncall": "oncall",
    "pager duty": "oncall", "pagerduty": "oncall", "on-call person": "oncall", "on call person": "oncall",
    "dependencies": "dependencies", "dependency": "dependencies", "deps": "dependencies",
    "dependents": "dependents", "dependants": "dependents", "api": "apis", "apis": "apis", "title": "title",
    "parent": "parent", "member": "members", "members": "members", "people": "members", "email": "email",
    "e-mail": "email", "slack channel": "channel", "channel": "channel", "replacement": "replacement",
    "successor": "replacement", "end of life": "eol", "end-of-life": "eol", "eol": "eol", "eol date": "eol",
    "consumers": "consumers", "consumer": "consumers", "provider": "providers", "providers": "providers",
    "users": "dependents", "slack id": "slack", "definition": "definition", "spec": "definition",
    "repo": "source", "repository": "source", "source": "source", "alias": "aliases", "aliases": "aliases",
    "runbook": "runbook", "runbooks": "runbook", "dashboards": "dashboard", "dashboard": "dashboard", "annotations": "annotations", "components": "parts", "parts": "parts",
}  # fmt: skip
_FACET: Final = "|".join(sorted(map(re.escape, FACETS), key=len, reverse=True))
_ARTICLES: Final = r"(?:(?:an?|any|the|some|known|proper|real|actual|valid|existing)\s+)*"
LACKS: Final = re.compile(
    r"(?:(?:that|which|who)\s+)?(?:without|with\s+(?:no|zero|missing)|(?:have|has|having|got|with)\s+(?:no|zero)|lack(?:s|ing)?|"
    r"missing|miss|(?:do\s+not|does\s+not|don'?t|doesn'?t|haven'?t|hasn'?t|not|never)\s+(?:have|having|got|specify|set)|"
    r"(?:haven'?t|hasn'?t)\s+(?:got\s+)?|no|not\s+assigned\s+to|(?:are\s+|is\s+)?not\s+(?:in|part\s+of|assigned\s+to)|"
    r"(?:aren'?t|isn'?t)\s+(?:in|part\s+of))\s+"
    rf"{_ARTICLES}(?P<facet>{_FACET})\b",
    re.IGNORECASE,
)
HAS: Final = re.compile(
    rf"(?:(?:that|which|who)\s+)?(?:with|having|have|has)\s+{_ARTICLES}(?P<facet>{_FACET})\b(?!\s+\w+\s*$)",
    re.IGNORECASE,
)
STATES: Final[Mapping[str, tuple[str, bool]]] = {
    "unowned": ("owner", False), "ownerless": ("owner", False), "undocumented": ("docs", False),
    "documented": ("docs", True), "owned": ("owner", True), "untagged": ("tags", False), "unused": ("dependents", False), "used": ("dependents", True),
    "orphaned": ("orphan", True), "homeless": ("system", False), "teamless": ("owner", False),
    "abandoned": ("owner", False), "empty": ("members", False),
}  # fmt: skip
NOT: Final = re.compile(
    r"(?:(?:that|which|who)\s+)?(?:(?:are|is|were)\s+not|aren'?t|isn'?t|ain'?t|non(?=[ -])|not|except(?:\s+for)?|excluding|other\s+than|"
    r"besides|don'?t|doesn'?t|do\s+not|does\s+not|minus|but\s+not)(?:\s+|-)(?:(?:yet|yet in|in|tagged|owned by|a|an|the|written in|any|currently|"
    r"from|of|belong(?:ing)? to|part of|being|listed as|marked as)\s+)*",
    re.IGNORECASE,
)
MINE: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:(?:i|we)\s+(?:own|maintain|look\s+after|are\s+responsible\s+for|manage)|(?:my|our)\s+(?:team|group)s?\s+(?:owns?|has|have|maintains?|runs?|looks?\s+after|manages?)"
    r"|(?:owned\s+by|belong(?:s|ing)?\s+to|of|for|from|in)\s+(?:me|us|mine|ours|my\s+(?:team|group|squad)s?|our\s+(?:team|group|squad)s?)"
    r"|(?:my|our)(?:\s+own)?(?:\s+(?:team|group|squad)(?:'?s'?|s)?(?!\w))?(?:\s+own)?|mine|ours|my\s+team)\b(?:'s)?",
    re.IGNORECASE,
)
OWNED: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:are\s+|is\s+)?(?:owned|maintained|managed|run|built|looked\s+after|held)\s+by(?:\s+the)?\s+",
    re.IGNORECASE,
)
PART: Final = re.compile(
    r"(?:(?:that|which|who)\s+)?(?:are\s+|is\s+)?(?:(?:part|members?)\s+of|belong(?:s|ing)?\s+to|inside|within|under|in|of|for|from|by|at|on|around|with)"
    r"(?:\s+(?:the|a))?\s+",
    re.IGNORECASE,
)
TAGGED: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:are\s+|is\s+)?(?:tagged|labell?ed|marked)(?:\s+(?:as|with))?\s+|(?:with|having)\s+(?:the\s+|a\s+)?(?:tags?|labels?)\s+|"
    r"tags?(?:ged)?\s*[:=]?\s+",
    re.IGNORECASE,
)
MADE_IN: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:are\s+|is\s+)?(?:(?:written|built|implemented|coded|developed|made|running|deployed|hosted)\s+)?(?:in|using|with|on)\s+",
    re.IGNORECASE,
)
OWNS: Final = re.compile(
    r"^(?P<who>.+?)\s+(?:own|owns|have|has|maintains?|runs?|look(?:s)?\s+after|manages?|is\s+responsible\s+for|got|hold|holds|keeps?)\s*$",
    re.IGNORECASE,
)
HAVE: Final = re.compile(r"\b(?:have|has|got|run|runs|keep)$", re.IGNORECASE)
PAIR: Final = re.compile(
    r"(?P<key>kind|type|lifecycle|owner|system|tag|tags|domain|namespace)\s*(?:=|:(?!\w+/))\s*(?P<value>\S+)",
    re.IGNORECASE,
)
FILLER: Final = re.compile(
    r"(?:the|all|any|else|only|what'?s|who'?s|there'?s|ones?|every|each|of|a|an|that|which|who|what|are|is|was|there|do|does|did|have|has|we|you|list|show|me|"
    r"and|or|but|with|please|pls|still|currently|only|just|in total|exist|exists|existing|registered|known|"
    r"our|company|here|give|get|find|display|print|see|us|i|want|need|to|out|overview|names?|full|whole|be|being|"
    r"catalog|catalogue|total|different|various|current|available|in the (?:catalog|company|organi[sz]ation|org)|so far|right now|"
    r"now|whose|lifecycle|status|state|kind|type|language|based|set|defined|marked|as|also|got|some|see|"
    r"anywhere|can|could|tell|about|search|for|in|on|by|at|it|they|my company|written|version|at all|yet|belong|to|"
    r"belongs|own|owns|owned|us|s|count|number|one|running|run|operate|operating)(?=$|[\s,;:?!.])",
    re.IGNORECASE,
)
COUNT: Final = re.compile(
    r"^(?:(?:and|so|ok)\s+)*(?:how\s+many|how\s+much|(?:what(?:'?s|\s+is)\s+)?(?:the\s+)?(?:total\s+)?(?:number|count|amount|total)\s+of|count(?:\s+of|\s+all)?(?:\s+the)?|#\s*of)\s+",
    re.IGNORECASE,
)
LISTING: Final = re.compile(
    r"^(?:list|show|which|what|all|find|give|any|every|display|get|are there|is there|do we have|tell|print|filter|search)\b",
    re.IGNORECASE,
)
_CATALOG: Final = r"(?:the|this|our|your)\s+(?:whole\s+|entire\s+|full\s+|software\s+)*catalog(?:ue)?"
WHOLE: Final = re.compile(
    rf"^(?:(?:list|show|give|tell|display|print)(?:\s+me)?\s+(?:everything|all(?:\s+(?:things|entities))?|(?:all\s+)?entities|{_CATALOG})"
    rf"|everything|what(?:'?s|\s+is|\s+do\s+(?:we|you)\s+have)?(?:\s+there)?\s+in\s+{_CATALOG}"
    rf"|how\s+(?:many\s+(?:things|entities)|(?:big|large)\s+is\s+{_CATALOG})(?:\s+(?:are\s+there|do\s+we\s+have))?)"
    rf"(?:\s+(?:(?:there\s+is|that\s+is|you\s+have|we\s+have|you\s+know)(?:\s+in\s+{_CATALOG})?|(?:in|of|from)\s+{_CATALOG}))?$",
    re.IGNORECASE,
)
"""Asks for all there is."""
LIVE: Final[Mapping[str, str]] = {
    "prod": "production",
    "live": "production",
    "obsolete": "deprecated",
    "sunset": "deprecated",
}
SPECIAL: Final[Mapping[str, tuple[str, ...]]] = {
    "golang": ("go",),
    "js": ("javascript",),
    "ts": ("typescript",),
    "postgres": ("postgresql",),
    "k8s": ("kubernetes",),
    "psql": ("postgresql",),
}
EACH: Final = re.compile(r"\b(?:each|per|respective|respectively)\b", re.IGNORECASE)
"""Asks for several lists at once, which one list can't answer."""
WHOSE: Final = re.compile(r"who(?:m|se)?\s+(?:own|run|maintain|is\s+(?:the|responsible))", re.IGNORECASE)
"""Asks for an owner, not for a list."""
NOBODYS: Final[Mapping[str, str]] = {
    "use": "dependents", "uses": "dependents", "needs": "dependents", "depends": "dependents", "owns": "owner", "consumes": "consumers",
    "calls": "consumers", "provides": "providers", "implements": "providers", "documents": "docs", "maintains": "owner",
}  # fmt: skip
NOBODY: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:nobody|no[- ]?one|nothing)\s+(?:else\s+)?(?P<verb>uses|needs|depends\s+on|owns|consumes|calls|provides|implements|documents|maintains)\b",
    re.IGNORECASE,
)
