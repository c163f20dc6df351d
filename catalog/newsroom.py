"""Everything an act needs to reach: settings, database, shelf. Opened once, handed around; decides nothing."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.engine import Engine

from catalog.db import connect, migrate
from catalog.errors import NotAllowed
from catalog.settings import Settings
from media.store import Shelf

RESTORING = ".restoring"  # lies in a home until its restore is done, redactions and all


@dataclass(frozen=True)
class Newsroom:
    """The record and the shelf of one newsroom."""

    settings: Settings

    @cached_property
    def engine(self) -> Engine:
        return connect(self.settings.catalog_url)

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.settings.shelf_folder)


def open_newsroom(settings: Settings) -> Newsroom:
    """The newsroom with its home made and its schema current."""
    if (settings.home / RESTORING).exists():
        raise NotAllowed(
            "This newsroom is being restored, or a restore was cut off. Run the same `presstalk restore` again."
        )
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        migrate(settings.catalog_url)
    except OSError as problem:
        raise NotAllowed(
            f"Nothing can be kept in {settings.home} ({problem.strerror}). Set PRESSTALK_HOME to a folder of yours."
        ) from problem
    return Newsroom(settings)
