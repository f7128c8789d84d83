"""Occasions: the days that people keep, beside those that are on record anyway."""

from collections.abc import Iterable, Iterator
from datetime import date

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence, told
from kam_flows.domain.lunar_text import LunarDay
from kam_flows.domain.occasions import LunarYearly, Once, Rule, Season, Yearly
from kam_flows.domain.portfolio import BadFile
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.imports import problem_rows
from kam_flows.settings import settings
from tasks.forms import refresh_forms
from tasks.inbox import inbox_file
from tasks.occasions_entered import (
    OccasionKept,
    add_occasion,
    end_occasion,
    import_occasions_file,
)


@flow(
    name="Add an occasion",
    flow_run_name=named("add {kind} of {account} {contact}, by {by}"),
)
@plainly
async def add_an_occasion(
    account: str,
    kind: str,
    by: str,
    contact: str = "",
    day: date | None = None,
    once: bool = False,
    lunar: str = "",
    leap: bool = False,
    since: date | None = None,
    about: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Keep a day to think of, of an account or of a person there; or put one right.

    Args:
        account: Code, name, or the choice shown.
        kind: What sort of occasion it is.
        by: Your staff code or email.
        contact: Name or code of the person; empty: it is the account's own.
        day: The day; its year counts only for what comes once.
        once: It comes on that day and never again.
        lunar: Or its day in the lunar calendar, such as 八月十五 or 8-15.
        leap: The lunar month is a leap one.
        since: Its first day, from which years count; alone, it is the day too.
        about: What it is called where the kind does not say it: the product launched.
        as_of: When it was entered; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    kept = add_occasion(
        typed={
            "kind": kind,
            "account": account.strip(),
            "contact": contact.strip(),
            "day": day,
            "once": once,
            "lunar": f"闰{lunar}" if leap and lunar.strip() else lunar.strip(),
            "since": since,
            "about": about.strip(),
        },
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(kept, on_adding(kept), dry_run)


@flow(name="End an occasion", flow_run_name=named("end {occasion}, by {by}"))
@plainly
async def end_an_occasion(
    occasion: str,
    reason: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Let an occasion come no more; what was done for it stays on record.

    Args:
        occasion: Its number, or the choice shown.
        reason: Why it comes no more.
        by: Your staff code or email.
        as_of: When you decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    kept = end_occasion(
        occasion=occasion,
        reason=reason,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(kept, [say("it comes no more")], dry_run)


@flow(name="Import occasions", flow_run_name=named("import occasions: {file}, by {by}"))
@plainly
async def import_occasions(
    file: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Bring the days of accounts and their people from a spreadsheet, all or nothing.

    Args:
        file: Name of a CSV or XLSX file in the folder var/inbox, or its whole path.
        by: Your staff code or email.
        as_of: The moment to put on record; empty: now.
        dry_run: Show what would change, and keep nothing of it.
    """
    path, language = inbox_file(file), settings().language
    now = moment(as_of, dry_run=dry_run)
    try:
        brought = import_occasions_file(path, by=by, now=now, dry_run=dry_run)
    except BadFile as error:
        await acreate_table_artifact(
            key="occasions-import",
            table=problem_rows(error.problems, language),
            description=refusal(error, language),
        )
        raise
    if not dry_run:
        await refresh_forms()
    return Completed(message=sentence([told(brought.told())]))


async def ended(kept: OccasionKept, then: Iterable[str], dry_run: bool) -> State[None]:
    if not dry_run:
        await refresh_forms()
    parts = [
        say(
            "{occasion} {account}: {title} {whose}",
            occasion=kept.number,
            account=kept.account_name,
            title=kept.title,
            whose=kept.occasion.contact or kept.occasion.about,
        ).strip(),
        *then,
        *map(told, kept.remarks),
    ]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


def on_adding(kept: OccasionKept) -> Iterator[str]:
    """When it comes, and when its next preparation begins."""
    if kept.was_known:
        yield say("it was on record and is put right")
    yield when(kept.occasion.rule)
    if kept.next_day is None or kept.prepare_on is None:
        yield say("no day of it is coming")
    else:
        yield say(
            "next on {day}, prepared from {begins} on",
            day=kept.next_day,
            begins=kept.prepare_on,
        )


def when(rule: Rule) -> str:
    match rule:
        case LunarYearly(month=month, day=day, leap=leap):
            return say("every lunar year on {day}", day=str(LunarDay(month, day, leap)))
        case Yearly(month=month, day=day):
            return say("every year on {day}", day=f"{month:02}-{day:02}")
        case Once(on=on):
            return say("once, on {day}", day=on)
        case Season(begins=(month, day)):
            return say("every year on {day}", day=f"{month:02}-{day:02}")
