"""Touchpoints as planning leaves them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from kam_flows.domain.account_file import EntryKind, FileEntry
from kam_flows.domain.touchpoints import (
    Outcome,
    Reason,
    Touchpoint,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.persistence.unit_of_work import unit_of_work


def a_touchpoint(on: str, **fields: Any) -> Touchpoint:
    """The monthly visit of ACME by Mara, as `retention` has it."""
    day = date.fromisoformat(on)
    defaults: dict[str, Any] = {
        "account": "ACME",
        "cadence": "monthly_visit",
        "slot": on[:7],
        "kind": TouchpointKind.VISIT,
        "nominal": day,
        "on": day,
        "starts": time(10),
        "minutes": 90,
        "owner": "mara",
        "why": (Reason(why=Why.SLOT, what=on),),
    }
    return Touchpoint(**defaults | fields)


def planned(on: str, **fields: Any) -> Touchpoint:
    """The same in the database."""
    [stored] = stored_all([a_touchpoint(on, **fields)])
    return stored


def stored_all(touchpoints: Iterable[Touchpoint]) -> list[Touchpoint]:
    with unit_of_work() as uow:
        ids = uow.accounts.ids()
        return [
            replace(one, id=uow.touchpoints.add(ids[one.account], one))
            for one in touchpoints
        ]


def touchpoint(number: int) -> Touchpoint:
    """As it stands in the database."""
    with unit_of_work(read_only=True) as uow:
        found = uow.touchpoints.get(number)
    assert found is not None
    return found


def took_place(on: str, at: datetime, account: str = "ACME", **outcome: Any) -> int:
    """A visit of the past with what came of it; its id."""
    day = date.fromisoformat(on)
    done = planned(on, account=account, state=TouchpointState.DONE, concluded_on=day)
    with unit_of_work() as uow:
        uow.touchpoints.record(
            Outcome(
                touchpoint=done.id,
                on=day,
                recorded_at=at,
                recorded_by="mara",
                **outcome,
            )
        )
    return done.id


def promised(text: str, due_on: str, at: datetime, account: str = "ACME") -> int:
    """By Mara; its number in the account file."""
    entry = FileEntry(
        id=0,
        account=account,
        kind=EntryKind.PROMISE,
        at=at,
        text=text,
        by="mara",
        recorded_at=at,
        owner="mara",
        due_on=date.fromisoformat(due_on),
    )
    with unit_of_work() as uow:
        return uow.files.write_down(uow.accounts.ids()[account], entry)
