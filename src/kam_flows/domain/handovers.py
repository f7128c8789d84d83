"""Handing an account over: what passes on, what is accepted, and who hears if it is not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Around, Reach, Resolution
from kam_flows.domain.onboarding_rules import Climb
from kam_flows.domain.people import Directory, Staff
from kam_flows.domain.telling import Tell

PIECES = re.compile(r"[\s,，、;；]+")
RANGE = re.compile(r"(\d{1,6})(?:\s*[-–—~～至]\s*(\d{1,6}))?")
BLANKS_IN_RANGE = re.compile(r"\s*([-–—~～至])\s*")
PREFIX = "H-"


class HandoverKind(StrEnum):
    """What is passed on, in the order of the brief (needs inheritance, R3)."""

    RED_LINE = "red_line"
    PROMISE = "promise"
    NEED = "need"
    CONTACT = "contact"
    TOUCHPOINT = "touchpoint"
    TICKET = "ticket"
    AGREEMENT = "agreement"
    DATE = "date"


class Detail(StrEnum):
    """What is on record about an item beside its words."""

    DIMENSION = "dimension"
    JOB_TITLE = "job_title"
    DECISION_MAKER = "decision_maker"
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"
    STATE = "state"
    OWNER = "owner"
    """Name of who keeps the promise or works on the ticket."""
    SAID_ON = "said_on"
    DUE_ON = "due_on"
    RESPOND_BY = "respond_by"
    PLAN_BY = "plan_by"
    RESOLVE_BY = "resolve_by"
    VERSION = "version"
    SIGNED_ON = "signed_on"
    SIGNED_BY = "signed_by"
    LATE_RESPONSES = "late_responses"
    """How many in the last twelve months, like the two below."""
    LATE_PLANS = "late_plans"
    LATE_SOLUTIONS = "late_solutions"
    OCCASION = "occasion"
    FALLS_ON = "falls_on"
    RECORDED_BY = "recorded_by"
    SOURCE = "source"


class NextDate(StrEnum):
    """What falls on a date that the successor should know of."""

    BIRTHDAY = "birthday"
    SIGNING = "signing"
    """The day on which the cooperation began, year by year."""
    CONTRACT_END = "contract_end"


Details = tuple[tuple[Detail, str], ...]
"""Codes, names, ISO dates and moments, in the order in which they are told."""


@dataclass(frozen=True, kw_only=True)
class HandoverItem:
    place: int
    """From 1, in the order of the brief."""
    kind: HandoverKind
    text: str
    """As somebody wrote it down: an answer, a promise, a name, a title; may be empty."""
    details: Details = ()
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Handover:
    id: int
    account: str
    leaving: str
    """Staff code of whoever served the account before."""
    successor: str
    started_at: datetime
    started_by: str
    policy_id: int
    accept_by: datetime
    recording: str
    """Reference of the recording where it was told by word of mouth; else empty."""
    climbed: int
    """How often it was told to somebody above that it is not accepted."""
    items: tuple[HandoverItem, ...]
    accepted_at: datetime | None = None

    @property
    def number(self) -> str:
        return f"{PREFIX}{self.id}"

    @property
    def open_items(self) -> tuple[HandoverItem, ...]:
        return tuple(item for item in self.items if item.accepted_at is None)


class Case(NamedTuple):
    """All that deciding about one handover needs."""

    handover: Handover
    climb: Climb
    calendar: WorkCalendar
    lead_manager: str | None
    executive_sponsor: str | None


class Step(NamedTuple):
    """A moment at which somebody above hears of what is not accepted."""

    number: int
    """From 1."""
    due_at: datetime


class Decided(NamedTuple):
    """`step` is told to `reached` now; `None`: nobody is."""

    step: Step | None
    reached: Resolution | None
    look_at: datetime | None
    """When a sweep has to look again; `None`: nothing can fall due."""


def passed_on(
    team: Sequence[TeamMember], leaving: str, successor: str
) -> tuple[TeamMember, ...]:
    """The team with the successor in every place of the one who leaves, nobody twice."""
    placed = [
        replace(member, staff=successor) if member.staff == leaving else member
        for member in team
    ]
    return tuple(dict.fromkeys(placed))


def check_pair(leaving: Staff, successor: Staff) -> None:
    """Raises UserError unless this person can hand over to that one."""
    if leaving.code == successor.code:
        raise UserError(
            "{name} cannot hand an account over to themselves; choose somebody else in "
            "`successor`.",
            name=leaving.name,
        )
    if not successor.active:
        raise UserError(
            "{name} has left; choose somebody who is here.", name=successor.name
        )


def check_recording(by_word_of_mouth: bool, recording: str) -> str:
    """The reference of the recording; what is only said has to be on record."""
    if by_word_of_mouth and not recording.strip():
        raise UserError(
            "What was told by word of mouth has to be on record: type the reference of "
            "the recording into `recording`."
        )
    return recording.strip()


def check_acceptor(
    handover: Handover, person: Staff, people: Directory, now: datetime
) -> None:
    """Raises UserError unless this is the successor, or their deputy while they are away."""
    successor = people.get(handover.successor)
    if person.code == handover.successor:
        return
    away = successor is not None and successor.is_absent(now)
    if successor and away and successor.deputy == person.code:
        return
    raise UserError(
        "{handover} is accepted by {successor}, or by their deputy while they are away; "
        "{name} ({code}) is neither.",
        handover=handover.number,
        successor=successor.name if successor else handover.successor,
        name=person.name,
        code=person.code,
    )


def places(typed: str, handover: Handover) -> tuple[int, ...]:
    """The items that somebody names, such as `1, 3-5`; nothing typed: all open ones.

    Raises UserError for what names no item, and where all of them are accepted already.
    """
    known = {item.place for item in handover.items}
    open_now = {item.place for item in handover.open_items}
    named = _numbers(typed) if typed.strip() else open_now
    strange = sorted(named - known)
    if strange:
        raise UserError(
            "{handover} has no item {items}; its items are 1 to {last}.",
            handover=handover.number,
            items=strange[:5],
            last=len(handover.items),
        )
    if not named & open_now:
        raise UserError(
            "These items of {handover} are accepted already; nothing was changed.",
            handover=handover.number,
        )
    return tuple(sorted(named & open_now))


def _numbers(typed: str) -> set[int]:
    numbers: set[int] = set()
    for piece in PIECES.split(BLANKS_IN_RANGE.sub(r"\1", typed.strip())):
        found = RANGE.fullmatch(piece)
        first, last = map(int, (found[1], found[2] or found[1])) if found else (1, 0)
        if piece and last < first:
            raise UserError(
                "'{items}' are no item numbers; type them like 1, 3-5, or leave the "
                "field empty for all open items.",
                items=typed.strip()[:40],
            )
        # What lies beyond is told as one number, not counted up to it.
        numbers.update((first, last) if last - first > MOST else range(first, last + 1))
    return numbers


MOST = 10_000
"""Items; no handover has as many."""


def accepted(
    handover: Handover, chosen: Sequence[int], *, at: datetime, by: str, note: str
) -> Handover:
    """The handover after somebody accepted these items; the last one closes it."""
    items = tuple(
        replace(item, accepted_at=at, accepted_by=by, note=note)
        if item.place in chosen and item.accepted_at is None
        else item
        for item in handover.items
    )
    after = replace(handover, items=items)
    return after if after.open_items else replace(after, accepted_at=at)


def steps(handover: Handover, climb: Climb, calendar: WorkCalendar) -> tuple[Step, ...]:
    """When what is not accepted climbs, by time."""
    return tuple(
        Step(
            number,
            calendar.add(handover.accept_by, climb.every.scaled(Fraction(number - 1))),
        )
        for number in range(1, climb.at_most + 1)
    )


def decide(case: Case, reach: Reach) -> Decided:
    """The latest step that is due, if its reader may hear of it now.

    After an outage earlier ones are gone: one mail says all that there is to say.
    """
    handover = case.handover
    if handover.accepted_at:
        return Decided(None, None, None)
    planned = steps(handover, case.climb, case.calendar)
    left = [step for step in planned if step.number > handover.climbed]
    ahead = [step.due_at for step in left if step.due_at > reach.now]
    passed = [step for step in left if step.due_at <= reach.now]
    if not passed:
        return Decided(None, None, min(ahead, default=None))
    latest = passed[-1]
    around = Around(handover.successor, case.lead_manager, case.executive_sponsor)
    reached = reach.resolve(around, tell_of(case.climb, latest))
    deliver_at = reach.deliver_at(case.climb.delivery, reached.recipient, case.calendar)
    if deliver_at > reach.now:
        return Decided(None, None, min([deliver_at, *ahead]))
    return Decided(latest, reached, min(ahead, default=None))


def tell_of(climb: Climb, step: Step) -> Tell:
    """Whom this step is meant for: the stops one by one, the last again and again."""
    return climb.tell[min(step.number, len(climb.tell)) - 1]
