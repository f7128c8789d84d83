"""A day of real work: a help desk's log, its openings compressed into one day."""

import csv
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tests.faults.truth import RawEvent

ROOT = Path(__file__).parents[2]
WHOLE_LOG = ROOT.parent / "shared" / "data" / "helpdesk_events.csv"
SHORT_LOG = ROOT / "tests" / "data" / "helpdesk_200.csv"

OPENING = datetime(2026, 10, 12, tzinfo=UTC)
NOW = OPENING + timedelta(hours=60)
"""All tickets are open for more than 36 hours now, none for more than 60."""
MINUTE = timedelta(minutes=1)

HEADS = [f"h{n}" for n in range(1, 6)]
SUPERVISORS = [f"s{n:02}" for n in range(1, 11)]
OWNERS = [f"k{n:02}" for n in range(1, 31)]
OPERATIONS = "ops"
ACCOUNTS = [f"A{n:02}" for n in range(1, 31)]
SIGNED = ACCOUNTS[:8]
"""Whose onboarding is started."""

POLICY = """
name: {name}
title: {{zh_CN: 试验, en: Trial}}
calendars:
  always: {{timezone: Asia/Shanghai, around_the_clock: true}}
  office: {{timezone: Asia/Shanghai, hours: {{mon-fri: 09:00-18:00}}}}
default_calendar: always
scenes:
  routine: {{zh_CN: 一般, en: Routine}}
default_scene: routine
tiers:
  strategic: {{title: {{zh_CN: 战略级, en: Strategic}}, appointed: true}}
  core: {{title: {{zh_CN: 核心级, en: Core}}, appointed: true}}
targets:
  - {{respond: 24h, resolve: 48h}}
ladders:
  - name: strategic
    tiers: [strategic]
    rungs:
      - {{after: 12h, from: opened, until: taken_up, tell: supervisor,
         delivery: at_once}}
      - {{after: 36h, from: opened, until: resolved, tell: department_head,
         delivery: at_once}}
  - name: standard
    rungs:
      - {{after: {first}, from: opened, until: taken_up, tell: supervisor,
         delivery: at_once}}
      - {{after: {second}, from: opened, until: resolved, tell: department_head,
         delivery: at_once}}
grace: 25%
"""
USUAL = POLICY.format(name="usual", first="24h", second="48h")
QUICK = POLICY.format(name="quick", first="12h", second="36h")


def contract(first: str, second: str = "400h") -> str:
    """A policy whose rungs are due after this, in the time of New York."""
    usual = POLICY.format(name="contract", first=first, second=second)
    zone = "new_york: {timezone: America/New_York, hours: {mon-fri: 09:00-17:00}}"
    return usual.replace("  office:", f"  {zone}\n  office:")


@cache
def log(tickets: int, until: datetime = NOW) -> tuple[RawEvent, ...]:
    """So many tickets: opened evenly over the day, their own gaps as they were."""
    histories = _histories(tickets)
    step = timedelta(days=1) / tickets
    events = []
    for place, (ticket, history) in enumerate(histories.items()):
        opened = OPENING + timedelta(seconds=int((step * place).total_seconds()))
        for activity, agent, gap in history:
            if opened + gap <= until:
                account = ACCOUNTS[place % len(ACCOUNTS)]
                events.append(RawEvent(ticket, activity, agent, opened + gap, account))
    return tuple(events)


def patterns() -> int:
    """How many different histories the tickets are made from, over and over."""
    return len(_patterns())


@cache
def _patterns() -> list[list[tuple[datetime, str, str]]]:
    source = WHOLE_LOG if WHOLE_LOG.exists() else SHORT_LOG
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_ticket: dict[str, list[tuple[datetime, str, str]]] = {}
    for row in rows:
        moment = datetime.fromisoformat(row["at"])
        line = (moment, row["activity"], row["agent"])
        by_ticket.setdefault(row["ticket"], []).append(line)
    return [sorted(lines, key=lambda line: line[0]) for lines in by_ticket.values()]


def _histories(tickets: int) -> dict[str, list[tuple[str, str, timedelta]]]:
    patterns = _patterns()
    return {
        f"HD-{n + 1}": [
            (activity, agent, at - patterns[n % len(patterns)][0][0])
            for at, activity, agent in patterns[n % len(patterns)]
        ]
        for n in range(tickets)
    }


def write_log(path: Path, tickets: int, later: timedelta = timedelta()) -> Path:
    """As another help desk would hand it over; `later`: everything by so much."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket", "activity", "agent", "at", "account"])
        for event in log(tickets):
            row = (event.ticket, event.activity, event.agent)
            at = event.at + later
            writer.writerow([*row, at.isoformat(), event.account])
    return path
