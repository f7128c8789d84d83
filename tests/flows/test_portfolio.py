"""What staff see in Prefect when they import, export and check the portfolio."""

import json
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow, State
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
)

from flows.portfolio import (
    check_the_portfolio,
    export_portfolio_files,
    import_portfolio,
)
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.portfolio import load_sample_if_empty


@pytest.fixture
def inbox(sqlite_database: str) -> Path:
    load_sample_if_empty()
    folder = settings().var / "inbox"
    folder.mkdir(parents=True)
    return folder


async def ended(flow: Flow[..., Any], **parameters: Any) -> State[Any]:
    """How the run of this flow ends."""
    running: Any = flow(**parameters, return_state=True)
    state: State[Any] = await running
    return state


async def table_of(state: State[Any]) -> list[dict[str, Any]]:
    """The one table among the artifacts of this run."""
    run = state.state_details.flow_run_id
    assert run is not None
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
    async with get_client() as client:
        (artifact,) = await client.read_artifacts(artifact_filter=of_run)
    rows: list[dict[str, Any]] = json.loads(str(artifact.data))
    return rows


async def name_of(state: State[Any]) -> str:
    run = state.state_details.flow_run_id
    assert run is not None
    async with get_client() as client:
        return (await client.read_flow_run(run)).name


async def test_an_import_ends_with_its_counts_and_a_table_of_changes(inbox: Path):
    lines = "code,name,tier\nHUAYUE,华岳重工装备集团,core\nNEW,新公司,new\n"
    (inbox / "a.csv").write_text(lines, encoding="utf-8")

    state = await ended(import_portfolio, file="a.csv", by="马琳")

    assert state.is_completed()
    assert state.message == "a.csv：新增 1 条、变更 1 条、未变 0 条。"
    assert await name_of(state) == "import portfolio: a.csv, by 马琳"
    changed, added = await table_of(state)
    assert (changed["编号"], changed["字段"]) == ("HUAYUE", "分级：战略级 → 核心级")
    assert (added["事项"], added["编号"], added["操作"]) == ("客户", "NEW", "新增")


async def test_an_english_house_reads_in_english_what_an_import_did(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()
    lines = "员工编号,姓名,邮箱,岗位,在职\nM04,Ross,ross@example.com,客户经理,离职\n"
    (inbox / "a.csv").write_text(lines, encoding="utf-8")

    state = await ended(import_portfolio, file="a.csv", by="马琳", dry_run=True)

    assert state.message == (
        "a.csv: 0 added, 1 changed, 0 unchanged (dry run, nothing was written). "
        "M04 left: accounts that now need a handover: HAINA, YUNFAN."
    )
    [changed] = await table_of(state)
    assert (changed["what"], changed["done"]) == ("staff", "changed")
    assert "active: yes → no" in changed["fields"]


async def test_somebody_who_leaves_is_named_with_their_accounts(inbox: Path):
    lines = "员工编号,姓名,邮箱,岗位,在职\nM04,Ross,ross@example.com,客户经理,离职\n"
    (inbox / "a.csv").write_text(lines, encoding="utf-8")

    state = await ended(import_portfolio, file="a.csv", by="马琳", dry_run=True)

    assert state.message == (
        "a.csv：新增 0 条、变更 1 条、未变 0 条（试运行，未写入任何内容）。"
        "M04 已离职，以下客户需要交接：HAINA、YUNFAN。"
    )
    [changed] = await table_of(state)
    assert "在职：是 → 否" in changed["字段"]


async def test_a_bad_file_fails_in_one_sentence_and_lists_every_bad_row(inbox: Path):
    lines = "code,name,tier\nGOOD,好,new\nA,甲,gold\nB,,core\n"
    (inbox / "a.csv").write_text(lines, encoding="utf-8")

    state = await ended(import_portfolio, file="a.csv", by="O01")

    assert state.is_failed()
    assert str(state.message).startswith("没有导入任何内容：a.csv，第 3 行，tier")
    assert [(r["行"], r["列"]) for r in await table_of(state)] == [
        (3, "tier"),
        (4, "name"),
    ]
    with unit_of_work(read_only=True) as uow:
        assert "GOOD" not in uow.accounts.ids()


@pytest.mark.usefixtures("inbox")
async def test_a_file_that_is_not_there_fails_in_one_sentence():
    state = await ended(import_portfolio, file="b.csv", by="O01")

    assert state.is_failed()
    assert "请把文件放入文件夹" in str(state.message)


@pytest.mark.usefixtures("inbox")
async def test_an_account_manager_may_not_take_the_whole_portfolio_away():
    state = await ended(export_portfolio_files, by="M01")

    assert state.is_failed()
    assert "无权操作" in str(state.message)


@pytest.mark.usefixtures("inbox")
async def test_an_export_says_where_it_stands():
    state = await ended(export_portfolio_files, by="O01")

    assert state.message == f"已写入：{settings().var / 'export' / 'portfolio.xlsx'}。"


async def test_a_check_shows_what_to_mend(inbox: Path):
    (inbox / "a.csv").write_text("code,name,tier\nNEW,新公司,new\n", encoding="utf-8")
    await ended(import_portfolio, file="a.csv", by="O01")

    state = await ended(check_the_portfolio, dry_run=True)

    assert state.is_completed()
    assert "新公司 (NEW)" in [row["对象"] for row in await table_of(state)]
