"""`make chaos`: lives through the day twice, compares, prints and keeps what came of it.

python -m tests.chaos [--share 0.1] [--seed 20261126]
"""

import argparse
import json
import os
import platform
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import typer

from kam_flows.settings import PROJECT
from tests.chaos import company, undisturbed
from tests.chaos.compared import Row, compared
from tests.chaos.day import OUTAGE, SLICES, TAIL, TICKETS, Day, dispatch
from tests.chaos.disturbances import (
    AHEAD,
    DURING,
    MAIL,
    PEOPLE,
    SKEWED,
    SWEEPS,
    struck,
)
from tests.chaos.disturbances import OUTAGE as STOPPED
from tests.chaos.moods import Moody
from tests.chaos.topology import ChaosCluster
from tests.faults import day, hands
from tests.faults.databases import leases_run_out, rows
from tests.faults.offices import office
from tests.mail.servers import Inbox

TARGET = PROJECT / "var" / "chaos.json"
UNDISTURBED = "undisturbed"
WAITING = "SELECT count(*) FROM outbox WHERE fate IN ('queued', 'sending')"


@dataclass
class Chaos:
    """One run: the day, the cluster, the mail server, and what was seen."""

    this: Day
    cluster: ChaosCluster
    sink: Moody
    chance: random.Random
    log: list[dict[str, Any]] = field(default_factory=list)

    def prepare(self) -> None:
        """The same company twice; the day undisturbed in one of them."""
        self._order(f"CREATE DATABASE {UNDISTURBED}")
        with office(Inbox()) as port:
            env = self.cluster.env | {
                "KAM_DATABASE_URL": self.undisturbed,
                "KAM_SMTP_URL": f"smtp://127.0.0.1:{port}",
                "KAM_VAR": str(self.cluster.home / UNDISTURBED),
            }
            hands.run(hands.migrate, env)
            hands.run(company.furnish, env, self.this.share)
            self.cluster.company_from(UNDISTURBED)
            lived = hands.start(
                undisturbed.live_through, env, self.this.share, self.cluster.home
            )
            lived.result(3600)

    def live_through(self) -> None:
        known = day.OPENING
        for number in range(1, SLICES + 1):
            if number == OUTAGE.start:
                self._stop_for_six_hours()
            if number in OUTAGE:
                continue
            now = self.this.moment(number)
            say(f"slice {number} of {SLICES}")
            if number == SKEWED:
                with self._seen(AHEAD), self.cluster.only_a_worker_that_is_ahead():
                    self._slice(number, known, now)
            else:
                self._slice(number, known, now)
            known = now
        for later in TAIL:
            say(f"{later} after the beginning")
            now = day.OPENING + later
            self.cluster.all_of(self.this.sweeps(now))
            self.cluster.carry_out(dispatch(now))

    def deliver_the_rest(self) -> None:
        """Mail until nothing waits; as if a quarter of an hour passed in between."""
        for _ in range(30):
            if not rows(self.cluster.url, WAITING)[0][0]:
                return
            leases_run_out(self.cluster.url)
            put_off = "UPDATE outbox SET not_before = created_at WHERE fate = 'queued'"
            rows(self.cluster.url, put_off)
            self.cluster.carry_out(dispatch(datetime.now(UTC)))

    @property
    def undisturbed(self) -> str:
        return self.cluster.address(UNDISTURBED)

    def _slice(self, number: int, known: datetime, now: datetime) -> None:
        log = self.cluster.home / f"log-{number}.csv"
        self.this.write_slice(known, now, log)
        parts = {
            PEOPLE: self.this.people(number, str(log)),
            SWEEPS: self.this.sweeps(now, number),
            MAIL: [dispatch(now)],
        }
        for part, steps in parts.items():
            with self._disturbed(number, part):
                self.cluster.all_of(steps)

    @contextmanager
    def _disturbed(self, number: int, part: str) -> Iterator[None]:
        if (number, part) not in DURING:
            yield
            return
        name, strike = DURING[number, part]
        with self._seen(name), struck(strike, self.cluster, self.sink, self.chance):
            yield

    @contextmanager
    def _seen(self, name: str) -> Iterator[None]:
        """Note how the work went on, and wait until everything is there again."""
        began, before = time.monotonic(), sum(self.cluster.ends.values())
        yield
        seconds = time.monotonic() - began
        whole = self.cluster.recovered()
        again = sum(self.cluster.ends.values()) - before
        seen = {"what": name, "seconds until the work was done": round(seconds)}
        seen |= {"until whole again": round(whole), "runs begun again": again}
        self.log.append(seen)
        say(f"  {name}: done after {seconds:.0f} s, {again} runs begun again")

    def _stop_for_six_hours(self) -> None:
        with self._seen(STOPPED):
            assert self.cluster.stop() == 0
            assert not (left := self.cluster.remains()), left
            self.cluster.start()

    def _order(self, statement: str) -> None:
        address = self.cluster.address("postgres")
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(statement)


