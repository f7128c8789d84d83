"""A small portfolio in the database, and tickets as staff make them."""

from collections.abc import Iterable
from datetime import datetime
from importlib import resources

from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Account
from kam_flows.domain.people import Staff
from kam_flows.domain.tickets import Action
from kam_flows.persistence.database import engine
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.tickets import change_ticket, open_ticket
from tests.builders import at

LONG_AGO = at("2026-01-05 09:00")


def store(people: Iterable[Staff], accounts: Iterable[Account]) -> None:
    with unit_of_work() as uow:
        uow.people.save(people)
        accounts = list(accounts)
        uow.accounts.save(accounts)
        uow.accounts.replace_teams({account.code: account.team for account in accounts})


def use_policy(name: str = "retention", since: datetime = LONG_AGO) -> None:
    presets = resources.files("kam_flows") / "policies" / "presets"
    use_text((presets / f"{name}.yaml").read_text(encoding="utf-8"), since)


def use_text(text: str, since: datetime = LONG_AGO) -> None:
    with unit_of_work() as uow:
        uow.policies.use(uow.policies.store(text, since), "test", since)


def opened(when: str, account: str = "ACME", by: str = "mara") -> str:
    """Open a ticket at this Shanghai time; its number."""
    with unit_of_work(read_only=True) as uow:
        others = len(uow.tickets.numbers())
    # The same words twice would be the same form twice.
    title = f"无法登录（{others + 1}）" if others else "无法登录"
    result = open_ticket.fn(account=account, title=title, by=by, now=at(when))
    return result.ticket.record.number


def change(
    when: str, number: str, action: Action, by: str = "mara", value: str = ""
) -> None:
    change_ticket.fn(ticket=number, action=action, by=by, now=at(when), value=value)


def watching() -> Session:
    """A session without a transaction: it holds no lock and sees what is committed."""
    return Session(engine().execution_options(isolation_level="AUTOCOMMIT"))
