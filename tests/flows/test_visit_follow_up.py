"""What operations see of the run after visits."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from flows.visit_follow_up import follow_up_visits
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account, at
from tests.flows.test_dispatch import artifacts_of
from tests.portfolio import store, use_policy
from tests.visits import planned

NOW = at("2026-10-20 12:00")


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy()
    store(
        [a_person("mara", supervisor="sun"), a_person("sun", email="nowhere")],
        [an_account()],
    )


async def test_a_run_says_what_it_told_whom_and_is_red_for_who_has_no_address():
    planned("2026-10-15")

    tried = await follow_up_visits(as_of=NOW, dry_run=True, return_state=True)
    red = await follow_up_visits(as_of=NOW, return_state=True)
    with unit_of_work() as uow:
        uow.people.save([a_person("sun")])
    done = await follow_up_visits(as_of=NOW, return_state=True)

    assert tried.is_failed()
    assert str(red.message).startswith("无法向Sun（sun）的地址“nowhere”发送邮件")
    assert done.message == "错过上报 1；写出 1 封邮件。"
    [(key, table)] = (await artifacts_of(done)).items()
    assert key == "visit-follow-up"
    assert "已错过（Mara）" in json.loads(table)[1]["事项"]


async def test_nothing_due_is_said_and_the_future_is_for_dry_runs():
    ahead = datetime.now(UTC) + timedelta(days=1)

    quiet = await follow_up_visits(as_of=NOW, return_state=True)
    refused = await follow_up_visits(as_of=ahead, return_state=True)

    assert quiet.message == "目前没有到期事项。"
    assert refused.is_failed()
