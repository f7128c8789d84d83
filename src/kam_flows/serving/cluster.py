"""`kam cluster`: a house of many processes on one machine, as a larger company has it.

A PostgreSQL and a Redis of its own, two Prefect servers, one process of their services,
and three workers. Each is a plain process; whichever ends is started again.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kam_flows.domain.errors import UserError
from kam_flows.persistence.migrate import make_databases, upgrade
from kam_flows.serving import checks, environment, image, words
from kam_flows.serving.child import Child
from kam_flows.serving.health import answers
from kam_flows.serving.house import (
    SILENCE_SECONDS,
    TICK_SECONDS,
    take_house,
)
from kam_flows.serving.stores import LEASH, Postgres, Redis
from kam_flows.serving.supervised import READY, READY_FD, heard
from kam_flows.settings import Settings, settings

WORKERS = 3
START_SECONDS = 240
STEP_SECONDS = 900
CANCEL_SECONDS = 45
PREFECT = (sys.executable, "-m", "prefect")


class Part(NamedTuple):
    """A process of the cluster and how it is started."""

    child: Child
    start: Callable[[], None]


class Cluster:
    """The processes of one `kam cluster`.

    What the workers need reads a pipe that the supervisor and the workers hold: it
    outlives a killed supervisor until the workers have let their runs end.
    """

    def __init__(self, where: Settings, say: Callable[[str], None]) -> None:
        self.say, self.stops, self.ready = say, 0, 0
        self.lock = take_house(where.var, say)
        self.logs = where.var / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        home = where.var.resolve() / "cluster"
        self.postgres, self.redis = Postgres(home / "postgres"), Redis(home / "redis")
        self.said, self.says = os.pipe()
        os.set_blocking(self.said, False)
        self.base_end, self.base_hold = os.pipe()
        self.worker_end, self.worker_hold = os.pipe()
        for store in (self.postgres, self.redis):
            store.prepare()
        adopt(self.addresses())
        self.where = settings()
        write(home / "env", self.addresses() | {"PREFECT_API_URL": self.apis[0]})
        self.stores = [
            self._base("postgres", self.postgres.command),
            self._base("redis", self.redis.command),
        ]
        if not self.where.smtp_url:
            catcher = (sys.executable, "-m", "kam_flows.serving.catcher")
            self.stores.append(
                self._base("catcher", catcher, environment.for_clients())
            )
        self.servers = [self._server(number) for number in (1, 2)]
        services = (*LEASH, *PREFECT, "server", "services", "start")
        self.services = self._base("services", services, environment.for_server())
        self.workers = [self._worker(number) for number in range(1, WORKERS + 1)]
        self.heard = dict.fromkeys(range(len(self.servers)), 0.0)

    @property
    def apis(self) -> tuple[str, str]:
        first = environment.api(self.where)
        second = self.where.model_copy(update={"port": self.where.port + 1})
        return first, environment.api(second)

    def addresses(self) -> dict[str, str]:
        """Where this cluster keeps things."""
        prefect = self.postgres.address("prefect")
        return {
            "KAM_DATABASE_URL": self.postgres.address("kam"),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect.replace(
                "postgresql:", "postgresql+asyncpg:"
            ),
            "PREFECT_REDIS_MESSAGING_URL": self.redis.address(0),
            "PREFECT_SERVER_DOCKET_URL": self.redis.address(1),
            "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_URL": self.redis.address(2),
        }

    def stop(self, *_: object) -> None:
        """A signal: the first lets runs end, the second cancels them."""
        self.stops += 1

    def open(self) -> None:
        """Start everything; returns when it serves, or raises and leaves nothing."""
        try:
            self._bring_up(
                self.stores, lambda: self.postgres.answers() and self.redis.answers()
            )
            if not self.stops:
                make_databases(self.postgres.address("postgres"), ("kam", "prefect"))
                upgrade()
            self._step("migration", (*PREFECT, "server", "database", "upgrade", "-y"))
            self._bring_up(
                [*self.servers, self.services], lambda: all(map(answers, self.apis))
            )
            self._step("pool", (sys.executable, "-m", "kam_flows.serving.pool"))
            self._bring_up(self.workers, lambda: self.ready >= WORKERS)
        except UserError:
            self.close()
            raise

    def watch(self) -> None:
        """Until a signal: start again what has ended."""
        ticks = 0
        while not self.stops:
            self._listen()
            for child, start in self._parts():
                child.revive(start, self.say)
            if ticks % 10 == 0:
                self._ask_servers()
                for child, _ in self._parts():
                    child.trim_log()
            ticks += 1
            time.sleep(TICK_SECONDS)

    def close(self) -> None:
        """First the workers, then what their runs need until they end."""
        _ask(self.workers)
        hurried = False
        end = time.monotonic() + self.where.drain_seconds + CANCEL_SECONDS
        while _alive(self.workers) and time.monotonic() < end:
            if self.stops > 1 and not hurried:
                _ask(self.workers)
                hurried = True
            time.sleep(TICK_SECONDS)
        _end(self.workers, 0)
        for parts in ([self.services], self.servers, self.stores):
            _ask(parts)
            _end(parts, 30)

    def _parts(self) -> list[Part]:
        return [*self.stores, *self.servers, self.services, *self.workers]

    def _base(
        self, name: str, command: Sequence[str], env: Mapping[str, str] = os.environ
    ) -> Part:
        child = Child(name, command, self.logs / f"{name}.log")
        return Part(child, lambda: child.start(dict(env), self.base_end, (self.lock,)))

    def _server(self, number: int) -> Part:
        """Only the first registers Prefect's blocks: in a new database two at once fail."""
        command = (*LEASH, *PREFECT, "server", "start", "--no-services")
        own = {
            "PREFECT_SERVER_API_PORT": str(self.where.port + number - 1),
            "PREFECT_API_BLOCKS_REGISTER_ON_START": str(number == 1),
        }
        return self._base(f"server-{number}", command, environment.for_server() | own)

    def _worker(self, number: int) -> Part:
        """Each speaks to one of the servers; those of the other go on without it."""
        name = f"kam-{number}"
        command = (sys.executable, "-m", "kam_flows.serving.worker", name)
        child = Child(f"worker-{number}", command, self.logs / f"worker-{number}.log")
        api = self.apis[(number - 1) % len(self.apis)]
        env = self._clients() | {"PREFECT_API_URL": api}
        kept = (self.lock, self.base_hold, self.says)
        return Part(child, lambda: child.start(env, self.worker_end, kept))

    def _clients(self) -> dict[str, str]:
        return environment.for_clients() | {READY_FD: str(self.says)}

    def _bring_up(self, parts: Sequence[Part], well: Callable[[], bool]) -> None:
        for _, start in parts if not self.stops else ():
            start()
        self._until(well, parts)

    def _step(self, name: str, command: Sequence[str]) -> None:
        """Something that is done once and ends."""
        if self.stops:
            return
        child = Child(name, command, self.logs / f"{name}.log")
        child.start(self._clients(), self.worker_end, (self.lock, self.says))
        self._until(lambda: not child.alive, self._started(), STEP_SECONDS)
        child.ask_to_stop()
        child.end(5)
        self._listen()
        if not self.stops and child.process and child.process.returncode:
            raise UserError(words.step_failed(name, child.log, child.tail()))

    def _started(self) -> list[Part]:
        return [part for part in self._parts() if part.child.generation]

    def _until(
        self,
        well: Callable[[], bool],
        parts: Sequence[Part],
        seconds: float = START_SECONDS,
    ) -> None:
        end = time.monotonic() + seconds
        while not self.stops and not well():
            self._listen()
            for child, _ in parts:
                if not child.alive:
                    raise UserError(
                        words.not_started(child.name, child.log, child.tail())
                    )
            if time.monotonic() > end:
                raise UserError(words.not_ready(seconds, parts[0].child.log.parent))
            time.sleep(TICK_SECONDS)

    def _listen(self) -> None:
        for line in heard(self.said):
            if line == READY:
                self.ready += 1
            else:
                self.say(line)

    def _ask_servers(self) -> None:
        """A server that hangs is killed, to be started again.

        One that has just been started is given the time that it needs beside the rest.
        """
        for number, (child, _) in enumerate(self.servers):
            if answers(self.apis[number]):
                self.heard[number] = time.monotonic()
            elif child.alive:
                begun = self.heard[number] > child.started
                patience = SILENCE_SECONDS if begun else START_SECONDS
                since = max(child.started, self.heard[number])
                if time.monotonic() - since > patience:
                    self.say(words.silent(child.name, patience))
                    child.end(0)


