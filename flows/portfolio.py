"""The portfolio: staff bring it in from their spreadsheets, and it is examined daily."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import AwareDatetime

from kam_flows.domain.errors import UserError
from kam_flows.domain.findings import Finding
from kam_flows.domain.portfolio import BadFile
from kam_flows.settings import settings
from tasks.portfolio import (
    Imported,
    examine_portfolio,
    export_portfolio,
    import_file,
    inbox_file,
)


@flow(name="Import portfolio", flow_run_name="Import {file} for {by}")
async def import_portfolio(
    file: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[Any]:
    """Take in accounts, contacts, staff or teams from a spreadsheet, all of it or nothing.

    Args:
        file: A CSV or XLSX file in the folder var/inbox, or a path on the server.
        by: Who asks for it: code, email or name of somebody who may.
        as_of: The moment to put on record; empty: now.
        dry_run: Only show what would change.
    """
    try:
        path = inbox_file(file)
        imported = import_file(
            path, by=by, now=as_of or datetime.now(UTC), dry_run=dry_run
        )
    except BadFile as error:
        await _show("portfolio-import", problem_rows(error), str(error))
        return Failed(message=str(error))
    except UserError as error:
        return Failed(message=str(error))
    said = " ".join([f"{imported}.", *imported.leavers()])
    await _show("portfolio-import", change_rows(imported), said)
    return Completed(message=said)


@flow(name="Export portfolio", flow_run_name="Export the portfolio")
async def export_portfolio_files(xlsx: bool = True) -> State[Any]:
    """Write the whole portfolio into the folder var/export, as the import takes it.

    Args:
        xlsx: One workbook with four sheets instead of four CSV files.
    """
    try:
        files = export_portfolio(settings().var / "export", xlsx=xlsx)
    except UserError as error:
        return Failed(message=str(error))
    return Completed(message=f"Written: {', '.join(str(file) for file in files)}.")


@flow(name="Check the portfolio", flow_run_name="Check the portfolio")
async def check_portfolio(
    as_of: AwareDatetime | None = None, dry_run: bool = False
) -> State[Any]:
    """Find ladders that would end nowhere and whatever else needs mending.

    Args:
        as_of: The moment to look at; empty: now.
        dry_run: Only show the findings, tell nobody.
    """
    now = as_of or datetime.now(UTC)
    findings = examine_portfolio(now, mail=True, dry_run=dry_run)
    said = f"{len(findings)} things to mend." if findings else "Nothing to mend."
    if findings:
        await _show("portfolio-findings", finding_rows(findings), said)
    return Completed(message=said)


def problem_rows(error: BadFile) -> list[dict[str, Any]]:
    return [
        {
            "file": problem.source,
            "row": problem.row,
            "column": problem.column,
            "value": problem.value,
            "expected": problem.expected,
        }
        for problem in error.problems
    ]


def change_rows(imported: Imported) -> list[dict[str, Any]]:
    return [
        {
            "what": change.kind.value,
            "done": change.action.value,
            "code": change.code,
            "name": change.name,
            "fields": "; ".join(
                f"{name}: {old} → {new}" if old else f"{name}: {new}"
                for name, (old, new) in change.fields.items()
            ),
        }
        for change in imported.plan.changes
    ]


def finding_rows(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """In the language that forms and findings have (`KAM_LANGUAGE`)."""
    from kam_flows.rendering.findings import finding_lines

    return [line._asdict() for line in finding_lines(findings, settings().language)]


async def _show(key: str, rows: list[dict[str, Any]], said: str) -> None:
    await acreate_table_artifact(key=key, table=rows, description=said)
