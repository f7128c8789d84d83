"""What staff see in Prefect of what they decide about a care."""

import pytest

from flows.care_letters import (
    approve_a_letter,
    complete_care_step,
    drop_a_care,
    edit_a_letter,
    hold_a_care,
    release_a_care,
)
from tests.builders import a_person, an_account
from tests.cares import prepared
from tests.portfolio import store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_a_care_goes_from_its_draft_to_its_last_step_in_plain_words():
    use_policy()
    store([a_person("mara"), a_person("xi")], [an_account()])
    prepared()
    care = "C-1 · 2026-10-01 华东精密科技"

    first = await approve_a_letter(care, "mara", return_state=True)
    again = await approve_a_letter(care, "mara", return_state=True)
    own = await edit_a_letter(care, "承蒙信任。", "mara", return_state=True)
    held = await hold_a_care(care, "客户停产", "mara", return_state=True)
    signed = await approve_a_letter(care, "mara", return_state=True)
    free = await release_a_care(care, "已复产", "mara", return_state=True)
    called = await complete_care_step(
        care, "mara", "call · 当天致电", return_state=True
    )
    strange = await drop_a_care(care, "x", "xi", return_state=True)
    gone = await drop_a_care(care, "婉拒", "mara", dry_run=True, return_state=True)

    title = "C-1 华东精密科技：2026-10-01 的“合作周年”"
    assert str(first.message).startswith(f"{title}已批准；信将于 ")
    assert again.is_failed()
    assert again.message == "C-1 已由Mara批准；未作更改。"
    assert own.message == f"{title}已准备；信中已是您写的内容；需要重新批准。"
    assert held.message == f"{title}已暂缓；可用“Release care”恢复。"
    assert "信已批准，但仍暂缓（客户停产）" in str(signed.message)
    assert str(free.message).startswith(f"{title}已批准；信将于 ")
    assert called.message == f"{title}已批准；已完成：当天致电；信尚未发出。"
    assert str(strange.message).startswith("Xi（xi）与 C-1 无关")
    assert gone.message == f"{title}已放弃；试运行：未保存任何内容。"
