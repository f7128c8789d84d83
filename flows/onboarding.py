"""Onboarding: what staff start and record from the signing to the last item."""

from collections.abc import Iterator

from prefect import State, flow
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.rendering.answers import local
from kam_flows.rendering.words import span
from kam_flows.settings import settings
from tasks.onboarding import Started, start_onboarding


@flow(
    name="Start onboarding",
    flow_run_name=named("start onboarding of {account}, by {by}"),
)
@plainly
async def start_the_onboarding(
    account: str,
    by: str,
    signed_at: AwareDatetime | None = None,
    predecessor: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Draw the checklist of a new account and tell everybody what is theirs of it.

    Args:
        account: Code, name, or the choice shown.
        by: Your staff code or email.
        signed_at: When the account signed; empty: now.
        predecessor: Who served it before, if anybody did.
        as_of: When it was started; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    started = start_onboarding(
        account=account,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        signed_at=signed_at,
        predecessor=predecessor,
        dry_run=dry_run,
    )
    parts = [*answer(started)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


def answer(started: Started) -> Iterator[str]:
    """What was started, or stood already; until when, and how that could be read."""
    onboarding = started.onboarding
    name, begun = started.account_name, wall(onboarding.started_at)
    if not started.is_new:
        yield say(
            "{account}: an onboarding is there already, started {moment} by {name}; "
            "nothing was changed, and all that is recorded stays",
            account=name,
            moment=begun,
            name=started.started_by,
        )
    else:
        yield say("{account}: onboarding started", account=name)
    if onboarding.completed_at:
        yield say("complete since {moment}", moment=wall(onboarding.completed_at))
        return
    yield say(
        "{left} of {count} items to do", left=started.left, count=len(onboarding.items)
    )
    yield from deadline(started)


def deadline(started: Started) -> Iterator[str]:
    if started.deadline is None:
        yield say("on hold: no deadline runs")
        return
    first, *others = started.readings
    yield say(
        "due {moment}, {time} after the signing at {signed}",
        moment=wall(started.deadline),
        time=span(first.written, settings().language),
        signed=wall(started.onboarding.signed_at),
    )
    if started.provisional:
        yield say(
            "provisional: the official holidays of that year are not published yet"
        )
    if started.is_late:
        yield say(
            "started late, the deadline has passed: the next watch tells of it once"
        )
    if not first.is_working_day:
        yield say("warning: the deadline falls on a day off")
        for other in others:
            yield say(
                "{written} would end {moment}",
                written=other.written,
                moment=wall(other.due_at),
            )


def wall(at: AwareDatetime) -> str:
    return local(at, settings().timezone)