def cluster(say: Callable[[str], None]) -> None:
    """Returns when everything has stopped; UserError when nothing was started."""
    began = time.monotonic()
    adopt(shared())
    where = settings()
    checks.check_folder(where.var)
    checks.check_port(where.host, where.port + 1, "KAM_PORT")
    checks.check_ports(where)
    house = Cluster(where, say)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, house.stop)
    say(words.starting_cluster())
    house.open()
    try:
        if not house.stops:
            second = house.apis[1].removesuffix("/api")
            seconds = time.monotonic() - began
            say(words.cluster_ready(house.where, second, seconds))
            house.watch()
    finally:
        say(words.stopping(house.where.drain_seconds))
        house.close()
        say(words.STOPPED)


def shared() -> dict[str, str]:
    """What the image tells every house of several processes.

    Lines to be filled in, for a login, a mail server and where things are, are of houses
    that others reach. What a person has set goes before the rest.
    """
    lines = image.lines().items()
    return {n: line for n, line in lines if "${" not in line and not os.environ.get(n)}


def adopt(values: Mapping[str, str]) -> None:
    """Into the environment, from which every part of the cluster reads its settings."""
    os.environ.update(values)
    settings.cache_clear()


def write(path: Path, values: Mapping[str, str]) -> None:
    """For a shell: set -a; . path; set +a. It holds a password."""
    path.touch(mode=0o600)
    lines = (f"{name}='{value}'\n" for name, value in sorted(values.items()))
    path.write_text("".join(lines), encoding="utf-8")


def _ask(parts: Sequence[Part]) -> None:
    for child, _ in parts:
        child.ask_to_stop()


def _alive(parts: Sequence[Part]) -> bool:
    return any(child.alive for child, _ in parts)


def _end(parts: Sequence[Part], seconds: float) -> None:
    for child, _ in parts:
        child.end(seconds)
