"""Tidy up: nothing is kept longer than the service standard says."""

from prefect import State, flow
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from tasks.tidying import tell_what_went, tidy_house, tidy_runs


@flow(name="Tidy up", flow_run_name=named("tidy up"))
@plainly
async def tidy_up(
    as_of: AwareDatetime | None = None, dry_run: bool = False
) -> State[None]:
    """Drop old bodies of mails, used links, findings that cleared, and runs in Prefect.

    Args:
        as_of: The moment to count the days from; empty: now.
        dry_run: Show how much would go, and keep everything.
    """
    now = moment(as_of, dry_run=dry_run)
    gone = tidy_house(now, dry_run=dry_run)
    gone["runs"] = await tidy_runs(now, dry_run=dry_run)
    if not dry_run:
        tell_what_went(gone, now)
    parts = [
        say("{count} bodies of mails went", count=gone["mail_bodies"]),
        say("{count} used links", count=gone["used_links"]),
        say("{count} findings", count=gone["house_findings"]),
        say("{count} runs with their artifacts", count=gone["runs"]),
    ]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))
