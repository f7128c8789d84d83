"""Survey tasks: record what an account answered, by form or by questionnaire."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.checklists import check_team
from kam_flows.domain.questionnaire import read_back, terms_for
from kam_flows.domain.survey import (
    Answer,
    Dimension,
    added,
    latest,
    missing,
    unheard,
)
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.vocabulary import WORDS
from kam_flows.settings import Language, settings
from tasks.checklists import settle_checklist
from tasks.forms import forms
from tasks.inbox import write_file
from tasks.portfolio import read_tables
from tasks.tickets import acting


@dataclass(frozen=True, kw_only=True)
class Surveyed:
    """What a form or a file added to the survey of an account."""

    account: Account
    added: tuple[Dimension, ...]
    missing: tuple[Dimension, ...]
    completed: bool = False
    """With it the onboarding is complete."""


@task
def record_answers(
    *,
    account: str,
    by: str,
    given: Mapping[Dimension, str],
    at: datetime,
    now: datetime,
    dry_run: bool = False,
) -> Surveyed:
    """Add answers that are new; those left empty erase nothing. `at`: when they were given."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.accounts.find(account)
        check_team(person, found)
        history = uow.surveys.history(uow.accounts.lock(found.code))
        fresh = added(latest(history, at), given)
        return keep_answers(
            uow, found, history, fresh, actor=person.code, at=at, now=now
        )


@task
def import_questionnaire_file(
    path: Path,
    *,
    by: str | None,
    at: datetime,
    now: datetime,
    dry_run: bool = False,
) -> Surveyed:
    """Take in a filled-in questionnaire, all of it or nothing; `by` none: the terminal.

    An answer that was ever recorded is not recorded again.
    """
    filled = read_back(path.name, read_tables(path), terms())
    with rehearsal() if dry_run else unit_of_work() as uow:
        found = uow.accounts.find(filled.account)
        actor = "kam onboarding import"
        if by is not None:
            person = acting(uow, by)
            check_team(person, found)
            actor = person.code
        history = uow.surveys.history(uow.accounts.lock(found.code))
        fresh = added(latest(history, at), unheard(history, filled.answers))
        return keep_answers(
            uow, found, history, fresh, actor=actor, at=at, now=now, source=path.name
        )


def keep_answers(
    uow: UnitOfWork,
    account: Account,
    history: Iterable[Answer],
    fresh: Mapping[Dimension, str],
    *,
    actor: str,
    at: datetime,
    now: datetime,
    source: str = "",
) -> Surveyed:
    """Add what is fresh, put it on record, and look whether the checklist has it now."""
    now, account_id = max(now, at), uow.accounts.id_of(account.code)
    wanted, after = dimensions_of(uow, account_id, now), None
    if fresh:
        uow.surveys.add(
            account_id,
            (
                Answer(dimension=dimension, text=text, at=at, by=actor, source=source)
                for dimension, text in fresh.items()
            ),
        )
        uow.audit.write(
            now,
            actor,
            "survey answered",
            f"account {account.code}",
            dimensions=list(fresh),
            file=source,
        )
        after = settle_checklist(uow, account, now=now, actor=actor)
    lacking = missing(latest(history), wanted)
    return Surveyed(
        account=account,
        added=tuple(fresh),
        missing=tuple(d for d in lacking if d not in fresh),
        completed=after is not None and after.completed_at is not None,
    )


@task
def write_questionnaire(
    account: str, path: Path | None, *, now: datetime, language: Language | None = None
) -> Path:
    """A questionnaire with what is known so far; where it was written."""
    # A click that records answers must not pay for it.
    from kam_flows.questionnaires import Line, questionnaire
    from kam_flows.rendering.answers import local

    spoken, zone = language or settings().language, settings().timezone
    with unit_of_work(read_only=True) as uow:
        found = uow.accounts.find(account)
        account_id = uow.accounts.id_of(found.code)
        known = latest(uow.surveys.history(account_id))
        wanted = dimensions_of(uow, account_id, now)
    lines = [
        Line(
            titles=WORDS[Dimension][dimension],
            question=forms().parameters[dimension].help.spoken(spoken),
            known=known[dimension].text if dimension in known else "",
            since=local(known[dimension].at, zone)[:10] if dimension in known else "",
        )
        for dimension in wanted
    ]
    path = path or Path(f"{found.code.replace('/', '-')}.xlsx")
    write_file(path, questionnaire(found.code, found.name, lines, spoken))
    return path


def dimensions_of(
    uow: UnitOfWork, account_id: int, now: datetime
) -> tuple[Dimension, ...]:
    """What the survey of this account must answer: as the running onboarding began, else
    as the policy in force says.
    """
    running = uow.onboardings.running([account_id])
    policy = (
        uow.policies.get(running[0].policy_id) if running else uow.policies.current(now)
    )
    return policy.onboarding.dimensions


def terms() -> dict[str, Dimension]:
    return terms_for((d, WORDS[Dimension][d]) for d in Dimension)
