"""What isn't in the catalog and is known all the same: a broken document's entity, and an owner that is only named."""

from answers import queries
from answers.desk import Desk, number
from answers.mentions import readings
from answers.model import Answer, Suggestion
from answers.replies.talk import question_for
from answers.understood import Understood
from callboard.refs import EntityRef
from catalog.model import Evidence
from search.normalize import key_of


def known_of(desk: Desk, asked: Understood) -> Answer | None:
    """Why a name isn't found, where there is a reason to tell; None where nobody has heard of it."""
    keys = {key_of(text) for text, _kinds in readings(asked.missing)} - {""}
    return _broken(desk, asked, keys) or _only_named(desk, asked, keys)


def _broken(desk: Desk, asked: Understood, keys: set[str]) -> Answer | None:
    for problem in queries.broken_documents(desk.connection):
        ref = problem.ref
        if ref and desk.sees(ref) and key_of(EntityRef.from_full(ref).name) in keys:
            place = Evidence(problem.location, problem.line)
            text = f"{ref} can't be read, so it isn't in the catalog: {problem.message}"
            return Answer("not_found", text, confidence=asked.confidence, evidence=(place,))
    return None


def _only_named(desk: Desk, asked: Understood, keys: set[str]) -> Answer | None:
    for ref in queries.owned_by_the_missing(desk.connection):
        if key_of(EntityRef.from_full(ref).name) in keys:
            owned = queries.owned_count(desk.connection, ref)
            named = f"{number(owned, 'entity', 'entities')} name{'s' if owned == 1 else ''} it as owner"
            text = f"{ref} is not in the catalog, though {named}."
            offer = Suggestion(ref, f"What it owns ({owned})", question_for("list", ref))
            return Answer("not_found", text, confidence=asked.confidence, suggestions=(offer,))
    return None
