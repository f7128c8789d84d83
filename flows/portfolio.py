"""The portfolio: staff bring it in from their spreadsheets, and it is examined daily."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence, told
from kam_flows.domain.findings import Finding
from kam_flows.domain.portfolio import BadFile
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.imports import change_rows, problem_rows
from kam_flows.rendering.words import spoken
from kam_flows.settings import settings
from tasks.findings import examine_portfolio
from tasks.forms import refresh_forms
from tasks.inbox import inbox_file
from tasks.portfolio import Imported, export_portfolio, import_file


@flow(name="Import portfolio", flow_run_name=named("import portfolio: {file}, by {by}"))
@plainly
async def import_portfolio(
    file: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Take in accounts, contacts, staff or teams from a spreadsheet, all of it or nothing.

    Args:
        file: Name of a CSV or XLSX file in the folder var/inbox, or its whole path.
        by: Your staff code or email.
        as_of: The moment to put on record; empty: now.
        dry_run: Show what would change, and keep nothing of it.
    """
    path, language = inbox_file(file), settings().language
    now = moment(as_of, dry_run=dry_run)
    try:
        imported = import_file(path, by=by, now=now, dry_run=dry_run)
    except BadFile as error:
        await acreate_table_artifact(
            key="portfolio-import",
            table=problem_rows(error.problems, language),
            description=refusal(error, language),
        )
        raise
    said = what_was_done(imported)
    await acreate_table_artifact(
        key="portfolio-import",
        table=change_rows(imported.plan.changes, language),
        description=said,
    )
    if not dry_run:
        await refresh_forms()
    return Completed(message=said)


@flow(name="Export portfolio", flow_run_name=named("export portfolio, by {by}"))
@plainly
async def export_portfolio_files(by: str, xlsx: bool = True) -> State[None]:
    """Write the whole portfolio into the folder var/export, as the import takes it.

    Args:
        by: Your staff code or email.
        xlsx: One workbook with four sheets instead of four CSV files.
    """
    written = export_portfolio(settings().var / "export", by=by, xlsx=xlsx)
    return Completed(message=sentence([say("Written: {files}", files=written)]))


@flow(name="Check the portfolio", flow_run_name=named("check the portfolio"))
@plainly
async def check_the_portfolio(
    as_of: AwareDatetime | None = None, dry_run: bool = False
) -> State[None]:
    """Find ladders that would end nowhere and whatever else needs mending.

    Args:
        as_of: The moment to look at; empty: now.
        dry_run: Show the findings, and tell nobody.
    """
    now = moment(as_of, dry_run=dry_run)
    findings = examine_portfolio(now, mail=True, dry_run=dry_run)
    said = sentence(
        [say("{count} to mend", count=len(findings))]
        if findings
        else [say("Nothing to mend")]
    )
    await acreate_table_artifact(
        key="portfolio-findings", table=finding_rows(findings), description=said
    )
    return Completed(message=said)


def what_was_done(imported: Imported) -> str:
    sentences = [sentence([told(imported.told())]), *map(told, imported.remarks())]
    return (" " if spoken(settings().language) else "").join(sentences)


def finding_rows(findings: tuple[Finding, ...]) -> list[dict[str, str]]:
    """In the language that forms and findings have (`KAM_LANGUAGE`)."""
    from kam_flows.rendering.findings import finding_lines

    return [
        {
            say("what"): line.what,
            say("whom"): line.whom,
            say("detail"): line.detail,
            say("remedy"): line.remedy,
        }
        for line in finding_lines(findings, settings().language)
    ]
