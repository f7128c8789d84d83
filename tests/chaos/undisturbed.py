"""The same day without any trouble: the very tasks, one after the other, in one process."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks.care import prepare_due
from tasks.escalation import climb_due, write_digests
from tasks.handover_watch import watch_handovers
from tasks.onboarding import start_onboarding
from tasks.onboarding_watch import watch_due
from tasks.visits import plan_due
from tests.chaos.day import ALLOW, SLICES, TAIL, Day, Step, dispatch
from tests.faults import day, hands


def live_through(share: float, folder: Path) -> None:
    """Every slice of the day, the six hours too, and the later looks."""
    this = Day(share)
    for number in range(1, SLICES + 1):
        log = folder / f"undisturbed-{number}.csv"
        this.write_slice(this.moment(number - 1), this.moment(number), log)
        now = this.moment(number)
        steps = [*this.people(number, str(log)), *this.sweeps(now, number)]
        for step in [*steps, dispatch(now)]:
            carry_out(step)
    for later in TAIL:
        now = day.OPENING + later
        for step in [*this.sweeps(now), dispatch(now)]:
            carry_out(step)


def carry_out(step: Step) -> None:
    DONE[step.form](step.as_of, step.parameters)


def _bring(now: datetime, given: Mapping[str, Any]) -> None:
    hands.bring(Path(given["file"]), now)


def _start(now: datetime, given: Mapping[str, Any]) -> None:
    start_onboarding.fn(
        account=given["account"], by=given["by"], now=datetime.now(UTC), at=now
    )


def _escalate(now: datetime, _: Mapping[str, Any]) -> None:
    climb_due.fn(now)
    write_digests.fn(now, ALLOW)


def _watch(now: datetime, _: Mapping[str, Any]) -> None:
    watch_due.fn(now, ALLOW)
    watch_handovers.fn(now, ALLOW)


DONE: dict[str, Callable[[datetime, Mapping[str, Any]], object]] = {
    "import-ticket-events": _bring,
    "start-onboarding": _start,
    "escalate-tickets": _escalate,
    "watch-onboarding": _watch,
    "plan-visits": lambda now, _: plan_due.fn(now),
    "prepare-care": lambda now, _: prepare_due.fn(now, ALLOW),
    "dispatch-mail": lambda now, _: hands.dispatch(now),
}
