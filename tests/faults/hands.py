"""The product at work in processes of its own, which may be killed at any moment.

They are forked from one server that has imported everything, so a moment chosen at
random falls into the work and not into Python's start.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import event

import flows.dispatch
import flows.escalation
import flows.portfolio  # noqa: F401 - what a run imports is imported before the fork
import kam_flows.rendering.mails
import kam_flows.spreadsheets  # noqa: F401
import tasks.onboarding_begun  # noqa: F401
from kam_flows.domain.account_file import EntryKind, FileEntry
from kam_flows.domain.accounts import Account, Contact, TeamMember, Tier
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.people import Staff, StaffRole, TeamRole
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.tickets import Action
from kam_flows.mail.connections import Patience, Pool
from kam_flows.persistence.database import standing_engine
from kam_flows.persistence.migrate import upgrade
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.event_maps import load_event_map
from kam_flows.serving.catcher import serve
from kam_flows.settings import settings
from tasks.care import prepare_due
from tasks.care_delivery import deliver_due, deliverable
from tasks.dispatch import is_anything_due, send_batch, server_in_use
from tasks.escalation import climb_due, write_digests
from tasks.event_logs import import_events, lines_of
from tasks.handovers import hand_over
from tasks.onboarding import start_onboarding
from tasks.onboarding_watch import watch_due
from tasks.policies import switch_policy
from tasks.portfolio import import_file
from tasks.tickets import change_ticket, open_ticket
from tests.faults import day

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
SHORT = Patience(connect=2, answer=2, mail=2)
"""Seconds where a stalling server would have minutes."""


class Failed(Exception):
    """The work ended with an error: what a run would be red for."""


@dataclass
class Hand:
    """A piece of work under way."""

    process: ForkServerProcess
    answer: Connection

    def result(self, timeout: float = 180) -> Any:
        """What the work returned; raises `Failed` with its error, or if it died."""
        if not self.answer.poll(timeout):
            self.kill()
            raise Failed("it did not end in time")
        try:
            good, value = self.answer.recv()
        except EOFError:
            good, value = False, "it was killed"
        self.process.join()
        self.answer.close()
        if not good:
            raise Failed(value)
        return value

    def outcome(self, timeout: float = 180) -> str | None:
        """Its error, if it ended with one: a run would have been red."""
        try:
            self.result(timeout)
        except Failed as error:
            return str(error)
        return None

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def killed_after(self, seconds: float) -> None:
        """Let it work for so long and no longer."""
        self.process.join(seconds)
        self.kill()
        self.answer.close()


def start(work: Callable[..., Any], env: Mapping[str, str], *args: Any) -> Hand:
    here, there = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_work, args=(work, dict(env), args, there))
    process.start()
    there.close()
    return Hand(process, here)


def run(work: Callable[..., Any], env: Mapping[str, str], *args: Any) -> Any:
    return start(work, env, *args).result()


def _work(
    work: Callable[..., Any],
    env: Mapping[str, str],
    args: Sequence[Any],
    answer: Connection,
) -> None:
    os.environ.update(env)
    settings.cache_clear()
    try:
        value = work(*args)
    except Exception as error:  # noqa: BLE001 - a run is red for any of them
        answer.send((False, f"{type(error).__name__}: {error}"))
    else:
        answer.send((True, value))


def migrate() -> None:
    upgrade()


def furnish(policy: str) -> None:
    """Fifteen managers, thirty owners of as many accounts, and the policy."""
    with unit_of_work() as uow:
        uow.policies.use(uow.policies.store(policy, day.OPENING), "ops", day.OPENING)
        uow.people.save(staff())
        accounts = [
            Account(
                code=code,
                name=code,
                tier=Tier.CORE,
                team=(TeamMember(staff=owner, role=TeamRole.LEAD_MANAGER),),
            )
            for code, owner in zip(day.ACCOUNTS, day.OWNERS, strict=True)
        ]
        uow.accounts.save(accounts)
        uow.accounts.replace_teams({a.code: a.team for a in accounts})


def staff() -> Iterator[Staff]:
    def person(code: str, role: StaffRole, above: str = "", head: str = "") -> Staff:
        return Staff(
            code=code,
            name=code,
            email=f"{code}@example.com",
            role=role,
            supervisor=above or None,
            department_head=head or None,
        )

    yield person(day.OPERATIONS, StaffRole.OPERATIONS)
    for head in day.HEADS:
        yield person(head, StaffRole.DEPARTMENT_HEAD)
    for n, code in enumerate(day.SUPERVISORS):
        head = day.HEADS[n % len(day.HEADS)]
        yield person(code, StaffRole.SUPERVISOR, head, head)
    for n, code in enumerate(day.OWNERS):
        place = n % len(day.SUPERVISORS)
        head = day.HEADS[place % len(day.HEADS)]
        above = day.SUPERVISORS[place]
        yield person(code, StaffRole.ACCOUNT_MANAGER, above, head)


def bring(file: Path, now: datetime = day.NOW) -> tuple[int, int]:
    """Import the log; tickets opened and lines that were known."""
    mapping = load_event_map("helpdesk")
    lines = lines_of(file, mapping)
    brought = import_events.fn(
        lines=lines, mapping=mapping, account="", by=day.OPERATIONS, now=now
    )
    return brought.opened, brought.known


def sweep(now: datetime) -> int:
    """Both tasks of the flow; how many mails were written."""
    climbed = climb_due.fn(now)
    if climbed.set_aside:
        raise Failed(str(climbed.set_aside))
    return digests(now)


def sweeps(moments: Sequence[datetime]) -> int:
    return sum(sweep(now) for now in moments)


def climb(now: datetime) -> int:
    return climb_due.fn(now).looked_at


def digests(now: datetime) -> int:
    written = write_digests.fn(now)
    if written.unaddressed:
        raise Failed(str(written.unaddressed))
    return len(written.mails)


def dispatch(now: datetime, patience: Patience = SHORT) -> str | None:
    """As the flow does it, until nothing is due; the trouble there was."""
    return asyncio.run(_dispatch(now, patience))


async def _dispatch(now: datetime, patience: Patience) -> str | None:
    worker = str(uuid4())
    if not is_anything_due(now):
        return None
    async with Pool(await server_in_use(), patience=patience) as pool:
        trouble = None
        while not trouble and is_anything_due(now):
            trouble = (await send_batch.fn(now, worker, pool)).trouble
    return trouble


def reclock(policy: str, now: datetime) -> str:
    return switch_policy.fn(policy, day.OPERATIONS, True, now)


def take_in(file: Path, now: datetime) -> str:
    return str(import_file.fn(file, by=day.OPERATIONS, now=now))


def change(number: str, action: Action, now: datetime, value: str = "") -> None:
    change_ticket.fn(
        ticket=number, action=action, by=day.OPERATIONS, now=now, value=value
    )


def owe(account: str, owner: str, now: datetime) -> None:
    """A red line, and a promise of this owner."""
    with unit_of_work() as uow:
        account_id = uow.accounts.ids()[account]
        red = Answer(dimension=Dimension.RED_LINES, text="in time", at=now, by=owner)
        uow.surveys.add(account_id, [red])
        promise = FileEntry(
            id=0,
            account=account,
            kind=EntryKind.PROMISE,
            at=now,
            text="a spare sensor",
            by=owner,
            recorded_at=now,
            owner=owner,
        )
        uow.files.write_down(account_id, promise)


def pass_on(account: str, leaving: str, successor: str, now: datetime) -> str:
    """The number of the handover."""
    handed = hand_over.fn(
        account=account,
        leaving=leaving,
        successor=successor,
        by=day.OPERATIONS,
        now=now,
    )
    return handed.handover.number


def open_one(now: datetime, title: str) -> str:
    opened = open_ticket.fn(account="A01", title=title, by=day.OPERATIONS, now=now)
    return opened.ticket.record.number


def crowd(changes: Sequence[tuple[str, Action, datetime]], at_once: int) -> list[str]:
    """So many people at once, one change each; the errors there were."""

    def one(what: tuple[str, Action, datetime]) -> str:
        try:
            change(*what)
        except Exception as error:  # noqa: BLE001 - the caller looks at them
            return f"{what[0]}: {error}"
        return ""

    with ThreadPoolExecutor(at_once) as people:
        return [said for said in people.map(one, changes) if said]


def use_new_york(now: datetime, *after: str) -> None:
    """All accounts have contracts in the time of New York, with these rungs."""
    with unit_of_work() as uow:
        policy_id = uow.policies.store(day.contract(*after), now)
        uow.policies.use(policy_id, day.OPERATIONS, now + day.MINUTE)
        accounts = uow.accounts.by_code().values()
        uow.accounts.save([replace(a, calendar="new_york") for a in accounts])


def start_onboardings(now: datetime) -> int:
    """One after the other; how many were not there already."""
    return sum(
        start_onboarding.fn(account=code, by=day.OPERATIONS, now=now).is_new
        for code in day.SIGNED
    )


def watch(now: datetime) -> int:
    """Over all onboardings; how many mails were written."""
    watched = watch_due.fn(now)
    if watched.set_aside or watched.unaddressed:
        raise Failed(f"{watched.set_aside} {watched.unaddressed}")
    return len(watched.mails)


def befriend(on: date) -> None:
    """Every account was signed two years before that day, and has somebody to write to."""
    with unit_of_work() as uow:
        accounts = list(uow.accounts.by_code().values())
        signed_on = on.replace(year=on.year - 2)
        uow.accounts.save([replace(one, signed_on=signed_on) for one in accounts])
        uow.accounts.save_contacts(
            Contact(
                code=f"{one.code}-1",
                account=one.code,
                name="张建国",
                title="总经理",
                email=f"{one.code.lower()}@customer.example",
                is_decision_maker=True,
            )
            for one in accounts
        )


def prepare_care(now: datetime) -> int:
    """How many cares were begun."""
    done = prepare_due.fn(now, allow_mails=1000)
    if done.set_aside or done.troubled or done.unaddressed:
        raise Failed(f"{done.set_aside} {done.troubled} {done.unaddressed}")
    return len(done.cares)


def approve_all() -> None:
    with unit_of_work() as uow:
        for care in uow.cares.open():
            approved = replace(care, state=CareState.APPROVED, approved_by=care.owner)
            uow.cares.keep(approved)


def deliver_care(now: datetime) -> int:
    """How many letters were sent."""
    return len(deliver_due.fn(deliverable(now), now, allow_mails=1000).sent)


def leave(code: str) -> None:
    with unit_of_work() as uow:
        uow.people.save([replace(uow.people.get(code), active=False)])


def catch(port: int, folder: Path) -> None:
    """The mail catcher of `kam up`, until it is killed."""
    asyncio.run(serve("127.0.0.1", port, folder))


@contextmanager
def small_disk(pages: int) -> Iterator[None]:
    """SQLite may not grow its file beyond so many pages: its disk is full."""

    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    engine = standing_engine()
    event.listen(engine, "connect", limit)
    yield
    event.remove(engine, "connect", limit)


def with_small_disk(pages: int, work: Callable[..., Any], *args: Any) -> Any:
    with small_disk(pages):
        return work(*args)
