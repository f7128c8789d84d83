"""What the plan of visits says in Prefect, and that it goes red for one of many."""

from datetime import timedelta

import pytest

from flows.visits import plan_visits
from kam_flows.domain.accounts import Tier
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import preset_text
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy, use_text
from tests.visits import a_touchpoint

pytestmark = pytest.mark.usefixtures("sqlite_database")
MORNING = at("2026-10-08 05:30")


async def test_planning_says_what_it_did_and_the_second_time_that_all_is_well():
    use_policy("default")
    store([a_person("mara")], [an_account(tier=Tier.STRATEGIC)])

    tried = await plan_visits(as_of=MORNING, dry_run=True, return_state=True)
    first = await plan_visits(as_of=MORNING, return_state=True)
    second = await plan_visits(as_of=MORNING, return_state=True)

    said = "检查了 1 个客户；新排 16 次；合并 2 次"
    assert tried.message == f"{said}；试运行：未保存任何内容。"
    assert first.message == f"{said}。"
    assert second.message == "所有计划都无需调整。"


async def test_an_account_that_cannot_be_planned_is_named_in_a_red_run():
    use_text(preset_text("retention").replace("per_day: 4", "per_day: 1"))
    old = an_account("OLD", active=False)
    store(
        [a_person("mara"), a_person("lin")], [an_account(), an_account("B", "lin"), old]
    )
    with unit_of_work() as uow:
        id_ = uow.accounts.ids()["OLD"]
        for number in range(740):
            on = MORNING.date() + timedelta(days=number)
            busy = a_touchpoint(f"{on}", cadence="", slot=f"u{number}", pinned=True)
            uow.touchpoints.add(id_, busy)

    state = await plan_visits(as_of=MORNING, return_state=True)

    assert state.is_failed()
    assert state.message == (
        "2 个客户中有 1 个无法排期，将再次尝试；ACME 无法排期：mara 在 2026-10-08 前后两年内"
        "都没有空档；请由其他同事服务该客户，或调高服务标准中的 per_day。"
    )
