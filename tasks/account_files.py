"""Account files: staff write down what was said and promised, and bring the dealings."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows.domain.account_file import (
    PROMISE,
    EntryKind,
    FileEntry,
    promise_code,
)
from kam_flows.domain.choices import code_in
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.survey import LONGEST_ANSWER
from kam_flows.domain.transaction_import import (
    TransactionPlan,
    plan_transactions,
    read_transactions,
)
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.checklists import settle_checklist
from tasks.portfolio import read_tables
from tasks.tickets import acting


@dataclass(frozen=True, kw_only=True)
class Filed:
    """An entry as it now stands, and the account whose file it is in."""

    entry: FileEntry
    account_name: str


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What an import of dealings did, or in a dry run would do."""

    source: str
    plan: TransactionPlan
    accounts: int
    dry_run: bool

    def told(self) -> Phrase:
        counts = [
            Phrase("{count} added", count=len(self.plan.added)),
            Phrase("{count} changed", count=len(self.plan.changed)),
            Phrase("{count} unchanged", count=self.plan.unchanged),
        ]
        if self.dry_run:
            return Phrase(
                "{source}: {counts} (dry run, nothing was written)",
                source=self.source,
                counts=counts,
            )
        return Phrase("{source}: {counts}", source=self.source, counts=counts)


@task
def add_entry(
    *,
    account: str,
    kind: EntryKind,
    text: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    owner: str = "",
    due_on: date | None = None,
    dry_run: bool = False,
) -> Filed:
    """Write something into the account's file; a promise has an owner and a day."""
    at = at or now
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.accounts.find(account)
        said = checked_text(text)
        keeper = None
        if kind is EntryKind.PROMISE:
            keeper = keeper_of(uow, owner or person.code)
            due_on = _promised_day(due_on, at)
        elif owner or due_on:
            raise UserError(
                "Only a promise has an owner and a day; leave both empty, or choose "
                "{kind} as the kind of entry.",
                kind=EntryKind.PROMISE,
            )
        entry = FileEntry(
            id=0,
            account=found.code,
            kind=kind,
            at=at,
            text=said,
            by=person.code,
            recorded_at=now,
            owner=keeper,
            due_on=due_on,
        )
        stored = file_entry(uow, uow.accounts.id_of(found.code), entry)
        settle_checklist(uow, found, now=now, actor=person.code)
        return Filed(entry=stored, account_name=found.name)


def file_entry(
    uow: UnitOfWork, account_id: int, entry: FileEntry, **detail: object
) -> FileEntry:
    """Write an entry down, and on record who did; the checklist is not settled by it."""
    id_ = uow.files.write_down(account_id, entry)
    uow.audit.write(
        entry.recorded_at,
        entry.by,
        f"{entry.kind} filed",
        f"account {entry.account}",
        entry=id_,
        happened_at=entry.at.isoformat(),
        due_on=entry.due_on and entry.due_on.isoformat(),
        owner=entry.owner,
        **detail,
    )
    return replace(entry, id=id_)


@task
def keep_promise(
    *,
    promise: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> Filed:
    """Record that a promise was kept."""
    at = at or now
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        entry = find_promise(uow, promise)
        if entry.kept_at is not None:
            raise UserError(
                "{promise} was kept already; nothing was done.",
                promise=promise_code(entry.id),
            )
        uow.files.keep(entry.id, at, person.code)
        uow.audit.write(
            now,
            person.code,
            "promise kept",
            f"account {entry.account}",
            entry=entry.id,
            happened_at=at.isoformat(),
        )
        account = uow.accounts.get(entry.account)
        return Filed(
            entry=uow.files.entry(entry.id) or entry, account_name=account.name
        )


@task
def import_transactions_file(
    path: Path, *, by: str, now: datetime, dry_run: bool = False
) -> Brought:
    """Take in a file of contracts, orders, payments and returns, all of it or nothing."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        return take_in_transactions(
            uow, path, actor=person.code, now=now, dry_run=dry_run
        )


def take_in_transactions(
    uow: UnitOfWork, path: Path, *, actor: str, now: datetime, dry_run: bool = False
) -> Brought:
    accounts, ids = uow.accounts.by_code(), uow.accounts.ids()
    names = {code: account.name for code, account in accounts.items()}
    given = read_transactions(read_tables(path), names)
    known = uow.files.transactions_named((ids[t.account], t.reference) for t in given)
    plan = plan_transactions(given, known)
    written = [*plan.added, *plan.changed]
    uow.files.save_transactions(ids, written)
    concerned = sorted({one.account for one in written})
    for code in concerned:
        count = sum(one.account == code for one in written)
        subject = f"account {code}"
        uow.audit.write(
            now, actor, "transactions imported", subject, file=path.name, lines=count
        )
        settle_checklist(uow, accounts[code], now=now, actor=actor)
    return Brought(
        source=path.name, plan=plan, accounts=len(concerned), dry_run=dry_run
    )


def checked_text(text: str) -> str:
    said = text.strip()
    if not said:
        raise UserError("The entry is empty; write down what was said or agreed.")
    if len(said) > LONGEST_ANSWER:
        raise UserError(
            "The entry has {length} characters; keep it to {limit}.",
            length=len(said),
            limit=LONGEST_ANSWER,
        )
    return said


def find_promise(uow: UnitOfWork, typed: str) -> FileEntry:
    """By its number `P-12` or as lists show it."""
    number = code_in(typed).upper().removeprefix(PROMISE)
    entry = uow.files.entry(int(number)) if is_number(number) else None
    if entry is None or entry.kind is not EntryKind.PROMISE:
        raise UserError(
            "There is no promise '{text}'; choose one from the list, or type its number "
            "from the account's page, like P-12.",
            text=typed,
        )
    return entry


def is_number(text: str, digits: int = 9) -> bool:
    """Longer numbers are no row's, and too long for the database."""
    return text.isascii() and text.isdecimal() and len(text) <= digits


def keeper_of(uow: UnitOfWork, owner: str) -> str:
    person = uow.people.find(owner)
    if not person.active:
        raise UserError(
            "{name} has left; choose somebody who is here.", name=person.name
        )
    return person.code


def _promised_day(due_on: date | None, at: datetime) -> date:
    if due_on is None:
        raise UserError("Say by when it is promised: choose a day in `due_on`.")
    made_on = at.astimezone(ZoneInfo(settings().timezone)).date()
    if due_on < made_on:
        raise UserError(
            "{day} is before the day of the promise, {made}; choose a later one in "
            "`due_on`.",
            day=due_on,
            made=made_on,
        )
    return due_on
