"""Occasions, and which of them have to be looked at on a day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, delete, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.choices import choice, code_in, unknown
from kam_flows.domain.occasions import (
    LunarYearly,
    Occasion,
    Once,
    Rule,
    Season,
    Yearly,
)
from kam_flows.persistence.bulk import add_rows, among, change_rows
from kam_flows.persistence.care_models import CareMarkRow, OccasionRow
from kam_flows.persistence.models import AccountRow, table_of
from kam_flows.persistence.pieces import pieces

ACCOUNTS = table_of(AccountRow)
OCCASIONS = table_of(OccasionRow)
MARKS = table_of(CareMarkRow)
PREFIX = "O-"
DIGITS = 9
"""Longer numbers are no occasion's, and too long for the database."""
COLUMNS = (
    "key",
    "account_id",
    "contact",
    "contact_code",
    "kind",
    "about",
    "rule",
    "added_on",
    "origin",
    "seen_until",
    "next_on",
    "ended",
)


class Kept(NamedTuple):
    """An occasion as it is stored."""

    occasion: Occasion
    account_id: int | None
    seen_until: date
    next_on: date | None
    ended: bool = False
    """A person has ended it."""


class OccasionRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def changed(self, made_from: Collection[str]) -> list[str]:
        """Codes of accounts whose occasions were not read from one of these yet."""
        known = select(MARKS.c.account_id).where(
            MARKS.c.account_id == ACCOUNTS.c.id, MARKS.c.made_from.in_(made_from)
        )
        statement = select(ACCOUNTS.c.code).where(~known.exists())
        return sorted(self.session.scalars(statement))

    def mark(self, made_from: Mapping[int, str]) -> None:
        """From what the occasions of these accounts were read, by account id."""
        these = among(self.session, MARKS.c.account_id, made_from)
        self.session.execute(delete(MARKS).where(these))
        lines = [(id_, digest) for id_, digest in made_from.items()]
        add_rows(self.session, MARKS, ("account_id", "made_from"), lines)

    def due(self, today: date) -> list[int]:
        """Ids of those with a preparation to begin by then, an account's together."""
        statement = select(OCCASIONS.c.id).where(
            OCCASIONS.c.next_on.is_not(None), OCCASIONS.c.next_on <= today
        )
        by_account = statement.order_by(OCCASIONS.c.account_id, OCCASIONS.c.id)
        return list(self.session.scalars(by_account))

    def coming(self, after: date, until: date) -> list[Kept]:
        """Those whose preparation begins on a later day, until that one."""
        return self._read(
            OCCASIONS.c.next_on.is_not(None),
            OCCASIONS.c.next_on > after,
            OCCASIONS.c.next_on <= until,
        )

    def these(self, ids: Collection[int], *, lock: bool = False) -> list[Kept]:
        return self._read(among(self.session, OCCASIONS.c.id, ids), lock=lock)

    def of(self, account_ids: Collection[int]) -> list[Kept]:
        return self._read(among(self.session, OCCASIONS.c.account_id, account_ids))

    def of_contact(self, account_id: int, code: str, name: str) -> list[Kept]:
        """Those of this contact, wherever they worked; entered by name, at the account."""
        named = and_(
            OCCASIONS.c.account_id == account_id,
            OCCASIONS.c.contact_code == "",
            func.lower(OCCASIONS.c.contact) == name.lower(),
        )
        return self._read(or_(OCCASIONS.c.contact_code == code, named), lock=True)

    def by_key(self, keys: Collection[str]) -> dict[str, Kept]:
        found: dict[str, Kept] = {}
        for some in pieces(list(keys)):
            for kept in self._read(OCCASIONS.c.key.in_(some)):
                found[key_of(kept.occasion)] = kept
        return found

    def events(self) -> list[Kept]:
        """Those of no account: ours."""
        return self._read(OCCASIONS.c.account_id.is_(None))

    def find(self, text: str) -> Occasion:
        """By number or the choice shown in a form; raises UserError, naming near ones."""
        number = code_in(text).upper().removeprefix(PREFIX)
        if number.isascii() and number.isdecimal() and len(number) <= DIGITS:
            for kept in self.these([int(number)]):
                return kept.occasion
        pairs = (one.split(" · ", 1) for one in self.choices())
        raise unknown("occasion", text, ((code, rest) for code, rest in pairs))

    def choices(self, limit: int = 500) -> list[str]:
        """`O-12 · account kind contact` of what people keep, the newest first."""
        statement = (
            select(
                OCCASIONS.c.id, ACCOUNTS.c.name, OCCASIONS.c.contact, OCCASIONS.c.about
            )
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == OCCASIONS.c.account_id)
            .where(
                OCCASIONS.c.origin == literal_column("''"), OCCASIONS.c.ended.is_(False)
            )
            .order_by(OCCASIONS.c.id.desc())
            .limit(limit)
        )
        return [
            choice(f"{PREFIX}{id_}", " ".join(filter(None, names)))
            for id_, *names in self.session.execute(statement)
        ]

    def keep(self, new: Iterable[Kept]) -> None:
        """Store them; one with an id is rewritten."""
        added: list[Sequence[Any]] = []
        changed: list[Sequence[Any]] = []
        for occasion, account_id, seen_until, next_on, ended in new:
            line = (
                key_of(occasion),
                account_id,
                occasion.contact,
                occasion.contact_code,
                occasion.kind,
                occasion.about,
                rule_out(occasion.rule),
                occasion.added_on,
                occasion.origin,
                seen_until,
                next_on,
                ended,
            )
            if occasion.id:
                changed.append((*line, occasion.id))
            else:
                added.append(line)
        add_rows(self.session, OCCASIONS, COLUMNS, added)
        change_rows(self.session, OCCASIONS, COLUMNS, changed)

    def look_again(self, looks: Mapping[int, tuple[date, date | None]]) -> None:
        """By id: until when it is seen to, and when its next preparation begins."""
        lines = [(*look, id_) for id_, look in looks.items()]
        change_rows(self.session, OCCASIONS, ("seen_until", "next_on"), lines)

    def end(self, occasion_id: int) -> None:
        """It comes no more; what was done for it stays on record."""
        ended = update(OCCASIONS).where(OCCASIONS.c.id == occasion_id)
        self.session.execute(ended.values(next_on=None, ended=True))

    def _read(self, *which: Any, lock: bool = False) -> list[Kept]:
        statement = (
            select(OCCASIONS, ACCOUNTS.c.code)
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == OCCASIONS.c.account_id)
            .where(*which)
            .order_by(OCCASIONS.c.id)
        )
        if lock:
            statement = statement.with_for_update(of=OCCASIONS)
        return [
            Kept(
                occasion_of(row),
                row.account_id,
                row.seen_until,
                row.next_on,
                row.ended,
            )
            for row in self.session.execute(statement)
        ]


