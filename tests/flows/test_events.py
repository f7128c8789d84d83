"""What staff see in Prefect of an event, from its plan to the replies."""

from datetime import date
from typing import Any

import pytest
from prefect import State

from flows.event_guests import (
    invite_to_an_event,
    record_a_reply,
    release_event_invitations,
)
from flows.event_watch import watch_events
from flows.events import (
    cancel_an_event,
    complete_an_event_step,
    move_an_event,
    plan_an_event,
    show_an_event,
)
from kam_flows.domain.accounts import Contact
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

NOW = at("2026-09-28 09:00")


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("default")
    store([a_person("mara", name="张敏")], [an_account()])
    with unit_of_work() as uow:
        guest = Contact(
            code="C1", account="ACME", name="张伟", email="zhang.wei@example.com"
        )
        uow.accounts.save_contacts([guest])


async def ended(flow: Any, **parameters: Any) -> str:
    running: Any = flow(**{"as_of": NOW} | parameters, return_state=True)
    state: State[Any] = await running
    return str(state.message)


async def test_an_event_from_its_plan_to_its_end():
    plan: dict[str, Any] = {
        "event_kind": "年度客户峰会",
        "event_name": "2026 客户峰会",
        "on": date(2026, 12, 10),
        "by": "mara",
    }
    event: dict[str, Any] = {"event": "E-1", "by": "mara"}

    assert (
        await ended(plan_an_event, **plan)
        == "E-1 已安排：2026 客户峰会，2026-12-10，共 8 步；已通知 1 位同事。"
    )
    assert (
        await ended(plan_an_event, **plan)
        == "E-1 已有安排：2026 客户峰会，2026-12-10，组织者张敏。"
    )
    assert (
        await ended(complete_an_event_step, **event, step="summit_theme")
        == "E-1 的“确定主题与预算”已办结，还剩 7 步。"
    )
    shown = await ended(invite_to_an_event, **event, accounts=["ACME"])
    assert shown == (
        "E-1 有 1 封邀请函等待放行；试运行：未保存任何内容；请看 Artifacts。"
    )
    kept = await ended(invite_to_an_event, **event, accounts=["ACME"], dry_run=False)
    assert kept == "E-1 有 1 封邀请函等待放行；请看 Artifacts。"
    released = await ended(release_event_invitations, **event, decision="发送")
    assert released == "E-1 的 1 封邀请函：发送。"
    reply = await ended(record_a_reply, **event, guest="张伟", reply="参加")
    assert reply == (
        "华东精密科技的张伟：参加；目前 1 人参加，0 人不参加，0 人待定，0 人尚未回复。"
    )
    assert (
        await ended(move_an_event, **event, on=date(2026, 12, 12), reason="场地")
        == "E-1 2026 客户峰会 改为 2026-12-12 09:00；当天不是工作日；已通知 1 位嘉宾；"
        "1 个回复针对原日期，需重新确认；已通知 1 位同事。"
    )
    running: Any = show_an_event(event="E-1", return_state=True)
    page: State[Any] = await running
    assert page.message == ("E-1 2026 客户峰会，2026-12-12，1 位嘉宾；请看 Artifacts。")
    due = at("2026-10-28 06:30")
    assert await ended(watch_events, as_of=due) == "已写出 1 封步骤提醒。"
    assert await ended(watch_events, as_of=due) == "目前没有到期事项。"
    assert (
        await ended(cancel_an_event, **event, reason="延期")
        == "E-1 2026 客户峰会 已取消；已通知 1 位嘉宾；已通知 1 位同事。"
    )
