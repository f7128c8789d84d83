"""What passes from one person to another with an account, all in one transaction."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.cares import PREFIX
from kam_flows.domain.errors import UserError
from kam_flows.domain.handovers import Handover, accepted, passed_on
from kam_flows.domain.mails import Approval, Fate
from kam_flows.domain.people import TeamRole
from kam_flows.domain.portfolio import written_team
from kam_flows.domain.tickets import OVER, Happening, TicketEvent
from kam_flows.persistence.unit_of_work import UnitOfWork
from tasks.onboarding_letters import post_letters
from tasks.recording import Incoming, record_events


def pass_roles(
    uow: UnitOfWork,
    account: Account,
    leaving: str,
    successor: str,
    *,
    actor: str,
    now: datetime,
) -> tuple[TeamRole, ...]:
    """The successor stands in the team where the other stood; the roles that moved."""
    roles = [member.role for member in account.team if member.staff == leaving]
    if not roles:
        return ()
    team = passed_on(account.team, leaving, successor)
    uow.accounts.replace_teams({account.code: team})
    uow.audit.write(
        now,
        actor,
        "team changed",
        f"account {account.code}",
        team=[written_team(account.team), written_team(team)],
    )
    return tuple(role for role in TeamRole if role in roles)


def pass_tickets(
    uow: UnitOfWork,
    account: Account,
    leaving: str,
    successor: str,
    *,
    actor: str,
    now: datetime,
) -> tuple[str, ...]:
    """The open tickets, with clocks and ladders; the brief tells of them, no mail each."""
    numbers = [view.record.number for view in uow.tickets.open_of(account.code)]
    locked = uow.tickets.views(numbers, lock=True)
    theirs = {
        number: view.record
        for number, view in sorted(locked.items())
        if view.owner == leaving and view.state not in OVER
    }
    event = TicketEvent(at=now, kind=Happening.ASSIGNED, by=actor, value=successor)
    record_events(
        uow,
        {number: [Incoming(event)] for number in theirs},
        now=now,
        actor=actor,
        locked=theirs,
    )
    return tuple(theirs)


def pass_promises(
    uow: UnitOfWork, account_id: int, leaving: str, successor: str
) -> tuple[int, ...]:
    """The ids of the promises that the successor keeps from now on."""
    owed = [entry.id for entry in uow.files.owed_by(leaving, account_id)]
    if owed:
        uow.files.pass_on(owed, successor)
    return tuple(owed)


def pass_cares(
    uow: UnitOfWork,
    account_id: int,
    leaving: str,
    successor: str,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Care that is under way, with its open steps; a letter of another's is signed anew."""
    for care_id in uow.cares.pass_on(account_id, leaving, successor):
        subject = f"care {PREFIX}{care_id}"
        uow.audit.write(now, actor, "care passed on", subject, called=successor)


def pass_handovers(
    uow: UnitOfWork, waiting: list[Handover], handover: Handover, now: datetime
) -> tuple[str, ...]:
    """Earlier handovers to the one who leaves: the successor has to accept those, too.

    Nobody accepts what they handed over themselves: where the account comes back to
    who had it before, that handover is closed.
    """
    successor, accept_by = handover.successor, handover.accept_by
    theirs = [one for one in waiting if one.successor == handover.leaving]
    for one in theirs:
        if one.leaving == successor:
            open_now = [item.place for item in one.open_items]
            back = accepted(one, open_now, at=now, by=successor, note="")
            uow.handovers.accept(one.id, back.items)
            uow.handovers.keep(back, None)
        else:
            moved = replace(one, successor=successor, accept_by=accept_by, climbed=0)
            uow.handovers.keep(moved, accept_by)
    return tuple(one.number for one in theirs)


def drop_notices(
    uow: UnitOfWork,
    tickets: tuple[str, ...],
    leaving: str,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Mails that would still tell the one who leaves that these tickets are theirs."""
    starts = [f"escalation.yours:{number}:" for number in tickets]
    for mail in uow.outbox.about((), starts):
        if mail.recipient == leaving and mail.fate is Fate.QUEUED:
            # One that a dispatcher has just taken in hand is on its way.
            with suppress(UserError):
                uow.outbox.cancel(mail.id, actor, now)


def rewrite_letters(
    uow: UnitOfWork,
    account_id: int,
    account: Account,
    handover: Handover,
    *,
    now: datetime,
) -> int:
    """Letters to the account that still wait in the name of the one who leaves.

    They are cancelled and written anew for the successor, who decides about them; how
    many there were.
    """
    approval = Approval(TeamRole.LEAD_MANAGER, account.code, handover.leaving)
    held = uow.outbox.held_for(str(approval))
    for mail in held:
        uow.outbox.cancel(mail.id, handover.started_by, now, note=handover.number)
    if held:
        newest, *_ = uow.onboardings.of(account_id)
        post_letters(uow, account, newest, now, handover.number)
    return len(held)
