"""What is on record about an account on the day it is handed over."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kam_flows.domain.accounts import Account
from kam_flows.domain.handover_items import OnRecord, OpenTicket, draw_items
from kam_flows.domain.handovers import HandoverItem
from kam_flows.domain.people import Directory
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.settings import settings

A_YEAR = timedelta(days=365)


def items_of(
    uow: UnitOfWork, account_id: int, account: Account, now: datetime
) -> tuple[HandoverItem, ...]:
    """Everything the successor has to accept, as the records stand."""
    today = now.astimezone(ZoneInfo(settings().timezone)).date()
    return draw_items(on_record(uow, account_id, account, now), today)


def on_record(
    uow: UnitOfWork, account_id: int, account: Account, now: datetime
) -> OnRecord:
    people = uow.people.directory()
    return OnRecord(
        account=account,
        answers=uow.surveys.answers([account_id]).get(account_id, {}),
        entries=uow.files.entries(account_id),
        contacts=uow.accounts.contacts_of(account_id),
        tickets=[_ticket(v, people) for v in uow.tickets.open_of(account.code)],
        agreement=uow.agreements.in_force([account_id]).get(account_id),
        breaches=uow.histories.breaches(account_id, now - A_YEAR),
        transactions=uow.files.transactions(account_id),
        names={code: person.name for code, person in people.items()},
    )


def _ticket(view: TicketView, people: Directory) -> OpenTicket:
    owner = people.get(view.owner or "")
    return OpenTicket(
        number=view.record.number,
        title=view.record.title,
        state=view.state,
        owner=owner.name if owner else view.owner or "",
        respond_by=None if view.responded_at else view.respond_by,
        plan_by=None if view.planned_at else view.plan_by,
        resolve_by=view.resolve_by,
    )
