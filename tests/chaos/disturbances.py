"""What is done to the cluster while it works, one thing in a slice."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.chaos import migration
from tests.chaos.moods import Moody
from tests.chaos.topology import WORKERS, ChaosCluster
from tests.faults import hands
from tests.faults.databases import rows
from tests.serving.houses import wait_until

SENDING = "SELECT count(*) FROM outbox WHERE fate = 'sending'"
Disturbance = Callable[[ChaosCluster, Moody, float], None]
"""Waits for its own moment; seconds of chance make no two of them alike."""


def midst(strike: Callable[[ChaosCluster, Moody], None]) -> Disturbance:
    """Some moments after a run has begun, whoever carries it out."""

    def disturb(cluster: ChaosCluster, sink: Moody, moment: float) -> None:
        wait_until(cluster.at_work, 120)
        time.sleep(moment)
        strike(cluster, sink)

    return disturb


def a_worker(number: int) -> Disturbance:
    """As soon as it has a run in hand; the others take none until then."""

    def disturb(cluster: ChaosCluster, _: Moody, __: float) -> None:
        with cluster.only(number):
            wait_until(lambda: number in cluster.busy_workers(), 120)
            cluster.kill_worker(number)

    return disturb


def workers_of_a_sweep(count: int) -> Disturbance:
    """The one that carries it out, and others with it."""

    def disturb(cluster: ChaosCluster, _: Moody, __: float) -> None:
        busy = wait_until(cluster.busy_workers, 120)
        idle = [number for number in WORKERS if number not in busy]
        cluster.kill_worker(*[*busy, *idle][:count])

    return disturb


def all_workers_while_they_send(cluster: ChaosCluster, sink: Moody, _: float) -> None:
    """The server takes no mail until they are dead: all that was begun is in doubt."""
    sink.stalled = True
    try:
        wait_until(lambda: rows(cluster.url, SENDING)[0][0], 120)
        cluster.kill_worker(*WORKERS)
    finally:
        sink.stalled = False


def a_server(cluster: ChaosCluster, _: Moody) -> None:
    cluster.kill_part("\0-m\0prefect\0server\0start", 0)


def the_services(cluster: ChaosCluster, _: Moody) -> None:
    cluster.kill_part("\0-m\0prefect\0server\0services\0start")


def redis(cluster: ChaosCluster, _: Moody) -> None:
    cluster.kill_part("redis-server 127.0.0.1")


def postgres(cluster: ChaosCluster, _: Moody) -> None:
    """Its first process; the others of it end with it, as when a machine goes down."""
    cluster.kill_part("/postgres\0-D")


def a_full_spool(cluster: ChaosCluster, sink: Moody, _: float) -> None:
    """For every mail of a run."""
    sink.full = True
    try:
        wait_until(lambda: sink.refusals, 120)
        wait_until(lambda: not cluster.at_work(), 120)
    finally:
        sink.full = False


def a_migration(cluster: ChaosCluster, _: Moody) -> None:
    """A table that is at work gets a column and an index, and loses them again."""
    env = cluster.env | cluster.written()
    hands.run(migration.there_and_back, env)


PEOPLE, SWEEPS, MAIL = "people", "sweeps", "mail"
"""The three parts of a slice, one after the other."""
DURING: dict[tuple[int, str], tuple[str, Disturbance]] = {
    (1, PEOPLE): ("worker 1 killed", a_worker(1)),
    (1, SWEEPS): ("the worker of a sweep killed", workers_of_a_sweep(1)),
    (2, PEOPLE): ("worker 3 killed", a_worker(3)),
    (2, SWEEPS): ("two workers killed at once", workers_of_a_sweep(2)),
    (3, PEOPLE): ("an API server killed", midst(a_server)),
    (3, SWEEPS): ("Redis killed", midst(redis)),
    (4, PEOPLE): ("the services process killed", midst(the_services)),
    (4, SWEEPS): ("PostgreSQL killed in mid-sweep", midst(postgres)),
    (4, MAIL): ("the disk of the mail spool full", a_full_spool),
    (5, PEOPLE): ("worker 2 killed", a_worker(2)),
    (5, SWEEPS): ("a migration there and back", midst(a_migration)),
    (6, MAIL): (
        "all workers killed while they send",
        all_workers_while_they_send,
    ),
    (10, SWEEPS): ("PostgreSQL killed again", midst(postgres)),
}
SKEWED = 9
"""The slice that a worker with a wrong clock carries out alone."""
OUTAGE = "everything stopped for six hours"
AHEAD = "a worker's clock ten minutes ahead"


@contextmanager
def struck(
    disturbance: Disturbance, cluster: ChaosCluster, sink: Moody, chance: random.Random
) -> Iterator[None]:
    """It happens while a run of the block is at work, and is over when the block is."""
    with ThreadPoolExecutor(1) as someone:
        done = someone.submit(disturbance, cluster, sink, chance.uniform(0, 1.5))
        yield
        done.result()
