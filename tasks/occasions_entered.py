"""Occasions that people keep: added one by one, ended, or brought in a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.care_days import DAY, first_after, next_preparation
from kam_flows.domain.care_rules import CareRules
from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.occasion_entries import (
    entered,
    entry_of,
    mistakes,
    refused,
)
from kam_flows.domain.occasion_import import Known, read_occasions
from kam_flows.domain.occasions import Occasion, occurrences
from kam_flows.domain.visit_changes import reason_of
from kam_flows.persistence.occasions import PREFIX, Kept, key_of, rule_out
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.occasions import Basis, reckoned
from tasks.portfolio import read_tables
from tasks.tickets import acting

HORIZON = timedelta(days=800)
"""Whatever comes every year comes within."""


@dataclass(frozen=True, kw_only=True)
class OccasionKept:
    """An occasion as it stands after what was done to it."""

    occasion: Occasion
    account_name: str
    title: str
    """Of its kind."""
    next_day: date | None = None
    prepare_on: date | None = None
    """When the preparation of that day begins."""
    was_known: bool = False
    """It was on record with other words."""
    remarks: tuple[Phrase, ...] = ()

    @property
    def number(self) -> str:
        return f"{PREFIX}{self.occasion.id}"


@dataclass(frozen=True, kw_only=True)
class OccasionsBrought:
    """What an import of occasions did, or in a dry run would do."""

    source: str
    added: int
    changed: int
    unchanged: int
    strangers: int
    """Of people who are not among the contacts on record."""
    dry_run: bool

    def told(self) -> Phrase:
        counts = [
            Phrase("{count} added", count=self.added),
            Phrase("{count} changed", count=self.changed),
            Phrase("{count} unchanged", count=self.unchanged),
        ]
        if self.strangers:
            counts.append(
                Phrase("{count} of people not on record", count=self.strangers)
            )
        if self.dry_run:
            return Phrase(
                "{source}: {counts} (dry run, nothing was written)",
                source=self.source,
                counts=counts,
            )
        return Phrase("{source}: {counts}", source=self.source, counts=counts)


@task
def add_occasion(
    *,
    typed: Mapping[str, Cell],
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> OccasionKept:
    """Keep an occasion, by column as a file has it; one on record already is put right."""
    at = at or now
    with rehearsal() if dry_run else unit_of_work() as uow:
        person, basis = acting(uow, by), Basis(uow, at)
        account = uow.accounts.find(str(typed["account"]))
        # A run that reads occasions anew would write back what it read before.
        uow.alone()
        account_id = uow.accounts.lock(account.code)
        policy = basis.policy
        calendar = policy.calendar(account.calendar)
        today = basis.today(calendar)
        entry = entry_of({**typed, "account": account.code}, policy.care)
        for column, expected in mistakes(entry, today):
            raise refused(column, expected)
        if not account.active:
            raise UserError(
                "{account} is not served any more; nothing can be planned there.",
                account=account.name,
            )
        new = entered(entry, uow.accounts.contacts_of(account_id), today)
        before = _on_record(uow, [new]).get(key_of(new))
        kept = _to_keep(new, before, account_id, today)
        if before and kept == before._replace(next_on=None):
            raise UserError(
                "{occasion} is on record already; nothing was changed.",
                occasion=f"{PREFIX}{before.occasion.id}",
            )
        uow.occasions.keep([reckoned(kept, account, basis)])
        stored = uow.occasions.by_key([key_of(new)])[key_of(new)]
        uow.audit.write(
            now,
            person.code,
            "occasion changed" if before else "occasion added",
            f"occasion {PREFIX}{stored.occasion.id}",
            account=account.code,
            kind=new.kind,
            contact=new.contact,
            rule=rule_out(new.rule),
            happened_at=at.isoformat(),
        )
        return OccasionKept(
            occasion=stored.occasion,
            account_name=account.name,
            title=policy.care.title(new.kind, settings().language),
            next_day=_next_day(stored.occasion, policy.care, today),
            prepare_on=next_preparation(new, today - DAY, policy.care, calendar),
            was_known=before is not None,
            remarks=tuple(_remarks(uow, stored, account, account_id, policy.care)),
        )


@task
def end_occasion(
    *,
    occasion: str,
    reason: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> OccasionKept:
    """It comes no more; what is prepared for it already goes on."""
    at, why = at or now, reason_of(reason)
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        uow.alone()
        [kept] = uow.occasions.these([uow.occasions.find(occasion).id], lock=True)
        found = kept.occasion
        number = f"{PREFIX}{found.id}"
        if kept.ended:
            raise UserError(
                "{occasion} is ended already; nothing was done.", occasion=number
            )
        uow.occasions.end(found.id)
        uow.audit.write(
            now,
            person.code,
            "occasion ended",
            f"occasion {number}",
            account=found.account,
            kind=found.kind,
            contact=found.contact,
            reason=why,
            happened_at=at.isoformat(),
        )
        account = uow.accounts.get(found.account) if found.account else None
        rules = uow.policies.current(at).care
        return OccasionKept(
            occasion=found,
            account_name=account.name if account else "",
            title=rules.title(found.kind, settings().language),
            remarks=tuple(_prepared(uow, kept)),
        )


@task
def import_occasions_file(
    path: Path, *, by: str, now: datetime, dry_run: bool = False
) -> OccasionsBrought:
    """Take in a file of occasions, all of it or nothing."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        person, tables = acting(uow, by), read_tables(path)
        # Two imports, or one and a run that reads occasions anew, would add one twice.
        uow.alone()
        basis, ids = Basis(uow, now), uow.accounts.ids()
        accounts = uow.accounts.by_code()
        contacts = uow.accounts.contacts_among(ids.values())
        policy = basis.policy
        today = basis.today(policy.calendar(policy.default_calendar))
        known = Known(
            accounts={code: account.name for code, account in accounts.items()},
            contacts={code: contacts.get(id_, ()) for code, id_ in ids.items()},
            today=today,
        )
        given = read_occasions(tables, known, policy.care)
        there = _on_record(uow, given)
        written = []
        for new in given:
            before = there.get(key_of(new))
            kept = _to_keep(new, before, ids[new.account], today)
            if not (before and kept == before._replace(next_on=None)):
                written.append(reckoned(kept, accounts[new.account], basis))
        uow.occasions.keep(written)
        concerned = sorted({kept.occasion.account for kept in written})
        for code in concerned:
            count = sum(kept.occasion.account == code for kept in written)
            uow.audit.write(
                now,
                person.code,
                "occasions imported",
                f"account {code}",
                file=path.name,
                lines=count,
            )
        return OccasionsBrought(
            source=path.name,
            added=sum(not kept.occasion.id for kept in written),
            changed=sum(bool(kept.occasion.id) for kept in written),
            unchanged=len(given) - len(written),
            strangers=sum(bool(o.contact and not o.contact_code) for o in given),
            dry_run=dry_run,
        )


