"""Account files: dealings, and what staff wrote down about an account."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kam_flows.domain.account_file import (
    EntryKind,
    FileEntry,
    FilePart,
    Transaction,
    TransactionKind,
)
from kam_flows.persistence.bulk import among
from kam_flows.persistence.models import AccountRow, table_of
from kam_flows.persistence.occasions import look_at_again
from kam_flows.persistence.onboarding_models import FileEntryRow, TransactionRow
from kam_flows.persistence.visit_models import PromiseStepRow

ACCOUNTS = table_of(AccountRow)
ENTRIES = table_of(FileEntryRow)
DEALINGS = table_of(TransactionRow)
STEPS = table_of(PromiseStepRow)


class AccountFiles:
    def __init__(self, session: Session) -> None:
        self.session = session

    def parts(self, account_ids: Collection[int]) -> dict[int, frozenset[FilePart]]:
        """Which parts of the file hold anything at all, by account id."""
        kinds = (
            select(ENTRIES.c.account_id, ENTRIES.c.kind)
            .where(among(self.session, ENTRIES.c.account_id, account_ids))
            .distinct()
        )
        dealt = (
            select(DEALINGS.c.account_id)
            .where(among(self.session, DEALINGS.c.account_id, account_ids))
            .distinct()
        )
        found: dict[int, set[FilePart]] = {id_: set() for id_ in account_ids}
        for account_id, kind in self.session.execute(kinds):
            if part := EntryKind(kind).part:
                found[account_id].add(part)
        for account_id in self.session.scalars(dealt):
            found[account_id].add(FilePart.TRANSACTIONS)
        return {id_: frozenset(parts) for id_, parts in found.items()}

    def entries(self, account_id: int) -> list[FileEntry]:
        """What was written down, newest first."""
        statement = (
            self._entries()
            .where(ENTRIES.c.account_id == account_id)
            .order_by(ENTRIES.c.at.desc(), ENTRIES.c.id.desc())
        )
        return [_entry(row) for row in self.session.execute(statement)]

    def needs(self, account_ids: Collection[int]) -> list[FileEntry]:
        """The special needs of these accounts, newest first."""
        statement = (
            self._entries()
            .where(
                ENTRIES.c.kind == EntryKind.SPECIAL_NEED,
                among(self.session, ENTRIES.c.account_id, account_ids),
            )
            .order_by(ENTRIES.c.at.desc(), ENTRIES.c.id.desc())
        )
        return [_entry(row) for row in self.session.execute(statement)]

    def chosen(self, entry_ids: Collection[int]) -> list[FileEntry]:
        """These, those of them that are still there, in the order they were written."""
        these = among(self.session, ENTRIES.c.id, entry_ids)
        statement = self._entries().where(these).order_by(ENTRIES.c.id)
        return [_entry(row) for row in self.session.execute(statement)]

    def entry(self, entry_id: int) -> FileEntry | None:
        """One entry, locked for a change of it."""
        statement = (
            self._entries().where(ENTRIES.c.id == entry_id).with_for_update(of=ENTRIES)
        )
        row = self.session.execute(statement).one_or_none()
        return _entry(row) if row else None

    def write_down(self, account_id: int, entry: FileEntry) -> int:
        """A new entry; its id (that of `entry` does not count)."""
        statement = insert(ENTRIES).values(
            account_id=account_id,
            kind=entry.kind,
            at=entry.at,
            text=entry.text,
            by=entry.by,
            recorded_at=entry.recorded_at,
            owner=entry.owner,
            due_on=entry.due_on,
            kept_at=entry.kept_at,
            kept_by=entry.kept_by,
        )
        written: int = self.session.scalars(statement.returning(ENTRIES.c.id)).one()
        return written

    def rewrite(self, entry_id: int, text: str, at: datetime) -> None:
        """What was written down was wrong; the audit trail has what it was."""
        changed = update(ENTRIES).where(ENTRIES.c.id == entry_id)
        self.session.execute(changed.values(text=text, at=at))

    def take_back(self, entry_ids: Collection[int]) -> None:
        """These were never said or promised; nobody is reminded of them any more."""
        told = among(self.session, STEPS.c.entry_id, entry_ids)
        self.session.execute(delete(STEPS).where(told))
        these = among(self.session, ENTRIES.c.id, entry_ids)
        self.session.execute(delete(ENTRIES).where(these))

    def keep(self, entry_id: int, at: datetime, by: str) -> None:
        """The promise is kept."""
        kept = update(ENTRIES).where(ENTRIES.c.id == entry_id)
        self.session.execute(kept.values(kept_at=at, kept_by=by))

    def owed_by(self, owner: str, account_id: int | None = None) -> list[FileEntry]:
        """The open promises that this person keeps, of one account or of all."""
        statement = self._entries().where(
            ENTRIES.c.kind == EntryKind.PROMISE,
            ENTRIES.c.kept_at.is_(None),
            ENTRIES.c.owner == owner,
        )
        if account_id is not None:
            statement = statement.where(ENTRIES.c.account_id == account_id)
        rows = self.session.execute(statement.order_by(ENTRIES.c.id))
        return [_entry(row) for row in rows]

    def pass_on(self, entry_ids: Collection[int], owner: str) -> None:
        """Somebody else keeps these promises from now on, if nobody has kept them."""
        passed = update(ENTRIES).where(
            among(self.session, ENTRIES.c.id, entry_ids), ENTRIES.c.kept_at.is_(None)
        )
        self.session.execute(passed.values(owner=owner))

    def transactions(self, account_id: int) -> list[Transaction]:
        """Newest first."""
        statement = (
            select(DEALINGS, ACCOUNTS.c.code.label("account"))
            .join(ACCOUNTS, ACCOUNTS.c.id == DEALINGS.c.account_id)
            .where(DEALINGS.c.account_id == account_id)
            .order_by(DEALINGS.c.on.desc(), DEALINGS.c.id.desc())
        )
        return [_transaction(row) for row in self.session.execute(statement)]

    def contracts(self, account_ids: Collection[int]) -> list[Transaction]:
        """Those of these accounts that have an end, the first to end first."""
        statement = (
            select(DEALINGS, ACCOUNTS.c.code.label("account"))
            .join(ACCOUNTS, ACCOUNTS.c.id == DEALINGS.c.account_id)
            .where(
                DEALINGS.c.kind == TransactionKind.CONTRACT,
                DEALINGS.c.ends_on.is_not(None),
                among(self.session, DEALINGS.c.account_id, account_ids),
            )
            .order_by(DEALINGS.c.ends_on, DEALINGS.c.id)
        )
        return [_transaction(row) for row in self.session.execute(statement)]

    def turnover(
        self, account_ids: Collection[int], first: date, last: date
    ) -> dict[tuple[int, str], Fraction]:
        """Orders less returns on these days, by account id and currency."""
        returned = DEALINGS.c.kind == TransactionKind.RETURN
        cents = case((returned, -DEALINGS.c.cents), else_=DEALINGS.c.cents)
        statement = (
            select(DEALINGS.c.account_id, DEALINGS.c.currency, func.sum(cents))
            .where(
                DEALINGS.c.kind.in_([TransactionKind.ORDER, TransactionKind.RETURN]),
                DEALINGS.c.on.between(first, last),
                among(self.session, DEALINGS.c.account_id, account_ids),
            )
            .group_by(DEALINGS.c.account_id, DEALINGS.c.currency)
        )
        return {
            (account_id, currency): Fraction(int(total), 100)
            for account_id, currency, total in self.session.execute(statement)
        }

    def transactions_named(
        self, names: Iterable[tuple[int, str]]
    ) -> dict[tuple[str, str], Transaction]:
        """Those of these account ids and references, by account code and reference."""
        wanted = set(names)
        statement = (
            select(DEALINGS, ACCOUNTS.c.code.label("account"))
            .join(ACCOUNTS, ACCOUNTS.c.id == DEALINGS.c.account_id)
            .where(
                among(self.session, DEALINGS.c.account_id, {id_ for id_, _ in wanted})
            )
        )
        return {
            (row.account, row.reference): _transaction(row)
            for row in self.session.execute(statement)
            if (row.account_id, row.reference) in wanted
        }

    def save_transactions(
        self, account_ids: Mapping[str, int], transactions: Iterable[Transaction]
    ) -> None:
        """Add, or change by account and reference."""
        on_postgres = self.session.get_bind().dialect.name == "postgresql"
        into = postgresql.insert if on_postgres else sqlite.insert
        rows: list[dict[str, Any]] = [
            {
                "account_id": account_ids[one.account],
                "reference": one.reference,
                "kind": one.kind,
                "on": one.on,
                "cents": int(one.amount * 100),
                "currency": one.currency,
                "text": one.text,
                "ends_on": one.ends_on,
            }
            for one in transactions
        ]
        if rows:
            statement = into(DEALINGS)
            named = ("account_id", "reference")
            changing = {c: statement.excluded[c] for c in rows[0] if c not in named}
            self.session.execute(
                statement.on_conflict_do_update(index_elements=named, set_=changing),
                rows,
            )
            look_at_again(self.session, {row["account_id"] for row in rows})

    def open_promises(
        self, account_ids: Collection[int] | None = None, limit: int | None = None
    ) -> list[tuple[FileEntry, str]]:
        """Promises not kept yet with their account's name, the soonest due first."""
        statement = (
            self._entries()
            .add_columns(ACCOUNTS.c.name.label("account_name"))
            .where(ENTRIES.c.kind == EntryKind.PROMISE, ENTRIES.c.kept_at.is_(None))
            .order_by(ENTRIES.c.due_on, ENTRIES.c.id)
            .limit(limit)
        )
        if account_ids is not None:
            of_these = among(self.session, ENTRIES.c.account_id, account_ids)
            statement = statement.where(of_these)
        rows = self.session.execute(statement)
        return [(_entry(row), row.account_name) for row in rows]

    def _entries(self) -> Select[Any]:
        return select(ENTRIES, ACCOUNTS.c.code.label("account")).join(
            ACCOUNTS, ACCOUNTS.c.id == ENTRIES.c.account_id
        )


def _entry(row: Row[Any]) -> FileEntry:
    return FileEntry(
        id=row.id,
        account=row.account,
        kind=row.kind,
        at=row.at,
        text=row.text,
        by=row.by,
        recorded_at=row.recorded_at,
        owner=row.owner,
        due_on=row.due_on,
        kept_at=row.kept_at,
        kept_by=row.kept_by,
    )


def _transaction(row: Row[Any]) -> Transaction:
    return Transaction(
        account=row.account,
        reference=row.reference,
        kind=row.kind,
        on=row.on,
        amount=Fraction(row.cents, 100),
        currency=row.currency,
        text=row.text,
        ends_on=row.ends_on,
    )
