"""From a source's bytes to rows: read, compare, parse, validate, apply."""
