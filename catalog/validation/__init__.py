"""One validator for command line, ingestion and API: a document in, every finding out."""

from catalog.validation.finding import Finding
from catalog.validation.formats import FieldFormats, Format
from catalog.validation.validator import Validator

__all__ = ["FieldFormats", "Finding", "Format", "Validator"]
