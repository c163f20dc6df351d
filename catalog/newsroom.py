"""Everything an act needs to reach: settings, database, shelf. Opened once, handed around; decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session

from catalog.db import FENCE, can_run_beside, connect, found_revision, migrate, reading
from catalog.errors import NotAllowed
from catalog.models.columns import UTCDateTime, now
from catalog.setting_values import OBJECTS
from catalog.settings import Settings
from media.store import Shelf, open_shelf

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

    def must_be_ours(self) -> None:
        """Raises what the fence raises once others have taken our work over, and DatabaseUnusable."""
        if self.fence is not None:
            with reading(self.engine) as session:
                self.fence(session)

    @cached_property
    def shelf(self) -> Shelf:
        store = self.settings.store
        return open_shelf(self.settings.shelf_folder, store if store.startswith(OBJECTS) else "")


def _wait_for_workers(url: str) -> None:
    """Change no schema under workers of the version before, unless they can go on with the new one."""
    found = found_revision(url)
    if found is None or can_run_beside(url, found):
        return
    query = sa.text("SELECT name FROM worker WHERE seen_at > :since ORDER BY name")
    since = sa.bindparam("since", now() - timedelta(seconds=30), type_=UTCDateTime)
    with connect(url).connect() as connection:
        names = connection.execute(query.bindparams(since)).scalars().all()
    if names:
        raise NotAllowed(
            f"Workers of the version before are at work ({', '.join(names)}), and this one changes the schema. "
            "Stop them, wait half a minute, and do it again."
        )


def open_newsroom(settings: Settings) -> Newsroom:
    """The newsroom with its home made and its schema current."""
    if (settings.home / RESTORING).exists():
        raise NotAllowed(
            "This newsroom is being restored, or a restore was cut off. Run the same `presstalk restore` again."
        )
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        _wait_for_workers(settings.catalog_url)
        migrate(settings.catalog_url)
    except OSError as problem:
        raise NotAllowed(
            f"Nothing can be kept in {settings.home} ({problem.strerror}). Set PRESSTALK_HOME to a folder of yours."
        ) from problem
    return Newsroom(settings)
