"""Column types and the naming convention every table shares. No table lives here."""

import hashlib
import re
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Names for every constraint, so that alembic's batch mode can find them again on SQLite.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = SQLModel.metadata


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused; SQLite, which forgets the zone, gets it back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum]) -> sa.Enum:
    """A column of one of `kind`'s values, stored by value and checked by the database."""
    return sa.Enum(
        kind,
        name=kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # all but tabs and ends of lines


def storable(text: str, longest: int | None = None) -> str:
    """Text both databases keep and pages may hold: without control characters and halves of surrogate pairs, cut to
    what the column holds.

    >>> storable("a\\0b\\udcffc\\x0bd\\n"), storable("گفتگو", 3)
    ('ab?cd\\n', 'گفت')
    """
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode("utf-8")[:longest]


def distinct(name: str, longest: int) -> str:
    """A name somebody else gave a thing, as the record can keep it, without two becoming one.

    >>> distinct("talk-7", 500), len(distinct("ت" * 501, 500))
    ('talk-7', 64)
    """
    if len(name) <= longest and name == storable(name):
        return name
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def now() -> datetime:
    return datetime.now(UTC)
