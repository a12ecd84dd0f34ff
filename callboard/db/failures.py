"""What a database's failures look like to those who don't speak SQL."""

from typing import Final

from sqlalchemy import exc

DATABASE_ERRORS: Final = (exc.SQLAlchemyError,)
DATABASE_AWAY: Final = (exc.OperationalError, exc.TimeoutError)
"""It doesn't answer, is locked, or lends no more connections: worth another try later."""
