"""A log of another help desk, read as the happenings of our tickets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kam_flows.domain.tickets import REOPENS, Happening, TicketEvent


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line as the file has it. `number` is the line's place in the file."""

    number: int
    ticket: str
    activity: str
    agent: str
    at: datetime
    account: str = ""
    title: str = ""
    scene: str = ""
    priority: str = ""


@dataclass(frozen=True, kw_only=True)
class EventMap:
    """What the activities of a log mean to us; an activity it does not name is a note."""

    timezone: str
    """Where the log's clock hangs: its times carry no zone."""
    activities: Mapping[str, Happening]
    resolutions: Mapping[str, str]
    """Activities that end a ticket without solving it: `DUPLICATE` to `duplicate`."""
    reopens: frozenset[str]
    """Activities that work on a ticket again if it was over."""


def happenings(lines: Sequence[LogLine], mapping: EventMap) -> list[TicketEvent]:
    """One happening a line, in order of time.

    What an activity means does not depend on the lines before it: whether it opens a
    ticket again is read off the whole history (scenario S12).
    """
    ordered = sorted(lines, key=lambda line: (line.at, line.number))
    return [_happening(line, mapping) for line in ordered]


def _happening(line: LogLine, mapping: EventMap) -> TicketEvent:
    kind = mapping.activities.get(line.activity, Happening.NOTE)
    value = mapping.resolutions.get(line.activity, "")
    if line.activity in mapping.reopens:
        value = REOPENS
    note = line.activity if kind is Happening.NOTE else ""
    return TicketEvent(at=line.at, kind=kind, by=line.agent, value=value, note=note)


def source_keys(lines: Sequence[LogLine]) -> list[str]:
    """A name per line that another import of the same log finds again.

    Lines that are alike to the letter are told apart by their count.
    """
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        name = f"{line.at.isoformat()}|{line.activity}|{line.agent}"
        seen[name] += 1
        keys.append(f"{name}|{seen[name]}")
    return keys
