"""Touchpoints as planning leaves them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from typing import Any

from kam_flows.domain.touchpoints import Reason, Touchpoint, TouchpointKind, Why
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
