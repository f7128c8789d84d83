"""Portfolio tasks: take files in, give them back, and examine what is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows import spreadsheets
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.forgetting import address_digest
from kam_flows.domain.people import STEERING_ROLES, Staff, may_not
from kam_flows.domain.portfolio import Action, Portfolio, Table, written_team
from kam_flows.domain.portfolio_columns import Kind
from kam_flows.domain.portfolio_export import rows, title
from kam_flows.domain.portfolio_import import KINDS, Plan, kinds, plan
from kam_flows.files import contents
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import Language, settings
from tasks.checklists import settle_checklists
from tasks.leavers import Leaver, see_off
from tasks.outdating import outdate_agreements
from tasks.promises import change_promises
from tasks.tickets import acting, open_ticket

SUBJECTS = {
    Kind.STAFF: "staff",
    Kind.ACCOUNTS: "account",
    Kind.CONTACTS: "contact",
    Kind.TEAMS: "account",
}
SAMPLE = files("kam_flows") / "sample"
SAMPLE_TICKETS = (
    # hours ago, account, scene, title, waits for the customer
    (3, "HUAYUE", "after_sales", "产线控制系统停机，等待现场支持", False),
    (1, "QIMING", "routine", "请提供第三季度的设备保养记录", False),
    (0, "XINGTU", "in_sales", "交付日期需要与客户确认", True),
)
"""The first has its supervisor told by the next sweep, at any hour of any day."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did, or in a dry run would do."""

    source: str
    plan: Plan
    left: tuple[Leaver, ...] = ()
    """Who left with this file, and what they leave behind."""
    returned: tuple[Phrase, ...] = ()
    """Who may be somebody that was erased on request."""
    dry_run: bool = False

    def __str__(self) -> str:
        return str(self.told())

    def told(self) -> Phrase:
        plan = self.plan
        counts = [
            Phrase("{count} added", count=plan.count(Action.ADDED)),
            Phrase("{count} changed", count=plan.count(Action.CHANGED)),
        ]
        if removed := plan.count(Action.REMOVED):
            counts.append(Phrase("{count} removed", count=removed))
        counts.append(Phrase("{count} unchanged", count=plan.unchanged))
        if self.dry_run:
            return Phrase(
                "{source}: {counts} (dry run, nothing was written)",
                source=self.source,
                counts=counts,
            )
        return Phrase("{source}: {counts}", source=self.source, counts=counts)

    def remarks(self) -> list[Phrase]:
        """A sentence per person who left with this file, or comes back with it."""
        return [*(leaver.said() for leaver in self.left), *self.returned]


def steering(uow: UnitOfWork, by: str) -> Staff:
    """Who asks for a change of what concerns everybody, if that is theirs to ask."""
    person = acting(uow, by)
    check_steering(person)
    return person


def check_steering(person: Staff) -> None:
    """Raise UserError unless what concerns everybody is theirs to change."""
    if person.role not in STEERING_ROLES:
        raise may_not(person, STEERING_ROLES)


