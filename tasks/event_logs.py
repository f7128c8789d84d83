"""Event logs of another help desk: what they say happened becomes our tickets' history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.event_log import EventMap, LogLine, happenings, source_keys
from kam_flows.domain.event_table import read_log
from kam_flows.domain.people import Directory
from kam_flows.domain.policy import Policy
from kam_flows.domain.tickets import Priority
from kam_flows.files import contents
from kam_flows.persistence.tickets import NewTicket
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.recording import Incoming, record_events
from tasks.tickets import acting, one_line, opening_events, owner_of, scene_of


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import brought."""

    lines: int
    opened: int
    recorded: int
    known: int
    """Lines that an earlier import had brought already."""


@dataclass(frozen=True, kw_only=True)
class OpeningRules:
    """How tickets are opened that the log brings for the first time."""

    policy: Policy
    policy_id: int
    accounts: dict[str, Account]
    account_ids: dict[str, int]
    people: Directory
    fallback: Account | None
    """The account of tickets for which the log names none."""


def lines_of(path: Path, mapping: EventMap) -> list[LogLine]:
    """Read a log file. Raises UserError for a file that is none."""
    from kam_flows import spreadsheets  # openpyxl is not for every run

    try:
        content = contents(path, spreadsheets.LARGEST)
    except OSError as error:
        raise UserError(
            "{path} cannot be read ({why}).", path=path, why=error.strerror
        ) from error
    return read_log(spreadsheets.read(path.name, content)[0], mapping.timezone)


@task
def import_events(
    *,
    lines: Sequence[LogLine],
    mapping: EventMap,
    account: str,
    by: str,
    now: datetime,
    dry_run: bool = False,
) -> Imported:
    """Record a log, all of it or nothing; a second import of it changes nothing."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        uow.alone()
        person = acting(uow, by)
        rules = opening_rules(uow, now, account)
        return bring(uow, lines, mapping, rules, now=now, actor=person.code)


def opening_rules(uow: UnitOfWork, now: datetime, account: str) -> OpeningRules:
    return OpeningRules(
        policy=uow.policies.current(now),
        policy_id=uow.policies.current_id(now),
        accounts=uow.accounts.by_code(),
        account_ids=uow.accounts.ids(),
        people=uow.people.directory(),
        fallback=uow.accounts.find(account) if account else None,
    )


def bring(
    uow: UnitOfWork,
    lines: Iterable[LogLine],
    mapping: EventMap,
    rules: OpeningRules,
    *,
    now: datetime,
    actor: str,
) -> Imported:
    """Record lines of a log within a unit of work; tickets they name first are opened."""
    by_ticket: dict[str, list[LogLine]] = {}
    count = 0
    for line in lines:
        by_ticket.setdefault(line.ticket, []).append(line)
        count += 1
    known = uow.tickets.views(by_ticket, lock=True)
    new = {
        number: opened(number, mine, rules)
        for number, mine in by_ticket.items()
        if number not in known
    }
    added = uow.tickets.add(list(new.values()))
    ids = {n: view.record.id for n, view in known.items()}
    brought = uow.tickets.source_keys(ids.values())
    incoming: dict[str, list[Incoming]] = {}
    for number, mine in by_ticket.items():
        fresh = [
            Incoming(event, key)
            for event, key in zip(happenings(mine, mapping), _keys(mine), strict=True)
            if (ids.get(number), key) not in brought
        ]
        if number in added:
            ticket = new[number]
            owner = owner_of(
                account_of(_first(mine), rules), rules.policy, rules.people
            )
            start = opening_events(ticket, owner, _first(mine).agent)
            fresh = [*(Incoming(event) for event in start), *fresh]
        if fresh:
            incoming[number] = fresh
    records = {number: view.record for number, view in known.items()} | added
    record_events(uow, incoming, now=now, actor=actor, locked=records)
    recorded = sum(
        line.source_key is not None for fresh in incoming.values() for line in fresh
    )
    return Imported(
        lines=count, opened=len(added), recorded=recorded, known=count - recorded
    )


def _keys(lines: Sequence[LogLine]) -> list[str]:
    return source_keys(sorted(lines, key=lambda line: (line.at, line.number)))


def opened(number: str, lines: Sequence[LogLine], rules: OpeningRules) -> NewTicket:
    """The ticket that a log brings: named by it where it says so, else by the rules."""
    first = _first(lines)
    account = account_of(first, rules)
    try:
        title = one_line(first.title or first.activity)
        scene = scene_of(rules.policy, first.scene or rules.policy.default_scene)
    except UserError as error:
        raise UserError(
            "Row {row}: {problem}",
            row=first.number,
            problem=Phrase(error.sentence, **error.values),
        ) from error
    return NewTicket(
        number=number,
        account_id=rules.account_ids[account.code],
        title=title,
        scene=scene,
        priority=Priority(first.priority or Priority.NORMAL),
        tier=account.tier,
        policy_id=rules.policy_id,
        calendar=account.calendar,
        opened_at=first.at,
    )


def _first(lines: Sequence[LogLine]) -> LogLine:
    return min(lines, key=lambda line: (line.at, line.number))


def account_of(line: LogLine, rules: OpeningRules) -> Account:
    if not line.account:
        if rules.fallback is None:
            raise UserError(
                "The log does not say which account {number} belongs to; choose one in "
                "`account` for tickets without.",
                number=line.ticket,
            )
        return rules.fallback
    if line.account in rules.accounts:
        return rules.accounts[line.account]
    raise UserError(
        "Row {row}: there is no account '{account}'; import it first, or correct the "
        "row.",
        row=line.number,
        account=line.account,
    )
