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

from kam_flows.serving.stores import free_port, postgres_binaries
from tests.faults import day, hands
from tests.faults.conftest import Faults, Tally, all_well
from tests.faults.databases import Databases, locked, rows
from tests.faults.test_kills import RECLOCKED, promises
from tests.faults.world import Prepared, World
from tests.postgres import cluster

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


class Disk:
    """Where the database stands, and how little room is left there."""

    rooms: tuple[int, ...] = (12, 0, 40, 120, 400)
    """Kilobytes that are left; the first of them in `make test`."""

    @contextmanager
    def world(self, faults: Faults, start: str) -> Iterator[World]:
        with faults.world(start) as world:
            yield world

    def with_room(
        self, world: World, kilobytes: int, work: Callable[..., object], *args: object
    ) -> str | None:
        """What the work says that may take so much and no more."""
        [(used,)] = rows(world.url, "PRAGMA page_count")
        return world.try_to(hands.with_small_disk, used + kilobytes // 4, work, *args)

    def more_room(self) -> None:
        """Somebody tidied up."""


class FileSystem(Disk):
    """A small file system that is filled up, with all of an SQLite database on it."""

    rooms = (0, 40, 100, 300, 1000)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filler = folder / "filler"

    def with_room(
        self, world: World, kilobytes: int, work: Callable[..., object], *args: object
    ) -> str | None:
        self.fill(but=kilobytes * 1024)
        return world.try_to(work, *args)

    def fill(self, but: int) -> None:
        """Leave no more than so many bytes."""
        left = os.statvfs(self.folder)
        with self.filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, left.f_bavail * left.f_frsize - but)

    def more_room(self) -> None:
        self.filler.unlink()


class TableSpace(FileSystem):
    """The tables of PostgreSQL are there."""

    rooms = (24, 0, 80, 240, 800)

    @contextmanager
    def world(self, faults: Faults, start: str) -> Iterator[World]:
        with faults.world(start, options="TABLESPACE tiny") as world:
            yield world

    def with_room(
        self, world: World, kilobytes: int, work: Callable[..., object], *args: object
    ) -> str | None:
        rows(world.url, "SELECT 1 FROM tickets")  # the first to connect writes a file
        return super().with_room(world, kilobytes, work, *args)


class LogSegments(FileSystem):
    """The log of PostgreSQL is there, in segments of a megabyte.

    Without room for the next one the whole server panics and goes down.
    """

    rooms = (0, 1024, 2048, 4096, 8192)
    spared = 8_000
    """Bytes that are left of the segment in use."""

    def __init__(self, folder: Path, data: Path) -> None:
        super().__init__(folder)
        self.data = data

    def with_room(
        self, world: World, kilobytes: int, work: Callable[..., object], *args: object
    ) -> str | None:
        # A segment made ahead is used up; none is made by whoever has just begun one.
        rows(world.url, "SELECT pg_switch_wal()")
        rows(world.url, "CHECKPOINT")
        used = "(pg_current_wal_insert_lsn() - '0/0') % 1048576"
        said = "pg_logical_emit_message(false, 'faults', repeat(' ', ?))"

        def left() -> int:
            [(bytes_,)] = rows(world.url, f"SELECT (1048576 - {used})::int")
            return int(bytes_)

        # Again, if the server's own housekeeping has pushed it into the next segment.
        while (size := left() - self.spared) > 0:
            rows(world.url, f"SELECT {said}", size)
        return super().with_room(world, kilobytes, work, *args)

    def more_room(self) -> None:
        super().more_room()
        start_again(self.data)


@pytest.mark.one_database
@pytest.mark.parametrize("what", FULL_DISK)
def test_a_full_disk_ends_the_run_red_and_leaves_nothing_half(
    faults: Faults, what: str, disk: Disk
):
    tally = faults.tally(f"disk full during a {what}")
    red = fill_and_finish(faults, what, disk, tally)

    all_well(tally)
    # A dispatch changes rows in their place, and may well need no room.
    assert red or what == "dispatch"


@pytest.mark.one_database
@pytest.mark.parametrize("what", FULL_DISK)
def test_a_full_disk_under_the_log_ends_the_run_red_and_leaves_nothing_half(
    faults: Faults, what: str, log_disk: tuple[Prepared, Disk]
):
    tally = faults.tally(f"disk of the log (WAL) full during a {what}")
    faults.prepared, disk = log_disk
    red = fill_and_finish(faults, what, disk, tally)

    all_well(tally)
    assert red
    # A dispatch that lost its database cannot know what became of the mails in hand.
    assert tally.allowed == 0 or what == "dispatch"


def fill_and_finish(faults: Faults, what: str, disk: Disk, tally: Tally) -> int:
    """Let the disk fill up under the work, tidy up, and go on; how often it was red.

    The short form goes on until it was: a database may find room that was not meant.
    """
    start, work, args = FULL_DISK[what]
    if what == "import":
        args = (faults.prepared.log,)
    red = 0
    for room in disk.rooms:
        if red and not faults.full:
            break
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
    return red


@pytest.fixture
def disk(faults: Faults) -> Iterator[Disk]:
    databases = faults.prepared.databases
    if databases.kind == "sqlite":
        yield Disk()
        return
    with small_file_system(64) as folder:
        space = folder / "space"
        space.mkdir()
        shutil.chown(space, data_of(databases.address).owner())
        databases.order(f"CREATE TABLESPACE tiny LOCATION '{space}'")
        yield TableSpace(folder)
        databases.order("DROP TABLESPACE tiny")


@pytest.fixture(scope="module")
def log_disk(
    prepared: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Prepared, Disk]]:
    """The day once more, in databases whose log is on a small file system."""
    kind, tickets = prepared.databases.kind, prepared.tickets
    files = tmp_path_factory.mktemp("log_disk")
    with small_file_system(256) as folder:
        if kind == "sqlite":
            databases = Databases(kind, str(folder))
            yield Prepared(databases, files, tickets), FileSystem(folder)
            return
        log = folder / "log"
        log.mkdir()
        with cluster(log=log) as address:
            disk = LogSegments(folder, data_of(address))
            yield Prepared(Databases(kind, address), files, tickets), disk


@contextmanager
def small_file_system(megabytes: int) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kam-disk-"))
    size = f"size={megabytes}m,mode=777"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("a full file system: it needs the right to mount a small one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def restart(address: str) -> None:
    start_again(data_of(address))


def start_again(data: Path) -> None:
    """Pull the plug of the cluster, if it is alive, and start it."""
    control = [
        str(postgres_binaries() / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-m",
        "immediate",
    ]
    as_user = ["runuser", "-u", data.owner(), "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*as_user, *control, "restart"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )


def data_of(address: str) -> Path:
    [(data,)] = rows(f"{address}/postgres", "SHOW data_directory")
    return Path(data)


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