@task
def import_file(
    path: Path, *, by: str, now: datetime, dry_run: bool = False
) -> Imported:
    """Take in one file, all of it or nothing; `by` is checked, then put on record."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        actor = steering(uow, by).code
        return take_in(uow, read_tables(path), actor, now, dry_run=dry_run)


def import_files(
    paths: Iterable[Path], *, actor: str, now: datetime, dry_run: bool = False
) -> Iterable[Imported]:
    """Take in files in the order in which they build on each other, each for itself.

    The first bad one ends it: those after it may need what it would have brought.
    In a dry run all are rehearsed together, so that they still find each other.
    """
    ordered = in_order([read_tables(path) for path in paths])
    if dry_run:
        with rehearsal() as uow:
            for tables in ordered:
                yield take_in(uow, tables, actor, now, dry_run=True)
        return
    for tables in ordered:
        with unit_of_work() as uow:
            imported = take_in(uow, tables, actor, now)
        yield imported


def read_tables(path: Path) -> list[Table]:
    try:
        return spreadsheets.read(path.name, contents(path, spreadsheets.LARGEST))
    except OSError as error:
        raise UserError(
            "{path} cannot be read ({why}).", path=path, why=error.strerror
        ) from error


def in_order(tables: list[list[Table]]) -> list[list[Table]]:
    return sorted(tables, key=lambda one: KINDS.index(kinds(one)[0]))


def take_in(
    uow: UnitOfWork,
    tables: list[Table],
    actor: str,
    now: datetime,
    *,
    dry_run: bool = False,
) -> Imported:
    source = tables[0].source.partition(", sheet ")[0]
    uow.alone()
    before = portfolio(uow)
    todo = plan(tables, before, uow.policies.current(now).calendars)
    _write(uow, todo)
    _put_on_record(uow, todo, before, source, actor, now)
    changed = todo.records.get(Kind.ACCOUNTS, {})
    known = [code for code in changed if code in before.accounts]
    for code in known:
        change_promises(uow, before.accounts[code], changed[code], actor=actor, now=now)
    outdate_agreements(uow, known, actor=actor, now=now)
    settle_checklists(uow, _served_otherwise(todo, before), actor=actor, now=now)
    left = see_off(uow, todo.left, actor=actor, now=now) if todo.left else []
    returned = come_back(uow, todo)
    return Imported(
        source=source,
        plan=todo,
        left=tuple(left),
        returned=tuple(returned),
        dry_run=dry_run,
    )


def come_back(uow: UnitOfWork, todo: Plan) -> Iterable[Phrase]:
    """A sentence per contact with the address of somebody who was erased on request."""
    known = uow.erasures.known().addresses
    for contact in todo.records.get(Kind.CONTACTS, {}).values():
        if found := known.get(address_digest(contact.email)):
            alias, at = found
            yield Phrase(
                "{code} has the mail address of somebody who was erased on request on "
                "{day} ({alias}); unless they want to be on record again, erase them "
                "once more",
                code=contact.code,
                day=day_of(at),
                alias=alias,
            )


def day_of(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings().timezone)).date()


def _served_otherwise(todo: Plan, before: Portfolio) -> set[str]:
    """Accounts whose team this file changes, or of whose team somebody left or is back."""
    teams = todo.records.get(Kind.TEAMS, {})
    moved = {
        code
        for code, person in todo.records.get(Kind.STAFF, {}).items()
        if code in before.staff and before.staff[code].active != person.active
    }
    return set(teams) | {
        code
        for code, account in before.accounts.items()
        if moved.intersection(member.staff for member in account.team)
    }


def portfolio(uow: UnitOfWork) -> Portfolio:
    return Portfolio(
        staff=uow.people.directory(),
        accounts=uow.accounts.by_code(),
        contacts=uow.accounts.contacts(),
        erased={
            code: (alias, day_of(at))
            for code, (alias, at) in uow.erasures.known().codes.items()
        },
    )


def _write(uow: UnitOfWork, todo: Plan) -> None:
    records = {kind: todo.records.get(kind, {}) for kind in Kind}
    if staff := records[Kind.STAFF]:
        uow.people.save(staff.values())
    if accounts := records[Kind.ACCOUNTS]:
        uow.accounts.save(accounts.values())
    if contacts := records[Kind.CONTACTS]:
        uow.accounts.save_contacts(contacts.values())
    teams = records[Kind.TEAMS]
    uow.accounts.replace_teams({code: a.team for code, a in teams.items()})


def _put_on_record(
    uow: UnitOfWork,
    todo: Plan,
    before: Portfolio,
    source: str,
    actor: str,
    now: datetime,
) -> None:
    for change in todo.changes:
        if change.kind is not Kind.TEAMS:
            fields = {name: list(pair) for name, pair in change.fields.items()}
            subject = f"{SUBJECTS[change.kind]} {change.code}"
            uow.audit.write(now, actor, change.action, subject, file=source, **fields)
    for code, account in todo.records.get(Kind.TEAMS, {}).items():
        old = before.accounts[code].team if code in before.accounts else ()
        team = [written_team(old), written_team(account.team)]
        subject = f"{SUBJECTS[Kind.TEAMS]} {code}"
        uow.audit.write(now, actor, "team changed", subject, file=source, team=team)


@task
def export_portfolio(
    folder: Path,
    *,
    by: str | None = None,
    xlsx: bool = False,
    language: Language | None = None,
) -> list[Path]:
    """Write all of the portfolio as the import takes it; the files, in import order.

    It is everybody's address book: who asks for it by a form must be one who steers.
    """
    language = language or settings().language
    with unit_of_work(read_only=True) as uow:
        if by is not None:
            steering(uow, by)
        everything = portfolio(uow)
    tables = {kind: rows(kind, everything, language) for kind in Kind}
    if xlsx:
        sheets = {title(kind, language): table for kind, table in tables.items()}
        contents = {"portfolio.xlsx": spreadsheets.write_xlsx(sheets)}
    else:
        contents = {f"{k}.csv": spreadsheets.write_csv(t) for k, t in tables.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise UserError(
            "{folder} cannot be written ({why}); name another folder.",
            folder=folder,
            why=error.strerror,
        ) from error
    return [folder / name for name in contents]


def load_sample_if_empty(now: datetime | None = None) -> bool:
    """Bring the sample into a database where nobody is known; whether it did."""
    now = now or datetime.now(UTC)
    with unit_of_work() as uow:
        if uow.accounts.ids() or uow.people.directory():
            return False
        for kind in Kind:
            name = f"{kind}.csv"
            tables = spreadsheets.read(name, (SAMPLE / name).read_bytes())
            take_in(uow, tables, "sample portfolio", now)
    _open_sample_tickets(now)
    return True


def _open_sample_tickets(now: datetime) -> None:
    for hours, account, scene, about, waiting in SAMPLE_TICKETS:
        open_ticket.fn(
            account=account,
            title=about,
            by="P01",
            now=now,
            at=now - timedelta(hours=hours),
            scene=scene,
            waiting=waiting,
        )
