"""What people record of a touchpoint: what came of it, corrected, or taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.errors import UserError
from kam_flows.domain.survey import Dimension
from kam_flows.domain.touchpoints import (
    Outcome,
    Reason,
    SignalKind,
    Touchpoint,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_promises import PromiseLine, promise_lines, text_of

NEAR = timedelta(days=180)
"""So far from its planned day it can have taken place: no policy tolerates more."""
CAN_BE_RECORDED = frozenset(
    {TouchpointState.PLANNED, TouchpointState.MISSED, TouchpointState.DONE}
)


class Recording(StrEnum):
    """What a record form does."""

    RECORD = "record"
    CORRECT = "correct"
    """What is filled in replaces what was recorded, the rest stays."""
    TAKE_BACK = "take_back"
    """Nothing of it was so: the touchpoint is open again."""


class Satisfaction(StrEnum):
    """How the account sees us, as it was said or felt."""

    ANGRY = "1"
    UNHAPPY = "2"
    NEUTRAL = "3"
    HAPPY = "4"
    DELIGHTED = "5"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was filled into a record form; empty is what nobody speaks of."""

    on: date | None = None
    present: str = ""
    learned: str = ""
    promises: str = ""
    satisfaction: Satisfaction | None = None
    next_step: str = ""
    signals: tuple[SignalKind, ...] = ()
    signal_note: str = ""
    needs: Mapping[Dimension, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        texts = [self.present, self.learned, self.promises, self.next_step]
        texts += [self.signal_note, *self.needs.values()]
        rest = (self.on, self.satisfaction, self.signals)
        return not any(rest) and not any(text.strip() for text in texts)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The same, read and found to be possible."""

    on: date
    present: str = ""
    learned: str = ""
    satisfaction: int | None = None
    next_step: str = ""
    promises: tuple[PromiseLine, ...] = ()
    signals: tuple[SignalKind, ...] = ()
    signal_note: str = ""


def read_report(given: Given, touchpoint: Touchpoint, today: date) -> Report:
    """Raises UserError for what cannot be."""
    on, note = day_of(touchpoint, given.on, today), text_of(given.signal_note)
    return Report(
        on=on,
        present=text_of(given.present),
        learned=text_of(given.learned),
        satisfaction=int(given.satisfaction) if given.satisfaction else None,
        next_step=text_of(given.next_step),
        promises=promise_lines(given.promises, on),
        signals=signals_of(given.signals, note),
        signal_note=note,
    )


def signals_of(kinds: Iterable[SignalKind], note: str) -> tuple[SignalKind, ...]:
    """Each kind once, in the order of the list."""
    seen = set(kinds)
    if note and not seen:
        raise UserError(
            "Say what kind of signal it is: choose at least one in `signals`."
        )
    return tuple(kind for kind in SignalKind if kind in seen)


def day_of(touchpoint: Touchpoint, typed: date | None, today: date) -> date:
    """The day it took place: as typed, else as planned."""
    is_done = touchpoint.state is TouchpointState.DONE
    on = typed or (is_done and touchpoint.concluded_on) or touchpoint.on
    if on > today:
        raise UserError(
            "{touchpoint} cannot have taken place on {day}, which lies ahead; say in "
            "`on` when it did, until {today}.",
            touchpoint=touchpoint.number,
            day=on,
            today=today,
        )
    if abs(on - touchpoint.on) > NEAR:
        raise UserError(
            "{day} is too far from {planned}, the day of {touchpoint}; correct it, or "
            "record it with 'Plan a visit' as one of its own.",
            day=on,
            planned=touchpoint.on,
            touchpoint=touchpoint.number,
        )
    return on


def check_recordable(touchpoint: Touchpoint) -> None:
    if touchpoint.state in CAN_BE_RECORDED:
        return
    if counts := credited_to(touchpoint):
        raise UserError(
            "{touchpoint} is settled by {other}; record that one.",
            touchpoint=touchpoint.number,
            other=counts,
        )
    raise UserError(
        "{touchpoint} is closed ({state}, {day}); if it took place after all, enter it "
        "with 'Plan a visit' and its day.",
        touchpoint=touchpoint.number,
        state=touchpoint.state,
        day=touchpoint.concluded_on or touchpoint.on,
    )


def done(touchpoint: Touchpoint, on: date) -> Touchpoint:
    return replace(touchpoint, state=TouchpointState.DONE, concluded_on=on)


def served(partner: Touchpoint, head: Touchpoint) -> Touchpoint:
    """What was merged into a touchpoint that took place is satisfied with it."""
    return replace(
        partner,
        state=TouchpointState.MERGED,
        merged_into=head.id,
        concluded_on=head.concluded_on,
        why=partner.why[:-1] if was_let_down(partner, head) else partner.why,
    )


def open_again(touchpoint: Touchpoint) -> Touchpoint:
    """As it was before anything was recorded of it."""
    merged = touchpoint.merged_into is not None
    state = TouchpointState.MERGED if merged else TouchpointState.PLANNED
    return replace(touchpoint, state=state, concluded_on=None)


def credited_to(slot: Touchpoint) -> str:
    """The number of the touchpoint that counts for this slot; empty: none does."""
    if slot.state is not TouchpointState.CREDITED:
        return ""
    counted = [one.what for one in slot.why if one.why is Why.CREDITED]
    return counted[-1] if counted else ""


def uncredited(slot: Touchpoint) -> Touchpoint:
    """Wanted again: what counted for it did not take place."""
    return replace(
        slot,
        state=TouchpointState.PLANNED,
        concluded_on=None,
        why=tuple(one for one in slot.why if one.why is not Why.CREDITED),
    )


def outcome_of(report: Report, number: int, at: datetime, by: str) -> Outcome:
    return Outcome(
        touchpoint=number,
        on=report.on,
        present=report.present,
        learned=report.learned,
        satisfaction=report.satisfaction,
        next_step=report.next_step,
        recorded_at=at,
        recorded_by=by,
    )


def corrected(outcome: Outcome, report: Report) -> Outcome:
    """What the report leaves empty stays as it was."""
    return replace(
        outcome,
        on=report.on,
        present=report.present or outcome.present,
        learned=report.learned or outcome.learned,
        satisfaction=report.satisfaction or outcome.satisfaction,
        next_step=report.next_step or outcome.next_step,
    )


def said_at(
    touchpoint: Touchpoint, on: date, calendar: WorkCalendar, now: datetime
) -> datetime:
    """When what was said there was said: at its time of that day, never ahead of now."""
    begun = datetime.combine(on, touchpoint.starts, calendar.timezone)
    return min(begun, now)


def was_let_down(partner: Touchpoint, head: Touchpoint) -> bool:
    """It was to be served by a touchpoint that was given up for missed."""
    last = partner.why[-1:]
    return partner.state is TouchpointState.MISSED and last == (
        Reason(why=Why.MERGED, what=head.number),
    )
