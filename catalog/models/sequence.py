"""The change sequence: one number that grows with whatever a reader could see. Who reads it is not known here."""

from sqlmodel import Field, SQLModel

THE_ROW = 1


class ChangeSequence(SQLModel, table=True):
    """One row, made with the schema."""

    __tablename__ = "change_sequence"

    id: int | None = Field(default=None, primary_key=True)
    number: int = 0
