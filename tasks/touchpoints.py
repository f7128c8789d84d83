"""Touchpoint tasks: plan one that no cadence asked for, move one, cancel one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.people import Directory, Staff, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.domain.touchpoints import (
    Reason,
    Touchpoint,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_changes import (
    ChosenDay,
    cancelled,
    check_ahead,
    check_concerned,
    check_not_too_far,
    check_open,
    check_twin,
    clock_time,
    credited_by,
    free_start,
    moved,
    parted,
    reason_of,
    title_of,
)
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.words import word
from kam_flows.settings import settings
from tasks.tickets import acting

MINUTES = 60
"""How long a touchpoint takes of which the policy has no cadence."""
NO_TIME = frozenset({TouchpointKind.BRIEF, TouchpointKind.SURVEY})
"""Kinds for which nobody has to be anywhere."""
TOLERANCE = timedelta(days=180)
"""No policy allows more."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A touchpoint, who is at it, and what decides about it."""

    person: Staff
    account: Account
    account_id: int
    policy: Policy
    calendar: WorkCalendar
    people: Directory
    today: date
    """Where the account is."""
    now: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class VisitChanged:
    """A touchpoint after what was done to it, and what there is to say about it."""

    touchpoint: Touchpoint
    called: str
    account_name: str
    owner: str
    """Name; empty: nobody's."""
    remarks: tuple[Phrase, ...] = ()
    credited: Touchpoint | None = None
    """The slot for which it counts, or will."""
    parted: tuple[Touchpoint, ...] = ()
    """What it served too and stands by itself again."""


@task
def plan_visit(
    *,
    account: str,
    kind: TouchpointKind,
    on: date,
    by: str,
    now: datetime,
    at: datetime | None = None,
    starts: str = "",
    owner: str = "",
    title: str = "",
    dry_run: bool = False,
) -> VisitChanged:
    """Plan a touchpoint by hand; one of the past took place and counts for its slot."""
    typed = clock_time(starts)
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = sit_down(uow, uow.accounts.find(account), by, now, at)
        check_not_too_far(on, desk.today)
        goes = _owner(uow, desk, owner)
        others = _of_day(uow, on, goes)
        start = typed or free_start(desk.policy.visits, {one.starts for one in others})
        has_begun = typed is not None and typed <= _local(desk).time()
        took_place = on < desk.today or (on == desk.today and has_begun)
        planned = Touchpoint(
            account=desk.account.code,
            slot=uow.touchpoints.next_slot(desk.account_id),
            kind=kind,
            nominal=on,
            on=on,
            starts=start,
            minutes=_minutes(desk, kind, on),
            owner=goes,
            state=TouchpointState.DONE if took_place else TouchpointState.PLANNED,
            pinned=True,
            why=(Reason(why=Why.BY_HAND, what=on.isoformat()),),
            title=title_of(title),
            policy_id=uow.policies.current_id(desk.at),
            concluded_on=on if took_place else None,
        )
        check_concerned(desk.person, desk.account, planned)
        if not took_place and not desk.account.active:
            raise UserError(
                "{account} is not served any more; nothing can be planned there.",
                account=desk.account.name,
            )
        near = uow.touchpoints.of([desk.account_id], on - TOLERANCE, on + TOLERANCE)
        check_twin(planned, near)
        stored = replace(planned, id=uow.touchpoints.add(desk.account_id, planned))
        note(uow, desk, stored, "visit planned", kind=kind, on=on.isoformat())
        uow.touchpoints.unplan(desk.account_id)
        if took_place:
            slot = credit(uow, desk, stored, near)
            return _changed(desk, stored, credited=slot)
        # Planning lets it serve that slot too, as long as it does not fall through.
        slot = credited_by(stored, on, near, desk.policy.visits)
        remarks = _remarks(desk, stored, others)
        return _changed(desk, stored, remarks=remarks, credited=slot)


@task
def reschedule_visit(
    *,
    touchpoint: str,
    on: date,
    reason: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    starts: str = "",
    dry_run: bool = False,
) -> VisitChanged:
    """Put a touchpoint on another day or time; planning leaves it there."""
    typed, why = clock_time(starts), reason_of(reason)
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk, found = at_desk(uow, touchpoint, by, now, at)
        check_open(found)
        check_ahead(on, desk.today)
        after = moved(found, on, typed or found.starts, why, desk.today)
        uow.touchpoints.keep(after)
        note(
            uow,
            desk,
            after,
            "visit moved",
            reason=why,
            before=f"{found.on} {found.starts:%H:%M}",
            after=f"{after.on} {after.starts:%H:%M}",
        )
        apart = part(uow, desk, after)
        uow.touchpoints.unplan(desk.account_id)
        others = [o for o in _of_day(uow, on, after.owner) if o.id != after.id]
        return _changed(
            desk, after, remarks=_remarks(desk, after, others), parted=apart
        )


