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
    assert state.message == "a.csv: 1 added, 1 changed, 0 unchanged."
    assert await name_of(state) == "import portfolio: a.csv, by 马琳"
    changed, added = await table_of(state)
    assert (changed["code"], changed["fields"]) == ("HUAYUE", "tier: strategic → core")
    assert (added["code"], added["done"]) == ("NEW", "added")


async def test_a_bad_file_fails_in_one_sentence_and_lists_every_bad_row(inbox: Path):
    lines = "code,name,tier\nGOOD,好,new\nA,甲,gold\nB,,core\n"
    (inbox / "a.csv").write_text(lines, encoding="utf-8")

    state = await ended(import_portfolio, file="a.csv", by="O01")

    assert state.is_failed()
    assert str(state.message).startswith("Nothing was imported: a.csv, row 3, tier")
    assert [(r["row"], r["column"]) for r in await table_of(state)] == [
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

    assert state.message == f"Written: {settings().var / 'export' / 'portfolio.xlsx'}."


async def test_a_check_shows_what_to_mend(inbox: Path):
    (inbox / "a.csv").write_text("code,name,tier\nNEW,新公司,new\n", encoding="utf-8")
    await ended(import_portfolio, file="a.csv", by="O01")

    state = await ended(check_the_portfolio, dry_run=True)

    assert state.is_completed()
    assert "新公司 (NEW)" in [row["whom"] for row in await table_of(state)]
