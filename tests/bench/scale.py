"""`python -m tests.bench.scale`: a day of a house of a million accounts, on PostgreSQL.

What is measured is a day's sweeps by one, two and four processes at once, the memory of
each, what lies on the disk, and how the database goes about all that runs every few
minutes. The tables go to stdout, the figures to var/bench-scale.json as well.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from kam_flows.persistence.migrate import upgrade
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import digest
from kam_flows.serving.run import spare_the_collector
from tasks.escalation import climb_due, is_anything_due, write_digests
from tests.bench.__main__ import machine, show
from tests.bench.databases import use
from tests.bench.results import HEAD, RULE, Result, at_most, keep
from tests.bench.scale_world import PATTERNS, Size, fill, run, there
from tests.bench.timing import seconds
from tests.bench.world import NOW
from tests.hot_paths import MANY, hot_paths
from tests.postgres import cluster
from tests.scans import BIG, Scan, explained

KEPT = Path("var") / "bench-scale.json"
AT_ONCE = (1, 2, 4)
EVERY = timedelta(hours=1)
ROUNDS = 41
MEGABYTES, MILLISECONDS = 300, 2.0
OURS = f"ticket_id > {PATTERNS} AND decided_at >= '{NOW.isoformat()}'"
"""Of the ledger: what the sweeps of that day wrote."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale")
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--tickets", type=int, default=10_000_000)
    parser.add_argument("--open", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=200_000)
    parser.add_argument(
        "--hours", type=int, default=24, help="of the day; a sweep at the end of each"
    )
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    chosen = vars(parser.parse_args())
    hours = chosen.pop("hours")
    if chosen.pop("work"):
        work(hours)
        return
    here, results = machine(), list[Result]()
    show(f"{here}\n")
    with tempfile.TemporaryDirectory(prefix="kam-bench-") as var:
        os.environ["KAM_VAR"] = var
        logging.disable(logging.CRITICAL)
        with cluster(durable=True) as address:
            use(f"{address}/postgres")
            upgrade()
            for result in rows(Size(**chosen), hours):
                results.append(result)
                show(result.line)
    keep(results, here, KEPT)


def rows(size: Size, hours: int) -> Iterator[Result]:
    took = fill(size)
    each = ", ".join(f"{name} {spent:,.0f}" for name, spent in took.items())
    show(f"Filled in {sum(took.values()):,.0f} s: {each}.\n")
    show_sizes()
    show_plans()
    show(f"{HEAD}\n{RULE}")
    yield nothing_due(size)
    run(
        "CREATE TABLE looks_before AS SELECT id, at FROM looks "
        f"WHERE at < timestamptz '{NOW.isoformat()}' + interval '1 day 1 hour'"
    )
    for workers in AT_ONCE:
        yield from a_day(hours, workers)
        begin_again()


def nothing_due(size: Size) -> Result:
    early = NOW - timedelta(days=1)
    assert not is_anything_due(early)
    spent = median(seconds(lambda: is_anything_due(early)) for _ in range(ROUNDS))
    return at_most(
        "scale",
        f"sweep with nothing due, {size.open:,} open of {size.tickets:,}",
        spent * 1000,
        "ms",
        MILLISECONDS,
    )


