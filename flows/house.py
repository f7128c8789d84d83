"""The house watches itself, and tells operations staff what goes wrong in it."""

from datetime import datetime

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.domain.house_watch import Look
from kam_flows.settings import settings
from tasks.forms import have_lost_titles, refresh_forms
from tasks.house_watch import Told, look_around, tell
from tasks.run_troubles import read_run, tell_of, trouble_of
from tasks.schedules import our_deployments, scheduled
from tasks.stranded_runs import close_silent_runs


@flow(name="Watch the house", flow_run_name=named("watch the house"))
@plainly
async def watch_the_house(
    as_of: AwareDatetime | None = None, dry_run: bool = False
) -> State[None]:
    """Compare what stands with what should, and mail what is wrong, once.

    Runs every ten minutes, and may run twice at once. It also closes runs whose process
    is gone, and gives forms their words again after a `prefect deploy`.

    Args:
        as_of: The moment to look for; empty: now.
        dry_run: Show what is wrong; keep, close and mail nothing.
    """
    now = moment(as_of, dry_run=dry_run)
    deployments = await our_deployments()
    parts: list[str] = []
    if not dry_run:
        if closed := await close_silent_runs([d.id for d in deployments], now):
            parts.append(say("Runs closed: {runs}", runs=closed))
        if have_lost_titles(deployments):
            count = await refresh_forms()
            parts.append(say("{count} forms have their words again", count=count))
    looked = look_around(now, await scheduled(deployments, now))
    told = tell(looked, now, dry_run=dry_run)
    if looked.look.found:
        await show_findings(looked.look, now)
    return Completed(message=sentence([*counted(told, looked.tickets), *parts]))


@flow(name="Tell about a run", flow_run_name=named("tell about a run: {run}"))
@plainly
async def tell_about_a_run(
    run: str, late: bool = False, dry_run: bool = False
) -> State[None]:
    """Mail operations staff that a run failed, broke off or is late, and what to do.

    Started by automations. Of one deployment there is one mail an hour at most.

    Args:
        run: Its id, as the address of its page has it.
        late: Tell if it began too late, or has not begun; otherwise if it went wrong.
        dry_run: Show who would be told, and tell nobody.
    """
    now = moment(None)
    found = await read_run(run, now, late=late)
    trouble = trouble_of(found, now, late=late) if found else None
    if not found or not trouble:
        return Completed(message=sentence([say("Nothing is wrong with this run")]))
    told = tell_of(found, trouble, now, dry_run=dry_run)
    if not told:
        return Completed(message=sentence([say("Told already in this hour")]))
    parts = [say("Told: {readers}", readers=told)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


async def show_findings(look: Look, now: datetime) -> None:
    from kam_flows.rendering.house_mails import finding_rows

    table = finding_rows(look.found, settings().language, settings().timezone, now)
    await acreate_table_artifact(table, key="house-findings")


def counted(told: Told, tickets: int) -> list[str]:
    parts = [say("{count} tickets compared with their histories", count=tickets)]
    if told.new:
        parts.append(say("{count} newly found", count=len(told.new)))
    if told.cleared:
        parts.append(say("{count} right again", count=len(told.cleared)))
    if told.still:
        parts.append(say("{count} known and still wrong", count=told.still))
    if not (told.new or told.still):
        parts.append(say("Nothing is wrong"))
    return parts
