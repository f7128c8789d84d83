"""`kam restore`: a backup takes the place of the database in one step, which can be undone.

Nothing is sent twice for it: see `domain/restores.py`.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import DatabaseError

from kam_flows.domain.backups import (
    HOUSE,
    OWN,
    PREFECT,
    Backup,
    Facts,
    differences,
)
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Fate
from kam_flows.persistence import archives, migrate
from kam_flows.persistence.copies import (
    engine_of,
    entries_since,
    facts_if_readable,
    kind_of,
    load,
)
from kam_flows.persistence.database import other_database
from kam_flows.persistence.house_models import RestoreRow
from kam_flows.persistence.places import Place, place
from kam_flows.persistence.restores import begin_again
from kam_flows.serving import checks
from kam_flows.serving.backup import prefect_database, prefect_file
from kam_flows.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What a restore would do, before it does it."""

    backup: Backup
    there: Facts | None
    """What is in the place now; `None`: nothing that can be read."""
    entries_lost: int
    """Entries of the audit trail that the backup does not have."""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore did."""

    mails: dict[Fate, int]
    """Those of the backup that were not settled in it, by what they are now."""
    kept_as: str | None
    """The name of the database as it was."""
    undo: str
    further: tuple[str, ...]
    """What else was brought back, or left in the file."""


class Restore:
    """One restore of one file, from the look at it to the end."""

    def __init__(self, where: Settings, file: Path, url: str, now: datetime) -> None:
        self.where, self.file, self.url, self.now = where, file, url, now
        self.place: Place = place(url, now)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody works on the database meanwhile. Raises UserError if somebody does."""
        lock = None
        if self.url == self.where.database:
            checks.check_folder(self.where.var)
            lock = checks.take_house(self.where.var)
        try:
            self.place.refuse_if_used()
            yield
        finally:
            if lock is not None:
                os.close(lock)

    def prospect(self) -> Prospect:
        """Raises UserError for a file that cannot be restored here."""
        backup = archives.first_page(self.file)
        _check_fits(backup, self.url, self.file.name)
        there = facts_if_readable(self.url)
        lost = 0
        if there and "audit" in there.counts:
            lost = entries_since(self.url, backup.taken_at)
        return Prospect(backup=backup, there=there, entries_lost=lost)

    def run(self, prospect: Prospect, *, with_prefect: bool) -> Restored:
        """Raises UserError, and then everything is as it was."""
        with _room(self.where.var) as room:
            backup = archives.take_out(self.file, room)
            try:
                mails = self._make(room, backup, prospect.there)
                further = (
                    *self._bring_prefect(room, backup, with_prefect),
                    *self._bring_own(room),
                )
                # The last step: whatever fails before it has changed nothing of ours.
                kept_as = self.place.swap()
            finally:
                self.place.clear()
        return Restored(
            mails=mails, kept_as=kept_as, undo=self.place.undo, further=further
        )

    def _make(self, room: Path, backup: Backup, there: Facts | None) -> dict[Fate, int]:
        """The new database, beside the old one, ready to take its place."""
        self.place.prepare()
        name = backup.member(HOUSE)
        assert name
        found = load(room / name, self.place.new)
        if lacking := differences(backup.facts, found):
            raise UserError(
                f"{self.file.name} does not hold the rows it names "
                f"({', '.join(lacking)}); nothing was changed."
            )
        with other_database(self.place.new) as new:
            migrate.upgrade()
            row = RestoreRow(
                at=self.now, taken_at=backup.taken_at, source=self.file.name
            )
            if there is None or there.revision != migrate.head():
                return begin_again(new, None, row)
            with engine_of(self.url) as witness:
                return begin_again(new, witness, row)

    def _bring_prefect(self, room: Path, backup: Backup, wanted: bool) -> Iterator[str]:
        """Prefect's database comes back where there is none, or where it is asked for."""
        name = backup.member(PREFECT)
        if name is None or self.url != self.where.database:
            return
        url = prefect_database(self.where) or f"sqlite:///{prefect_file(self.where)}"
        if kind_of(url) != ("sqlite" if name.endswith(".db") else "postgresql"):
            yield "Prefect's own database is of another kind here and stays as it is."
            return
        if not wanted and facts_if_readable(url) is not None:
            yield "Prefect's own database stays as it is (--with-prefect replaces it)."
            return
        spot = place(url, self.now)
        spot.refuse_if_used()
        try:
            spot.prepare()
            load(room / name, spot.new)
            kept_as = spot.swap()
        finally:
            spot.clear()
        yield "Prefect's own database is back" + (
            f"; as it was it is now {kept_as}." if kept_as else "."
        )

    def _bring_own(self, room: Path) -> Iterator[str]:
        """Templates and the like come back where they are missing."""
        for top in ("templates", self.where.deployments.name):
            source = room / OWN / top
            target = (
                self.where.templates if top == "templates" else self.where.deployments
            )
            if source.exists() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(source, target)
                yield f"{target} is back."
            elif source.exists():
                yield f"{target} stays as it is; the backup has {OWN}/{top} too."


def _check_fits(backup: Backup, url: str, name: str) -> None:
    if backup.facts.kind != kind_of(url):
        raise UserError(
            f"{name} holds a {backup.facts.kind} database and cannot be restored into "
            f"{kind_of(url)}; name one of its kind with --into."
        )
    if backup.member(HOUSE) is None or not backup.facts.revision:
        raise UserError(f"{name} holds no database of KAM Flows.")
    if not migrate.is_known(backup.facts.revision):
        raise UserError(
            f"{name} was made by a newer KAM Flows ({backup.version}, tables "
            f"{backup.facts.revision}); install that version, then restore."
        )


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".kam-restore-") as room:
            yield Path(room)
    except OSError as error:
        raise UserError(
            f"The backup could not be unpacked into {folder}: {error.strerror}. "
            "Nothing was changed; make room first."
        ) from error
    except DatabaseError as error:
        raise UserError(
            f"The backup could not be brought back: {error.orig}. Nothing was changed."
        ) from error