def _on_record(uow: UnitOfWork, given: Sequence[Occasion]) -> dict[str, Kept]:
    """By the key of the new one. Who was entered by name and has become a contact since
    is the same person."""
    keys = {key_of(one): key_of(replace(one, contact_code="")) for one in given}
    found = uow.occasions.by_key({*keys, *keys.values()})
    there = {key: found.get(key) or found.get(by_name) for key, by_name in keys.items()}
    return {key: kept for key, kept in there.items() if kept}


def _to_keep(new: Occasion, before: Kept | None, account_id: int, today: date) -> Kept:
    """One put right stays the same occasion: what was done this year is not done again."""
    if before is None:
        return Kept(new, account_id, first_after(new, today), None)
    old = before.occasion
    if before.ended or new.rule != old.rule:
        seen = max(before.seen_until, first_after(new, today))
        return Kept(replace(new, id=old.id), account_id, seen, None)
    same = replace(new, id=old.id, added_on=old.added_on)
    return before._replace(occasion=same, next_on=None)


def _next_day(occasion: Occasion, rules: CareRules, today: date) -> date | None:
    coming = occurrences(occasion, today, today + HORIZON, rules.lunar)
    return coming[0].on if coming else None


def _remarks(
    uow: UnitOfWork, kept: Kept, account: Account, account_id: int, rules: CareRules
) -> Iterator[Phrase]:
    """What whoever enters it may not expect."""
    occasion, kind = kept.occasion, rules.of(kept.occasion.kind)
    yield from _prepared(uow, kept)
    if occasion.contact and not occasion.contact_code:
        yield Phrase(
            "{contact} is not among the contacts on record, so that no letter can be "
            "addressed",
            contact=occasion.contact,
        )
    if kind and not kind.serves(account.tier):
        yield Phrase(
            "the service standard does nothing on it for the tier {tier}",
            tier=account.tier,
        )
    for other in uow.occasions.of([account_id]):
        if other.next_on and _is_twin(other.occasion, occasion):
            yield Phrase(
                "{occasion} is of the same kind; end one of the two, or both are honoured",
                occasion=f"{PREFIX}{other.occasion.id}",
            )


def _prepared(uow: UnitOfWork, kept: Kept) -> Iterator[Phrase]:
    of = kept.account_id
    for care in uow.cares.open() if of is None else uow.cares.open_of(of):
        if care.occasion == kept.occasion.id:
            yield Phrase(
                "{care} of {day} is prepared and goes on; 'Drop care' gives it up",
                care=care.number,
                day=care.on,
            )


def _is_twin(other: Occasion, one: Occasion) -> bool:
    """Derived from what is on record, say, and entered too."""
    mine = (one.kind, one.contact_code or one.contact, one.about)
    theirs = (other.kind, other.contact_code or other.contact, other.about)
    return mine == theirs and other.id != one.id
