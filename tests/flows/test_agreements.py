"""What staff see in Prefect when they draft an agreement and record its signature."""

import pytest

from flows.agreements import draft_the_agreement, record_the_signature
from kam_flows.settings import settings
from tasks.portfolio import load_sample_if_empty
from tests.flows.test_portfolio import ended, name_of, table_of


@pytest.fixture(autouse=True)
def sample(sqlite_database: str) -> None:
    load_sample_if_empty()


async def test_a_draft_says_where_it_stands_and_shows_what_it_promises():
    state = await ended(draft_the_agreement, account="HUAYUE", by="M01")

    path = settings().var / "agreements" / "HUAYUE-v1.docx"
    assert state.message == (
        "华岳重工装备集团 (HUAYUE)：第 1 版协议已起草，签署并登记后生效；"
        f"文档位于 {path}。"
    )
    assert await name_of(state) == "draft the SLA agreement of HUAYUE, by M01"
    assert {"场景", "响应时限", "解决时限"} <= set((await table_of(state))[0])

    again = await ended(draft_the_agreement, account="HUAYUE", by="M01", dry_run=True)
    assert again.message == (
        "华岳重工装备集团 (HUAYUE)：第 1 版协议的内容与此完全相同，没有重复起草；"
        "试运行：未保存任何内容。"
    )


async def test_a_signature_is_told_back_and_a_second_is_refused(monkeypatch):
    await ended(draft_the_agreement, account="HUAYUE", by="M01", language="English")
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()
    given = {"account": "HUAYUE", "by": "M01", "signed_by": "Liu", "place": "Shanghai"}

    state = await ended(record_the_signature, **given)
    again = await ended(record_the_signature, **given)

    assert str(state.message).startswith(
        "华岳重工装备集团 (HUAYUE): version 1 is signed, by Liu on "
    )
    assert str(state.message).endswith(", Shanghai; face to face.")
    assert again.is_failed()
    assert "Version 1 is signed already, by Liu" in str(again.message)


async def test_an_unknown_language_is_one_sentence():
    state = await ended(
        draft_the_agreement, account="HUAYUE", by="M01", language="Klingon"
    )

    assert state.is_failed()
    assert state.message == "没有语言“Klingon”；请输入“中文”或“English”。"
