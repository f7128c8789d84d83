"""What people do to touchpoints: choose a day, move one, cancel one."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from kam_flows.domain.accounts import Account
from kam_flows.domain.cadences import Mode
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.people import STEERING_ROLES, Directory, Staff
from kam_flows.domain.texts import as_kept
from kam_flows.domain.touchpoints import (
    Reason,
    Touchpoint,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_rules import VisitRules

LONGEST_TITLE = 200
LONGEST_REASON = 2000
AHEAD = timedelta(days=731)
"""Farther ahead a day is a typing mistake."""
CLOCK = re.compile(r"(\d{1,2})\s*[:：点时]\s*(\d{2})?分?")
CAN_CHANGE = frozenset({TouchpointState.PLANNED, TouchpointState.MERGED})


def check_concerned(person: Staff, account: Account, touchpoint: Touchpoint) -> None:
    """Raise UserError unless this person serves the account, goes there, or steers.

    A deputy who goes for somebody need not be on the team.
    """
    team = {member.staff for member in account.team}
    goes = {touchpoint.owner, *touchpoint.participants}
    if person.code in team | goes or person.role in STEERING_ROLES:
        return
    if not touchpoint.id:
        raise UserError(
            "{name} ({code}) is not on the team of {account}; let somebody of its team do "
            "it, or one of {allowed}.",
            name=person.name,
            code=person.code,
            account=account.name,
            allowed=sorted(STEERING_ROLES),
        )
    raise UserError(
        "{name} ({code}) is not on the team of {account} and does not take part in "
        "{touchpoint}; let somebody who does do it, or one of {allowed}.",
        name=person.name,
        code=person.code,
        account=account.name,
        touchpoint=touchpoint.number,
        allowed=sorted(STEERING_ROLES),
    )


def clock_time(text: str) -> time | None:
    """`14:00`, as people type it; `None` for an empty text."""
    typed = text.strip()
    if not typed:
        return None
    match = CLOCK.fullmatch(typed)
    try:
        return time(int(match[1]), int(match[2] or 0)) if match else _no_time(text)
    except ValueError:
        return _no_time(text)


def _no_time(text: str) -> time:
    raise UserError("'{text}' is no time of day; type one such as 14:00.", text=text)


def free_start(rules: VisitRules, taken: Collection[time]) -> time:
    """The first of the policy's times that the owner has free; the last if none is."""
    return next((one for one in rules.starts if one not in taken), rules.starts[-1])


def title_of(text: str) -> str:
    title = " ".join(as_kept(text).split())
    if len(title) > LONGEST_TITLE:
        raise UserError(
            "The title has {length} characters; keep it below {limit}.",
            length=len(title),
            limit=LONGEST_TITLE,
        )
    return title


def reason_of(text: str) -> str:
    """Why something is done, as typed. Raises UserError if nothing is."""
    reason = as_kept(text)
    if not reason:
        raise UserError("Say why: type a few words into `reason`.")
    if len(reason) > LONGEST_REASON:
        raise UserError(
            "The reason has {length} characters; keep it below {limit}.",
            length=len(reason),
            limit=LONGEST_REASON,
        )
    return reason


def check_ahead(on: date, today: date) -> None:
    if on < today:
        raise UserError(
            "{day} is past; choose {today} or a later day. If it took place, use "
            "'Record a visit'.",
            day=on,
            today=today,
        )
    check_not_too_far(on, today)


def check_not_too_far(on: date, today: date) -> None:
    if on > today + AHEAD:
        raise UserError(
            "{day} is more than two years ahead; choose a day until {last}.",
            day=on,
            last=today + AHEAD,
        )


def check_open(touchpoint: Touchpoint) -> None:
    """Only what lies ahead, or was not recorded yet, can be moved or cancelled."""
    if touchpoint.state in CAN_CHANGE and touchpoint.concluded_on is None:
        return
    raise UserError(
        "{touchpoint} is closed ({state}, {day}); nothing was changed.",
        touchpoint=touchpoint.number,
        state=touchpoint.state,
        day=touchpoint.concluded_on or touchpoint.on,
    )


def check_twin(planned: Touchpoint, others: Iterable[Touchpoint]) -> None:
    """A second click, or a second tab, plans nothing twice.

    A second one of a kind on a day is told apart by its title.
    """
    for other in others:
        same = (other.kind, other.on) == (planned.kind, planned.on)
        there = other.state in CAN_CHANGE or other.state is TouchpointState.DONE
        if same and there and other.title == planned.title:
            raise UserError(
                "{touchpoint} stands on {day} already ({state}); nothing was done. If "
                "this is another one, give it a title that tells them apart.",
                touchpoint=other.number,
                day=other.on,
                state=other.state,
            )


