"""Touchpoints counted by the database, on both of them."""

from datetime import date, time
from typing import Any

import pytest

from kam_flows.domain.accounts import Tier
from kam_flows.domain.touchpoints import Touchpoint, TouchpointKind, TouchpointState
from kam_flows.domain.visit_figures import Cell, Counts
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account
from tests.portfolio import store

S = TouchpointState
TODAY = date(2026, 11, 2)
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    store(
        [a_person("mara"), a_person("ben")],
        [an_account("ACME", tier=Tier.CORE), an_account("B", tier=Tier.NEW)],
    )


def had(account: str = "ACME", **fields: Any) -> int:
    """A monthly call of October, done on its day by mara unless said otherwise."""
    day = fields.pop("day", date(2026, 10, 15))
    defaults: dict[str, Any] = {
        "cadence": "follow_up",
        "slot": f"{day}",
        "kind": TouchpointKind.CALL,
        "nominal": day,
        "on": day,
        "starts": time(10),
        "minutes": 30,
        "owner": "mara",
        "state": S.DONE,
    }
    with unit_of_work() as uow:
        [id_] = [i for i, a in uow.accounts.named({account}).items()]
        return uow.touchpoints.add(
            id_, Touchpoint(account=account, **defaults | fields)
        )


def counts(first: date = OCTOBER[0], last: date = OCTOBER[1]) -> list[Cell]:
    with unit_of_work(read_only=True) as uow:
        return uow.touchpoints.counts(first, last, TODAY)


def test_what_has_all_in_common_is_one_row():
    had()
    had(day=date(2026, 10, 16), moves=2)
    had("B", slot="b", owner="ben", kind=TouchpointKind.VIDEO)
    had(day=date(2026, 9, 30), owner=None)

    assert sorted(counts(date(2026, 9, 1)), key=str) == sorted(
        [
            Cell("2026-10", Tier.CORE, "mara", TouchpointKind.CALL, "follow_up",
                 Counts(done=2, moved=1)),
            Cell("2026-10", Tier.NEW, "ben", TouchpointKind.VIDEO, "follow_up",
                 Counts(done=1)),
            Cell("2026-09", Tier.CORE, None, TouchpointKind.CALL, "follow_up",
                 Counts(done=1)),
        ],
        key=str,
    )  # fmt: skip


def test_every_state_has_its_count():
    for number, state in enumerate(set(S) - {S.MERGED}):
        had(slot=str(number), state=state)

    [cell] = counts()
    assert cell.counts == Counts(
        done=1, credited=1, missed=1, cancelled=1, unrecorded=1
    )


@pytest.mark.parametrize(
    ("fate", "counted"),
    [
        (S.DONE, Counts(done=1, merged=1)),
        (S.CREDITED, Counts(credited=1, merged=1)),
        (S.MISSED, Counts(missed=2)),
        (S.CANCELLED, Counts(cancelled=2)),
        (S.PLANNED, Counts(unrecorded=2)),
    ],
)
def test_what_was_merged_shares_the_fate_of_what_it_was_merged_into(fate, counted):
    into = had(state=fate)
    had(slot="other", state=S.MERGED, merged_into=into)

    [cell] = counts()
    assert cell.counts == counted


def test_what_was_moved_beyond_today_is_ahead_and_still_of_its_month():
    had(state=S.PLANNED, on=TODAY, moves=1)
    had(slot="other", state=S.PLANNED, on=date(2026, 11, 1), moves=1)

    [cell] = counts()
    assert cell.month == "2026-10"
    assert cell.counts == Counts(ahead=1, unrecorded=1, moved=2)


def test_both_ends_of_the_stretch_belong_to_it():
    for day in (date(2026, 9, 30), *OCTOBER, date(2026, 11, 1)):
        had(day=day)

    [cell] = counts()
    assert cell.counts.done == 2
