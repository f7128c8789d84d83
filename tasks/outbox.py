"""Outbox tasks: what waits for a person, and what a person decides about it."""

from datetime import datetime
from typing import NamedTuple

from prefect import task

from kam_flows.domain.choices import code_in
from kam_flows.domain.mails import Decision, Fate
from kam_flows.persistence.outbox import WAITING, Posted, no_mail, other_fate
from kam_flows.persistence.unit_of_work import rehearsal, unit_of_work
from tasks.portfolio import steering

NEWEST = 50
WAITING_SHOWN = 200
DIGITS = 9
"""Longer numbers are no mail's, and too long for the database."""


class OutboxNow(NamedTuple):
    counts: dict[Fate, int]
    mails: list[Posted]
    """Those that wait for a person, then the newest of the others."""


@task
def outbox_now() -> OutboxNow:
    with unit_of_work(read_only=True) as uow:
        waiting = uow.outbox.waiting(WAITING_SHOWN)
        listed = {mail.id for mail in waiting}
        newest = [m for m in uow.outbox.recent(NEWEST) if m.id not in listed]
        return OutboxNow(counts=uow.outbox.counts(), mails=[*waiting, *newest])


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
        person = steering(uow, by)
        mail_id = number_in(mail)
        fate = uow.outbox.get(mail_id).fate
        if fate not in WAITING:
            raise other_fate(mail_id, fate, WAITING)
        if decision is Decision.DROP:
            decide = uow.outbox.cancel
        elif fate is Fate.HELD:
            decide = uow.outbox.release
        else:
            decide = uow.outbox.retry
        decide(mail_id, person.code, now, note=note)
        return uow.outbox.get(mail_id)


def number_in(mail: str) -> int:
    """The mail's number, typed or chosen from the list."""
    number = code_in(mail)
    if not number.isdecimal() or len(number) > DIGITS:
        raise no_mail(mail)
    return int(number)
