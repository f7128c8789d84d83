"""What comes up: every Monday, the occasions of the next 30 days, by who prepares them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.care_mails import CareLine, CareLinks, CareWeek
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.cares import Care
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.occasions import occurrences
from kam_flows.domain.people import Directory, Staff, above
from kam_flows.domain.visit_weeks import Week, is_told_on
from kam_flows.persistence.occasions import Kept
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.care_facts import office_at
from tasks.care_mails import links_of
from tasks.mail_guard import guard
from tasks.onboarding_facts import Office

KEY = "care.week"
FORM = "Send what comes up"
AHEAD = timedelta(days=30)
MISSED = frozenset({CareState.SKIPPED, CareState.DROPPED})


@dataclass(kw_only=True)
class CareWeeks:
    """The mails that were written."""

    mails: list[RenderedMail] = field(default_factory=list)
    unaddressed: list[Staff] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Coming:
    """All that the mails of one Monday are written from; lines by staff code."""

    week: Week
    today: date
    office: Office
    accounts: Mapping[str, Account]
    prepared: Sequence[Care]
    unprepared: Sequence[tuple[Kept, date, int | None]]
    """Occasions to come, each with its day and years."""
    missed: Sequence[Care]

    def lines(self, language: str, reader: str = "") -> dict[str, list[CareLine]]:
        """By who prepares them, the soonest first; links are for that reader."""
        found: dict[str, list[CareLine]] = {}
        for care in self.prepared:
            found.setdefault(care.owner or "", []).append(
                self.line(care, language, reader)
            )
        for kept, on, years in self.unprepared:
            owner, line = self._unprepared(kept, on, years, language)
            found.setdefault(owner, []).append(line)
        for some in found.values():
            some.sort(key=lambda one: (one.on, one.account_name))
        return found

    def line(self, care: Care, language: str, reader: str) -> CareLine:
        office, name = self.office, self._name(care.account)
        links = links_of(care, name, reader, office) if care.is_open else CareLinks()
        if care.state is not CareState.PREPARED:
            links = replace(links, approve=None)
        waits = next(iter(care.open_tasks), None) if care.is_open else None
        titles = office.current.care.step_titles(language)
        return CareLine(
            number=care.number,
            account_name=name,
            contact=care.contact,
            title=office.current.care.title(care.kind, language),
            about=care.about,
            on=care.on,
            years=care.years,
            owner=office.name_of(care.owner),
            state=care.state,
            skip=care.skip,
            late=care.late,
            waits_for=titles.get(waits.code, waits.code) if waits else "",
            waits_until=waits.due_on if waits else None,
            links=links,
        )

    def _unprepared(
        self, kept: Kept, on: date, years: int | None, language: str
    ) -> tuple[str, CareLine]:
        occasion, office = kept.occasion, self.office
        rules = office.current.care.of(occasion.kind)
        account = self.accounts.get(occasion.account)
        owner = (
            account.in_charge(rules.role, office.people) if account and rules else None
        )
        return owner or "", CareLine(
            number="",
            account_name=self._name(occasion.account),
            contact=occasion.contact,
            title=office.current.care.title(occasion.kind, language),
            about=occasion.about,
            on=on,
            years=years,
            owner=office.name_of(owner),
            state=None,
        )

    def _name(self, code: str) -> str:
        account = self.accounts.get(code)
        return account.name if account else code


@task
def send_care_weeks(
    now: datetime, allow_mails: int | None = None, *, dry_run: bool = False
) -> CareWeeks:
    """One mail a week to each, on its first working day, or the next if that failed.

    Raises UserError if that would be more mails than the guard allows.
    """
    with rehearsal() if dry_run else unit_of_work() as uow:
        policy = uow.policies.current(now)
        calendar = policy.calendar(policy.default_calendar)
        today = now.astimezone(calendar.timezone).date()
        prefix = f"{KEY}:{Week.of(today).code}:"
        told = {mail.recipient for mail in uow.outbox.about([], [prefix])}
        if not is_told_on(today, calendar, told=bool(told)):
            return CareWeeks()
        return _write(uow, coming_up(uow, today, now), told, allow_mails)


def coming_up(uow: UnitOfWork, today: date, now: datetime) -> Coming:
    """Of the next 30 days, and what was missed last week."""
    office, week, last = office_at(uow, now), Week.of(today), today + AHEAD
    prepared = uow.cares.open(date.min, last)
    waiting = uow.occasions.coming(today, last)
    closed = uow.cares.closed(week.before.first, week.before.last)
    codes = {care.account for care in [*prepared, *closed]}
    codes |= {kept.occasion.account for kept in waiting}
    accounts = {one.code: one for one in uow.accounts.named(codes).values()}
    return Coming(
        week=week,
        today=today,
        office=office,
        accounts=accounts,
        prepared=prepared,
        unprepared=list(days_to_come(waiting, today, last, office)),
        missed=[
            *(care for care in closed if care.state in MISSED),
            *(care for care in prepared if care.late and _is_of(care, week.before)),
        ],
    )


def days_to_come(
    waiting: Sequence[Kept], today: date, last: date, office: Office
) -> Iterator[tuple[Kept, date, int | None]]:
    for kept in waiting:
        first = max(today, kept.seen_until + timedelta(1))
        lunar = office.current.care.lunar
        for one in occurrences(kept.occasion, first, last, lunar)[:1]:
            yield kept, one.on, one.years


def _is_of(care: Care, week: Week) -> bool:
    return week.first <= care.prepared_at.date() <= week.last


def _write(
    uow: UnitOfWork, coming: Coming, told: set[str], allow_mails: int | None
) -> CareWeeks:
    from tasks.posting import post_in_time  # Jinja is loaded only if a mail is due

    people = coming.office.people
    owners = coming.lines("en").keys() | {care.owner or "" for care in coming.missed}
    theirs = below_each(owners, people)
    here = [
        person
        for code, person in sorted(people.items())
        if code in theirs and code not in told and person.active
    ]
    reached = [one for one in here if is_address(one.email)]
    guard(len(reached), allow_mails, FORM)
    mails = [week_of(one, coming, theirs[one.code]) for one in reached]
    posted = post_in_time(uow, mails, coming.office.now)
    return CareWeeks(
        mails=[rendered for _, rendered in posted.values()],
        unaddressed=[one for one in here if not is_address(one.email)],
    )


def below_each(owners: Collection[str], people: Directory) -> dict[str, set[str]]:
    """By reader: the owners whose occasions they see, their own and of those below."""
    found: dict[str, set[str]] = {}
    for owner in owners:
        if owner in people:
            for code in (owner, *above(owner, people)):
                found.setdefault(code, set()).add(owner)
    return found


def week_of(person: Staff, coming: Coming, owners: set[str]) -> CareWeek:
    """The reader's own first, then those of the people below them, by name."""
    lines = coming.lines(person.language, person.code)
    names = coming.office.name_of
    order = sorted(owners & lines.keys(), key=lambda c: (c != person.code, names(c)))
    return CareWeek(
        recipient=person.code,
        address=person.email,
        name=person.name,
        language=person.language,
        timezone=person.timezone,
        dedup_key=f"{KEY}:{coming.week.code}:{person.code}",
        first=coming.today,
        last=coming.today + AHEAD,
        coming=tuple((names(code), tuple(lines[code])) for code in order),
        missed=tuple(
            coming.line(care, person.language, person.code)
            for care in coming.missed
            if care.owner in owners
        ),
        as_of=coming.office.now,
    )
