"""What staff see in Prefect when they record a survey or bring a questionnaire."""

from pathlib import Path

import pytest

from flows.surveys import import_questionnaire, record_survey_answers
from kam_flows.settings import settings
from tasks.portfolio import load_sample_if_empty
from tests.flows.test_portfolio import ended, name_of, table_of

ALL_BUT_TWO = (
    "业务目标、决策链、协作习惯、沟通偏好、采购流程与预算周期、在用产品与技术环境、"
    "交付要求、质量与服务期望、现有竞争对手、发展规划"
)


@pytest.fixture(autouse=True)
def inbox(sqlite_database: str) -> Path:
    load_sample_if_empty()
    folder = settings().inbox
    folder.mkdir(parents=True)
    return folder


async def test_the_answer_says_what_was_added_and_what_is_missing():
    state = await ended(
        record_survey_answers,
        account="HUAYUE · 华岳重工装备集团",
        by="M01",
        pain_points="停机",
        red_lines="对延期交付零容忍",
    )

    assert state.message == (
        "华岳重工装备集团 (HUAYUE)：已补充：业务痛点、红线与禁忌；"
        f"还缺：{ALL_BUT_TWO}。"
    )
    assert await name_of(state) == "record survey answers of HUAYUE, by M01"


async def test_an_english_house_reads_the_answer_in_english(monkeypatch):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()

    state = await ended(
        record_survey_answers, account="HUAYUE", by="M01", goals=" ", dry_run=True
    )

    assert str(state.message).startswith(
        "华岳重工装备集团 (HUAYUE): nothing new was said; still missing: Business pain"
    )
    assert str(state.message).endswith("Growth plans; Dry run: nothing was kept.")


async def test_a_bad_questionnaire_fails_in_one_sentence_and_lists_its_rows(
    inbox: Path,
):
    lines = "客户编号,HUAYUE\n维度,新的答复\n天气,好\n目标,坏\n"
    (inbox / "q.csv").write_text(lines, encoding="utf-8")

    state = await ended(import_questionnaire, file="q.csv", by="M01")

    assert state.is_failed()
    assert str(state.message).startswith(
        "没有导入任何内容：q.csv，第 3 行，维度：“天气”；应为：以下维度之一：业务痛点、"
    )
    assert [row["行"] for row in await table_of(state)] == [3, 4]


async def test_a_questionnaire_is_taken_in(inbox: Path):
    lines = "客户编号,HUAYUE\n维度,新的答复\n业务目标,双倍\n"
    (inbox / "q.csv").write_text(lines, encoding="utf-8")

    state = await ended(import_questionnaire, file="q.csv", by="M01")

    assert str(state.message).startswith(
        "华岳重工装备集团 (HUAYUE)：已补充：业务目标；还缺："
    )
