"""`kam doctor` looks at the machine, the database, the server and the mail server."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx

from kam_flows.domain import doctor
from kam_flows.domain.doctor import Verdict
from kam_flows.domain.errors import UserError
from kam_flows.mail.connections import Patience, Pool, Unreachable
from kam_flows.persistence import migrate
from kam_flows.persistence.backup_notes import last_backup
from kam_flows.persistence.condition import Condition, condition
from kam_flows.persistence.restores import waits_for_a_look
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.samples import templates
from kam_flows.rendering.trial import trouble
from kam_flows.serving import checks
from kam_flows.serving.doctor_server import reached, server
from kam_flows.settings import Settings, settings
from tasks.dispatch import server_in_use

SHORT = Patience(connect=5, answer=5)
"""Who asks sits at a terminal."""
ABROAD = "America/New_York"
"""Stands for every zone: machines have data of all or of none."""


async def examine(now: datetime) -> AsyncIterator[Verdict]:
    """One verdict after another; what depends on something that is wrong is left out."""
    yield doctor.python(sys.version_info[:3])
    yield doctor.packages({name: _installed(name) for name in doctor.PINS})
    try:
        where = settings()
    except UserError as error:
        yield doctor.wrong("settings", str(error), "Correct the environment.")
        return
    yield doctor.fine("settings", f"data in {where.var}")
    for verdict in _machine(where):
        yield verdict
    found = condition(where.database)
    tables = doctor.database(found.name, found.trouble, found.revision, migrate.head())
    yield tables
    if tables.ok:
        for verdict in _records(found, now):
            yield verdict
    house = is_open(where)
    with reached(where, house) as address:
        async for verdict in server(address, house, with_forms=tables.ok):
            yield verdict
        if where.smtp_url or house:
            yield await _mail_server()
    yield _templates(where)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _machine(where: Settings) -> Iterator[Verdict]:
    try:
        checks.check_folder(where.var)
        yield doctor.fine("folder", f"{where.var} can be written")
    except UserError as error:
        yield doctor.wrong(
            "folder", str(error), "Give the user that runs it the right."
        )
        return
    usage = shutil.disk_usage(where.var)
    yield doctor.disk(str(where.var), usage.free, usage.total)
    yield doctor.time_zones([z for z in (where.timezone, ABROAD) if not _is_known(z)])


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        return False
    return True


def _records(found: Condition, now: datetime) -> Iterator[Verdict]:
    yield doctor.clock(now, found.clock, found.newest)
    yield doctor.backup(last_backup(), now)
    with unit_of_work(read_only=True) as uow:
        yield doctor.kept_back(
            waits_for_a_look(uow.session), len(uow.outbox.kept_back())
        )
        known = [one.finding.key for one in uow.house.open_findings()]
        yield doctor.known_findings(known)


def is_open(where: Settings) -> bool:
    """Whether a house of this folder is at work."""
    try:
        os.close(checks.take_house(where.var))
    except checks.AlreadyRunning:
        return True
    except OSError:
        return False
    return False


async def _mail_server() -> Verdict:
    """A connection with its login, closed again; no mail is offered."""
    try:
        there = await server_in_use()
        async with Pool(there, patience=SHORT) as pool:
            pool.idle.append(await pool.take())
    except (UserError, Unreachable, httpx.HTTPError) as error:
        return doctor.mail_server("", str(error))
    return doctor.mail_server(str(there), None)


def _templates(where: Settings) -> Verdict:
    mails = templates()
    troubles = [found for found in map(trouble, mails) if found]
    return doctor.templates(str(where.templates), troubles, len(mails))