def live(share: float, seed: int) -> dict[str, Any]:
    began = time.monotonic()
    this = Day(share)
    with (
        TemporaryDirectory() as spool,
        office(sink := Moody(Path(spool), seed)) as port,
    ):
        cluster = ChaosCluster(port)
        try:
            say(f"starting a cluster in {cluster.home}")
            cluster.start()
            chaos = Chaos(this, cluster, sink, random.Random(seed))
            say("the day undisturbed")
            chaos.prepare()
            chaos.live_through()
            chaos.deliver_the_rest()
            found = compared(this, cluster.url, chaos.undisturbed, sink.mails)
            left = cluster.left_open()
            stopped = cluster.stop()
            remaining = cluster.remains()
        finally:
            cluster.close()
    minutes = (time.monotonic() - began) / 60
    return {
        "machine": machine(minutes),
        "share": share,
        "seed": seed,
        "tickets": this.some(TICKETS),
        "disturbances": chaos.log,
        "runs begun again": dict(cluster.ends),
        "mails refused by a full spool": sink.refusals,
        "runs left open": left,
        "exit code": stopped,
        "processes left": remaining,
        "rows": [shown(row) for row in found],
        "wrong": [line for row in found for line in row.wrong[:20]],
    }


def shown(row: Row) -> dict[str, Any]:
    return {
        "what": row.what,
        "undisturbed": row.undisturbed,
        "cluster": row.cluster,
        "lost": len(row.lost),
        "doubled": len(row.doubled),
        "untrue": len(row.untrue),
        "allowed doubles": row.allowed,
        "told later": row.later,
    }


def machine(minutes: float) -> str:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {gigabytes:.0f} GiB, "
        f"Python {platform.python_version()}; {minutes:.0f} minutes"
    )


def table(lines: list[dict[str, Any]]) -> str:
    head = list(lines[0])
    rule = ["---", *["---:"] * (len(head) - 1)]
    body = [[str(line[name]) for name in head] for line in lines]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *body])


def say(sentence: str) -> None:
    typer.echo(f"{datetime.now(UTC):%H:%M:%S} {sentence}", err=True)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.chaos")
    asked.add_argument("--share", type=float, default=1.0, help="of the whole day")
    asked.add_argument("--seed", type=int, default=20261126)
    told = asked.parse_args()
    TARGET.unlink(missing_ok=True)
    came = live(told.share, told.seed)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(came, indent=2, ensure_ascii=False), encoding="utf-8")
    typer.echo(f"Share {came['share']}, seed {came['seed']}; {came['machine']}.\n")
    typer.echo(table(came["disturbances"]) + "\n")
    typer.echo(table(came["rows"]) + "\n")
    typer.echo("\n".join(came["wrong"]))
    typer.echo(f"Written to {TARGET.relative_to(PROJECT)}.")
    bad = came["wrong"] or came["runs left open"] or came["processes left"]
    sys.exit(1 if bad or came["exit code"] else 0)


if __name__ == "__main__":
    main()
