"""An account's new tier or calendar reaches the tickets that are open at that moment."""

from dataclasses import replace
from datetime import datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.tickets import Happening, TicketEvent
from kam_flows.persistence.unit_of_work import UnitOfWork
from tasks.recording import Incoming, record_events


def change_promises(
    uow: UnitOfWork, old: Account, new: Account, *, actor: str, now: datetime
) -> None:
    """Compute the open tickets' clocks again; no breach comes into the past (S9)."""
    events = []
    if old.tier is not new.tier:
        kind, tier = Happening.TIER_CHANGED, new.tier.value
        events.append(TicketEvent(at=now, kind=kind, by=actor, value=tier))
    if old.calendar != new.calendar:
        kind, name = Happening.RECLOCKED, new.calendar
        events.append(TicketEvent(at=now, kind=kind, by=actor, value=name))
    open_tickets = uow.tickets.open_of(new.code) if events else []
    if open_tickets:
        record_events(
            uow,
            {
                view.record.number: [Incoming(event) for event in events]
                for view in open_tickets
            },
            now=now,
            actor=actor,
            moved=lambda record: replace(record, calendar=new.calendar),
        )
