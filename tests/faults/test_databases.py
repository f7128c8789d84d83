"""The database locked, restarted or full, and a maildir that cannot be written."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.faults import day, hands
from tests.faults.conftest import Faults, Tally, all_well
from tests.faults.databases import locked, rows
from tests.faults.test_kills import RECLOCKED, promises
from tests.faults.world import World
from tests.postgres import binaries, free_port

WORK: dict[str, tuple[str, Callable[..., object]]] = {
    "sweep": ("brought", hands.sweep),
    "dispatch": ("swept", hands.dispatch),
}


def finish(world: World, what: str, tally: Tally) -> None:
    if what == "dispatch":
        world.mail()
        tally.add(world.verdict(day.NOW), what)
    else:
        world.normal_run()
        tally.add(world.verdict(), what)


@pytest.mark.one_database
@pytest.mark.parametrize("what", WORK)
def test_a_locked_database_delays_the_work_or_ends_it_red(faults: Faults, what: str):
    tally = faults.tally(f"database locked during a {what}")
    start, work = WORK[what]
    # SQLite is waited for for a minute; PostgreSQL as long as it takes.
    for seconds in (20, 65) if faults.full else (0.5,):
        with faults.world(start) as world:
            hand = world.start(work, day.NOW)
            time.sleep(0.02)
            with locked(world.url):
                time.sleep(seconds)
            said = hand.outcome()
            assert said is None or ("locked" in said and seconds > 60)
            finish(world, what, tally)

    all_well(tally)
    assert tally.allowed == 0


@pytest.mark.parametrize("prepared", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", WORK)
def test_a_restarted_database_ends_a_run_red_and_the_next_finishes(
    faults: Faults, what: str
):
    tally = faults.tally(f"database restarted during a {what}")
    start, work = WORK[what]
    for _ in range(10 if faults.full else 1):
        with faults.world(start) as world:
            hand = world.start(work, day.NOW)
            time.sleep(faults.random.uniform(0.02, 0.4))
            restart(faults.prepared.databases.address)
            said = hand.outcome()
            assert said is None or "OperationalError" in said
            finish(world, what, tally)

    all_well(tally)
    assert tally.allowed == 0


FULL_DISK: dict[str, tuple[str, Callable[..., object], tuple[Any, ...]]] = {
    "sweep": ("brought", hands.sweep, (day.NOW,)),
    "dispatch": ("swept", hands.dispatch, (day.NOW,)),
    "import": ("furnished", hands.bring, ()),
    "re-clock": ("brought", hands.reclock, (day.QUICK, day.NOW)),
}
ROOM = (0, 3, 10, 30, 100)
"""Pages of 4 KB that are left."""


class Disk:
    """Where the database stands, and how little room is left there."""

    @contextmanager
    def world(self, faults: Faults, start: str) -> Iterator[World]:
        with faults.world(start) as world:
            yield world

    def with_room(
        self, world: World, pages: int, work: Callable[..., object], *args: object
    ) -> str | None:
        """What the work says that may take so many pages and no more."""
        [(used,)] = rows(world.url, "PRAGMA page_count")
        return world.try_to(hands.with_small_disk, used + pages, work, *args)

    def more_room(self) -> None:
        """Somebody tidied up."""


class TableSpace(Disk):
    """A file system of 64 MB that is filled up, under a database of PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filler = folder / "filler"

    @contextmanager
    def world(self, faults: Faults, start: str) -> Iterator[World]:
        with faults.world(start, options="TABLESPACE tiny") as world:
            yield world

    def with_room(
        self, world: World, pages: int, work: Callable[..., object], *args: object
    ) -> str | None:
        rows(world.url, "SELECT 1 FROM tickets")  # the first to connect writes a file
        left = os.statvfs(self.folder)
        size = left.f_bavail * left.f_frsize - pages * 8192
        with self.filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
        return world.try_to(work, *args)

    def more_room(self) -> None:
        self.filler.unlink()


