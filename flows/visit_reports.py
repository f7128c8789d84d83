"""Reports on visits: how much of what fell due took place, and whose did not."""

from datetime import date

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from kam_flows.rendering.cleaning import cell
from kam_flows.rendering.visit_reports import report_markdown
from kam_flows.settings import settings
from tasks.forms import refresh_forms
from tasks.visit_reports import (
    Asked,
    Monthly,
    ask_for_report,
    page_of,
    send_monthly_reports,
    send_report,
    write_report,
)

NAMED = 5
"""People that a red run names."""


@flow(name="Report visits", flow_run_name=named("report visits"))
@plainly
async def report_visits(
    first: date | None = None,
    last: date | None = None,
    by: str = "",
    xlsx: bool = False,
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Report how much of what fell due took place, against the goal of the policy.

    Left as it is, it tells every manager once about the last full month, from its first
    working day on, however often it runs. With days or a person it is a report for that
    person alone.

    Args:
        first: The first day; empty: of the last full month, or of the month of the last.
        last: The last day; empty: of the last full month, or today.
        by: Who asks, sees what is theirs and below them, and gets it by mail.
        xlsx: Write a workbook into the folder var/reports as well.
        as_of: The moment to look from; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show the report, and write no mail.
    """
    now = moment(as_of, dry_run=dry_run)
    by_hand = bool(first or last or by.strip())
    monthly = Monthly()
    if not dry_run:
        await refresh_forms()
    if not by_hand:
        monthly = send_monthly_reports(now, allow_mails, dry_run=dry_run)
        if not monthly.mails and not xlsx:
            return ending(monthly, [], dry_run=dry_run)
    asked = ask_for_report(now, first, last, by)
    parts = [await show_report(asked), say("see Artifacts")]
    if xlsx:
        name = f"visits-{asked.counted.stretch.first}-{asked.counted.stretch.last}.xlsx"
        written = write_report(asked, settings().var / "reports" / name)
        parts.append(say("Written: {files}", files=[written]))
    if by_hand and (mail := send_report(asked, dry_run=dry_run)):
        monthly.mails.append(mail)
    return ending(monthly, parts, dry_run=dry_run)


async def show_report(asked: Asked) -> str:
    """As a page of the run; the headline in one line."""
    page = page_of(asked, settings().language, cell)
    await acreate_markdown_artifact(
        report_markdown(page), key="visit-report", description=page.title()
    )
    return page_of(asked, settings().language).headline()


def ending(monthly: Monthly, parts: list[str], *, dry_run: bool) -> State[None]:
    """Red if somebody could not be written to; the others have their mail."""
    if wrong := no_address(monthly.unaddressed[:NAMED]):
        return Failed(message=sentence(wrong))
    if not monthly.is_working_day:
        parts.append(say("No working day: no report by mail"))
    if monthly.mails:
        names = [one.mail.name or one.mail.address for one in monthly.mails]
        parts.append(say("Report to {names}", names=names))
        if dry_run:
            parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts or [say("Nothing was due")]))
