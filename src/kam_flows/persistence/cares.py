"""Cares: what was prepared for occasions, what became of it, and gifts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.care_letters import Letter
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.care_rules import Action
from kam_flows.domain.cares import PREFIX, Care, Task
from kam_flows.domain.choices import choice, code_in, unknown
from kam_flows.domain.errors import Phrase
from kam_flows.persistence.bulk import among, take_ids
from kam_flows.persistence.care_models import CareRow, CareStepRow, OccasionRow
from kam_flows.persistence.models import AccountRow, table_of

ACCOUNTS = table_of(AccountRow)
OCCASIONS = table_of(OccasionRow)
CARES = table_of(CareRow)
STEPS = table_of(CareStepRow)
DIGITS = 9
"""Longer numbers are no care's, and too long for the database."""
OPEN = CARES.c.closed_on.is_(None)


class CareRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, care_id: int, *, lock: bool = False) -> Care | None:
        return next(iter(self._read(CARES.c.id == care_id, lock=lock)), None)

    def these(self, ids: Collection[int], *, lock: bool = False) -> list[Care]:
        return self._read(among(self.session, CARES.c.id, ids), lock=lock)

    def open(self, first: date = date.min, last: date = date.max) -> list[Care]:
        """Those not yet ended that are delivered on these days, the soonest first."""
        return self._read(OPEN, CARES.c.deliver_on.between(first, last))

    def open_of(self, account_id: int) -> list[Care]:
        return self._read(OPEN, CARES.c.account_id == account_id)

    def of(self, account_id: int, occasion_ids: Collection[int]) -> list[Care]:
        """All of the account's, and those of these occasions; locked for a change."""
        these = among(self.session, CARES.c.occasion_id, occasion_ids)
        return self._read(or_(CARES.c.account_id == account_id, these), lock=True)

    def closed(self, first: date, last: date) -> list[Care]:
        """Those that ended on these days, whatever became of them."""
        return self._read(CARES.c.closed_on.between(first, last))

    def troubled(self) -> list[int]:
        """Ids of those that should have a letter and have none."""
        statement = select(CARES.c.id).where(
            OPEN, CARES.c.letter.is_(None), CARES.c.trouble.is_not(None)
        )
        return list(self.session.scalars(statement.order_by(CARES.c.id)))

    def deliverable(self, until: date) -> list[int]:
        """Ids of those with a letter that has not left, of days until that one; what is
        held waits for a person."""
        statement = select(CARES.c.id).where(
            OPEN,
            CARES.c.state != CareState.HELD,
            CARES.c.deliver_on <= until,
            CARES.c.mail_id.is_(None),
            CARES.c.letter.is_not(None),
        )
        return list(self.session.scalars(statement.order_by(CARES.c.id)))

    def known(self, occasion_ids: Collection[int]) -> set[tuple[int, int]]:
        """Pairs of occasion and edition on record, whatever became of them."""
        statement = select(CARES.c.occasion_id, CARES.c.edition).where(
            among(self.session, CARES.c.occasion_id, occasion_ids)
        )
        return {
            (occasion, edition) for occasion, edition in self.session.execute(statement)
        }

    def wordings(self, occasion_ids: Collection[int]) -> dict[int, dict[int, str]]:
        """By occasion and edition: the wording of the letter there was."""
        statement = select(CARES.c.occasion_id, CARES.c.edition, CARES.c.letter).where(
            among(self.session, CARES.c.occasion_id, occasion_ids),
            CARES.c.letter.is_not(None),
        )
        found: dict[int, dict[int, str]] = {}
        for occasion, edition, letter in self.session.execute(statement):
            found.setdefault(occasion, {})[edition] = letter["variant"]
        return found

    def find(self, text: str, *, lock: bool = False) -> Care:
        """By number or the choice shown in a form; raises UserError, naming near ones."""
        number = code_in(text).upper().removeprefix(PREFIX)
        known = number.isascii() and number.isdecimal() and len(number) <= DIGITS
        if known and (found := self.get(int(number), lock=lock)):
            return found
        pairs = (one.split(" · ", 1) for one in self.choices())
        raise unknown("care", text, ((code, rest) for code, rest in pairs))

    def choices(self, limit: int = 500) -> list[str]:
        """`C-12 · 2026-11-16 account` of those that have not ended, the soonest first."""
        statement = (
            select(CARES.c.id, CARES.c.on, ACCOUNTS.c.name, OCCASIONS.c.contact)
            .join(OCCASIONS, OCCASIONS.c.id == CARES.c.occasion_id)
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == CARES.c.account_id)
            .where(OPEN)
            .order_by(CARES.c.on, CARES.c.id)
            .limit(limit)
        )
        return [care_choice(*found) for found in self.session.execute(statement)]

    def add(self, cares: Sequence[tuple[Care, int | None]]) -> list[Care]:
        """New cares, each with the id of its account; as stored, with ids of their own."""
        ids = take_ids(self.session, CARES, len(cares)) if cares else ()
        stored = [
            (replace(care, id=id_), account_id)
            for (care, account_id), id_ in zip(cares, ids, strict=True)
        ]
        rows = [
            {
                "id": care.id,
                "occasion_id": care.occasion,
                "account_id": account_id,
                "edition": care.edition,
                "on": care.on,
                "years": care.years,
                "prepare_on": care.prepare_on,
                "approval": care.approval,
                "actions": list(care.actions),
                "cents": int(care.budget * 100),
                "late": care.late,
                "skip": care.skip,
                "policy_id": care.policy_id,
                "prepared_at": care.prepared_at,
                **_changing(care),
            }
            for care, account_id in stored
        ]
        steps = [
            {
                "care_id": care.id,
                "code": task.code,
                "action": task.action,
                "role": task.role,
                "is_approval": task.is_approval,
                **_done(task),
            }
            for care, _ in stored
            for task in care.tasks
        ]
        if rows:
            self.session.execute(insert(CARES), rows)
        if steps:
            self.session.execute(insert(STEPS), steps)
        return [care for care, _ in stored]

    def keep(self, care: Care) -> None:
        """Rewrite a care and what was done of its steps."""
        changed = update(CARES).where(CARES.c.id == care.id)
        self.session.execute(changed.values(_changing(care)))
        for task in care.tasks:
            of_this = (STEPS.c.care_id == care.id) & (STEPS.c.code == task.code)
            self.session.execute(update(STEPS).where(of_this).values(_done(task)))

    def pass_on(self, account_id: int, leaving: str, successor: str) -> list[int]:
        """Somebody else prepares this account's open cares, and does their open steps;
        ids of those that changed hands."""
        these = select(CARES.c.id).where(OPEN, CARES.c.account_id == account_id)
        steps = update(STEPS).where(
            STEPS.c.care_id.in_(these),
            STEPS.c.done_at.is_(None),
            STEPS.c.owner == leaving,
        )
        passed = set(
            self.session.scalars(
                steps.values(owner=successor).returning(STEPS.c.care_id)
            )
        )
        cares = update(CARES).where(CARES.c.id.in_(these), CARES.c.owner == leaving)
        passed |= set(
            self.session.scalars(cares.values(owner=successor).returning(CARES.c.id))
        )
        return sorted(passed)

    def _read(self, *which: Any, lock: bool = False) -> list[Care]:
        statement = (
            select(
                CARES,
                ACCOUNTS.c.code,
                OCCASIONS.c.kind,
                OCCASIONS.c.contact,
                OCCASIONS.c.contact_code,
                OCCASIONS.c.about,
            )
            .join(OCCASIONS, OCCASIONS.c.id == CARES.c.occasion_id)
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == CARES.c.account_id)
            .where(*which)
            .order_by(CARES.c.on, CARES.c.id)
        )
        if lock:
            statement = statement.with_for_update(of=CARES)
        rows = self.session.execute(statement).all()
        tasks = self._tasks([row.id for row in rows]) if rows else {}
        return [care_of(row, tasks.get(row.id, ())) for row in rows]

    def _tasks(self, care_ids: Collection[int]) -> dict[int, list[Task]]:
        these = among(self.session, STEPS.c.care_id, care_ids)
        statement = select(STEPS).where(these).order_by(STEPS.c.due_on, STEPS.c.id)
        found: dict[int, list[Task]] = {}
        for row in self.session.execute(statement):
            found.setdefault(row.care_id, []).append(
                Task(
                    code=row.code,
                    action=row.action,
                    due_on=row.due_on,
                    role=row.role,
                    owner=row.owner,
                    is_approval=row.is_approval,
                    done_at=row.done_at,
                    done_by=row.done_by,
                )
            )
        return found