@pytest.mark.one_database
@pytest.mark.parametrize("what", FULL_DISK)
def test_a_full_disk_ends_the_run_red_and_leaves_nothing_half(
    faults: Faults, what: str, disk: Disk
):
    tally = faults.tally(f"disk full during a {what}")
    start, work, args = FULL_DISK[what]
    if what == "import":
        args = (faults.prepared.log,)
    red = 0
    for room in ROOM if faults.full else ROOM[1:2]:
        with disk.world(faults, start) as world:
            said = disk.with_room(world, room, work, *args)
            disk.more_room()
            if said is not None:
                red += 1
                assert "OperationalError" in said or "DiskFull" in said
            if what == "import":
                [(tickets,)] = rows(world.url, "SELECT count(*) FROM tickets")
                assert tickets == (0 if said else faults.prepared.tickets)
                world.run(hands.bring, faults.prepared.log)
            if what == "re-clock":
                used = rows(world.url, "SELECT count(DISTINCT policy_id) FROM tickets")
                assert len(used) == 1
                world.run(hands.reclock, day.QUICK, day.NOW)
                world.normal_run(RECLOCKED)
                tally.add(world.verdict(RECLOCKED, promises=promises(world)), room)
            else:
                finish(world, what, tally)

    all_well(tally)
    # A dispatch changes rows in their place, and may well need no room.
    assert red or what == "dispatch"


@pytest.fixture
def disk(faults: Faults) -> Iterator[Disk]:
    databases = faults.prepared.databases
    if databases.kind == "sqlite":
        yield Disk()
        return
    folder = Path(tempfile.mkdtemp(prefix="kam-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=777", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a full disk of PostgreSQL: it needs the right to mount one")
    space = folder / "space"
    space.mkdir()
    shutil.chown(space, owner_of(databases.address))
    databases.order(f"CREATE TABLESPACE tiny LOCATION '{space}'")
    try:
        yield TableSpace(folder)
        databases.order("DROP TABLESPACE tiny")
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def restart(address: str) -> None:
    """Pull the plug of the cluster and start it again."""
    [(data,)] = rows(f"{address}/postgres", "SHOW data_directory")
    control = [str(binaries() / "pg_ctl"), "-D", data, "-w", "-m", "immediate"]
    as_user = ["runuser", "-u", owner_of(address), "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*as_user, *control, "restart"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )


def owner_of(address: str) -> str:
    [(data,)] = rows(f"{address}/postgres", "SHOW data_directory")
    return Path(data).owner()


@pytest.mark.one_database
def test_a_maildir_that_cannot_be_written_keeps_the_mail_waiting(
    faults: Faults, tmp_path: Path
):
    tally = faults.tally("maildir unwritable")
    port, folder = free_port(), tmp_path / "mail"
    with faults.world("swept") as world:
        catcher = world.start(hands.catch, port, folder)
        wait_for(port)
        try:
            # Rights would not keep the superuser out; a file in a folder's place does.
            (folder / "tmp").rmdir()
            (folder / "tmp").touch()
            waiting = world.waiting()
            world.run(hands.dispatch, day.NOW, KAM_SMTP_PORT=str(port))
            assert world.waiting() == waiting
            (folder / "tmp").unlink()
            (folder / "tmp").mkdir()
            world.port = port
            world.mail()
        finally:
            catcher.kill()
        world.arrived += caught(folder)
        tally.add(world.verdict(day.NOW))

    all_well(tally)
    assert tally.allowed == 0


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as knock:
            if not knock.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    raise TimeoutError


def caught(folder: Path) -> Iterator[tuple[tuple[str, ...], bytes]]:
    for file in (folder / "new").iterdir():
        content = file.read_bytes()
        headers = message_from_bytes(content, policy=policy.default)
        to = tuple(str(address) for address in headers.get_all("Delivered-To", []))
        yield to, content
