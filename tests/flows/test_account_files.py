"""What staff see in Prefect of account files."""

from datetime import date
from pathlib import Path

import pytest

from flows.account_files import (
    add_to_the_account_file,
    import_transactions,
    keep_a_promise,
    show_an_account,
)
from tests.builders import a_person, an_account
from tests.flows.test_dispatch import artifacts_of
from tests.portfolio import store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_a_promise_is_filed_shown_and_kept():
    use_policy()
    store([a_person("mara")], [an_account()])
    filed = await add_to_the_account_file(
        "ACME", "承诺", "借用设备", "mara", due_on=date(2099, 1, 5), return_state=True
    )
    shown = await show_an_account("ACME", send_to="mara", return_state=True)
    kept = await keep_a_promise("P-1", "mara", return_state=True)

    assert filed.message == (
        "已记入华东精密科技的客户档案：承诺；P-1 应于 2099-01-05 前兑现。"
    )
    [(key, page)] = (await artifacts_of(shown)).items()
    assert key == "account-page"
    assert "借用设备" in page
    assert shown.message == "华东精密科技：请看 Artifacts；已邮件通知Mara。"
    assert kept.message == "华东精密科技的承诺 P-1 已兑现。"


async def test_a_bad_file_is_named_line_by_line(tmp_path: Path):
    use_policy()
    store([a_person("mara")], [an_account()])
    path = tmp_path / "dealings.csv"
    path.write_text("account,reference,date,amount\nACME,PO-1,soon,1\n")
    state = await import_transactions(str(path), "mara", return_state=True)

    assert state.is_failed()
    assert state.message == (
        "没有导入任何内容：dealings.csv，第 2 行，date：“soon”；"
        "应为：日期，例如 2026-10-01。"
    )
    [(key, table)] = (await artifacts_of(state)).items()
    assert key == "transactions-import"
    assert "PO-1" not in table
