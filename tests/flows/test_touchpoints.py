"""What staff see in Prefect of touchpoints they plan, move and cancel."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.touchpoints import cancel_a_visit, plan_a_visit, reschedule_a_visit
from flows.visit_records import record_a_visit
from tests.builders import a_person, an_account
from tests.portfolio import store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_a_visit_is_planned_moved_and_cancelled_in_plain_words():
    use_policy()
    store([a_person("mara")], [an_account()])
    today = _today()
    first, then = today + timedelta(days=20), today + timedelta(days=27)

    made = await plan_a_visit(
        "ACME", "电话回访", first, "mara", starts="14:00", return_state=True
    )
    moved = await reschedule_a_visit("V-1", then, "出差", "mara", return_state=True)
    gone = await cancel_a_visit("V-1 · x", "停产", "mara", return_state=True)
    again = await cancel_a_visit("V-1", "停产", "mara", return_state=True)

    assert made.message is not None
    assert made.message.startswith(
        f"V-1 华东精密科技：“电话回访”安排在 {first} 14:00，由Mara负责"
    )
    assert f"安排在 {then} 14:00" in str(moved.message)
    assert gone.message == f"V-1 华东精密科技：{then} 的“电话回访”已取消。"
    assert again.is_failed()
    assert again.message == f"V-1 已结束（已取消，{today}）；未作更改。"


async def test_a_visit_is_recorded_once_and_corrected_in_plain_words():
    use_policy()
    store([a_person("mara")], [an_account()])
    today = _today()
    then, due = today - timedelta(days=2), today + timedelta(days=30)
    await plan_a_visit("ACME", "电话回访", then, "mara", return_state=True)

    first = await record_a_visit(
        "V-1",
        "mara",
        promises=f"借用设备；{due}",
        satisfaction="5 很满意",
        signals=["投诉"],
        signal_note="交期",
        red_lines="交期零容忍",
        return_state=True,
    )
    again = await record_a_visit("V-1", "mara", return_state=True)
    back = await record_a_visit("V-1", "mara", mode="撤回", return_state=True)

    assert first.message == (
        f"V-1 华东精密科技：{then} 的“电话回访”已登记；记入需求：红线与禁忌；"
        f"P-2 由Mara于 {due} 前兑现；预警信号：投诉。"
    )
    assert again.is_failed()
    assert str(again.message).startswith("V-1 已由Mara于 ")
    assert back.message == ("V-1 华东精密科技：“电话回访”的登记已撤回，恢复为未完成。")


def _today() -> date:
    """The house's day, which begins eight hours before that of UTC."""
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
