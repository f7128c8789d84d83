"""Hand an account over, accept what was handed over, and tell whom it is late to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.checklists import check_team
from kam_flows.domain.errors import UserError
from kam_flows.domain.handover_mails import HandoverBrief, Passed
from kam_flows.domain.handovers import (
    Handover,
    HandoverItem,
    accepted,
    check_acceptor,
    check_pair,
    check_recording,
    places,
)
from kam_flows.domain.mails import Mail
from kam_flows.domain.people import Staff
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.checklists import settle_checklist, settle_checklists
from tasks.handover_facts import items_of
from tasks.handover_mails import (
    accepted_mail,
    brief_of,
    briefs,
    desk_of,
    name_of,
    stand_in,
)
from tasks.handover_moves import (
    drop_notices,
    pass_cares,
    pass_handovers,
    pass_promises,
    pass_roles,
    pass_tickets,
    rewrite_letters,
)
from tasks.leavers import Leaver, see_off
from tasks.portfolio import steering
from tasks.tickets import acting


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """What a handover moved, and what the successor has to accept."""

    handover: Handover
    brief: HandoverBrief
    is_away: bool
    """The successor is absent now."""
    stand_in: str
    """Name of who may accept meanwhile; empty: nobody."""
    mailed: tuple[str, ...]
    """Names of who gets the brief."""


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """What was accepted, and what is still to be."""

    handover: Handover
    account_name: str
    items: tuple[HandoverItem, ...]
    """Accepted just now."""
    told: tuple[str, ...]
    """Name of who is told that all is accepted, if anybody is."""


@task
def hand_over(
    *,
    account: str,
    leaving: str,
    successor: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    by_word_of_mouth: bool = False,
    recording: str = "",
    note: str = "",
    dry_run: bool = False,
) -> HandedOver:
    """Pass an account from one person to another, all of it or nothing.

    `at` is when it was handed over, `None` for now; what moves, moves now.
    """
    at = at or now
    now = max(now, at)
    with rehearsal() if dry_run else unit_of_work() as uow:
        # An import or another handover would change the same team.
        uow.alone()
        person = acting(uow, by)
        found = uow.accounts.find(account)
        leaver, heir = uow.people.find(leaving), uow.people.find(successor)
        if person.code != leaver.code:
            check_team(person, found)
        check_pair(leaver, heir)
        reference = check_recording(by_word_of_mouth, recording)
        account_id = uow.accounts.lock(found.code)
        waiting = uow.handovers.waiting(account_id, lock=True)
        _check_not_open(uow, waiting, found, leaver)
        drawn = _drawn(uow, found, (leaver, heir), person, at, reference)
        passed = _pass(uow, account_id, found, waiting, drawn, now)
        after = uow.accounts.get(found.code)
        items = items_of(uow, account_id, after, now)
        drawn = replace(drawn, items=items)
        handover = replace(
            drawn, id=uow.handovers.add(account_id, drawn, drawn.accept_by)
        )
        letters = rewrite_letters(uow, account_id, after, handover, now=now)
        passed = replace(passed, mails=letters)
        settle_checklist(uow, after, now=now, actor=person.code)
        _put_on_record(uow, handover, passed, note, now)
        desk = desk_of(uow, handover, after, now)
        brief = brief_of(uow, desk, passed, by=person, note=note)
        mailed = _send(uow, briefs(uow, desk, brief), now)
        deputy = stand_in(heir, uow.people.directory(), now)
        return HandedOver(
            handover=handover,
            brief=brief,
            is_away=heir.is_absent(now),
            stand_in=deputy.name if deputy else "",
            mailed=mailed,
        )


@task
def accept_items(
    *,
    handover: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    items: str = "",
    note: str = "",
    dry_run: bool = False,
) -> Acceptance:
    """Record that the successor knows these items; with the last one it is closed.

    `items` names them by number, such as `1, 3-5`; empty: all that are open.
    """
    at = at or now
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = _taken(uow, handover)
        people = uow.people.directory()
        check_acceptor(found, person, people, at)
        _check_moment(found, at)
        chosen = places(items, found)
        after = accepted(found, chosen, at=at, by=person.code, note=note)
        taken = tuple(item for item in after.items if item.place in chosen)
        uow.handovers.accept(found.id, taken)
        uow.audit.write(
            now,
            person.code,
            "handover items accepted",
            f"account {found.account}",
            handover=found.number,
            items=list(chosen),
            note=note,
        )
        account = uow.accounts.get(found.account)
        told: tuple[str, ...] = ()
        if after.accepted_at:
            uow.handovers.keep(after, None)
            settle_checklist(uow, account, now=now, actor=person.code)
            word = accepted_mail(desk_of(uow, after, account, now), person, note)
            told = _send(uow, [word] if word else [], now)
        return Acceptance(
            handover=after, account_name=account.name, items=taken, told=told
        )


@task
def mark_as_left(
    *, person: str, by: str, now: datetime, dry_run: bool = False
) -> Leaver:
    """Somebody is no longer with us; their accounts are named to their supervisor."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        uow.alone()
        actor = steering(uow, by)
        found = uow.people.find(person)
        if not found.active:
            raise UserError(
                "{name} ({code}) is marked as left already; nothing was changed.",
                name=found.name,
                code=found.code,
            )
        uow.people.save([replace(found, active=False)])
        subject = f"staff {found.code}"
        uow.audit.write(now, actor.code, "changed", subject, active=["yes", "no"])
        [leaver] = see_off(uow, [found.code], actor=actor.code, now=now)
        served = [one.code for one in leaver.accounts if one.roles]
        settle_checklists(uow, served, actor=actor.code, now=now)
        return leaver


