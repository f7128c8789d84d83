"""The ledger of gifts."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select
from sqlalchemy.orm import Session

from kam_flows.domain.gift_rules import Given
from kam_flows.domain.gifts import Gift
from kam_flows.persistence.bulk import among
from kam_flows.persistence.care_models import GiftRow
from kam_flows.persistence.models import AccountRow, table_of

ACCOUNTS = table_of(AccountRow)
GIFTS = table_of(GiftRow)


class GiftRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def given(
        self, account_id: int, recipient: str, care: int | None, year: int
    ) -> Given:
        """What gifts are worth so far: of this care, and in this year of the account and
        of the recipient, wherever they work."""
        in_year = GIFTS.c.on.between(date(year, 1, 1), date(year, 12, 31))
        of_care = GIFTS.c.care_id == care if care is not None else None
        return Given(
            care=self._sum(of_care) if of_care is not None else Decimal(0),
            account=self._sum((GIFTS.c.account_id == account_id) & in_year),
            recipient=self._sum((GIFTS.c.recipient == recipient) & in_year),
        )

    def record(self, account_id: int, gift: Gift) -> Gift:
        """The gift with its number."""
        added = insert(GIFTS).values(
            care_id=gift.care,
            account_id=account_id,
            recipient=gift.recipient,
            recipient_name=gift.recipient_name,
            item=gift.item,
            cents=int(gift.value * 100),
            on=gift.on,
            reason=gift.reason,
            by=gift.by,
            recorded_at=gift.recorded_at,
        )
        id_: int = self.session.scalars(added.returning(GIFTS.c.id)).one()
        return replace(gift, id=id_)

    def between(self, first: date, last: date) -> list[Gift]:
        """The ledger of these days, the oldest first."""
        return self._read(GIFTS.c.on.between(first, last))

    def to(self, recipient: str) -> list[Gift]:
        """All that somebody ever got, by contact code."""
        return self._read(GIFTS.c.recipient == recipient)

    def of_care(self, care_ids: Collection[int]) -> list[Gift]:
        return self._read(among(self.session, GIFTS.c.care_id, care_ids))

    def among(
        self, account_ids: Collection[int], first: date, last: date
    ) -> dict[str, list[Gift]]:
        """What these accounts and their people got on these days, by account code."""
        found: dict[str, list[Gift]] = {}
        for gift in self._read(
            GIFTS.c.on.between(first, last),
            among(self.session, GIFTS.c.account_id, account_ids),
        ):
            found.setdefault(gift.account, []).append(gift)
        return found

    def _sum(self, which: ColumnElement[bool]) -> Decimal:
        cents = self.session.scalar(select(func.sum(GIFTS.c.cents)).where(which))
        return Decimal(int(cents or 0)) / 100

    def _read(self, *which: Any) -> list[Gift]:
        statement = (
            select(GIFTS, ACCOUNTS.c.code, ACCOUNTS.c.name)
            .join(ACCOUNTS, ACCOUNTS.c.id == GIFTS.c.account_id)
            .where(*which)
            .order_by(GIFTS.c.on, GIFTS.c.id)
        )
        return [_gift(row) for row in self.session.execute(statement)]


def _gift(row: Row[Any]) -> Gift:
    return Gift(
        id=row.id,
        care=row.care_id,
        account=row.code,
        account_name=row.name,
        recipient=row.recipient,
        recipient_name=row.recipient_name,
        item=row.item,
        value=Decimal(row.cents) / 100,
        on=row.on,
        reason=row.reason,
        by=row.by,
        recorded_at=row.recorded_at,
    )
