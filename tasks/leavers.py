"""Somebody leaves: which accounts now need a handover, and who is told of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from kam_flows.domain.choices import choice
from kam_flows.domain.errors import Phrase
from kam_flows.domain.escalation import Around, resolve
from kam_flows.domain.handover_mails import AccountsToHandOver, LeftAccount
from kam_flows.domain.handovers import Handover
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import DUTY, is_address
from kam_flows.domain.people import Staff, TeamRole
from kam_flows.domain.telling import Tell
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.settings import settings
from tasks.handover_mails import addressed

SHOWN = 60
"""Accounts that one mail lists, each with its link (a body stays below 100 KB)."""


@dataclass(frozen=True, kw_only=True)
class Leaver:
    """Who left, what they leave behind, and who is told of it."""

    person: Staff
    accounts: tuple[LeftAccount, ...]
    told: str
    """Name; empty: there is nothing to hand over, or nobody but the duty mailbox."""

    def said(self) -> Phrase:
        """One sentence for whoever marked them as left."""
        if not self.accounts:
            return Phrase(
                "{code} left: no account needs somebody else.", code=self.code
            )
        return Phrase(
            "{code} left: accounts that now need a handover: {accounts}.",
            code=self.code,
            accounts=[_briefly(account) for account in self.accounts],
        )

    @property
    def code(self) -> str:
        return self.person.code


def _briefly(account: LeftAccount) -> Phrase:
    """`HAINA (open tickets 2, promises 1)`."""
    counts = (
        (Phrase("open tickets {count}", count=account.tickets), account.tickets),
        (Phrase("promises {count}", count=account.promises), account.promises),
        (
            Phrase("handover in progress {numbers}", numbers=list(account.handovers)),
            account.handovers,
        ),
    )
    parts = [said for said, there in counts if there]
    if not parts:
        return Phrase("{account}", account=account.code)
    return Phrase("{account} ({parts})", account=account.code, parts=parts)


def see_off(
    uow: UnitOfWork,
    codes: Iterable[str],
    *,
    actor: str,
    now: datetime,
) -> list[Leaver]:
    """After these people were marked as left: what each leaves, told to who is above.

    `actor` is whoever says so, and need not be a person.
    """
    leavers = []
    waiting = uow.handovers.waiting()
    for code in codes:
        person = uow.people.get(code)
        accounts = tuple(left_accounts(uow, person, waiting))
        told = _tell(uow, person, accounts, actor, now) if accounts else ""
        shown = linked(uow, person, accounts, actor)
        leavers.append(Leaver(person=person, accounts=shown, told=told))
    return leavers


def left_accounts(
    uow: UnitOfWork, person: Staff, waiting: Iterable[Handover]
) -> Iterator[LeftAccount]:
    """The accounts in which they have a part, by code."""
    code = person.code
    tickets = Counter(view.account for view in uow.tickets.open_owned_by(code))
    promises = Counter(entry.account for entry in uow.files.owed_by(code))
    concerned = [one for one in waiting if code in {one.leaving, one.successor}]
    for account in uow.accounts.by_code().values():
        roles = [member.role for member in account.team if member.staff == code]
        here = [one for one in concerned if one.account == account.code]
        left = LeftAccount(
            code=account.code,
            account_name=account.name,
            roles=tuple(role for role in TeamRole if role in roles),
            tickets=tickets[account.code],
            promises=promises[account.code],
            handovers=tuple(one.number for one in here),
            is_under_way=any(one.leaving == code for one in here),
            link=None,
        )
        has_part = left.roles or left.tickets or left.promises or left.handovers
        if account.active and has_part:
            yield left


def linked(
    uow: UnitOfWork, person: Staff, accounts: Iterable[LeftAccount], by: str
) -> tuple[LeftAccount, ...]:
    """With the form that hands each over, filled in as far as `by` is somebody."""
    form = uow.forms.ids().get("hand-over-an-account")
    filled: dict[str, object] = {"leaving": choice(person.code, person.name)}
    if reader := uow.people.directory().get(by):
        filled["by"] = choice(reader.code, reader.name)
    return tuple(
        replace(
            one,
            link=form_link(
                settings().ui,
                form,
                {"account": choice(one.code, one.account_name), **filled},
            ),
        )
        for one in accounts
    )


def _tell(
    uow: UnitOfWork,
    person: Staff,
    accounts: tuple[LeftAccount, ...],
    actor: str,
    now: datetime,
) -> str:
    """Queue the mail to whoever is above; their name, empty for the duty mailbox."""
    from tasks.posting import post  # Jinja is loaded only if a mail is due

    people = uow.people.directory()
    around = Around(person.code, None, None)
    reached = resolve(around, Tell.SUPERVISOR, people=people, now=now)
    reader = people.get(reached.recipient)
    if reader and not is_address(reader.email):
        reader = None
    code = reader.code if reader else DUTY
    mail = AccountsToHandOver(
        **addressed(code, people),
        dedup_key=f"handover.left:{person.code}:{now.isoformat()}",
        code=person.code,
        left=person.name,
        by=people[actor].name if actor in people else "",
        accounts=linked(uow, person, accounts[:SHOWN], code),
        more=max(len(accounts) - SHOWN, 0),
        skips=reached.skips,
        as_of=now,
    )
    post(uow, mail, now, not_before=reader.reachable_at(now) if reader else None)
    return mail.name
