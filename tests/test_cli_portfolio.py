"""`kam import`, `kam export` and `kam doctor` as people see them in a terminal."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kam_flows.cli import (
    app,
    doctor,  # noqa: F401  registers its command
    portfolio,  # noqa: F401
)
from kam_flows.domain.errors import UserError
from tasks.portfolio import SAMPLE
from tests.conftest import forget

FILES = [str(SAMPLE / f"{kind}.csv") for kind in ("teams", "accounts", "staff")]


def kam(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.mark.usefixtures("sqlite_database")
def test_files_are_imported_and_counted():
    result = kam("import", *FILES)

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line for line in lines if not line.startswith("  ")] == [
        "staff.csv: 15 added, 0 changed, 0 unchanged",
        "accounts.csv: 12 added, 0 changed, 0 unchanged",
        "teams.csv: 41 added, 0 changed, 0 unchanged",
    ]
    assert lines[-1] == "  … and 21 more"
    assert len(lines) == 3 + 15 + 12 + 20 + 1


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_changes_is_listed_field_by_field(tmp_path: Path, dry_run: bool):
    kam("import", *FILES)
    changed = tmp_path / "accounts.csv"
    changed.write_text(
        "code,name,tier,city\nHUAYUE,华岳重工,core,上海\nDONGLAN,东澜新能源股份,strategic,苏州\n",
        encoding="utf-8",
    )

    result = kam("import", str(changed), *(["--dry-run"] if dry_run else []))

    head, *lines = result.output.splitlines()
    assert head.startswith("accounts.csv: 0 added, 1 changed, 1 unchanged")
    assert lines == [
        "  HUAYUE changed: name: 华岳重工装备集团 → 华岳重工",
        "  HUAYUE changed: tier: strategic → core",
    ]


@pytest.mark.usefixtures("sqlite_database")
def test_bad_rows_are_all_listed_and_nothing_is_imported(tmp_path: Path):
    bad = tmp_path / "accounts.csv"
    bad.write_text("code,name,tier\nA,甲,gold\nB,,core\n", encoding="utf-8")

    result = kam("import", str(bad))

    assert result.exit_code == 2
    assert (
        "accounts.csv, row 2, tier: 'gold'; expected 战略级/strategic" in result.stderr
    )
    assert "accounts.csv, row 3, name: ''" in result.stderr
    assert "2 problems; nothing of accounts.csv was imported." in result.stderr


@pytest.mark.usefixtures("sqlite_database")
def test_a_file_that_is_no_spreadsheet_is_one_sentence(tmp_path: Path):
    note = tmp_path / "note.txt"
    note.write_text("hello")

    result = kam("import", str(note))

    assert isinstance(result.exception, UserError)
    assert "neither CSV nor XLSX" in str(result.exception)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("xlsx", [True, False])
def test_an_export_goes_where_it_is_told_and_comes_back_unchanged(
    tmp_path: Path, xlsx: bool
):
    kam("import", *FILES)

    exported = kam("export", "-o", str(tmp_path), *(["--xlsx"] if xlsx else []))
    again = kam("import", *exported.output.split())

    assert exported.exit_code == again.exit_code == 0
    assert " 0 added, 0 changed, " in again.output
    assert len(exported.output.splitlines()) == (1 if xlsx else 4)


@pytest.mark.usefixtures("sqlite_database")
def test_the_doctor_says_what_to_mend_and_ends_with_1(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    kam("import", *FILES[1:])

    result = kam("doctor")

    assert result.exit_code == 1
    assert "No lead manager: 华岳重工装备集团 (HUAYUE)" in result.output
    assert "Name an active lead manager in the team file." in result.output


def test_a_portfolio_may_be_imported_before_anything_else_is_done():
    forget()

    result = kam("import", *FILES)

    forget()
    assert result.exit_code == 0
    assert "staff.csv: 15 added" in result.output