def a_day(hours: int, workers: int) -> Iterator[Result]:
    """The same sweeps by so many processes at once."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.scale", "--work", f"--hours={hours}"]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(workers)
    ]
    said = [json.loads(one.communicate()[0]) for one in running]
    wall = time.perf_counter() - began
    assert not any(one.returncode for one in running)
    told, twice, untold = in_the_ledger(NOW + hours * EVERY)
    named = f"{workers} {'process' if workers == 1 else 'processes'}"
    sweeps = [spent for one in said for spent in one["sweeps"]]
    looked = [one["looked_at"] for one in said]
    yield Result(
        row="scale",
        what=f"sweeps at the end of each of {hours} hours, {named}",
        measured=sum(looked) / wall,
        unit="tickets/s",
        goal="",
        reached=True,
        beside=f"{wall:,.0f} s in all, of one {median(sweeps):.2f} s, at most "
        f"{max(sweeps):.2f} s; looked at by each: {', '.join(map('{:,}'.format, looked))}",
    )
    yield at_most(
        "scale",
        f"rungs due then that are missing or in the ledger twice, {named}",
        twice + untold,
        "",
        0,
        f"{told:,} rungs in all, {sum(o['mails'] for o in said):,} mails",
    )
    most = [one["megabytes"] for one in said]
    yield at_most(
        "scale",
        f"memory of each (VmHWM), {named}",
        max(most),
        "MB",
        MEGABYTES,
        f"{sum(one['own'] for one in said):,.0f} s of their own time in all",
    )


def in_the_ledger(until: datetime) -> tuple[int, int, int]:
    """Rungs of the day, those that stand there twice, and tickets without theirs."""
    with there() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) - count(DISTINCT (ticket_id, episode, rung)) "
            f"FROM escalations WHERE {OURS}"
        )
        told, twice = cursor.fetchone()
        cursor.execute(
            f"SELECT count(*) FROM looks_before AS b WHERE at <= '{until.isoformat()}' "
            f"AND id > {PATTERNS} AND NOT EXISTS (SELECT FROM escalations AS e "
            f"WHERE e.ticket_id = b.id AND {OURS})"
        )
        return told, twice, cursor.fetchone()[0]


def begin_again() -> None:
    """As before that day."""
    written = f"SELECT id FROM escalations WHERE {OURS}"
    mails = f"SELECT id FROM outbox WHERE created_at >= '{NOW.isoformat()}'"
    for sql in (
        f"DELETE FROM notices WHERE escalation_id IN ({written})",
        f"DELETE FROM escalations WHERE {OURS}",
        f"DELETE FROM outbox_contents WHERE id IN ({mails} AND fate = 'queued')",
        f"DELETE FROM outbox WHERE id IN ({mails} AND fate = 'queued')",
        "UPDATE looks SET at = b.at FROM looks_before AS b WHERE b.id = looks.id",
        "VACUUM (ANALYZE) looks, escalations, notices, outbox, outbox_contents",
    ):
        run(sql)


def work(hours: int) -> None:
    """One of several processes: all sweeps of the day, as fast as they go."""
    logging.disable(logging.CRITICAL)
    render(digest("zh_CN"))
    spare_the_collector()
    sweeps, looked_at, mails = [], 0, 0
    for hour in range(1, hours + 1):
        now, began = NOW + hour * EVERY, time.perf_counter()
        climbed = climb_due.fn(now)
        assert not climbed.set_aside, climbed.set_aside[:3]
        written = write_digests.fn(now, MANY)
        sweeps.append(time.perf_counter() - began)
        looked_at += climbed.looked_at
        mails += len(written.mails)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [most] = [line.split()[1] for line in status.splitlines() if "VmHWM" in line]
    said = {
        "sweeps": sweeps,
        "looked_at": looked_at,
        "mails": mails,
        "megabytes": int(most) / 1024,
        "own": time.process_time(),
    }
    sys.stdout.write(json.dumps(said))


def show_sizes() -> None:
    show("| table | rows | table, MB | its indexes, MB |\n| --- | ---: | ---: | ---: |")
    with there() as cursor:
        cursor.execute(
            "SELECT relname, n_live_tup, pg_table_size(relid), pg_indexes_size(relid) "
            "FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC LIMIT 12"
        )
        for name, count, table, indexes in cursor.fetchall():
            show(f"| {name} | {count:,} | {table / 1e6:,.0f} | {indexes / 1e6:,.0f} |")
    show("")


def show_plans() -> None:
    """What each path reads, and how long it took."""
    show("| what runs | ms | reads |\n| --- | ---: | --- |")
    for name, look in hot_paths(NOW + EVERY, "A-0000001", "N-1").items():
        with explained() as scans:
            look()
        spent = seconds(look) * 1000
        show(f"| {name} | {spent:,.1f} | {'; '.join(ways(scans))} |")
    show("")


def ways(scans: Iterable[Scan]) -> Iterator[str]:
    """Each way to a table that grows; what is read whole stands out."""
    grown = ((str(one), one.is_whole) for one in scans if one.table in BIG)
    for way, whole in dict.fromkeys(grown):
        yield f"**{way}**" if whole else way


if __name__ == "__main__":
    main()
