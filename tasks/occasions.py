"""Occasions are read from what is on record, and each knows when its preparation begins."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b

from kam_flows.domain.account_file import Transaction
from kam_flows.domain.accounts import Account
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.care_days import first_after, next_preparation
from kam_flows.domain.care_rules import CareRules
from kam_flows.domain.derived_occasions import OnRecord, derived_occasions
from kam_flows.persistence.occasions import Kept, key_of
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work

CHUNK = 500
"""Accounts read in one transaction."""


class Basis:
    """What the days of occasions come from at one moment."""

    def __init__(self, uow: UnitOfWork, now: datetime) -> None:
        self.now = now
        self.policy = uow.policies.current(now)
        self.digests = {
            name: self._digest(calendar)
            for name, calendar in self.policy.calendars.items()
        }

    @property
    def rules(self) -> CareRules:
        return self.policy.care

    def digest(self, calendar: str) -> str:
        known = calendar in self.digests
        return self.digests[calendar if known else self.policy.default_calendar]

    def today(self, calendar: WorkCalendar) -> date:
        return self.now.astimezone(calendar.timezone).date()

    @property
    def last_today(self) -> date:
        """The latest day that it is anywhere."""
        return max(map(self.today, self.policy.calendars.values()))

    def _digest(self, calendar: WorkCalendar) -> str:
        text = f"{self.policy.digest} {calendar.days}"
        return blake2b(text.encode(), digest_size=16).hexdigest()


def refresh(now: datetime) -> int:
    """Read the occasions of every account anew of which something has changed.

    How many accounts that were. Birthdays, signings, seasons and ends of contracts
    follow what is on record; what people entered keeps its day.
    """
    with unit_of_work(read_only=True) as uow:
        due = uow.occasions.changed(set(Basis(uow, now).digests.values()))
    for some in pieces(due, CHUNK):
        with unit_of_work() as uow:
            read_again(uow, some, now)
    return len(due)


def read_again(uow: UnitOfWork, codes: Collection[str], now: datetime) -> None:
    # Two runs would add the same occasion twice.
    uow.alone()
    basis = Basis(uow, now)
    accounts = uow.accounts.named(codes)
    stored: dict[str, list[Kept]] = {}
    for kept in uow.occasions.of(accounts):
        stored.setdefault(kept.occasion.account, []).append(kept)
    contacts = uow.accounts.contacts_among(accounts)
    contracts: dict[str, list[Transaction]] = {}
    for contract in uow.files.contracts(accounts):
        contracts.setdefault(contract.account, []).append(contract)
    news: list[Kept] = []
    for id_, account in accounts.items():
        known = OnRecord(
            account=account,
            contacts=contacts.get(id_, ()),
            contracts=contracts.get(account.code, ()),
        )
        news += _of_account(id_, known, stored.get(account.code, ()), basis)
    uow.occasions.keep(news)
    uow.occasions.mark(
        {id_: basis.digest(account.calendar) for id_, account in accounts.items()}
    )


def _of_account(
    account_id: int, known: OnRecord, stored: Iterable[Kept], basis: Basis
) -> list[Kept]:
    """What is new, what has changed, and what comes no more."""
    account = known.account
    calendar = basis.policy.calendar(account.calendar)
    today = basis.today(calendar)
    there = {key_of(kept.occasion): kept for kept in stored}
    wanted = {key: one for key, one in there.items() if not one.occasion.origin}
    for one in derived_occasions(known, basis.rules, today):
        last = there.get(key_of(one)) or Kept(
            one, account_id, first_after(one, today), None
        )
        occasion = replace(one, id=last.occasion.id)
        wanted[key_of(one)] = last._replace(occasion=occasion)
    gone = [
        one._replace(next_on=None) for key, one in there.items() if key not in wanted
    ]
    news = [*gone, *(reckoned(one, account, basis) for one in wanted.values())]
    return [one for one in news if one != there.get(key_of(one.occasion))]


def reckoned(kept: Kept, account: Account, basis: Basis) -> Kept:
    """With the day on which the preparation of its next one begins, if any comes."""
    if kept.ended or not account.active:
        return kept._replace(next_on=None)
    calendar = basis.policy.calendar(account.calendar)
    next_on = next_preparation(kept.occasion, kept.seen_until, basis.rules, calendar)
    return kept._replace(next_on=next_on)
