"""What staff see in Prefect of calendar invitations."""

from typing import Any
from urllib.parse import unquote

import pytest
from prefect import State

from flows.visit_invitations import send_visit_invitations
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account, at
from tests.flows.test_dispatch import artifacts_of
from tests.portfolio import store, use_policy
from tests.visits import planned

MONDAY = at("2026-11-02 09:00")


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("default")
    store([a_person("mara")], [an_account()])
    planned("2026-11-16")


async def ended(**parameters: Any) -> State[Any]:
    running: Any = send_visit_invitations(as_of=MONDAY, **parameters, return_state=True)
    state: State[Any] = await running
    return state


async def test_a_run_says_how_many_it_wrote_and_the_next_one_that_there_are_none():
    tried, done = await ended(dry_run=True), await ended()
    again, refused = await ended(), await ended(allow_mails=0)

    assert (
        tried.message == "已写出 1 封日程邮件；试运行：未保存任何内容；请看 Artifacts。"
    )
    assert done.message == "已写出 1 封日程邮件；请看 Artifacts。"
    assert again.message == refused.message == "目前没有到期事项。"


async def test_more_than_the_guard_allows_is_one_sentence():
    state = await ended(allow_mails=0)

    assert state.is_failed()
    assert str(state.message).startswith("本次将写出 1 封邮件，超过上限 0 封")
    assert str(state.message).endswith("请调高 KAM_MAIL_GUARD。")


async def test_one_click_opens_the_form_that_allows_them_filled_in():
    with unit_of_work() as uow:
        uow.forms.remember({"send-visit-invitations": "8f3c"})
    state = await ended(allow_mails=0)
    [(key, page)] = (await artifacts_of(state)).items()
    said, links = page.split("\n\n")
    look, allow = links.splitlines()

    assert key == "mails-to-allow"
    assert str(state.message).endswith("表单已经填好，请看 Artifacts。")
    assert str(state.message).startswith(said)
    assert look.startswith("- [先试运行，看看是哪些邮件](")
    assert unquote(look).endswith('{"allow_mails": 1, "dry_run": true})')
    words, address = allow.removesuffix(")").split("](")
    assert words == "- [仅此一次，允许写 1 封邮件"
    assert "/deployment/8f3c/run?" in address
    assert unquote(address).endswith('parameters={"allow_mails": 1}')
