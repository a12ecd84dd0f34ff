"""A deprecation from its first day to its last: who is told, who has moved, and when it is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from callboard.db import Connection
from callboard.outbox import latest_id
from callboard.refs import EntityRef
from catalog.model import Entity, Summary
from catalog.queries import lookup
from notifications import facts, queries, rules
from notifications.desk import Desk
from notifications.model import Affected, Deprecation, Notice, Team
from notifications.reminders import in_words

_MANY = 500


@dataclass(frozen=True, slots=True)
class Deprecations:
    """Called by the planner in its transaction, and by jobs in theirs."""

    desk: Desk
    lifecycles: frozenset[str]

    def begin(self, connection: Connection, subject: Entity, *, event_id: int, actor: str | None) -> None:
        """Tell everybody who depends on it, and give its owner the card of who has moved."""
        found = self._facts(connection, subject, event_id, actor)
        for notice in rules.deprecation_notices(found):
            self.desk.say(connection, notice)
        if card := rules.progress_notice(found):
            teams = _teams(connection, subject.ref, dict(found.affected_by_owner), found.owner)
            self.desk.say(connection, replace(card, teams=teams))

    def greet(self, connection: Connection, ref: str, newcomer: Summary, *, event_id: int, actor: str | None) -> None:
        """Tell the owner of something that began to depend on what is deprecated, unless they know."""
        subject = lookup.get_entity(connection, ref)
        if subject is None or newcomer.owner is None or newcomer.owner in _told(connection, ref):
            return
        found = self._facts(connection, subject, event_id, actor)
        for notice in rules.deprecation_notices(found):
            if notice.recipient == newcomer.owner:
                title = f"{newcomer.title} depends on {subject.title}, which is {found.lifecycle}."
                self.desk.say(connection, replace(notice, title=title))

    def undo(self, connection: Connection, subject: Entity, lifecycle: str) -> None:
        """It isn't deprecated after all: correct what was said, silently where nobody has seen it."""
        for kind in ("deprecated", "progress"):
            for notice in queries.open_about(connection, subject.ref, kind):
                corrected = replace(notice, title=f"{subject.title} is {lifecycle or 'in use'} again; it stays.")
                if notice.state == "sent":
                    self.desk.revise(connection, corrected)
                self.desk.close(connection, notice, "withdrawn", reply=corrected.title if kind == "deprecated" else "")

    def bring_up(self, connection: Connection, subject: Entity, *, event_id: int, actor: str | None) -> None:
        """A new date, successor or owner: what was said shows it, and a new date is said under it."""
        before = {n.id: n.end for n in queries.open_about(connection, subject.ref, "deprecated")}
        self.begin(connection, subject, event_id=event_id, actor=actor)
        for notice in queries.open_about(connection, subject.ref, "deprecated"):
            if notice.state == "sent" and notice.id in before and before[notice.id] != notice.end:
                words = f"New date: gone by {_day(notice.end)}." if notice.end else "There is no date any more."
                self.desk.reply(connection, notice, "date", words)

    def recheck(self, connection: Connection, ref: str) -> None:
        """Compare what was said with who depends on it now."""
        notices = queries.open_about(connection, ref, "deprecated")
        cards = queries.open_about(connection, ref, "progress")
        subject = lookup.get_entity(connection, ref)
        if not notices and not cards:
            return
        current = facts.affected_by_owner(connection, ref)
        for notice in notices:
            self._settle(connection, notice, current.get(notice.recipient, ()))
        told = _told(connection, ref)
        if subject is not None and self.is_deprecated(subject) and current.keys() - told - {None, subject.owner}:
            found = self._facts(connection, subject, latest_id(connection), None)
            for notice in rules.deprecation_notices(found):
                if notice.recipient not in told:
                    self.desk.say(connection, notice)
        self._show_card(connection, ref, current)

    def has_moved(self, connection: Connection, ref: str) -> bool:
        """A look that writes nothing: would `recheck` have anything to do?"""
        current = facts.affected_by_owner(connection, ref)
        notices = queries.open_about(connection, ref, "deprecated")
        if any(_settled(n, current.get(n.recipient, ())) != n.affected for n in notices):
            return True
        cards = queries.open_about(connection, ref, "progress")
        if any(_teams(connection, ref, current, c.recipient) != c.teams for c in cards):
            return True
        subject = lookup.get_entity(connection, ref)
        if subject is None or not self.is_deprecated(subject):
            return False
        return bool(current.keys() - _told(connection, ref) - {None, subject.owner})

    def is_deprecated(self, subject: Entity) -> bool:
        return str(subject.spec.get("lifecycle") or "").lower() in self.lifecycles

    def _facts(self, connection: Connection, subject: Entity, event_id: int, actor: str | None) -> Deprecation:
        lifecycle = str(subject.spec.get("lifecycle") or "").lower()
        return facts.deprecation(connection, subject, event_id=event_id, lifecycle=lifecycle, actor=actor)

    def _settle(self, connection: Connection, notice: Notice, current: Sequence[Affected]) -> None:
        affected = _settled(notice, current)
        if affected == notice.affected:
            return
        updated = replace(notice, affected=affected)
        if updated.remaining:
            self.desk.revise(connection, updated)
        elif notice.state == "planned":
            self.desk.close(connection, notice, "withdrawn")
        else:
            self.desk.revise(connection, updated)
            words = f"Done: nothing of yours depends on {notice.subject_title} any more. Thank you!"
            self.desk.close(connection, replace(updated, version=notice.version + 1), "done", reply=words)

    def _show_card(
        self, connection: Connection, ref: str, current: Mapping[str | None, Sequence[Affected]] | None = None
    ) -> None:
        now = current if current is not None else facts.affected_by_owner(connection, ref)
        for card in queries.open_about(connection, ref, "progress"):
            teams = _teams(connection, ref, now, card.recipient)
            finished = bool(teams) and all(t.moved == t.total for t in teams)
            updated = replace(card, teams=teams)
            if teams != card.teams:
                self.desk.revise(connection, updated)
            if finished:
                reply = f"Everybody has moved: nothing of other teams depends on {card.subject_title} any more."
                self.desk.close(connection, updated, "done" if card.state == "sent" else "withdrawn", reply=reply)

    def show_card(self, connection: Connection, ref: str) -> None:
        """Bring the card of who has moved up to date."""
        self._show_card(connection, ref)