@task
def cancel_visit(
    *,
    touchpoint: str,
    reason: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> VisitChanged:
    """Cancel a touchpoint for a reason; its slot is not planned again."""
    why = reason_of(reason)
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk, found = at_desk(uow, touchpoint, by, now, at)
        after = cancelled(found, why, desk.today)
        uow.touchpoints.keep(after)
        note(uow, desk, after, "visit cancelled", reason=why)
        apart = part(uow, desk, after)
        uow.touchpoints.unplan(desk.account_id)
        return _changed(desk, after, parted=apart)


def at_desk(
    uow: UnitOfWork, touchpoint: str, by: str, now: datetime, at: datetime | None
) -> tuple[Desk, Touchpoint]:
    """The touchpoint as it stands now that nobody else can change it."""
    found = uow.touchpoints.find(touchpoint)
    desk = sit_down(uow, uow.accounts.get(found.account), by, now, at)
    locked = uow.touchpoints.get(found.id, lock=True) or found
    check_concerned(desk.person, desk.account, locked)
    return desk, locked


def sit_down(
    uow: UnitOfWork, account: Account, by: str, now: datetime, at: datetime | None
) -> Desk:
    """The account is locked: its touchpoints are changed one after the other."""
    at = at or now
    person, account_id = acting(uow, by), uow.accounts.lock(account.code)
    policy = uow.policies.current(at)
    calendar = policy.calendar(account.calendar)
    return Desk(
        person=person,
        account=account,
        account_id=account_id,
        policy=policy,
        calendar=calendar,
        people=uow.people.directory(),
        today=at.astimezone(calendar.timezone).date(),
        now=now,
        at=at,
    )


def note(
    uow: UnitOfWork, desk: Desk, touchpoint: Touchpoint, action: str, **detail: Any
) -> None:
    uow.audit.write(
        desk.now,
        desk.person.code,
        action,
        f"touchpoint {touchpoint.number}",
        account=desk.account.code,
        happened_at=desk.at.isoformat(),
        **detail,
    )


def credit(
    uow: UnitOfWork, desk: Desk, real: Touchpoint, near: Iterable[Touchpoint]
) -> Touchpoint | None:
    """Let an unplanned touchpoint that took place count for the slot it is nearest to."""
    on = real.concluded_on or real.on
    slot = credited_by(real, on, near, desk.policy.visits)
    if slot is not None:
        uow.touchpoints.keep(slot)
        note(uow, desk, slot, "visit credited", by_touchpoint=real.number)
        part(uow, desk, slot)
    return slot


def part(uow: UnitOfWork, desk: Desk, head: Touchpoint) -> tuple[Touchpoint, ...]:
    """What was merged into a touchpoint that is not there any more; planned anew next."""
    apart = tuple(
        parted(partner)
        for partner in uow.touchpoints.merged_into([head.id])
        if partner.state is TouchpointState.MERGED
    )
    for partner in apart:
        uow.touchpoints.keep(partner)
        note(uow, desk, partner, "visit parted", was_part_of=head.number)
    return apart


def called(touchpoint: Touchpoint, policy: Policy) -> str:
    """Its own title, its cadence's, or its kind, in the language of the forms."""
    language, cadence = settings().language, policy.visits.cadence(touchpoint.cadence)
    titles = cadence.titles if cadence else {}
    return (
        touchpoint.title or titles.get(language, "") or word(touchpoint.kind, language)
    )


def _owner(uow: UnitOfWork, desk: Desk, typed: str) -> str:
    """Whoever was chosen, else the lead manager, else who plans it."""
    if not typed.strip():
        leads = desk.account.members(TeamRole.LEAD_MANAGER)
        here = (code for code in leads if desk.people[code].active)
        return next(here, desk.person.code)
    person = uow.people.find(typed)
    if not person.active:
        raise UserError(
            "{name} has left; choose somebody who is here.", name=person.name
        )
    return person.code


def _of_day(uow: UnitOfWork, on: date, owner: str | None) -> list[Touchpoint]:
    return [one for one in uow.touchpoints.planned(on, on) if one.owner == owner]


def _local(desk: Desk) -> datetime:
    return desk.at.astimezone(desk.calendar.timezone)


def _minutes(desk: Desk, kind: TouchpointKind, on: date) -> int:
    account = desk.account
    cadences = desk.policy.visits.of(account.tier, account.signed_on, on)
    of_kind = (one.minutes for one in cadences if one.kind is kind)
    return next(of_kind, 0 if kind in NO_TIME else MINUTES)


def _remarks(
    desk: Desk, touchpoint: Touchpoint, others: Iterable[Touchpoint]
) -> tuple[Phrase, ...]:
    day = ChosenDay(
        touchpoint=touchpoint,
        calendar=desk.calendar,
        people=desk.people,
        others=tuple(others),
        rules=desk.policy.visits,
        industry=desk.account.industry,
    )
    return tuple(day.remarks())


def _changed(
    desk: Desk,
    touchpoint: Touchpoint,
    *,
    remarks: tuple[Phrase, ...] = (),
    credited: Touchpoint | None = None,
    parted: tuple[Touchpoint, ...] = (),
) -> VisitChanged:
    owner = desk.people.get(touchpoint.owner or "")
    return VisitChanged(
        touchpoint=touchpoint,
        called=called(touchpoint, desk.policy),
        account_name=desk.account.name,
        owner=owner.name if owner else touchpoint.owner or "",
        remarks=remarks,
        credited=credited,
        parted=parted,
    )
