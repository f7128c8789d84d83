"""Gifts: recorded within what may be given, and reported to who answers for them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from prefect import task

from kam_flows import spreadsheets
from kam_flows.domain.accounts import Account
from kam_flows.domain.care_decisions import check_concerned, gift_given
from kam_flows.domain.cares import Care
from kam_flows.domain.cells import LONGEST
from kam_flows.domain.errors import UserError
from kam_flows.domain.gift_ledger import Ledger, ledger, stretch
from kam_flows.domain.gift_rules import check_gift
from kam_flows.domain.gifts import Gift
from kam_flows.domain.occasion_entries import person_of
from kam_flows.domain.people import STEERING_ROLES, Directory, Staff, StaffRole, above
from kam_flows.domain.texts import as_kept
from kam_flows.domain.visit_changes import LONGEST_REASON
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.gift_tables import rows, sheets
from kam_flows.settings import Language, settings
from tasks.inbox import write_file
from tasks.tickets import acting

CENTS = 100
SEES_ALL = STEERING_ROLES | {StaffRole.EXECUTIVE}


@dataclass(frozen=True, kw_only=True)
class GiftRecorded:
    """A gift on record, and what may still be given."""

    gift: Gift
    currency: str
    left: Decimal
    """To this recipient in this year; below zero where a supervisor lifted the cap."""
    care: Care | None
    """As it stands now."""


@task
def record_gift(
    *,
    account: str,
    recipient: str,
    item: str,
    value: Decimal,
    by: str,
    now: datetime,
    at: datetime | None = None,
    on: date | None = None,
    care: str = "",
    reason: str = "",
    dry_run: bool = False,
) -> GiftRecorded:
    """Put a gift on record; its steps of the care it belongs to are done with it."""
    at = at or now
    what, why = _line(item), as_kept(reason)[:LONGEST_REASON]
    with rehearsal() if dry_run else unit_of_work() as uow:
        person, people = acting(uow, by), uow.people.directory()
        policy = uow.policies.current(at)
        of = uow.cares.find(care, lock=True) if care.strip() else None
        found = _account(uow, account, of)
        # Whoever else records a gift of this account waits: caps are sums.
        account_id = uow.accounts.lock(found.code)
        if of is not None:
            check_concerned(person, of, found, people)
        calendar = policy.calendar(found.calendar)
        today = at.astimezone(calendar.timezone).date()
        on = _day(on or today, today)
        contacts = uow.accounts.contacts_of(account_id)
        typed = recipient.strip() or (of.contact_code or of.contact if of else "")
        if not typed:
            raise UserError("Say who got it: type a name or a code into `recipient`.")
        name, code = person_of(_line(typed), contacts)
        gift = Gift(
            care=of.id if of else None,
            account=found.code,
            account_name=found.name,
            recipient=code or name,
            recipient_name=name,
            item=what,
            value=_amount(value),
            on=on,
            reason=why,
            by=person.code,
            recorded_at=now,
        )
        _check_once(uow, account_id, gift)
        rules = policy.care
        given = uow.gifts.given(account_id, gift.recipient, gift.care, on.year)
        check_gift(
            gift.value,
            given,
            rules.gifts,
            recipient=name,
            by=person.role,
            reason=why,
            budget=of.budget if of else Decimal(0),
        )
        stored = uow.gifts.record(account_id, gift)
        if of is not None and of.is_open:
            of = gift_given(of, person, at, today)
            uow.cares.keep(of)
        uow.audit.write(
            now,
            person.code,
            "gift recorded",
            f"care {of.number}" if of else f"account {found.code}",
            account=found.code,
            recipient=gift.recipient,
            called=f"{gift.item} {gift.value}",
            on=on.isoformat(),
            reason=why,
            happened_at=at.isoformat(),
        )
        return GiftRecorded(
            gift=stored,
            currency=rules.currency,
            left=rules.gifts.per_recipient - given.recipient - gift.value,
            care=of,
        )


@task
def gift_ledger(
    now: datetime, first: date | None = None, last: date | None = None, by: str = ""
) -> Ledger:
    """The gifts of these days that this person may see; nobody in particular: all."""
    with unit_of_work(read_only=True) as uow:
        reader = acting(uow, by) if by.strip() else None
        policy = uow.policies.current(now)
        calendar = policy.calendar(policy.default_calendar)
        today = now.astimezone(calendar.timezone).date()
        first, last = stretch(first, last, today)
        since = min(first, date(last.year, 1, 1))
        gifts = uow.gifts.between(since, date(last.year, 12, 31))
        if reader is not None and reader.role not in SEES_ALL:
            seen = _seen(uow, reader, {gift.account for gift in gifts})
            gifts = [gift for gift in gifts if gift.account in seen]
        rules = policy.care
        return ledger(gifts, first, last, rules.gifts, rules.currency)


@task
def write_ledger(found: Ledger, path: Path, language: Language | None = None) -> Path:
    """As a workbook with the gifts and both sums, or the gifts alone as CSV."""
    language = language or settings().language
    if path.suffix.lower() == ".csv":
        content = spreadsheets.write_csv(rows(found, language))
    elif path.suffix.lower() == ".xlsx":
        content = spreadsheets.write_xlsx(sheets(found, language))
    else:
        raise UserError(
            "{name} is neither CSV nor XLSX; let its name end in .csv or .xlsx.",
            name=path.name,
        )
    write_file(path, content)
    return path


def _account(uow: UnitOfWork, typed: str, of: Care | None) -> Account:
    """The one chosen, or that of the care; they have to be the same."""
    if not typed.strip() and of is not None and of.account:
        return uow.accounts.get(of.account)
    found = uow.accounts.find(typed)
    if of is not None and of.account and of.account != found.code:
        raise UserError(
            "{care} is of another account than {account}; choose one of its own, or "
            "leave `care` empty.",
            care=of.number,
            account=found.name,
        )
    return found


def _amount(value: Decimal) -> Decimal:
    """To the hundredth, as it is stored."""
    if not value.is_finite() or value * CENTS != int(value * CENTS):
        raise UserError(
            "'{value}' is no amount; give one to the hundredth, such as 380 or 99.50.",
            value=value,
        )
    return value


def _day(on: date, today: date) -> date:
    if on > today:
        raise UserError(
            "{day} is still to come; record the gift when it has been given.", day=on
        )
    return on


def _line(text: str) -> str:
    line = " ".join(as_kept(text).split())
    if not line:
        raise UserError("Say what was given: type it into `gift`.")
    if len(line) > LONGEST:
        raise UserError(
            "The text has {length} characters; keep it below {limit}.",
            length=len(line),
            limit=LONGEST,
        )
    return line


def _check_once(uow: UnitOfWork, account_id: int, gift: Gift) -> None:
    """A second click records nothing twice."""
    for other in uow.gifts.among([account_id], gift.on, gift.on).get(gift.account, ()):
        same = (other.recipient, other.item, other.value, other.care)
        if same == (gift.recipient, gift.item, gift.value, gift.care):
            raise UserError(
                "This gift is on record already, by {name}; nothing was done. If it is "
                "another one, say so in `gift`.",
                name=uow.people.directory()[other.by].name,
            )


def _seen(uow: UnitOfWork, reader: Staff, codes: set[str]) -> set[str]:
    """Accounts that the reader serves, or somebody below them."""
    people: Directory = uow.people.directory()
    return {
        account.code
        for account in uow.accounts.named(codes).values()
        if any(
            reader.code in (member.staff, *above(member.staff, people))
            for member in account.team
        )
    }
