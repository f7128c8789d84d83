"""`kam backup`: everything that cannot be made again, in one file, checked before it counts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from kam_flows.domain.backups import HOUSE, OWN, PREFECT, Backup, to_drop
from kam_flows.domain.errors import UserError
from kam_flows.persistence import archives
from kam_flows.persistence.backup_notes import note_backup
from kam_flows.persistence.copies import ENDINGS, copy, kind_of
from kam_flows.serving import checks
from kam_flows.settings import PROJECT, Settings

PREFECT_URLS = (
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_API_DATABASE_CONNECTION_URL",
)


def back_up(
    where: Settings, folder: Path, now: datetime, *, keep: int, prefect: bool
) -> Path:
    """The new backup; older ones beyond `keep` are gone (0: all are kept).

    The house may be at work. Raises UserError, and then there is no file.
    """
    checks.check_folder(folder)
    with _room(folder) as room:
        files: dict[str, Path] = {}
        house = f"{HOUSE}.{ENDINGS[kind_of(where.database)]}"
        files[house] = room / house
        facts = copy(where.database, files[house])
        if facts.revision is None:
            raise UserError(
                f"The database {make_url(where.database)!r} has no tables yet; "
                "there is nothing to back up before 'kam up' has run once."
            )
        if prefect and (url := prefect_database(where)):
            name = f"{PREFECT}.{ENDINGS[kind_of(url)]}"
            files[name] = room / name
            copy(url, files[name])
        files |= dict(_own_files(where))
        backup = Backup(
            taken_at=now.replace(microsecond=0),
            version=version("kam-flows"),
            facts=facts,
            members=tuple(archives.member(n, path) for n, path in files.items()),
        )
        made = archives.write(folder, backup, files)
    note_backup(made.name, made.stat().st_size, now)
    if keep:
        for name in to_drop([path.name for path in folder.iterdir()], keep):
            (folder / name).unlink(missing_ok=True)
    return made


def prefect_database(where: Settings) -> str | None:
    """Prefect's own database as our drivers open it; `None` if there is none."""
    url = next(filter(None, map(os.environ.get, PREFECT_URLS)), None)
    if url:
        made = make_url(url)
        plain = made.set(drivername=made.get_backend_name())
        return plain.render_as_string(hide_password=False)
    standing = prefect_file(where)
    return f"sqlite:///{standing}" if standing.exists() else None


def prefect_file(where: Settings) -> Path:
    """Where the server of a house keeps it unless it is told otherwise."""
    return where.var.resolve() / "prefect" / "prefect.db"


def _own_files(where: Settings) -> Iterator[tuple[str, Path]]:
    """Templates and a list of deployments, where they are not those of the project."""
    if not where.templates.resolve().is_relative_to(PROJECT):
        for path in sorted(where.templates.rglob("*")):
            if path.is_file():
                name = path.relative_to(where.templates).as_posix()
                yield f"{OWN}/templates/{name}", path
    if not where.deployments.resolve().is_relative_to(PROJECT):
        yield f"{OWN}/{where.deployments.name}", where.deployments


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """A folder on the disk of the backup, for what goes into it."""
    try:
        with TemporaryDirectory(dir=folder, prefix=".kam-backup-") as room:
            yield Path(room)
    except OSError as error:
        raise UserError(
            f"The backup could not be written into {folder}: {error.strerror}. Nothing "
            "was kept; make room, or choose another folder with -o."
        ) from error
