"""Gifts: what staff gave to whom, within what the service standard allows."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.settings import settings
from tasks.forms import refresh_forms
from tasks.gifts import GiftRecorded, gift_ledger, record_gift, write_ledger


@flow(
    name="Record a gift",
    flow_run_name=named("gift to {recipient} of {account}, by {by}"),
)
@plainly
async def record_a_gift(
    account: str,
    gift: str,
    value: float,
    by: str,
    recipient: str = "",
    on: date | None = None,
    care: str = "",
    reason: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Put a gift on record; more than the service standard allows is refused.

    Args:
        account: Code, name, or the choice shown.
        gift: What was given.
        value: What it was worth, in the currency of the service standard.
        by: Your staff code or email.
        recipient: Name or code of the person; empty: whom the care is for.
        on: The day on which it was given; empty: today.
        care: What it belongs to; empty: to nothing in particular.
        reason: Of a supervisor, for more than one person may get in a year.
        as_of: When it was recorded; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    recorded = record_gift(
        account=account,
        recipient=recipient,
        item=gift,
        value=Decimal(str(value)),
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        on=on,
        care=care,
        reason=reason,
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    parts = [*answer(recorded)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


@flow(name="Report gifts", flow_run_name=named("report gifts"))
@plainly
async def report_gifts(
    first: date | None = None,
    last: date | None = None,
    by: str = "",
    xlsx: bool = False,
    as_of: AwareDatetime | None = None,
) -> State[None]:
    """Show what was given: by account and by recipient, and what is left of the year.

    Args:
        first: The first day; empty: that of the year.
        last: The last day; empty: today, or the end of the year of the first day.
        by: Who asks, and sees the accounts they and those below them serve; empty: all.
        xlsx: Write a workbook into the folder var/reports as well.
        as_of: The moment to look from; empty: now.
    """
    from kam_flows.rendering.gift_tables import gift_page, headline

    language = settings().language
    found = gift_ledger(moment(as_of), first, last, by)
    head = headline(found, language)
    await acreate_markdown_artifact(
        gift_page(found, language), key="gifts", description=head
    )
    parts = [head.rstrip("。."), say("see Artifacts")]
    if xlsx:
        name = f"gifts-{found.first}-{found.last}.xlsx"
        written = write_ledger(found, settings().var / "reports" / name)
        parts.append(say("Written: {files}", files=[written]))
    return Completed(message=sentence(parts))


def answer(recorded: GiftRecorded) -> Iterator[str]:
    """What was written, and how much room is left."""
    gift = recorded.gift
    yield say(
        "{item} for {recipient} of {account} on {day}: {value} {currency}, on record",
        item=gift.item,
        recipient=gift.recipient_name,
        account=gift.account_name,
        day=gift.on,
        value=f"{gift.value:,.2f}",
        currency=recorded.currency,
    )
    if recorded.left >= 0:
        yield say(
            "{left} are left for {recipient} in {year}",
            left=f"{recorded.left:,.2f}",
            recipient=gift.recipient_name,
            year=gift.on.year,
        )
    else:
        yield say(
            "{over} over the cap of {recipient}, with the reason given",
            over=f"{-recorded.left:,.2f}",
            recipient=gift.recipient_name,
        )
    if care := recorded.care:
        yield say("{care}: {state}", care=care.number, state=care.state)
