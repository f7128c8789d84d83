"""What staff see in Prefect of the mails of a week."""

from typing import Any

import pytest
from prefect import State

from flows.visit_weeks import send_visit_weeks
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy
from tests.visits import planned

MONDAY = at("2026-11-16 07:00")


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("default")
    store([a_person("mara"), a_person("dai", email="dai@")], [an_account()])


async def ended() -> State[Any]:
    running: Any = send_visit_weeks(as_of=MONDAY, return_state=True)
    state: State[Any] = await running
    return state


async def test_a_run_says_how_many_it_wrote_and_is_red_while_somebody_is_not_reached():
    planned("2026-11-17")
    first, again = await ended(), await ended()
    planned("2026-11-18", owner="dai", slot="x")
    red = await ended()

    assert first.message == "已写出 1 封周报；请看 Artifacts。"
    assert again.message == "目前没有到期事项。"
    assert red.is_failed()
    assert "dai@" in str(red.message)
