"""The ledger of gifts: sums by account and by recipient, and what is left of the year."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_flows.domain.care_rules import GiftCaps
from kam_flows.domain.errors import UserError
from kam_flows.domain.gifts import Gift


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What one account, or one recipient, got."""

    code: str
    name: str
    account_name: str
    count: int
    value: Decimal
    in_year: Decimal
    """In the whole year of the last day."""
    left: Decimal
    """Of that year's cap; below zero where a supervisor has lifted it."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The gifts of these days, the oldest first."""

    first: date
    last: date
    gifts: tuple[Gift, ...]
    accounts: tuple[Sum, ...]
    """The most valuable first."""
    recipients: tuple[Sum, ...]
    currency: str

    @property
    def value(self) -> Decimal:
        return sum((gift.value for gift in self.gifts), Decimal(0))


def stretch(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """This year until today, unless somebody says otherwise."""
    last = last or (date(first.year, 12, 31) if first else today)
    first = first or date(last.year, 1, 1)
    if first > last:
        raise UserError(
            "The last day {last} is before the first {first}; give days in order.",
            first=first,
            last=last,
        )
    return first, last


def ledger(
    gifts: Iterable[Gift], first: date, last: date, caps: GiftCaps, currency: str
) -> Ledger:
    """Of gifts that reach at least over these days and the year of the last one."""
    known = list(gifts)
    return Ledger(
        first=first,
        last=last,
        gifts=tuple(one for one in known if first <= one.on <= last),
        accounts=_sums(known, first, last, caps.per_account, _of_account),
        recipients=_sums(known, first, last, caps.per_recipient, _of_recipient),
        currency=currency,
    )


Whose = Callable[[Gift], tuple[str, str]]
"""Code and name of whom a gift counts for."""


def _of_account(gift: Gift) -> tuple[str, str]:
    return gift.account, gift.account_name


def _of_recipient(gift: Gift) -> tuple[str, str]:
    return gift.recipient, gift.recipient_name


def _sums(
    gifts: Sequence[Gift], first: date, last: date, cap: Decimal, whose: Whose
) -> tuple[Sum, ...]:
    found: dict[str, list[Gift]] = {}
    for gift in gifts:
        found.setdefault(whose(gift)[0], []).append(gift)
    sums = []
    for code, theirs in found.items():
        here = [one for one in theirs if first <= one.on <= last]
        in_year = _value(one for one in theirs if one.on.year == last.year)
        if here:
            sums.append(
                Sum(
                    code=code,
                    name=whose(here[-1])[1],
                    account_name=here[-1].account_name,
                    count=len(here),
                    value=_value(here),
                    in_year=in_year,
                    left=cap - in_year,
                )
            )
    return tuple(sorted(sums, key=lambda one: (-one.value, one.code)))


def _value(gifts: Iterable[Gift]) -> Decimal:
    return sum((one.value for one in gifts), Decimal(0))
