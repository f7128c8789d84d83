"""What is done to the cluster while it works, one thing in a slice."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from tests.chaos import migration
from tests.chaos.moods import Moody
from tests.chaos.topology import ChaosCluster
from tests.faults import hands
from tests.serving.houses import wait_until

Disturbance = Callable[[ChaosCluster, Moody], None]


def a_worker(number: int) -> Disturbance:
    return lambda cluster, _: cluster.kill_worker(number)


def two_workers(cluster: ChaosCluster, _: Moody) -> None:
    cluster.kill_worker(1, 2)


def all_workers(cluster: ChaosCluster, _: Moody) -> None:
    cluster.kill_worker(1, 2, 3)


def a_server(cluster: ChaosCluster, _: Moody) -> None:
    cluster.kill_part("\0-m\0prefect\0server\0start", 0)


def the_services(cluster: ChaosCluster, _: Moody) -> None:
    cluster.kill_part("\0-m\0prefect\0server\0services\0start")


def redis(cluster: ChaosCluster, _: Moody) -> None:
    cluster.kill_part("redis-server 127.0.0.1")


def postgres(cluster: ChaosCluster, _: Moody) -> None:
    """Its first process; the others of it end with it, as when a machine goes down."""
    cluster.kill_part("/postgres\0-D")


def a_full_spool(_: ChaosCluster, sink: Moody) -> None:
    sink.full = True
    time.sleep(20)
    sink.full = False


def a_migration(cluster: ChaosCluster, _: Moody) -> None:
    """A table that is at work gets a column and an index, and loses them again."""
    env = cluster.env | cluster.written()
    hands.run(migration.there_and_back, env)


PEOPLE, SWEEPS, MAIL = "people", "sweeps", "mail"
"""The three parts of a slice, one after the other."""
DURING: dict[tuple[int, str], tuple[str, Disturbance]] = {
    (1, PEOPLE): ("worker 1 killed", a_worker(1)),
    (1, SWEEPS): ("worker 2 killed", a_worker(2)),
    (2, PEOPLE): ("worker 3 killed", a_worker(3)),
    (2, SWEEPS): ("two workers killed at once", two_workers),
    (3, PEOPLE): ("an API server killed", a_server),
    (3, SWEEPS): ("Redis killed", redis),
    (4, PEOPLE): ("the services process killed", the_services),
    (4, SWEEPS): ("PostgreSQL killed in mid-sweep", postgres),
    (4, MAIL): ("the disk of the mail spool full", a_full_spool),
    (5, SWEEPS): ("a migration there and back", a_migration),
    (6, MAIL): ("all workers killed while they send", all_workers),
    (10, SWEEPS): ("PostgreSQL killed again", postgres),
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
    moment = chance.uniform(0, 1.5)
    wrong: list[BaseException] = []

    def strike() -> None:
        try:
            wait_until(cluster.at_work, 120)
            time.sleep(moment)
            disturbance(cluster, sink)
        except (OSError, IndexError, hands.Failed, AssertionError) as error:
            wrong.append(error)

    thread = Thread(target=strike)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if wrong:
        raise wrong[0]
