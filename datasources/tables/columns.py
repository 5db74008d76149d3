"""Types and columns that the tables share. They work the same way on SQLite, MariaDB and MySQL."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine.interfaces import Dialect

from domain.kit.ids import new_id

metadata = sa.MetaData()

# Autoincrement needs INTEGER on SQLite; keys are 64 bits everywhere.
Key = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
# Compared byte by byte: handles, tokens and codes must not match in another case or accent.
_BINARY = "utf8mb4_bin"


def text(length: int) -> sa.String:
    """Text for people: compared by the database's own rules."""
    return sa.String(length)


def code(length: int) -> sa.types.TypeEngine[str]:
    """Text for machines: compared byte by byte on every database."""
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation=_BINARY), "mysql", "mariadb")


def long_text() -> sa.types.TypeEngine[str]:
    """Text of up to 16 MB."""
    return sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


class Time(sa.types.TypeDecorator[datetime]):
    """UTC in, UTC out, to the microsecond. Databases store no time zone."""

    impl = sa.DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """The Python type of a value; a type decorator does not report it by itself."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[datetime]:
        """MySQL's DATETIME drops fractions unless the type asks for them."""
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuses a time without a zone, which is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time must have a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Adds the zone: stored times are UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def key_column() -> sa.Column[int]:
    """A key that clients may see: it does not show how many rows there are."""
    return sa.Column("id", Key, primary_key=True, autoincrement=True, default=new_id)


def counter_column() -> sa.Column[int]:
    """The place of a row in the order of writing. Clients never see it."""
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def created_column() -> sa.Column[datetime]:
    return sa.Column("created_at", Time, nullable=False)


def updated_column() -> sa.Column[datetime]:
    return sa.Column("updated_at", Time, nullable=False)
