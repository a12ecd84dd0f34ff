"""Words that give an intent away where no sentence pattern fits as a whole."""

from typing import Final

CUES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("oncall", ("on call", "oncall", "on-call", "pager", "page ", "wake", "incident", "emergency", "escalat")),
    (
        "impact",
        (
            "break",
            "blast",
            "impact",
            "affected",
            "happen",
            "turn off",
            "switch off",
            "shut down",
            "take down",
            "goes down",
        ),
    ),
    ("lifecycle", ("deprecat", "lifecycle", "end of life", "eol", "replac", "successor", "sunset", "legacy")),
    ("api_definition", ("openapi", "swagger", "spec", "schema", "proto")),
    ("runbook", ("runbook",)),
    (
        "docs",
        ("docs", "documentation", "document", "guide", "how do", "how to", "how can", "readme", "manual", "read about"),
    ),
    ("links", ("dashboard", "repo", "source code", "grafana", "link", "logs")),
    ("consumers", ("consume", "caller", "calling", "calls")),
    ("dependents", ("depends on", "depend on", "rely on", "relies on", "using", " uses ", "used by")),
    ("dependencies", ("dependenc", "depend", "need", "require")),
    ("provides_api", ("api", "expose", "provide")),
    ("team_members", ("member", "people in", "who is in", "who's in")),
    ("person", ("email", "e-mail", "phone")),
    ("owner", ("who", "own", "team", "responsible", "maintain", "contact", "talk to", "ask", "help with", "whose")),
)
"""Where no pattern fits as a whole: words that give an intent away, the more telling first."""


def telling_intent(text: str) -> str | None:
    """The intent that the words of a text point to, the more telling first."""
    lowered = f" {text.lower()} "
    return next((intent for intent, cues in CUES if any(cue in lowered for cue in cues)), None)
