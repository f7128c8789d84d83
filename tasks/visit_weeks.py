"""Send the weeks: to everybody who goes somewhere, and to those above them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter

from prefect import task

from kam_flows.domain.account_file import FileEntry
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.people import Staff
from kam_flows.domain.touchpoints import StepKind, Touchpoint
from kam_flows.domain.visit_mails import VisitWeek
from kam_flows.domain.visit_weeks import (
    OwedPromise,
    TeamMember,
    Week,
    WeekVisit,
    below,
    brief_day,
    is_told_on,
)
from kam_flows.persistence.touchpoints import touchpoint_choice
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.account_pages import promised
from tasks.calendar_entries import Diary
from tasks.mail_guard import guard
from tasks.visit_facts import office_of

KEY = "visits.week"
BACK = timedelta(days=60)
"""How long ago something may have been planned that is still to be recorded."""


@dataclass(kw_only=True)
class Weeks:
    """The mails that were written."""

    mails: list[RenderedMail] = field(default_factory=list)
    unaddressed: list[Staff] = field(default_factory=list)
    """Who should be told, but has no address mail can go to."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """All that the mails of one week are written from."""

    week: Week
    today: date
    now: datetime
    diary: Diary
    touchpoints: Sequence[Touchpoint]
    """Those of this week, and earlier ones that nobody has recorded."""
    missed: Sequence[Touchpoint]
    """Found missed in the week before."""
    promises: Sequence[tuple[FileEntry, str]]
    """Open ones with their account's name, late or due this week."""
    briefed: Mapping[int, int]

    def of(self, owners: Iterable[str]) -> list[Touchpoint]:
        """Of this week, those that one of these people goes to."""
        codes = set(owners)
        return [
            one
            for one in self.touchpoints
            if one.on >= self.week.first and codes & {one.owner, *one.participants}
        ]

    def unrecorded(self, owner: str) -> list[Touchpoint]:
        return [
            one
            for one in self.touchpoints
            if one.on < self.today and one.owner == owner
        ]


@task
def send_weeks(
    now: datetime, allow_mails: int | None = None, *, dry_run: bool = False
) -> Weeks:
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
            return Weeks()
        return _write(uow, planned_now(uow, today, now), told, allow_mails)


def _write(
    uow: UnitOfWork, planned: Planned, told: set[str], allow_mails: int | None
) -> Weeks:
    from tasks.posting import post_in_time  # Jinja is loaded only if a mail is due

    people = planned.diary.office.people
    theirs = below([*planned.touchpoints, *planned.missed], people)
    going = {c for one in planned.touchpoints for c in (one.owner, *one.participants)}
    owing = {promise.owner for promise, _ in planned.promises}
    readers = going | owing | theirs.keys()
    here = [
        person
        for code, person in sorted(people.items())
        if code in readers and code not in told and person.active
    ]
    mails = {
        one.code: week_of(one, planned, theirs.get(one.code, set()))
        for one in here
        if is_address(one.email)
    }
    mails = {code: mail for code, mail in mails.items() if has_news(mail)}
    guard(len(mails), allow_mails, "Send visit weeks")
    posted = post_in_time(uow, mails.values(), planned.now)
    return Weeks(
        mails=[rendered for _, rendered in posted.values()],
        unaddressed=[one for one in here if not is_address(one.email)],
    )


def planned_now(uow: UnitOfWork, today: date, now: datetime) -> Planned:
    week = Week.of(today)
    touchpoints = uow.touchpoints.planned(today - BACK, week.last)
    missed = uow.touchpoints.missed(week.before.first, week.before.last)
    of_both = [*touchpoints, *missed]
    return Planned(
        week=week,
        today=today,
        now=now,
        diary=Diary(uow, of_both, office_of(uow, now, of_both)),
        touchpoints=touchpoints,
        missed=missed,
        promises=[
            (promise, name)
            for promise, name in uow.files.open_promises()
            if promise.due_on and promise.due_on <= week.last
        ],
        briefed=uow.touchpoints.told(
            list(map(attrgetter("id"), touchpoints)), StepKind.BRIEF
        ),
    )


def week_of(person: Staff, planned: Planned, team: set[str]) -> VisitWeek:
    """What one person is to know of it, and of those below them."""
    week = planned.week
    mine = {person.code}
    return VisitWeek(
        recipient=person.code,
        address=person.email,
        name=person.name,
        language=person.language,
        timezone=person.timezone,
        dedup_key=f"{KEY}:{week.code}:{person.code}",
        first=week.first,
        last=week.last,
        visits=_shown(planned.of(mine), planned, person),
        unrecorded=_shown(planned.unrecorded(person.code), planned, person),
        promises=tuple(_owed(person, planned)),
        team=tuple(_team(team, planned)),
        missed=_shown(
            [one for one in planned.missed if one.owner in team | mine], planned, person
        ),
        as_of=planned.now,
    )


def has_news(mail: VisitWeek) -> bool:
    return any((mail.visits, mail.unrecorded, mail.promises, mail.team, mail.missed))


def _shown(
    touchpoints: Iterable[Touchpoint], planned: Planned, reader: Staff
) -> tuple[WeekVisit, ...]:
    """The earliest first."""
    found = (_visit(one, planned, reader) for one in touchpoints)
    return tuple(sorted(found, key=lambda one: (one.entry.begins_at, one.entry.id)))


def _visit(one: Touchpoint, planned: Planned, reader: Staff) -> WeekVisit:
    diary, office = planned.diary, planned.diary.office
    account = diary.accounts[one.account]
    calendar = office.current.calendar(account.calendar)
    shown = touchpoint_choice(one.id, one.on, account.name)
    is_over = one.is_open and one.on < planned.today
    comes = brief_day(calendar, office.current.visits.brief_ahead, one.on)
    return WeekVisit(
        number=one.number,
        entry=diary.entry(one, language=reader.language),
        owner=office.name_of(one.owner),
        brief_on=comes if one.minutes and comes >= planned.today else None,
        is_briefed=one.id in planned.briefed,
        record=office.link("record-a-visit", reader.code, touchpoint=shown)
        if is_over
        else None,
    )


def _owed(person: Staff, planned: Planned) -> Iterator[OwedPromise]:
    """What is late first."""
    names = {entry.id: name for entry, name in planned.promises}
    theirs = [entry for entry, _ in planned.promises if entry.owner == person.code]
    for one in promised(theirs, planned.diary.office.people, planned.now):
        yield OwedPromise(promise=one, account_name=names[one.entry.id])


def _team(team: Iterable[str], planned: Planned) -> list[TeamMember]:
    """Those who missed or have not recorded most first."""
    members = [
        TeamMember(
            name=planned.diary.office.name_of(code),
            visits=sum(one.owner == code for one in planned.of([code])),
            unrecorded=len(planned.unrecorded(code)),
            missed=sum(one.owner == code for one in planned.missed),
        )
        for code in team
    ]
    return sorted(members, key=lambda one: (-one.missed, -one.unrecorded, one.name))
