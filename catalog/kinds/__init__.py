"""Which kinds of entity there are, what their `spec` must hold, and which of its fields are relations."""

from catalog.kinds.builtin import BUILTIN_KINDS
from catalog.kinds.registry import INVERSE, PAIRS, KindRegistry, KindSpec, RelationField

__all__ = ["BUILTIN_KINDS", "INVERSE", "PAIRS", "KindRegistry", "KindSpec", "RelationField"]
