"""The doctor's round: examine the portfolio, and tell who can mend it."""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows.domain.findings import Finding, PortfolioFindings
from kam_flows.domain.links import form_link
from kam_flows.domain.people import Staff
from kam_flows.domain.portfolio_checks import examine
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.operations import operations

IMPORT_FORM = "import-portfolio"
"""Name of the deployment behind the link in the mail."""


@task
def examine_portfolio(
    now: datetime, *, mail: bool = False, dry_run: bool = False
) -> tuple[Finding, ...]:
    """What the doctor finds; `mail` tells operations staff, once per day and content."""
    with rehearsal() if dry_run or not mail else unit_of_work() as uow:
        everybody = uow.people.directory()
        findings = examine(
            everybody,
            uow.accounts.by_code(),
            uow.policies.current(now),
            now,
            settings().language,
        )
        if mail and findings:
            from tasks.posting import post  # Jinja is loaded only if a mail is due

            for letter in findings_mails(uow, everybody.values(), findings, now):
                post(uow, letter, now)
        return findings


def findings_mails(
    uow: UnitOfWork,
    everybody: Iterable[Staff],
    findings: tuple[Finding, ...],
    now: datetime,
) -> list[PortfolioFindings]:
    """One for each of the operations staff; for the duty mailbox if there are none."""
    chosen = settings()
    link = form_link(chosen.ui, uow.forms.ids().get(IMPORT_FORM), {})
    content = json.dumps([[f.check, f.subject, f.detail] for f in findings])
    digest = sha256(content.encode()).hexdigest()[:16]
    today = now.astimezone(ZoneInfo(chosen.timezone)).date()
    return [
        PortfolioFindings(
            **reader,
            dedup_key=f"portfolio.findings:{reader['recipient']}:{today}:{digest}",
            findings=findings,
            as_of=now,
            link=link,
        )
        for reader in operations(everybody)
    ]
