"""What came of a touchpoint: recorded once, corrected or taken back if it was wrong."""

from collections.abc import Iterator
from datetime import date

from prefect import State, flow
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import chosen, moment, named, plainly, say, sentence
from kam_flows.domain.account_file import promise_code
from kam_flows.domain.survey import Dimension
from kam_flows.domain.touchpoints import SignalKind
from kam_flows.domain.visit_records import Given, Recording, Satisfaction
from tasks.forms import refresh_forms
from tasks.visit_records import VisitRecorded, record_visit


@flow(
    name="Record a visit",
    flow_run_name=named("{mode} {touchpoint}, by {by}"),
)
@plainly
async def record_a_visit(
    touchpoint: str,
    by: str,
    on: date | None = None,
    present: str = "",
    learned: str = "",
    promises: str = "",
    satisfaction: str = "",
    next_step: str = "",
    signals: list[str] | None = None,
    signal_note: str = "",
    pain_points: str = "",
    goals: str = "",
    decision_chain: str = "",
    collaboration: str = "",
    communication: str = "",
    purchasing: str = "",
    environment: str = "",
    delivery: str = "",
    quality: str = "",
    red_lines: str = "",
    competitors: str = "",
    growth_plans: str = "",
    mode: str = "record",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Write down that a touchpoint took place, and what came of it; all but who is optional.

    Promises go into the account file, needs into the survey, signals to early warning.

    Args:
        touchpoint: Its number, or the choice shown.
        by: Your staff code or email.
        on: The day it took place; empty: the planned one.
        present: Who was there.
        learned: What you learned.
        promises: One a line: what; who; 2026-12-01 (who may be left out).
        satisfaction: How the account sees us, from 1 to 5.
        next_step: What is to happen next.
        signals: Early warnings that you saw.
        signal_note: What you saw of them.
        pain_points: What costs them time, money or sleep.
        goals: What they want to reach, and by when.
        decision_chain: Who decides, who advises, who pays.
        collaboration: How they like to work with us.
        communication: By what means, when, and how often.
        purchasing: How they buy, and when budgets are made.
        environment: What they use today, and what it must fit.
        delivery: When, where and how they need things delivered.
        quality: What good service is to them.
        red_lines: What must never happen.
        competitors: Who else serves them.
        growth_plans: Where they will be in three years.
        mode: Record it, correct an earlier record, or take it back.
        as_of: When you recorded it; empty: now.
        dry_run: Show what would be written, and keep nothing of it.
    """
    given = Given(
        on=on,
        present=present,
        learned=learned,
        promises=promises,
        satisfaction=chosen(Satisfaction, satisfaction) if satisfaction else None,
        next_step=next_step,
        signals=tuple(chosen(SignalKind, one) for one in signals or ()),
        signal_note=signal_note,
        needs={
            Dimension.PAIN_POINTS: pain_points,
            Dimension.GOALS: goals,
            Dimension.DECISION_CHAIN: decision_chain,
            Dimension.COLLABORATION: collaboration,
            Dimension.COMMUNICATION: communication,
            Dimension.PURCHASING: purchasing,
            Dimension.ENVIRONMENT: environment,
            Dimension.DELIVERY: delivery,
            Dimension.QUALITY: quality,
            Dimension.RED_LINES: red_lines,
            Dimension.COMPETITORS: competitors,
            Dimension.GROWTH_PLANS: growth_plans,
        },
    )
    meant = chosen(Recording, mode)
    recorded = record_visit(
        touchpoint=touchpoint,
        given=given,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        mode=meant,
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    parts = [*answer(recorded, meant)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


def answer(recorded: VisitRecorded, mode: Recording) -> Iterator[str]:
    """What was written, so that a slip is noticed at once."""
    if mode is Recording.TAKE_BACK:
        yield from taken_back(recorded)
        return
    touchpoint = recorded.touchpoint
    yield say(
        "{touchpoint} {account}: {title} of {day} is on record",
        touchpoint=touchpoint.number,
        account=recorded.account_name,
        title=recorded.called,
        day=touchpoint.concluded_on,
    )
    if recorded.needs:
        yield say("needs: {dimensions}", dimensions=recorded.needs)
    for one in recorded.promises:
        yield say(
            "{promise} is to be kept by {owner} until {day}",
            promise=promise_code(one.id),
            owner=recorded.people[one.owner or ""].name,
            day=one.due_on,
        )
    if recorded.signals:
        yield say("signals: {signals}", signals=[one.kind for one in recorded.signals])
    for served in recorded.served:
        yield say("{touchpoint} is settled with it", touchpoint=served.number)
    if slot := recorded.credited:
        yield say(
            "it counts for {touchpoint} of {day}",
            touchpoint=slot.number,
            day=slot.nominal,
        )


def taken_back(recorded: VisitRecorded) -> Iterator[str]:
    touchpoint = recorded.touchpoint
    yield say(
        "{touchpoint} {account}: the record of {title} is taken back, it is open again",
        touchpoint=touchpoint.number,
        account=recorded.account_name,
        title=recorded.called,
    )
    for one in recorded.kept:
        yield say("{promise} stays: it is kept", promise=promise_code(one.id))
