"""What runs every few minutes, or while somebody waits for a form: none may read all."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from kam_flows.persistence.unit_of_work import rehearsal, unit_of_work
from tasks.care import rehearse as rehearse_care
from tasks.care_delivery import deliverable
from tasks.escalation import is_anything_due, ladder_rows
from tasks.escalation import rehearse as rehearse_sweep
from tasks.event_watch import is_anything_due as is_an_event_due
from tasks.forms import choices
from tasks.handover_watch import is_anything_due as is_a_handover_due
from tasks.onboarding_watch import is_anything_due as is_an_onboarding_due
from tasks.onboarding_watch import rehearse as rehearse_onboarding
from tasks.visit_briefs import briefs_due
from tasks.visit_follow_up import is_anything_due as is_a_follow_up_due
from tasks.visit_invitations import invitations_to_check

MANY = 1_000_000
"""More mails than any guard allows."""
LEASE = timedelta(minutes=5)


def hot_paths(
    now: datetime, account: str, ticket: str
) -> Mapping[str, Callable[[], object]]:
    """By what it is; the account and the ticket are any that are there.

    Nothing of it is kept.
    """
    return {
        "is a ticket due": partial(is_anything_due, now),
        "sweep": partial(rehearse_sweep.fn, now, MANY),
        "claim of mails": partial(claim, now),
        "the lists of forms": partial(offered, now),
        "a ticket's form": partial(one_ticket, account, ticket),
        "ladder board": partial(ladder_rows.fn, now),
        "briefs due": partial(briefs_due, now),
        "invitations due": partial(invitations_to_check, now),
        "visits to follow up": partial(is_a_follow_up_due, now),
        "care to prepare": partial(rehearse_care, now),
        "letters to deliver": partial(deliverable, now),
        "watch over onboardings": partial(onboardings, now),
        "handovers due": partial(is_a_handover_due, now),
        "events due": partial(is_an_event_due, now),
        "watch over the house": partial(watched, now),
    }


def claim(now: datetime) -> None:
    with rehearsal() as uow:
        uow.outbox.is_anything_due(now)
        uow.outbox.claim(now, "anyone", 100, LEASE)


def offered(now: datetime) -> None:
    with unit_of_work(read_only=True) as uow:
        choices(uow, now, "zh_CN")


def one_ticket(account: str, ticket: str) -> None:
    with rehearsal() as uow:
        id_ = uow.accounts.id_of(uow.accounts.find(account).code)
        uow.tickets.next_number()
        uow.tickets.open_of(account)
        uow.tickets.open_among([id_])
        view = uow.tickets.find(ticket, lock=True)
        uow.tickets.histories([view.record.id])
        uow.ledger.entries([view.record.id])


def onboardings(now: datetime) -> None:
    is_an_onboarding_due(now)
    rehearse_onboarding.fn(now, MANY)


def watched(now: datetime) -> None:
    """Of the house: what it asks every ten minutes."""
    with unit_of_work(read_only=True) as uow:
        uow.house.next_tickets(None, 100)
        uow.house.in_doubt(100)
        uow.house.queue(now)
        uow.house.lost_leases(now)
