"""What is on record about many accounts at once, as briefs before their visits show it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from operator import attrgetter
from zoneinfo import ZoneInfo

from kam_flows.domain.account_file import FileEntry, Transaction
from kam_flows.domain.accounts import Account, Contact
from kam_flows.domain.cadences import plus_months
from kam_flows.domain.escalation import Around
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.touchpoints import Outcome, Signal, Touchpoint
from kam_flows.domain.visit_briefs import FRESH, LATEST, Trend, ends_ahead
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.settings import settings
from tasks.onboarding_facts import Office

YEAR = 12
"""Months that a trend compares with those before."""


@dataclass(kw_only=True)
class OnRecord:
    """All that is known of one account by now."""

    contacts: Sequence[Contact] = ()
    answers: Mapping[Dimension, Answer] = field(default_factory=dict)
    needs: list[FileEntry] = field(default_factory=list)
    promises: list[FileEntry] = field(default_factory=list)
    tickets: Sequence[TicketView] = ()
    past: list[Touchpoint] = field(default_factory=list)
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    """Of the past touchpoints, by id."""
    contracts: Sequence[Transaction] = ()
    trends: Sequence[Trend] = ()
    signals: list[Signal] = field(default_factory=list)


def on_record(
    uow: UnitOfWork, accounts: Mapping[int, Account], now: datetime
) -> dict[str, OnRecord]:
    """By account code; a dozen statements for however many accounts."""
    ids = list(accounts)
    today = now.astimezone(ZoneInfo(settings().timezone)).date()
    contacts, tickets = uow.accounts.contacts_among(ids), uow.tickets.open_among(ids)
    answers, trends = uow.surveys.answers(ids), trends_of(uow, ids, today)
    found = {
        account.code: OnRecord(
            contacts=contacts.get(id_, ()),
            answers=answers.get(id_, {}),
            tickets=tickets.get(id_, ()),
            trends=trends.get(id_, ()),
        )
        for id_, account in accounts.items()
    }
    contracts: dict[str, list[Transaction]] = {}
    for contract in uow.files.contracts(ids):
        contracts.setdefault(contract.account, []).append(contract)
    for code, ending in contracts.items():
        found[code].contracts = ends_ahead(ending, today)
    for need in uow.files.needs(ids):
        found[need.account].needs.append(need)
    for promise, _ in uow.files.open_promises(ids):
        found[promise.account].promises.append(promise)
    for signal in uow.touchpoints.signals(ids, now - FRESH):
        found[signal.account].signals.append(signal)
    past = uow.touchpoints.latest(ids, LATEST)
    outcomes = uow.touchpoints.outcomes(list(map(attrgetter("id"), past)))
    for touchpoint in past:
        found[touchpoint.account].past.append(touchpoint)
        found[touchpoint.account].outcomes = outcomes
    return found


def trends_of(
    uow: UnitOfWork, account_ids: Collection[int], today: date
) -> dict[int, list[Trend]]:
    """Orders less returns of a year beside the year before, the largest first."""
    year_ago, two_ago = plus_months(today, -YEAR), plus_months(today, -2 * YEAR)
    day = date.resolution
    new = uow.files.turnover(account_ids, year_ago + day, today)
    old = uow.files.turnover(account_ids, two_ago + day, year_ago)
    found: dict[int, list[Trend]] = {}
    for key in new.keys() | old.keys():
        account_id, currency = key
        trend = Trend(
            currency=currency,
            now=new.get(key, Fraction()),
            before=old.get(key, Fraction()),
        )
        found.setdefault(account_id, []).append(trend)
    for trends in found.values():
        trends.sort(key=lambda one: (-(one.now + one.before), one.currency))
    return found


def office_of(
    uow: UnitOfWork, now: datetime, touchpoints: Iterable[Touchpoint]
) -> Office:
    """With the policies under which these touchpoints were planned."""
    policies = {one.policy_id for one in touchpoints} - {None}
    return Office(
        now=now,
        people=uow.people.directory(),
        policies={id_: uow.policies.get(id_) for id_ in policies if id_},
        current=uow.policies.current(now),
        forms=uow.forms.ids(),
    )


def around(account: Account, owner: str | None) -> Around:
    """Whom something of this person's may concern; of nobody's, who leads the account."""
    lead = account.lead_manager
    return Around(owner=owner or lead, lead_manager=lead, executive_sponsor=None)


def name_of(touchpoint: Touchpoint, office: Office, language: str) -> str:
    """What a person or its cadence calls it; empty: it has no name but its kind."""
    policy = office.policies.get(touchpoint.policy_id or 0, office.current)
    cadence = policy.visits.cadence(touchpoint.cadence)
    titles = cadence.titles if cadence else {}
    return touchpoint.title or titles.get(language, "")
