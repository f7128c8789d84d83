"""What staff see in Prefect of the days that they keep."""

from pathlib import Path

import pytest

from flows.occasions import add_an_occasion, end_an_occasion, import_occasions
from kam_flows.domain.accounts import Contact
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.spreadsheets import write_csv
from tests.builders import a_person, an_account
from tests.portfolio import store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_a_lunar_birthday_is_added_ended_and_imported_in_plain_words(
    tmp_path: Path,
):
    use_policy("default")
    store([a_person("mara")], [an_account()])
    with unit_of_work() as uow:
        uow.accounts.save_contacts([Contact(code="K1", account="ACME", name="王芳")])
    path = tmp_path / "days.csv"
    path.write_bytes(write_csv([["客户代码", "类型", "日期"], ["ACME", "派对", ""]]))

    added = await add_an_occasion(
        "ACME · 华东精密科技",
        "birthday · 生日",
        "mara",
        "王芳",
        lunar="六月初一",
        leap=True,
        return_state=True,
    )
    wrong = await add_an_occasion("ACME", "生日", "mara", "王芳", return_state=True)
    ended = await end_an_occasion("O-1", "离职", "mara", return_state=True)
    refused = await import_occasions(str(path), "mara", return_state=True)

    assert str(added.message).startswith(
        "O-1 华东精密科技：生日 王芳；每年农历闰六月初一；下一次是 "
    )
    assert wrong.is_failed()
    assert wrong.message == (
        "“日期”应为日期，例如 2026-05-20 或 05-20，"
        "或农历日期，例如 八月十五、闰六月初一 或 8-15；未保存任何内容。"
    )
    assert ended.message == "O-1 华东精密科技：生日 王芳；今后不再办理。"
    assert str(refused.message).startswith(
        "没有导入任何内容：days.csv，第 2 行，类型：“派对”；应为：合作周年/"
    )
