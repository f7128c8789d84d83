"""Onboarding: what is open is told to its owner, what is overdue to those above."""

from datetime import datetime

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from kam_flows.domain.onboarding_mails import BoardLine
from kam_flows.rendering.onboarding_boards import onboarding_board
from kam_flows.settings import settings
from tasks.forms import refresh_forms
from tasks.handover_watch import Watched as LateHandovers
from tasks.handover_watch import is_anything_due as is_a_handover_due
from tasks.handover_watch import watch_handovers
from tasks.onboarding_boards import board_lines, send_mornings
from tasks.onboarding_watch import Watched, is_anything_due, rehearse, watch_due

NAMED = 5
"""Accounts or people that a red run names; its table has them all."""


@flow(name="Watch onboarding", flow_run_name=named("watch onboarding"))
@plainly
async def watch_onboarding(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Tell everybody of what is still open in their onboardings and handovers.

    Runs every 15 minutes and may run late, twice, or not at all for days: each step is
    taken once, and after an outage only the latest one of an item is told.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if dry_run:
        watched = rehearse(now, allow_mails)
    elif not (is_anything_due(now) or is_a_handover_due(now)):
        return ending(Watched(), LateHandovers())
    else:
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
        watched = watch_due(now, allow_mails)
    handovers = watch_handovers(now, allow_mails, dry_run=dry_run)
    if watched.looked_at or handovers.looked_at:
        await show_result(watched, handovers)
    return ending(watched, handovers)


@flow(name="Show the onboarding board", flow_run_name=named("onboarding board"))
@plainly
async def show_the_onboarding_board(as_of: AwareDatetime | None = None) -> State[None]:
    """Write the board of running onboardings: how far, until when, what is missing.

    Args:
        as_of: The moment to look from; empty: now.
    """
    now = moment(as_of, dry_run=True)
    lines = board_lines(now)
    count = await show_board(lines, now)
    said = say("{count} onboardings run", count=count)
    return Completed(message=sentence([said, say("see Artifacts")]))


@flow(
    name="Send the onboarding morning mail",
    flow_run_name=named("onboarding morning mail"),
)
@plainly
async def send_the_onboarding_morning_mail(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Send every manager the board of the onboardings below them, on working days.

    Each gets one a day, however often this runs, and none where nothing runs.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if not dry_run:
        await refresh_forms()
    mornings = send_mornings(now, allow_mails, dry_run=dry_run)
    if wrong := no_address(mornings.unaddressed[:NAMED]):
        return Failed(message=sentence(wrong))
    if not mornings.is_working_day:
        return Completed(message=sentence([say("No working day: no morning mail")]))
    if not mornings.mails:
        return Completed(message=sentence([say("Nothing was due")]))
    names = [mail.envelope.addressee for mail in mornings.mails]
    parts = [say("Morning mail to {names}", names=names)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


async def show_board(lines: list[BoardLine], now: datetime) -> int:
    language = settings().language
    page = onboarding_board(lines, now, language, settings().timezone)
    title = {"zh_CN": "客户接入看板", "en": "Onboarding board"}[language]
    await acreate_markdown_artifact(page, key="onboarding-board", description=title)
    return len(lines)


async def show_result(watched: Watched, handovers: LateHandovers) -> None:
    steps = [
        (say("{step}: {outcome}", step=kind, outcome=outcome), count)
        for (kind, outcome), count in sorted(watched.steps.items())
    ]
    written = [
        (
            say(
                "mail to {name}: {subject}",
                name=mail.envelope.addressee,
                subject=mail.subject,
            ),
            1,
        )
        for mail in [*watched.mails, *handovers.mails]
    ]
    left = [
        (say("{account} could not be decided: {why}", account=account, why=why), 1)
        for account, why in [*watched.set_aside, *handovers.set_aside]
    ]
    what, how_many = say("what"), say("how many")
    table = [{what: line, how_many: n} for line, n in [*steps, *written, *left]]
    if table:
        await acreate_table_artifact(table, key="onboarding-watch-result")


def ending(watched: Watched, handovers: LateHandovers) -> State[None]:
    """Red if one could not be decided or somebody not be written to.

    The others are done.
    """
    wrong = []
    if watched.set_aside:
        bad = say(
            "{count} of {all} onboardings could not be decided and will be tried again",
            count=len(watched.set_aside),
            all=watched.looked_at,
        )
        wrong += [bad, *(f"{code}: {why}" for code, why in watched.set_aside[:NAMED])]
    if handovers.set_aside:
        bad = say(
            "{count} of {all} handovers could not be decided and will be tried again",
            count=len(handovers.set_aside),
            all=handovers.looked_at,
        )
        wrong += [bad, *(f"{one}: {why}" for one, why in handovers.set_aside[:NAMED])]
    nobody = watched.unaddressed | handovers.unaddressed
    unaddressed = sorted(nobody.values(), key=lambda one: one.code)
    wrong += no_address(unaddressed[:NAMED])
    if wrong:
        return Failed(message=sentence(wrong))
    if not watched.looked_at and not handovers.looked_at:
        return Completed(message=sentence([say("Nothing was due")]))
    decided = say(
        "{steps} reminders and escalations decided, {mails} mails written",
        steps=watched.steps.total(),
        mails=len(watched.mails),
    )
    late = say("{mails} mails about late handovers", mails=len(handovers.mails))
    parts = [decided, late] if handovers.looked_at else [decided]
    return Completed(message=sentence(parts))
