"""What one person is told after visits: theirs to do, and what is late below them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from kam_flows.domain.account_file import FileEntry, promise_choice
from kam_flows.domain.accounts import Account
from kam_flows.domain.choices import choice
from kam_flows.domain.escalation import Resolution
from kam_flows.domain.touchpoints import StepKind, Touchpoint
from kam_flows.domain.visit_follow_up import (
    WEEKS,
    OpenPromise,
    PromiseStep,
    PromiseStepKind,
    ended_at,
)
from kam_flows.domain.visit_follow_up_mails import (
    DuePromise,
    UnrecordedVisit,
    VisitFollowUp,
)
from kam_flows.persistence.touchpoints import touchpoint_choice
from tasks.onboarding_facts import Office
from tasks.visit_facts import name_of

SHOWN = 12
"""Matters of each sort that one mail tells of (a body stays below 100 KB)."""


class VisitTold(NamedTuple):
    """A touchpoint that somebody is told of now, and why it is them."""

    touchpoint: Touchpoint
    account: Account
    step: StepKind
    is_missed: bool
    reached: Resolution


class PromiseTold(NamedTuple):
    promise: OpenPromise
    account: Account
    step: PromiseStep
    reached: Resolution


@dataclass(kw_only=True)
class Matters:
    """All that one person is told of, in the order of their mail."""

    unrecorded: list[VisitTold] = field(default_factory=list)
    promises: list[PromiseTold] = field(default_factory=list)
    missed: list[VisitTold] = field(default_factory=list)
    broken: list[PromiseTold] = field(default_factory=list)

    @property
    def more(self) -> tuple[int, int, int, int]:
        listed = (self.unrecorded, self.promises, self.missed, self.broken)
        first, second, third, last = (max(len(some) - SHOWN, 0) for some in listed)
        return first, second, third, last

    @property
    def first(self) -> str:
        """Names the mail: each step is told once, so no other mail begins with it."""
        for visit in (*self.unrecorded, *self.missed):
            return f"{visit.touchpoint.id}/{visit.step}"
        [(promise, _, (kind, number), _), *_] = [*self.promises, *self.broken]
        return f"{promise.number}/{kind}/{number}"


def by_reader(
    visits: Iterable[VisitTold], promises: Iterable[PromiseTold]
) -> dict[str, Matters]:
    readers: dict[str, Matters] = {}
    for visit in sorted(visits, key=lambda one: (one.touchpoint.on, one.touchpoint.id)):
        mine = readers.setdefault(visit.reached.recipient, Matters())
        is_missed = visit.step is StepKind.MISSED
        (mine.missed if is_missed else mine.unrecorded).append(visit)
    for promise in promises:
        mine = readers.setdefault(promise.reached.recipient, Matters())
        climbs = promise.step[0] is PromiseStepKind.CLIMB
        (mine.broken if climbs else mine.promises).append(promise)
    return readers


@dataclass(frozen=True, kw_only=True)
class Writing:
    """For whom a mail is written, and from what."""

    reader: str
    office: Office
    entries: Mapping[int, FileEntry]

    @property
    def language(self) -> str:
        return self.office.language_of(self.reader)


def compose(
    reader: str, matters: Matters, entries: Mapping[int, FileEntry], office: Office
) -> VisitFollowUp:
    writing = Writing(reader=reader, office=office, entries=entries)
    language, rules = writing.language, office.current.visits
    person = office.people.get(reader)
    return VisitFollowUp(
        recipient=reader,
        address=office.address_of(reader),
        name=person.name if person else "",
        language=language,
        timezone=office.timezone_of(reader),
        dedup_key=(
            f"visits.follow_up:{reader}:{office.now.isoformat()}:{matters.first}"
        ),
        unrecorded=tuple(_visit(one, writing) for one in matters.unrecorded[:SHOWN]),
        promises=tuple(_promise(one, writing) for one in matters.promises[:SHOWN]),
        missed=tuple(_visit(one, writing) for one in matters.missed[:SHOWN]),
        broken=tuple(_promise(one, writing) for one in matters.broken[:SHOWN]),
        more=matters.more,
        remind_after=str(rules.remind_after),
        missed_after=str(rules.missed_after),
        policy=office.current.title(language),
        as_of=office.now,
    )


def _visit(told: VisitTold, writing: Writing) -> UnrecordedVisit:
    touchpoint, account, office = told.touchpoint, told.account, writing.office
    calendar = office.current.calendar(account.calendar)
    shown = touchpoint_choice(touchpoint.id, touchpoint.on, account.name)
    reader = writing.reader
    is_open = not told.is_missed

    def link(form: str) -> str | None:
        return office.link(form, reader, touchpoint=shown)

    return UnrecordedVisit(
        number=touchpoint.number,
        kind=touchpoint.kind,
        title=name_of(touchpoint, office, writing.language),
        account_name=account.name,
        on=touchpoint.on,
        owner=office.name_of(touchpoint.owner),
        is_missed=told.is_missed,
        missed_at=calendar.add(
            ended_at(touchpoint.on, touchpoint.starts, touchpoint.minutes, calendar),
            office.current.visits.missed_after,
        ),
        skips=told.reached.skips,
        record=link("record-a-visit"),
        reschedule=link("reschedule-a-visit") if is_open else None,
        cancel=link("cancel-a-visit") if is_open else None,
        show=office.link("show-a-visit", "", touchpoint=shown),
    )


def _promise(told: PromiseTold, writing: Writing) -> DuePromise:
    promise, account, office = told.promise, told.account, writing.office
    entry = writing.entries[promise.id]
    kind, number = told.step
    return DuePromise(
        number=promise.number,
        text=entry.text,
        account_name=account.name,
        owner=office.name_of(promise.owner),
        due_on=promise.due_on,
        days_late=_days_late(promise.due_on, office.now, account, office),
        is_last=(kind, number) == (PromiseStepKind.LATE, WEEKS),
        skips=told.reached.skips,
        keep=office.link(
            "keep-a-promise",
            writing.reader,
            promise=promise_choice(entry, account.name),
        ),
        account_page=office.link(
            "show-an-account", "", account=choice(account.code, account.name)
        ),
    )


def _days_late(due_on: date, now: datetime, account: Account, office: Office) -> int:
    zone = office.current.calendar(account.calendar).timezone
    return max((now.astimezone(zone).date() - due_on).days, 0)
