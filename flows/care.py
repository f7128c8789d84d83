"""Care: every occasion is prepared in time, and its letter leaves on the day, once."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence, told
from kam_flows.domain.cares import Care
from kam_flows.rendering.words import word
from kam_flows.settings import settings
from tasks.care import PreparedCares, prepare_due, rehearse
from tasks.care_delivery import Delivered, deliver_due, deliverable
from tasks.forms import refresh_forms

NAMED = 5
"""Cares or accounts that a red run names; its table has them all."""


@flow(name="Prepare care", flow_run_name=named("prepare care"))
@plainly
async def prepare_care(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Begin a care for every occasion inside its lead time: steps, a letter, one mail.

    Runs every morning, and may run twice, late, or not at all for days: each occasion is
    prepared once a year, and what begins late gets a shorter plan and says so.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    done = rehearse(now) if dry_run else prepare_due(now, allow_mails)
    if done.cares or done.set_aside:
        await show_prepared(done)
    if done.cares and not dry_run:
        await refresh_forms()
    return prepared(done, dry_run=dry_run)


@flow(name="Deliver care", flow_run_name=named("deliver care"))
@plainly
async def deliver_care(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Send approved letters on the morning of their day, each once.

    A letter is kept back while a severe ticket is open at the account, and its manager is
    asked; only a person lets it go or drops it. Runs every 15 minutes, and may run twice.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    ids = deliverable(now)
    if not ids:
        return Completed(message=sentence([say("Nothing was due")]))
    done = deliver_due(ids, now, allow_mails, dry_run=dry_run)
    if done.sent or done.held or done.waiting:
        await show_delivered(done)
    return delivered(done, dry_run=dry_run)


async def show_prepared(done: PreparedCares) -> None:
    lines = [line_of(care, done.accounts) for care in done.cares]
    left = [
        {
            say("care"): "",
            say("account"): code,
            say("day"): "",
            say("what"): say(
                "could not be decided: {why}", why=told(why).rstrip("。.")
            ),
        }
        for code, why in done.set_aside
    ]
    await acreate_table_artifact([*lines, *left], key="care-prepared")


def line_of(care: Care, accounts: dict[str, str]) -> dict[str, str]:
    what = word(care.state, settings().language)
    if care.skip:
        what = say("{state}: {why}", state=care.state, why=care.skip)
    elif care.trouble:
        what = say("no letter: {why}", why=told(care.trouble).rstrip("。."))
    elif care.late:
        what = say("{state}, late", state=care.state)
    return {
        say("care"): care.number,
        say("account"): " ".join(
            filter(None, [accounts.get(care.account, care.account), care.contact])
        ),
        say("day"): f"{care.on}",
        say("what"): what,
    }


def prepared(done: PreparedCares, *, dry_run: bool) -> State[None]:
    """Red if a letter could not be written, an account not be decided, or somebody not be
    told; the others are prepared."""
    wrong = []
    if done.set_aside:
        wrong.append(
            say(
                "{count} accounts could not be decided and will be tried again",
                count=len(done.set_aside),
            )
        )
        wrong += [
            f"{code}: {told(why).rstrip('。.')}" for code, why in done.set_aside[:NAMED]
        ]
    if troubled := done.troubled:
        wrong.append(
            say(
                "{count} of {all} cares have no letter",
                count=len(troubled),
                all=len(done.cares),
            )
        )
        wrong += [
            f"{one.number}: {told(one.trouble or '').rstrip('。.')}"
            for one in troubled[:NAMED]
        ]
    unaddressed = sorted(done.unaddressed.values(), key=lambda one: one.code)
    wrong += no_address(unaddressed[:NAMED])
    if wrong:
        return Failed(message=sentence(wrong))
    if not done.cares:
        return Completed(message=sentence([say("Nothing was due")]))
    parts = [
        say(
            "{count} cares prepared, {late} of them late, {skipped} skipped",
            count=sum(care.is_open for care in done.cares),
            late=sum(care.is_open and care.late for care in done.cares),
            skipped=sum(bool(care.skip) for care in done.cares),
        ),
        say("{count} mails written", count=len(done.mails)),
    ]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


async def show_delivered(done: Delivered) -> None:
    lines = [
        (care, say("sent to {address}", address=rendered.mail.address))
        for care, rendered in done.sent
    ]
    lines += [(care, say("held: {why}", why=held_because(care))) for care in done.held]
    lines += [(care, say("waits for its approval")) for care in done.waiting]
    await acreate_table_artifact(
        [
            {
                say("care"): care.number,
                say("account"): " ".join(filter(None, [care.account, care.contact])),
                say("day"): f"{care.on}",
                say("what"): what,
            }
            for care, what in lines
        ],
        key="care-delivered",
    )


def held_because(care: Care) -> str:
    if care.trouble:
        return told(care.trouble).rstrip("。.")
    return told(care.held_because)


def delivered(done: Delivered, *, dry_run: bool) -> State[None]:
    """Red if a letter could not leave for a reason that somebody must mend."""
    wrong = [f"{one.number}: {held_because(one)}" for one in done.held if one.trouble]
    unaddressed = sorted(done.unaddressed.values(), key=lambda one: one.code)
    wrong += no_address(unaddressed[:NAMED])
    if wrong:
        return Failed(message=sentence(wrong[:NAMED]))
    if not (done.sent or done.held or done.waiting):
        # What a person holds back stays due until that person decides.
        return Completed(message=sentence([say("Nothing was due")]))
    parts = [
        say(
            "{sent} letters sent, {held} held, {waiting} wait for their approval",
            sent=len(done.sent),
            held=len(done.held),
            waiting=len(done.waiting),
        )
    ]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))
