"""`kam doctor`: what is wrong with the house and its portfolio, and what to do."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kam_flows.cli import app
from kam_flows.domain.doctor import Verdict

if TYPE_CHECKING:
    from kam_flows.rendering.findings import FindingLine

INDENT = " " * 9


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
) -> None:
    """Say what to mend in the house and its portfolio; exit code 1 if there is anything."""
    verdicts = asyncio.run(_examine(quiet=as_json))
    findings = _portfolio() if _may_be_examined(verdicts) else []
    if as_json:
        page = {
            "checks": [asdict(verdict) for verdict in verdicts],
            "portfolio": [line._asdict() for line in findings],
        }
        typer.echo(json.dumps(page, ensure_ascii=False, indent=1))
    for line in () if as_json else findings:
        detail = f": {line.detail}" if line.detail else ""
        typer.echo(f"{line.what}: {line.whom}{detail}\n{INDENT}{line.remedy}")
    if findings or not all(verdict.ok for verdict in verdicts):
        raise typer.Exit(1)
    if not as_json:
        typer.echo("Nothing to mend.")


async def _examine(*, quiet: bool) -> list[Verdict]:
    from kam_flows.serving.doctor import examine

    verdicts = []
    async for verdict in examine(datetime.now(UTC)):
        verdicts.append(verdict)
        if not quiet:
            _show(verdict)
    return verdicts


def _show(verdict: Verdict) -> None:
    mark = "ok" if verdict.ok else "PROBLEM"
    typer.echo(f"{mark:<{len(INDENT)}}{verdict.check}: {verdict.said}")
    if not verdict.ok:
        typer.echo(f"{INDENT}{verdict.remedy}")


def _may_be_examined(verdicts: list[Verdict]) -> bool:
    """The portfolio takes tables of this version, and words for what is found."""
    right = {verdict.check for verdict in verdicts if verdict.ok}
    return {"database", "templates"} <= right


def _portfolio() -> list["FindingLine"]:
    from kam_flows.rendering.findings import finding_lines
    from kam_flows.settings import settings
    from tasks.findings import examine_portfolio

    findings = examine_portfolio.fn(datetime.now(UTC))
    return finding_lines(findings, settings().language)
