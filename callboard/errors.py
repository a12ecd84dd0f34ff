"""Errors that carry what the edge needs: a text for the person, a Backstage error name and an HTTP status.

Handlers and the API never build messages from other exceptions: an error that is not one of these is a defect
and reaches the user as "something went wrong on our side" with a reference to the log.
"""

from collections.abc import Iterable

from rapidfuzz import fuzz, process


class CallboardError(Exception):
    """Something went wrong on our side."""

    name = "Error"
    status = 500
    transient = False
    """True when the same call may succeed later without anybody changing anything."""

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        self.message = message or type(self).__doc__ or self.name
        self.hint = hint
        super().__init__(self.message)

    @property
    def user_text(self) -> str:
        """What a person reads: the message and, where there is one, what to do next."""
        return f"{self.message} {self.hint}" if self.hint else self.message


class InputError(CallboardError):
    """That input can't be used as it is."""

    name = "InputError"
    status = 400


class FormatError(InputError):
    """That value is not in the form it should have."""

    name = "TypeError"


class AuthenticationError(CallboardError):
    """Missing credentials"""

    name = "AuthenticationError"
    status = 401


class NotAllowedError(CallboardError):
    """You are not allowed to do that."""

    name = "NotAllowedError"
    status = 403


class NotFoundError(CallboardError):
    """There is nothing of that name."""

    name = "NotFoundError"
    status = 404


class ConflictError(CallboardError):
    """That already exists."""

    name = "ConflictError"
    status = 409


class ServiceUnavailableError(CallboardError):
    """A service that this needs doesn't answer at the moment."""

    name = "ServiceUnavailableError"
    status = 503
    transient = True


class ConfigError(CallboardError):
    """The configuration has errors; `problems` lists them all, one line each with file, line and key."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = "1 error" if count == 1 else f"{count} errors"
        super().__init__(f"The configuration has {heading}:\n" + "\n".join(f"  {p}" for p in self.problems))


def nearest(word: str, known: Iterable[str], *, limit: int = 3, cutoff: float = 70.0) -> list[str]:
    """The known words that look like `word`, best first; empty when none is near."""
    found = process.extract(word, list(known), scorer=fuzz.ratio, processor=str.lower, limit=limit, score_cutoff=cutoff)
    return [choice for choice, _score, _index in found]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A closing sentence that names near words, or None."""
    near = nearest(word, known)
    if not near:
        return None
    return f"Did you mean {' or '.join(f'`{n}`' for n in near)}?"