def _settled(notice: Notice, current: Sequence[Affected]) -> tuple[Affected, ...]:
    """What a notice is about as it is now: what has moved stays on the list, what is new joins it."""
    there, known = {a.ref for a in current}, {a.ref for a in notice.affected}
    affected = tuple(replace(a, moved=a.ref not in there) for a in notice.affected)
    return affected + tuple(a for a in current if a.ref not in known)


def _told(connection: Connection, ref: str) -> set[str | None]:
    """Who knows, or doesn't want to."""
    settled = {"done", "withdrawn"}
    return {n.recipient for n in queries.all_about(connection, ref, "deprecated") if n.state not in settled}


def _teams(
    connection: Connection, ref: str, current: Mapping[str | None, Sequence[Affected]], owner: str | None
) -> tuple[Team, ...]:
    """Every team that was told or should be, those with most left first."""
    told = {n.recipient: n for n in queries.all_about(connection, ref, "deprecated") if n.state != "withdrawn"}
    everybody = [o for o in {*told, *current} if o is not None and o != owner]
    titles = lookup.summaries(connection, everybody)
    teams = []
    for team in everybody:
        left = {a.ref for a in current.get(team, ())}
        total = left | {a.ref for a in told[team].affected} if team in told else left
        if total:
            title = titles[team].title if team in titles else EntityRef.from_full(team).short
            teams.append(Team(team, title, len(total) - len(left), len(total), _word(told.get(team))))
    if nobody := current.get(None):
        teams.append(Team("", "nobody's", 0, len(nobody)))
    return tuple(sorted(teams, key=lambda t: (t.moved - t.total, t.title.lower()))[:_MANY])


def _word(notice: Notice | None) -> str:
    if notice is None or not notice.acknowledged_until:
        return ""
    return f"by {_day(notice.acknowledged_until)}"


def _day(iso: str | None) -> str:
    return in_words(date.fromisoformat(iso)) if iso else ""
