"""Talking points: what to bring up at a visit, each chosen by a rule that names its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from kam_flows.domain.account_file import Transaction
from kam_flows.domain.account_pages import Promised
from kam_flows.domain.accounts import Contact
from kam_flows.domain.cadences import plus_months
from kam_flows.domain.notices import TicketFacts, unmet
from kam_flows.domain.survey import Dimension
from kam_flows.domain.touchpoints import Signal
from kam_flows.domain.visit_briefs import Brief, NearDate, Past, Trend

RENEWAL = 6
"""Months before its end in which a contract is talked about (`value-tiers`: urgency)."""
SOON = timedelta(days=14)
"""A promise due so soon after the visit is reported on there."""
FALL = Fraction(4, 5)
"""Turnover below this share of the year before has fallen."""
BAD = 2
"""Of five: satisfaction that is talked about even if it was no better before."""


@dataclass(frozen=True, kw_only=True)
class TalkingPoints:
    """What makes each topic one, what matters most first; empty: no reason to raise it."""

    late_promises: tuple[Promised, ...] = ()
    late_tickets: tuple[TicketFacts, ...] = ()
    satisfaction: tuple[int, ...] = ()
    """The last figures, where the newest is lower than the one before, or bad."""
    missed: Past | None = None
    """The last touchpoint, if nothing is on record of it."""
    signals: tuple[Signal, ...] = ()
    contracts: tuple[Transaction, ...] = ()
    """That end soon, or have ended."""
    promises: tuple[Promised, ...] = ()
    """Due soon."""
    agreed: Past | None = None
    """The last touchpoint, if a next step was agreed there."""
    fallen: tuple[Trend, ...] = ()
    nobody_decides: bool = False
    """No contact is known to decide."""
    decide: tuple[Contact, ...] = ()
    """Who decides, if none of them was met lately."""
    gaps: tuple[Dimension, ...] = ()
    dates: tuple[NearDate, ...] = ()


def talking_points(brief: Brief) -> TalkingPoints:
    last = next(iter(brief.past), None)
    renewed_by, soon = plus_months(brief.on, RENEWAL), brief.on + SOON
    decide = tuple(c for c in brief.contacts if c.is_decision_maker)
    return TalkingPoints(
        late_promises=tuple(one for one in brief.promises if one.is_late),
        late_tickets=tuple(
            ticket
            for ticket in brief.tickets
            if any(at < brief.as_of for at, _ in unmet(ticket))
        ),
        satisfaction=tuple(_worse(brief.satisfaction)),
        missed=last if last and last.outcome is None else None,
        signals=brief.signals,
        contracts=tuple(
            one for one in brief.contracts if one.ends_on and one.ends_on <= renewed_by
        ),
        promises=tuple(
            one
            for one in brief.promises
            if not one.is_late and one.entry.due_on and one.entry.due_on <= soon
        ),
        agreed=last if last and last.outcome and last.outcome.next_step else None,
        fallen=tuple(
            t for t in brief.trends if t.before > 0 and t.now < FALL * t.before
        ),
        nobody_decides=not decide,
        decide=() if _met(decide, brief.past) else decide,
        gaps=brief.gaps,
        dates=brief.dates,
    )


def _worse(satisfaction: Sequence[int]) -> Sequence[int]:
    last_two = satisfaction[-2:]
    fell = len(last_two) > 1 and last_two[1] < last_two[0]
    bad = bool(last_two) and last_two[-1] <= BAD
    return last_two if fell or bad else ()


def _met(people: Sequence[Contact], past: Sequence[Past]) -> bool:
    """Whether one of them is named among who was there."""
    present = " ".join(one.outcome.present for one in past if one.outcome)
    return any(person.name and person.name in present for person in people)
