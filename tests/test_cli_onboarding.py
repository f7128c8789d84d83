"""`kam onboarding` as people see it in a terminal."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from kam_flows.cli import (
    app,
    onboarding,  # noqa: F401  registers its commands
)
from tasks.portfolio import load_sample_if_empty


@pytest.fixture(autouse=True)
def sample(sqlite_database: str) -> None:
    load_sample_if_empty()


def kam(*words: str) -> Result:
    return CliRunner().invoke(app, ("onboarding", *words))


def test_a_questionnaire_goes_out_and_comes_back(tmp_path: Path):
    path = tmp_path / "q.xlsx"

    assert kam("questionnaire", "HUAYUE", "-o", str(path), "--lang", "en").output == (
        f"{path}\n"
    )
    book = load_workbook(path)
    book.worksheets[0]["E8"].value = "停机"
    book.save(path)

    tried = kam("import", str(path), "--dry-run").output.splitlines()
    result = kam("import", str(path)).output.splitlines()

    assert tried[0] == "HUAYUE: answers added: 1 (dry run, nothing was kept)"
    assert result[:2] == ["HUAYUE: answers added: 1", "  missing: goals"]
    assert kam("import", str(path)).output.startswith("HUAYUE: answers added: 0")


def test_a_bad_file_is_listed_row_by_row(tmp_path: Path):
    path = tmp_path / "q.csv"
    path.write_text("客户编号,HUAYUE\n维度,新的答复\n天气,好\n", encoding="utf-8")

    result = kam("import", str(path))

    assert result.exit_code == 2
    assert "q.csv, row 3, 维度: '天气'; expected one of" in result.output
    assert result.output.endswith("Nothing of q.csv was imported.\n")
