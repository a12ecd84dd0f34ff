"""What every table shares: the metadata they register with, and names for constraints that migrations can rely on."""

from sqlalchemy import BigInteger, Integer, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database hands out; SQLite does so only for its own INTEGER."""

TEXT = String().with_variant(String(collation="C"), "postgresql")
"""Compared byte by byte on both engines, so that order and paging agree."""
