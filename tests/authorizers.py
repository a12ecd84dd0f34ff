"""Rules of an installation with secrets."""

from callboard.chat import Actor


class Secretive:
    """Nobody but `friends` (user refs, or a program's id) may know of `hidden`; everything else is free to all."""

    def __init__(self, *hidden: str, friends: tuple[str, ...] = ()) -> None:
        self.hidden = set(hidden)
        self.friends = set(friends)

    def may(self, actor: Actor, permission: str, ref: str | None = None) -> bool:  # noqa: ARG002 - the port's
        return ref not in self.hidden or bool({actor.ref, actor.id} & self.friends)

    def judges_refs(self, permission: str) -> bool:  # noqa: ARG002 - the port's
        return True