def look_at_again(session: Session, account_ids: Collection[int]) -> None:
    """Something changed that the occasions of these accounts come from."""
    changed = update(MARKS).where(among(session, MARKS.c.account_id, account_ids))
    session.execute(changed.values(made_from=""))


def key_of(occasion: Occasion) -> str:
    """What it is of. A day put right stays the same occasion and is not honoured twice."""
    of = (
        occasion.origin
        or f"{occasion.contact_code or occasion.contact}|{occasion.about}"
    )
    return f"{occasion.account}|{occasion.kind}|{of}"


def occasion_of(row: Row[Any]) -> Occasion:
    """From a row of the table and the account's `code`."""
    return Occasion(
        id=row.id,
        account=row.code or "",
        contact=row.contact,
        contact_code=row.contact_code,
        kind=row.kind,
        about=row.about,
        rule=rule_in(row.rule),
        added_on=row.added_on,
        origin=row.origin,
    )


def rule_out(rule: Rule) -> dict[str, Any]:
    match rule:
        case Once(on=on):
            return {"once": on.isoformat()}
        case Season(begins=begins, ends=ends):
            return {"season": [list(begins), list(ends)]}
        case Yearly(month=month, day=day, since=since):
            return {"yearly": [month, day], "since": _text(since)}
        case LunarYearly(month=month, day=day, leap=leap, since=since):
            return {"lunar": [month, day, leap], "since": _text(since)}


def rule_in(kept: Mapping[str, Any]) -> Rule:
    since = kept.get("since")
    first = date.fromisoformat(since) if since else None
    if "once" in kept:
        return Once(on=date.fromisoformat(kept["once"]))
    if "season" in kept:
        begins, ends = kept["season"]
        return Season(begins=tuple(begins), ends=tuple(ends))
    if "lunar" in kept:
        month, day, leap = kept["lunar"]
        return LunarYearly(month=month, day=day, leap=leap, since=first)
    month, day = kept["yearly"]
    return Yearly(month=month, day=day, since=first)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
