"""Outbox tasks: what waits for a person, and what a person decides about it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from prefect import task

from kam_flows.domain.choices import code_in
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Approval, Decision, Fate
from kam_flows.domain.people import Staff
from kam_flows.persistence.outbox import WAITING, Posted, no_mail, other_fate
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.outboxes import body_removed
from kam_flows.settings import settings
from tasks.portfolio import check_steering
from tasks.tickets import acting

NEWEST = 50
WAITING_SHOWN = 200
DIGITS = 9
"""Longer numbers are no mail's, and too long for the database."""


class OutboxNow(NamedTuple):
    counts: dict[Fate, int]
    mails: list[Posted]
    """Those that wait for a person, then the newest of the others."""
    bodiless: dict[int, str]
    """Why the body of some is no longer kept, by id."""


@task
def outbox_now(now: datetime) -> OutboxNow:
    with unit_of_work(read_only=True) as uow:
        waiting = uow.outbox.waiting(WAITING_SHOWN)
        listed = {mail.id for mail in waiting}
        newest = [m for m in uow.outbox.recent(NEWEST) if m.id not in listed]
        mails = [*waiting, *newest]
        return OutboxNow(
            counts=uow.outbox.counts(),
            mails=mails,
            bodiless=bodiless(uow, mails, now),
        )


def bodiless(
    uow: UnitOfWork, mails: Collection[Posted], now: datetime
) -> dict[int, str]:
    """In the language of forms, why these cannot be read any more; by id."""
    bare = uow.outbox.without_body([mail.id for mail in mails])
    if not bare:
        return {}
    days, language = (
        uow.policies.current(now).retention.mail_bodies,
        settings().language,
    )
    erased = {alias for alias, _ in uow.erasures.known().codes.values()}
    return {
        mail.id: body_removed(
            days, language, with_reader=bool(erased.intersection(mail.addresses))
        )
        for mail in mails
        if mail.id in bare
    }


@task
def decide_about(
    *,
    mail: str,
    decision: Decision,
    by: str,
    now: datetime,
    note: str = "",
    dry_run: bool = False,
) -> Posted:
    """Send a mail that waits for a person after all, or drop it; the mail as it now is.

    Raises UserError for a mail that is not there or has another fate, and for people
    whose decision it is not.
    """
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        mail_id = number_in(mail)
        waiting = uow.outbox.get(mail_id)
        fate = waiting.fate
        approval = Approval.read(waiting.held_for)
        check_decision(uow, person, approval)
        if fate not in WAITING:
            raise other_fate(mail_id, fate, WAITING)
        if decision is Decision.DROP:
            uow.outbox.cancel(mail_id, person.code, now, note=note)
        elif fate is Fate.HELD:
            check_signer(uow, approval)
            until = now + settings().mail_lifetime
            uow.outbox.release(mail_id, person.code, now, note=note, expires_at=until)
        else:
            uow.outbox.retry(mail_id, person.code, now, note=note)
        return uow.outbox.get(mail_id)


def check_decision(uow: UnitOfWork, person: Staff, approval: Approval | None) -> None:
    """Raise UserError unless this person steers, or the mail waits for their approval."""
    if approval is None or person.code not in approvers(uow, approval):
        check_steering(person)


def check_signer(uow: UnitOfWork, approval: Approval | None) -> None:
    """A letter must not speak for somebody who has passed the account on."""
    if approval is not None and approval.signer not in approvers(uow, approval):
        raise UserError(
            "{name} signed this letter and is no longer on the team of {account} in "
            "that role; drop it, and let whoever is now write to the account.",
            name=uow.people.get(approval.signer).name,
            account=approval.account,
        )


def approvers(uow: UnitOfWork, approval: Approval) -> tuple[str, ...]:
    return uow.accounts.get(approval.account).members(approval.role)


def number_in(mail: str) -> int:
    """The mail's number, typed or chosen from the list."""
    number = code_in(mail)
    if not number.isdecimal() or len(number) > DIGITS:
        raise no_mail(mail)
    return int(number)
