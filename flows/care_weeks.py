"""What comes up: every Monday, whom to think of in the next 30 days."""

from datetime import datetime
from zoneinfo import ZoneInfo

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from kam_flows.domain.cadences import plus_months
from kam_flows.settings import settings
from tasks.care_pages import care_month
from tasks.care_weeks import send_care_weeks
from tasks.forms import refresh_forms

NAMED = 5
"""People that a red run names."""


@flow(name="Send what comes up", flow_run_name=named("what comes up"))
@plainly
async def send_what_comes_up(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Send everybody the occasions they prepare, and managers those of their people.

    Runs every morning and writes on the first working day of a week, one mail a person
    however often it runs; after an outage on the next working day.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if not dry_run:
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
    weeks = send_care_weeks(now, allow_mails, dry_run=dry_run)
    what, whom = say("what"), say("whom")
    if table := [{what: m.subject, whom: m.mail.name} for m in weeks.mails]:
        await acreate_table_artifact(table, key="care-weeks")
        await show_months(now)
    if wrong := no_address(weeks.unaddressed[:NAMED]):
        return Failed(message=sentence(wrong))
    if not weeks.mails:
        return Completed(message=sentence([say("Nothing was due")]))
    parts = [say("{count} mails of what comes up written", count=len(weeks.mails))]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence([*parts, say("see Artifacts")]))


async def show_months(now: datetime) -> None:
    """This month and the next as sheets: what comes up reaches into both."""
    from kam_flows.rendering.care_pages import month_sheet

    today = now.astimezone(ZoneInfo(settings().timezone)).date()
    months = (today.replace(day=1), plus_months(today.replace(day=1), 1))
    sheets = [
        month_sheet(care_month(month, now), month, settings().language)
        for month in months
    ]
    await acreate_markdown_artifact("\n\n".join(sheets), key="care-months")
