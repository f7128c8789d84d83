"""Escalation: a ticket that nobody takes up or resolves reaches the right manager."""

from datetime import datetime

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from kam_flows.domain.mails import Envelope
from kam_flows.settings import settings
from tasks.climbing import Climbed
from tasks.escalation import (
    Digests,
    climb_due,
    is_anything_due,
    ladder_rows,
    rehearse,
    write_digests,
)
from tasks.forms import refresh_forms

NAMED = 5
"""Tickets or people that a red run names; its table has them all."""


@flow(name="Escalate tickets", flow_run_name=named("escalate tickets"))
@plainly
async def escalate_tickets(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Climb every ladder that is due, then write one digest per person.

    Runs every five minutes and may run late, twice, or not at all for days: each rung
    is climbed once, and after an outage only the highest one is told.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if dry_run:
        climbed, digests = rehearse(now, allow_mails)
    elif not is_anything_due(now):
        await refresh_forms()
        return ending(Climbed(), Digests(mails=[]))
    else:
        climbed = climb_due(now)
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
        digests = write_digests(now, allow_mails)
    if climbed.looked_at or digests.mails:
        await show_result(climbed, digests.mails)
        await show_board(now)
    return ending(climbed, digests)


@flow(name="Show the ladder board", flow_run_name=named("ladder board"))
@plainly
async def show_the_ladder_board(as_of: AwareDatetime | None = None) -> State[None]:
    """Write the board of open tickets: what is due when, and who is told next.

    Args:
        as_of: The moment to look from; empty: now.
    """
    count = await show_board(moment(as_of, dry_run=True))
    said = say("{count} open tickets are on the board", count=count)
    return Completed(message=sentence([said, say("see Artifacts")]))


async def show_board(now: datetime) -> int:
    from kam_flows.rendering.boards import ladder_board

    rows = ladder_rows(now)
    language = settings().language
    board = ladder_board(rows, now, language, settings().timezone)
    title = {"zh_CN": "工单升级看板", "en": "Ladder board"}[language]
    await acreate_markdown_artifact(board, key="ladder-board", description=title)
    return len(rows)


async def show_result(climbed: Climbed, mails: list[Envelope]) -> None:
    rungs = [
        (say("rung {rung}: {outcome}", rung=rung, outcome=outcome), count)
        for (rung, outcome), count in sorted(climbed.outcomes.items())
    ]
    written = [
        (say("mail to {name}: {subject}", name=m.addressee, subject=m.subject), 1)
        for m in mails
    ]
    left = [
        (say("{number} could not be decided: {why}", number=number, why=why), 1)
        for number, why in climbed.set_aside
    ]
    what, how_many = say("what"), say("how many")
    table = [{what: line, how_many: n} for line, n in [*rungs, *written, *left]]
    await acreate_table_artifact(table, key="escalation-result")


def ending(climbed: Climbed, digests: Digests) -> State[None]:
    """Red if a ticket could not be decided or somebody not be written to, naming them.

    The others are done.
    """
    wrong = []
    if climbed.set_aside:
        bad = say(
            "{count} of {all} tickets could not be decided and will be tried again",
            count=len(climbed.set_aside),
            all=climbed.looked_at,
        )
        which = [f"{number}: {why}" for number, why in climbed.set_aside[:NAMED]]
        wrong += [bad, *which]
    wrong += no_address(digests.unaddressed[:NAMED])
    if wrong:
        return Failed(message=sentence(wrong))
    if not climbed.looked_at and not digests.mails:
        return Completed(message=sentence([say("Nothing was due")]))
    rungs, written = climbed.outcomes.total(), len(digests.mails)
    decided = say(
        "{rungs} rungs decided, {mails} mails written", rungs=rungs, mails=written
    )
    return Completed(message=sentence([decided]))
