"""The board of running onboardings, whole for the page and in parts for the managers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.mails import RenderedMail
from kam_flows.domain.onboarding import Case
from kam_flows.domain.onboarding_mails import BoardLine, OnboardingMorning, soonest
from kam_flows.domain.people import Directory, Staff, above
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.checklists import case_of, known_of
from tasks.onboarding_facts import Office, facts_of, missing_items

SHOWN = 40
"""Onboardings that a mail lists; the rest are counted (a body stays below 100 KB)."""


@dataclass(kw_only=True)
class Mornings:
    """The morning mails that were written."""

    is_working_day: bool = True
    mails: list[RenderedMail] = field(default_factory=list)
    unaddressed: list[Staff] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Running:
    """All that runs at one moment, and what the words about it are written from."""

    office: Office
    cases: Sequence[tuple[Case, Account]]

    def lines(
        self, language: str, among: Iterable[str] | None = None
    ) -> list[BoardLine]:
        """Of these accounts, or all; what is due soonest first."""
        chosen = None if among is None else set(among)
        return sorted(
            (
                line_of(case, account, self.office, language)
                for case, account in self.cases
                if chosen is None or account.code in chosen
            ),
            key=soonest,
        )


@task
def board_lines(now: datetime) -> list[BoardLine]:
    """Every onboarding that runs at this moment, in the language of the forms."""
    with unit_of_work(read_only=True) as uow:
        return running(uow, now).lines(settings().language)


@task
def send_mornings(
    now: datetime, allow_mails: int | None = None, *, dry_run: bool = False
) -> Mornings:
    """One mail a day to each manager with onboardings below them, on working days.

    Raises UserError if that would be more mails than the guard allows.
    """
    with rehearsal() if dry_run else unit_of_work() as uow:
        policy = uow.policies.current(now)
        calendar = policy.calendar(policy.default_calendar)
        today = now.astimezone(calendar.timezone).date()
        if not calendar.is_working_day(today):
            return Mornings(is_working_day=False)
        return _write(uow, running(uow, now), today, allow_mails)


def _write(
    uow: UnitOfWork, running_now: Running, today: date, allow_mails: int | None
) -> Mornings:
    # What renders mail is loaded where mail is written: the board does without.
    from tasks.rounds import send_round

    below = accounts_below(running_now.cases, running_now.office.people)
    written = send_round(
        uow,
        {code: f"onboarding.morning:{code}:{today.isoformat()}" for code in below},
        lambda code, key: _morning(code, key, running_now, below[code]),
        form="Send the onboarding morning mail",
        now=running_now.office.now,
        allow_mails=allow_mails,
    )
    return Mornings(mails=written.mails, unaddressed=written.unaddressed)


def accounts_below(
    cases: Iterable[tuple[Case, Account]], people: Directory
) -> dict[str, list[str]]:
    """Account codes by everybody who stands above whoever leads the account."""
    below: dict[str, list[str]] = {}
    for case, account in cases:
        lead = case.lead_manager
        for code in above(lead, people) if lead else ():
            if people[code].active:
                below.setdefault(code, []).append(account.code)
    return dict(sorted(below.items()))


def _morning(
    code: str, key: str, running_now: Running, accounts: Sequence[str]
) -> OnboardingMorning:
    office = running_now.office
    language = office.language_of(code)
    lines = running_now.lines(language, accounts)
    return OnboardingMorning(
        recipient=code,
        address=office.people[code].email,
        name=office.people[code].name,
        language=language,
        timezone=office.timezone_of(code),
        dedup_key=key,
        lines=tuple(lines[:SHOWN]),
        more=max(0, len(lines) - SHOWN),
        as_of=office.now,
        policy=office.current.title(language),
        board=office.link("show-the-onboarding-board", ""),
    )


def running(uow: UnitOfWork, now: datetime) -> Running:
    onboardings = uow.onboardings.running()
    by_id = uow.accounts.named({one.account for one in onboardings})
    accounts: Mapping[str, Account] = {a.code: a for a in by_id.values()}
    known = known_of(uow, by_id)
    people = uow.people.directory()
    policies = {one.policy_id: uow.policies.get(one.policy_id) for one in onboardings}
    return Running(
        office=Office(
            now=now,
            people=people,
            policies=policies,
            current=uow.policies.current(now),
            forms=uow.forms.ids(),
            known={account.code: known[id_] for id_, account in by_id.items()},
        ),
        cases=[
            (
                case_of(one, accounts[one.account], policies[one.policy_id], people),
                accounts[one.account],
            )
            for one in onboardings
        ],
    )


def line_of(case: Case, account: Account, office: Office, language: str) -> BoardLine:
    return BoardLine(
        facts=facts_of(case, account, office, language),
        missing=tuple(item for _, item in missing_items(case, office, language)),
    )
