"""Markdown documentation of entities: fetched, split into sections, indexed, found and read."""
