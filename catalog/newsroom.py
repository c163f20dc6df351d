"""Everything an act needs to reach: settings, database, shelf. Opened once, handed around; decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.engine import Engine
from sqlmodel import Session

from catalog.db import FENCE, connect, migrate
from catalog.errors import NotAllowed
from catalog.settings import Settings
from media.store import Shelf

RESTORING = ".restoring"  # lies in a home until its restore is done, redactions and all


@dataclass(frozen=True)
class Newsroom:
    """The record and the shelf of one newsroom; with a `fence` each of its writes asks first whether it may."""

    settings: Settings
    fence: Callable[[Session], None] | None = None

    @cached_property
    def engine(self) -> Engine:
        engine = connect(self.settings.catalog_url)
        return engine.execution_options(**{FENCE: self.fence}) if self.fence else engine

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
