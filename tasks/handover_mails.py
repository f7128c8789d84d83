"""The mails of a handover: the brief for everybody concerned, and the word of its end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from kam_flows.domain.accounts import Account
from kam_flows.domain.choices import choice
from kam_flows.domain.handover_mails import (
    BriefItem,
    HandoverAccepted,
    HandoverBrief,
    Passed,
    Reading,
)
from kam_flows.domain.handovers import Handover
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import DUTY, is_address
from kam_flows.domain.people import Directory, Staff
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.settings import settings

SHOWN = 30
"""Items that one mail lists, each with its link (a body stays below 100 KB)."""


class Addressed(TypedDict):
    """Who reads a mail, and how."""

    recipient: str
    address: str
    name: str
    language: str
    timezone: str


def addressed(reader: str, people: Directory) -> Addressed:
    """A person, or the duty mailbox."""
    chosen, person = settings(), people.get(reader)
    if reader == DUTY or person is None:
        return {
            "recipient": DUTY,
            "address": chosen.duty_mailbox,
            "name": "",
            "language": chosen.language,
            "timezone": chosen.timezone,
        }
    return {
        "recipient": person.code,
        "address": person.email,
        "name": person.name,
        "language": person.language,
        "timezone": person.timezone,
    }


def name_of(code: str, people: Directory) -> str:
    return people[code].name if code in people else code


def supervisor_of(handover: Handover, people: Directory) -> Staff | None:
    """Who oversees the handover: the supervisor of who leaves, else of the successor."""
    pair = (handover.leaving, handover.successor)
    above = [people[code].supervisor for code in pair if code in people]
    for code in above:
        person = people.get(code or "")
        if person and code not in pair and person.active and is_address(person.email):
            return person
    return None


def stand_in(successor: Staff, people: Directory, now: datetime) -> Staff | None:
    """Who may accept for a successor who is away."""
    deputy = people.get(successor.deputy or "")
    if deputy is None or not successor.is_absent(now):
        return None
    return deputy if deputy.active and not deputy.is_absent(now) else None


def readers(
    handover: Handover, people: Directory, now: datetime
) -> Iterator[tuple[Reading, Staff]]:
    """Who gets the brief and why, each person once; those who have left do not."""
    successor = people[handover.successor]
    yield Reading.SUCCESSOR, successor
    told = {successor.code}
    for reading, person in (
        (Reading.STAND_IN, stand_in(successor, people, now)),
        (Reading.LEAVING, people.get(handover.leaving)),
        (Reading.SUPERVISOR, supervisor_of(handover, people)),
    ):
        if person is None or person.code in told or not person.active:
            continue
        if is_address(person.email):
            told.add(person.code)
            yield reading, person


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What all mails about one handover are written from."""

    handover: Handover
    account: Account
    people: Directory
    forms: dict[str, str]
    now: datetime

    def link(self, deployment: str, **filled: object) -> str | None:
        return form_link(settings().ui, self.forms.get(deployment), filled)

    @property
    def account_page(self) -> str | None:
        shown = choice(self.account.code, self.account.name)
        return self.link("show-an-account", account=shown)

    def accept(self, reader: Staff, items: str = "") -> str | None:
        """The form with this reader as `by`; no items: all that are open."""
        filled = {
            "handover": choice(self.handover.number, self.account.name),
            "by": choice(reader.code, reader.name),
        }
        if items:
            filled["items"] = items
        return self.link("accept-handover-items", **filled)


def desk_of(
    uow: UnitOfWork, handover: Handover, account: Account, now: datetime
) -> Desk:
    return Desk(
        handover=handover,
        account=account,
        people=uow.people.directory(),
        forms=uow.forms.ids(),
        now=now,
    )


def brief_of(
    uow: UnitOfWork, desk: Desk, passed: Passed, *, by: Staff, note: str
) -> HandoverBrief:
    """The whole of it, as the successor's language has it, without any link to accept."""
    handover, account, people = desk.handover, desk.account, desk.people
    policy = uow.policies.get(handover.policy_id)
    within = policy.handover.accept_within
    calendar = policy.calendar(account.calendar)
    years = calendar.provisional_years(handover.started_at, handover.accept_by)
    successor = people[handover.successor]
    return HandoverBrief(
        **addressed(successor.code, people),
        dedup_key=f"handover.brief:{handover.id}:{successor.code}",
        reading=Reading.SUCCESSOR,
        number=handover.number,
        account_name=account.name,
        tier=account.tier,
        leaving=name_of(handover.leaving, people),
        successor=successor.name,
        by=by.name,
        passed=passed,
        recording=handover.recording,
        note=note,
        accept_by=handover.accept_by,
        accept_within=str(within),
        calendar=calendar.title(successor.language) if within.is_business else "",
        provisional=within.is_business and bool(years),
        items=tuple(BriefItem(item=item) for item in handover.items),
        more=0,
        accept_all=None,
        account_page=desk.account_page,
        policy=policy.title(successor.language),
        as_of=desk.now,
    )


def briefs(uow: UnitOfWork, desk: Desk, whole: HandoverBrief) -> list[HandoverBrief]:
    """One for each reader, in their language; only who accepts gets links for it."""
    policy = uow.policies.get(desk.handover.policy_id)
    calendar = policy.calendar(desk.account.calendar)
    return [
        replace(
            whole,
            **addressed(person.code, desk.people),
            reading=reading,
            dedup_key=f"handover.brief:{desk.handover.id}:{person.code}",
            items=tuple(_listed(desk, reading, person)),
            more=max(len(whole.items) - SHOWN, 0),
            accept_all=desk.accept(person) if accepts(reading) else None,
            calendar=calendar.title(person.language) if whole.calendar else "",
            policy=policy.title(person.language),
        )
        for reading, person in readers(desk.handover, desk.people, desk.now)
    ]


def accepts(reading: Reading) -> bool:
    return reading in {Reading.SUCCESSOR, Reading.STAND_IN}


def _listed(desk: Desk, reading: Reading, person: Staff) -> Iterator[BriefItem]:
    for item in desk.handover.items[:SHOWN]:
        link = desk.accept(person, str(item.place)) if accepts(reading) else None
        yield BriefItem(item=item, link=link)


def accepted_mail(desk: Desk, by: Staff, note: str) -> HandoverAccepted | None:
    """For the supervisor; `None` where nobody is left to tell."""
    handover, people = desk.handover, desk.people
    supervisor = supervisor_of(handover, people)
    if supervisor is None or handover.accepted_at is None:
        return None
    return HandoverAccepted(
        **addressed(supervisor.code, people),
        dedup_key=f"handover.accepted:{handover.id}",
        number=handover.number,
        account_name=desk.account.name,
        leaving=name_of(handover.leaving, people),
        successor=name_of(handover.successor, people),
        by=by.name,
        started_at=handover.started_at,
        accept_by=handover.accept_by,
        count=len(handover.items),
        note=note,
        account_page=desk.account_page,
        as_of=desk.now,
    )
