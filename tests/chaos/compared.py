"""Holds the day on the cluster beside the same day undisturbed.

It shares no code with the product: it reads both databases by SQL, what the mail server
took with the email package, and computes the rungs from the raw log (`tests.faults`).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.chaos.day import HOURS, OUTAGE, TAIL, Day
from tests.faults import day, truth
from tests.faults.checker import Arrived, Checker, Verdict
from tests.faults.databases import moment, rows

SAME = {
    "rungs": (
        "SELECT t.number, e.episode, e.rung, e.due_at FROM escalations e "
        "JOIN tickets t ON t.id = e.ticket_id"
    ),
    "reminders": (
        "SELECT a.code, s.item, s.kind, s.number, s.due_at FROM checklist_steps s "
        "JOIN onboardings o ON o.id = s.onboarding_id "
        "JOIN accounts a ON a.id = o.account_id"
    ),
    "checklist items": (
        "SELECT a.code, i.code, i.state FROM checklist_items i "
        "JOIN onboardings o ON o.id = i.onboarding_id "
        "JOIN accounts a ON a.id = o.account_id"
    ),
    "touchpoints": (
        "SELECT a.code, t.cadence, t.slot, t.kind, t.nominal, t.on, t.starts, t.owner, "
        "t.state FROM touchpoints t JOIN accounts a ON a.id = t.account_id"
    ).replace("t.on", 't."on"'),
    "cares": (
        "SELECT a.code, o.kind, c.edition, c.deliver_on, c.state, c.owner FROM cares c "
        "JOIN occasions o ON o.id = c.occasion_id "
        "JOIN accounts a ON a.id = c.account_id"
    ),
}
"""What must be the same to the row."""
TOLD = {
    "rungs told": (
        "SELECT e.due_at, t.number, e.episode, e.rung, e.outcome, e.recipient "
        "FROM escalations e JOIN tickets t ON t.id = e.ticket_id"
    ),
    "reminders told": (
        "SELECT s.due_at, a.code, s.item, s.kind, s.number, s.outcome, s.recipient "
        "FROM checklist_steps s JOIN onboardings o ON o.id = s.onboarding_id "
        "JOIN accounts a ON a.id = o.account_id"
    ),
}
"""To whom, and how it ended; begins with the moment it was due. What fell due while
nothing ran is told later, or no longer."""
LETTERS = (
    "SELECT template, recipient FROM outbox WHERE template NOT IN "
    "('escalation/rungs_climbed', 'onboarding/still_open')"
)
"""Mails that are one each; a digest may be two where its writing was cut off, and the
lines in it are counted instead."""


@dataclass
class Row:
    what: str
    undisturbed: int
    cluster: int
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    allowed: int = 0
    """Staff mails that came twice because nobody could know (Decisions, 7)."""
    later: int = 0
    """Fell due while everything was stopped, and was told later or no longer."""

    @property
    def wrong(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.untrue]


def compared(this: Day, url: str, undisturbed: str, arrived: Arrived) -> list[Row]:
    found = [
        _same(what, rows(undisturbed, q), rows(url, q)) for what, q in SAME.items()
    ]
    found += [
        _told(this, what, rows(undisturbed, q), rows(url, q))
        for what, q in TOLD.items()
    ]
    found.append(_same("letters", rows(undisturbed, LETTERS), rows(url, LETTERS)))
    found.append(_against_the_log(this, url, arrived))
    found.append(_mails(url, undisturbed, arrived))
    return found


def _same(what: str, must: list[Any], is_: list[Any]) -> Row:
    wanted, there = Counter(map(_plain, must)), Counter(map(_plain, is_))
    row = Row(what, sum(wanted.values()), sum(there.values()))
    for line in (wanted - there).elements():
        row.lost.append(f"{what}: {line}")
    for line in (there - wanted).elements():
        kind = row.doubled if line in wanted else row.untrue
        kind.append(f"{what}: {line}")
    return row


def _told(this: Day, what: str, must: list[Any], is_: list[Any]) -> Row:
    first, last = this.moment(OUTAGE.start - 1), this.moment(OUTAGE.stop)

    def during(line: tuple[Any, ...]) -> bool:
        due = moment(line[0])
        return due is not None and first < due <= last

    row = _same(
        what,
        [line for line in must if not during(line)],
        [line for line in is_ if not during(line)],
    )
    row.later = sum(map(during, is_))
    return row


def _against_the_log(this: Day, url: str, arrived: Arrived) -> Row:
    """Rungs, lines and histories, held beside the raw log alone."""
    events = tuple(this.events)
    must = truth.must_stand(events, day.OPENING + TAIL[-1], hours=HOURS)
    checker = Checker(url, arrived)
    checker.ledger(must)
    checker.lines()
    checker.cancelled_rightly()
    lines = Counter(event.ticket for event in events)
    checker.histories(lines, truth.states(events))
    stands = rows(url, "SELECT count(*) FROM escalations")
    return _row("rungs by the log", len(must), stands[0][0], checker.verdict)


def _mails(url: str, undisturbed: str, arrived: Arrived) -> Row:
    """Every mail of the outbox has its fate, and came as often as that says."""
    checker = Checker(url, arrived)
    checker.mails()
    count = "SELECT count(*) FROM outbox"
    before, after = rows(undisturbed, count)[0][0], rows(url, count)[0][0]
    return _row("mails", before, after, checker.verdict)


def _row(what: str, must: int, is_: int, verdict: Verdict) -> Row:
    row = Row(what, must, is_, verdict.lost, verdict.doubled, verdict.untrue)
    row.allowed = len(verdict.allowed)
    return row


def _plain(line: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(moment(v) if isinstance(v, datetime) else v for v in line)