def moved(
    touchpoint: Touchpoint, on: date, starts: time, reason: str, today: date
) -> Touchpoint:
    """On another day or at another time, where planning leaves it from then on."""
    check_open(touchpoint)
    check_ahead(on, today)
    is_there = (touchpoint.on, touchpoint.starts) == (on, starts)
    if is_there and touchpoint.state is TouchpointState.PLANNED:
        raise UserError(
            "{touchpoint} is on {day} at {time} already; nothing was changed.",
            touchpoint=touchpoint.number,
            day=on,
            time=f"{starts:%H:%M}",
        )
    by_hand = Reason(why=Why.BY_HAND, what=on.isoformat(), note=reason)
    return replace(
        touchpoint,
        on=on,
        starts=starts,
        state=TouchpointState.PLANNED,
        merged_into=None,
        pinned=True,
        moves=touchpoint.moves + 1,
        why=(*touchpoint.why, by_hand),
    )


def cancelled(touchpoint: Touchpoint, reason: str, today: date) -> Touchpoint:
    check_open(touchpoint)
    by_hand = Reason(why=Why.BY_HAND, note=reason)
    return replace(
        touchpoint,
        state=TouchpointState.CANCELLED,
        merged_into=None,
        concluded_on=today,
        why=(*touchpoint.why, by_hand),
    )


def parted(partner: Touchpoint) -> Touchpoint:
    """What was merged into a touchpoint that is there no more stands by itself again."""
    return replace(partner, state=TouchpointState.PLANNED, merged_into=None)


def credited_by(
    real: Touchpoint, on: date, slots: Iterable[Touchpoint], rules: VisitRules
) -> Touchpoint | None:
    """The slot for which an unplanned touchpoint of that day counts, as it then stands.

    Of those whose own day is within the tolerance the nearest (V2): first those of its
    own kind, then those that take it as well. A rolling cadence counts from it anyway,
    and what a person pinned is wanted as it is.
    """
    near = [
        (
            slot.kind is not real.kind,
            abs(slot.nominal - on),
            slot.nominal,
            slot.id,
            slot,
        )
        for slot in slots
        if _can_be_credited(slot, real.kind, on, rules)
    ]
    if not near:
        return None
    *_, slot = min(near)
    return replace(
        slot,
        state=TouchpointState.CREDITED,
        merged_into=None,
        concluded_on=on,
        why=(*slot.why, Reason(why=Why.CREDITED, what=real.number)),
    )


def _can_be_credited(
    slot: Touchpoint, kind: TouchpointKind, on: date, rules: VisitRules
) -> bool:
    cadence = rules.cadence(slot.cadence)
    if cadence is None or cadence.mode is Mode.ROLLING or slot.pinned:
        return False
    if not cadence.counts(kind):
        return False
    if abs(slot.nominal - on).days > cadence.tolerance:
        return False
    if slot.state is TouchpointState.MISSED:
        return True
    return slot.state in CAN_CHANGE and slot.concluded_on is None


@dataclass(frozen=True, kw_only=True)
class ChosenDay:
    """A day that a person chose, and what is known about it."""

    touchpoint: Touchpoint
    calendar: WorkCalendar
    people: Directory
    others: Sequence[Touchpoint]
    """What else its owner has planned on that day."""
    rules: VisitRules
    industry: str

    def remarks(self) -> Iterator[Phrase]:
        """What speaks against the day; none of it forbids it."""
        on = self.touchpoint.on
        if not self.calendar.is_working_day(on):
            yield Phrase("{day} is a day off", day=on)
        if any(peak.covers(on) for peak in self.rules.peaks.get(self.industry, ())):
            yield Phrase("{day} is in the peak season of the account", day=on)
        yield from self._of_owner()
        cadence = self.rules.cadence(self.touchpoint.cadence)
        away = abs(on - self.touchpoint.nominal).days
        if cadence and away > cadence.tolerance:
            yield Phrase(
                "it is {days} days from the day of its rhythm, {nominal}, where "
                "{tolerance} are allowed",
                days=away,
                nominal=self.touchpoint.nominal,
                tolerance=cadence.tolerance,
            )

    def _of_owner(self) -> Iterator[Phrase]:
        touchpoint = self.touchpoint
        owner = self.people.get(touchpoint.owner or "")
        if owner is None:
            yield Phrase("nobody is responsible for it yet")
            return
        if is_away(owner, touchpoint.on):
            yield Phrase("{name} is away on {day}", name=owner.name, day=touchpoint.on)
        busy = [one for one in self.others if one.minutes]
        if touchpoint.minutes and len(busy) >= self.rules.per_day:
            yield Phrase(
                "{name} has {count} touchpoints on {day} already, as many as the "
                "service standard allows",
                name=owner.name,
                count=len(busy),
                day=touchpoint.on,
            )
        if any(one.starts == touchpoint.starts for one in busy):
            yield Phrase(
                "{name} has another one at {time}",
                name=owner.name,
                time=f"{touchpoint.starts:%H:%M}",
            )


def is_away(person: Staff, day: date) -> bool:
    return any(absence.first <= day <= absence.last for absence in person.absences)
