"""What staff see in Prefect when touchpoints are reported."""

from typing import Any

import pytest
from openpyxl import load_workbook
from prefect import State

from flows.visit_reports import report_visits
from kam_flows.domain.people import StaffRole
from kam_flows.domain.touchpoints import TouchpointKind, TouchpointState
from kam_flows.settings import settings
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy
from tests.visits import planned


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("value-tiers")
    head = a_person("hu", name="胡平", role=StaffRole.DEPARTMENT_HEAD)
    store([a_person("mara", name="张敏", supervisor="hu"), head], [an_account()])
    planned(
        "2026-09-10",
        cadence="follow_up",
        kind=TouchpointKind.CALL,
        state=TouchpointState.MISSED,
    )


async def ended(**parameters: Any) -> State[Any]:
    running: Any = report_visits(
        as_of=at("2026-10-08 08:00"), **parameters, return_state=True
    )
    state: State[Any] = await running
    return state


async def test_it_reports_once_a_month_and_says_to_whom():
    told, again = await ended(), await ended()

    assert told.message == ("月度跟进 0%，目标 90%；请看 Artifacts；报告已发送给胡平。")
    assert (told.is_completed(), again.message) == (True, "目前没有到期事项。")


async def test_who_asks_gets_it_with_a_workbook():
    state = await ended(by="mara · 张敏", xlsx=True)

    path = settings().var / "reports" / "visits-2026-09-01-2026-09-30.xlsx"
    assert state.message == (
        f"月度跟进 0%，目标 90%；请看 Artifacts；已写入：{path}；报告已发送给张敏。"
    )
    assert load_workbook(path).sheetnames[0] == "汇总"
