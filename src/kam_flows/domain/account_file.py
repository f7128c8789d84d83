"""The account file: what was agreed, bought, said and promised, traceable to its source."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from kam_flows.domain.choices import SEPARATOR, in_a_list

PROMISE = "P-"


class FilePart(StrEnum):
    """What an account file is made of (`enterprise`, R4, R7)."""

    TRANSACTIONS = "transactions"
    COMMUNICATION = "communication"
    SPECIAL_NEEDS = "special_needs"


class EntryKind(StrEnum):
    """What staff write into the file by hand."""

    COMMUNICATION = "communication"
    """What was said, when and by whom: a touchpoint on record."""
    SPECIAL_NEED = "special_need"
    PROMISE = "promise"
    """Something we owe the account by a day, until it is kept."""

    @property
    def part(self) -> FilePart | None:
        return {
            EntryKind.COMMUNICATION: FilePart.COMMUNICATION,
            EntryKind.SPECIAL_NEED: FilePart.SPECIAL_NEEDS,
        }.get(self)


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    id: int
    account: str
    kind: EntryKind
    at: datetime
    """When it was said or promised."""
    text: str
    by: str
    recorded_at: datetime
    owner: str | None = None
    """Who keeps the promise."""
    due_on: date | None = None
    kept_at: datetime | None = None
    kept_by: str | None = None

    @property
    def is_open(self) -> bool:
        return self.kind is EntryKind.PROMISE and self.kept_at is None


class TransactionKind(StrEnum):
    CONTRACT = "contract"
    ORDER = "order"
    PAYMENT = "payment"
    RETURN = "return"


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """One line of the account's dealings; account and reference name it."""

    account: str
    reference: str
    kind: TransactionKind
    on: date
    amount: Fraction
    """In `currency`, to the hundredth."""
    currency: str = "CNY"
    text: str = ""
    ends_on: date | None = None
    """Of a contract."""


def promise_code(entry_id: int) -> str:
    return f"{PROMISE}{entry_id}"


def promise_choice(entry: FileEntry, account_name: str) -> str:
    """How a form shows a promise; links in mails carry the very same text."""
    parts = (promise_code(entry.id), in_a_list(account_name), in_a_list(entry.text))
    return SEPARATOR.join(parts)