def _taken(uow: UnitOfWork, text: str) -> Handover:
    """The handover that somebody names, for us alone: first the account, then itself.

    In this order, or two who change both would wait for each other.
    """
    named = uow.handovers.find(text)
    uow.accounts.lock(named.account)
    return uow.handovers.get(named.id, lock=True) or named


def _check_not_open(
    uow: UnitOfWork, waiting: list[Handover], account: Account, leaver: Staff
) -> None:
    for one in waiting:
        if one.leaving == leaver.code:
            raise UserError(
                "{leaving} has handed {account} over to {successor} already, and "
                "{handover} is not accepted to the end; to pass it on, hand it over from "
                "{successor}.",
                leaving=leaver.name,
                account=account.name,
                successor=name_of(one.successor, uow.people.directory()),
                handover=one.number,
            )


def _check_moment(handover: Handover, at: datetime) -> None:
    """Nothing is accepted before it was handed over."""
    if at < handover.started_at:
        zone = ZoneInfo(settings().timezone)
        raise UserError(
            "{moment} is before {handover} began ({started}); choose a later moment.",
            moment=f"{at.astimezone(zone):%Y-%m-%d %H:%M}",
            handover=handover.number,
            started=f"{handover.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
        )


def _drawn(
    uow: UnitOfWork,
    account: Account,
    pair: tuple[Staff, Staff],
    by: Staff,
    at: datetime,
    recording: str,
) -> Handover:
    """The handover under the policy in force, before anything has moved."""
    policy_id = uow.policies.current_id(at)
    policy = uow.policies.get(policy_id)
    calendar = policy.calendar(account.calendar)
    return Handover(
        id=0,
        account=account.code,
        leaving=pair[0].code,
        successor=pair[1].code,
        started_at=at,
        started_by=by.code,
        policy_id=policy_id,
        accept_by=calendar.add(at, policy.handover.accept_within),
        recording=recording,
        climbed=0,
        items=(),
    )


def _pass(
    uow: UnitOfWork,
    account_id: int,
    account: Account,
    waiting: list[Handover],
    handover: Handover,
    now: datetime,
) -> Passed:
    """Everything of the one that becomes the other's; UserError if that is nothing."""
    leaving, successor = handover.leaving, handover.successor
    moves = (uow, account, leaving, successor)
    actor = handover.started_by
    tickets = pass_tickets(*moves, actor=actor, now=now)
    passed = Passed(
        roles=pass_roles(*moves, actor=actor, now=now),
        tickets=tickets,
        promises=len(pass_promises(uow, account_id, leaving, successor)),
        handovers=pass_handovers(uow, waiting, handover, now),
        mails=0,
    )
    if not any((passed.roles, tickets, passed.promises, passed.handovers)):
        raise UserError(
            "{name} has no part in {account}: no role in its team, no open ticket, no "
            "promise; nothing was done.",
            name=name_of(leaving, uow.people.directory()),
            account=account.name,
        )
    pass_cares(uow, account_id, leaving, successor, actor=actor, now=now)
    drop_notices(uow, tickets, leaving, actor=actor, now=now)
    return passed


def _put_on_record(
    uow: UnitOfWork, handover: Handover, passed: Passed, note: str, now: datetime
) -> None:
    uow.audit.write(
        now,
        handover.started_by,
        "handed over",
        f"account {handover.account}",
        handover=handover.number,
        leaving=handover.leaving,
        successor=handover.successor,
        recording=handover.recording,
        note=note,
        tickets=list(passed.tickets),
        promises=passed.promises,
        handovers=list(passed.handovers),
        mails=passed.mails,
    )


def _send(uow: UnitOfWork, mails: Iterable[Mail], now: datetime) -> tuple[str, ...]:
    """Queue these, nobody's in their quiet hours; names of who gets one."""
    from tasks.posting import post  # Jinja is loaded only if a mail is due

    people = uow.people.directory()
    names = []
    for mail in mails:
        post(uow, mail, now, not_before=people[mail.recipient].reachable_at(now))
        names.append(mail.name)
    return tuple(names)