def care_choice(id_: int, on: date, account_name: str | None, contact: str) -> str:
    """How a form shows a care; links in mails carry the very same text."""
    names = [str(on), account_name or "", contact]
    return choice(f"{PREFIX}{id_}", " ".join(filter(None, names)))


def care_of(row: Row[Any], tasks: Iterable[Task]) -> Care:
    return Care(
        id=row.id,
        occasion=row.occasion_id,
        edition=row.edition,
        account=row.code or "",
        contact=row.contact,
        contact_code=row.contact_code,
        kind=row.kind,
        about=row.about,
        on=row.on,
        years=row.years,
        prepare_on=row.prepare_on,
        deliver_on=row.deliver_on,
        state=row.state,
        skip=row.skip,
        late=row.late,
        actions=tuple(map(Action, row.actions)),
        budget=Decimal(row.cents) / 100,
        approval=row.approval,
        owner=row.owner,
        policy_id=row.policy_id,
        prepared_at=row.prepared_at,
        letter=letter_in(row.letter),
        trouble=Phrase(row.trouble[0], **row.trouble[1]) if row.trouble else None,
        held_because=row.held_because,
        released_over=row.released_over,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        mail_id=row.mail_id,
        closed_on=row.closed_on,
        tasks=tuple(tasks),
    )


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """As JSON has them; what else there is, an error of a template say, in its words."""
    return {
        name: value if isinstance(value, str | int | list | tuple) else str(value)
        for name, value in values.items()
    }


def _changing(care: Care) -> dict[str, Any]:
    """Columns of what a person or a run may change of it."""
    trouble = care.trouble
    return {
        "deliver_on": care.deliver_on,
        "state": care.state,
        "owner": care.owner,
        "letter": letter_out(care.letter),
        "trouble": [trouble.sentence, _plain(trouble.values)] if trouble else None,
        "held_because": care.held_because,
        "released_over": care.released_over,
        "approved_by": care.approved_by,
        "approved_at": care.approved_at,
        "mail_id": care.mail_id,
        "closed_on": care.closed_on,
    }


def _done(task: Task) -> dict[str, Any]:
    return {
        "due_on": task.due_on,
        "owner": task.owner,
        "done_at": task.done_at,
        "done_by": task.done_by,
    }


def letter_out(letter: Letter | None) -> dict[str, Any] | None:
    return None if letter is None else asdict(letter)


def letter_in(kept: Mapping[str, Any] | None) -> Letter | None:
    if kept is None:
        return None
    lists = {name: tuple(kept[name]) for name in ("paragraphs", "closing", "signature")}
    return Letter(**{**kept, **lists})
