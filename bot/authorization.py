"""Who may do what: everybody may read and run, admins may everything, and a template may name its own groups."""

from callboard.chat import Actor

ADMIN_ONLY = frozenset({"catalog.location.create", "catalog.location.delete", "catalog.entity.delete"})


class CatalogAuthorizer:
    """The `Authorizer` of an installation without one of its own."""

    def may(self, actor: Actor, permission: str, ref: str | None = None) -> bool:  # noqa: ARG002 - rules by ref are a plugin's
        return actor.is_admin or permission not in ADMIN_ONLY

    def judges_refs(self, permission: str) -> bool:  # noqa: ARG002 - see above
        return False
