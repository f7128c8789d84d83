"""The survey: bit by bit from the form, or on a questionnaire that goes out and back."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import Item, ItemState, Onboarding
from kam_flows.domain.survey import Dimension
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.questionnaires import LONGEST_CELL, fitting
from kam_flows.rendering.vocabulary import WORDS
from tasks.forms import forms
from tasks.surveys import (
    Surveyed,
    import_questionnaire_file,
    record_answers,
    write_questionnaire,
)
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

NOW = at("2026-10-12 10:00")
GOALS, LINES = Dimension.GOALS, Dimension.RED_LINES
HOSTILE = (
    "=cmd|' /C calc'!A0\n<script>alert(1)</script>\n\"引号\" '单' & 😀 {{7*7}}\n"
    "'=1 \u202e مرحبا بالعالم \u200f שלום\n" + "长" * 20_000
)
ANSWER = 5
"""The column of a questionnaire that is filled in."""


@pytest.fixture(autouse=True)
def account(database: str) -> None:
    use_policy("enterprise")
    store([a_person("mara")], [an_account(), an_account("A/2", name="另一家")])


def answer(
    given: dict[Dimension, str], *, days: int = 0, dry_run: bool = False
) -> Surveyed:
    moment = NOW + timedelta(days=days)
    return record_answers.fn(
        account="ACME", by="mara", given=given, at=moment, now=NOW, dry_run=dry_run
    )


def known() -> dict[Dimension, str]:
    with unit_of_work(read_only=True) as uow:
        id_ = uow.accounts.ids()["ACME"]
        answers = uow.surveys.answers([id_]).get(id_, {})
        return {dimension: answer.text for dimension, answer in answers.items()}


def recorded() -> int:
    with unit_of_work(read_only=True) as uow:
        return len(uow.surveys.history(uow.accounts.ids()["ACME"]))


def written(folder: Path, account: str = "ACME", **options: str) -> Path:
    return write_questionnaire.fn(
        account,
        folder / "q.xlsx",
        now=NOW,
        **options,  # type: ignore[arg-type]
    )


def fill_in(path: Path, answers: dict[Dimension, str]) -> Path:
    """As a person does in Excel: find the row of a dimension, type into its last cell."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(1, sheet.max_row + 1):
        first = str(sheet.cell(row, 1).value)
        for dimension, text in answers.items():
            if first.startswith(WORDS[Dimension][dimension][0]):
                cell = sheet.cell(row, ANSWER)
                cell.value, cell.data_type = text, "s"
    book.save(path)
    return path


def bring(path: Path, *, by: str = "mara", dry_run: bool = False) -> Surveyed:
    return import_questionnaire_file.fn(path, by=by, at=NOW, now=NOW, dry_run=dry_run)


def test_saving_bit_by_bit_adds_and_never_erases():
    answer({GOALS: "双倍产能", LINES: ""})
    second = answer({GOALS: "", LINES: "对延期交付零容忍"}, days=1)

    assert known() == {GOALS: "双倍产能", LINES: "对延期交付零容忍"}
    assert second.added == (LINES,)
    assert second.missing == tuple(d for d in Dimension if d not in (GOALS, LINES))


def test_what_is_known_already_is_not_recorded_again():
    answer({GOALS: "双倍产能"})

    assert answer({GOALS: "双倍产能 "}).added == ()
    assert recorded() == 1


def test_an_earlier_answer_that_comes_late_is_kept_and_does_not_count():
    answer({GOALS: "new"})
    answer({GOALS: "old"}, days=-2)
    answer({GOALS: "old"}, days=-2)

    assert known() == {GOALS: "new"}
    assert recorded() == 2


def test_whatever_an_answer_holds_is_stored_as_it_was_typed():
    answer({GOALS: HOSTILE})

    assert known() == {GOALS: HOSTILE}


def test_a_dry_run_and_a_stranger_keep_nothing():
    assert answer({GOALS: "x"}, dry_run=True).added == (GOALS,)
    with pytest.raises(UserError):
        record_answers.fn(
            account="ACME", by="nobody", given={GOALS: "x"}, at=NOW, now=NOW
        )

    assert known() == {}


def test_who_added_what_is_on_record():
    answer({GOALS: "x"})

    with unit_of_work(read_only=True) as uow:
        [row] = uow.audit.about("account ACME")
        assert (row.actor, row.action) == ("mara", "survey answered")
        assert row.detail == {"dimensions": ["goals"], "file": ""}


def test_with_the_last_answer_the_checklist_item_is_done():
    with unit_of_work() as uow:
        policy_id = uow.policies.current_id(NOW)
        running = Onboarding(
            id=0,
            account="ACME",
            tier=an_account().tier,
            signed_at=NOW,
            started_at=NOW,
            started_by="mara",
            predecessor=None,
            policy_id=policy_id,
            calendar="",
            items=(Item(code="survey"),),
            progressed_at=NOW,
        )
        uow.onboardings.add(uow.accounts.ids()["ACME"], running, None)

    assert not answer({d: "x" for d in Dimension if d is not GOALS}).completed
    assert answer({GOALS: "x"}).completed

    with unit_of_work(read_only=True) as uow:
        [onboarding] = uow.onboardings.of(uow.accounts.ids()["ACME"])
        assert [item.state for item in onboarding.items] == [ItemState.DONE]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_questionnaire_comes_back_with_what_was_filled_in(tmp_path, language):
    path = fill_in(written(tmp_path, language=language), {GOALS: HOSTILE, LINES: "-"})

    surveyed = bring(path)

    assert known() == {GOALS: HOSTILE, LINES: "-"}
    assert surveyed.account.code == "ACME"
    with unit_of_work(read_only=True) as uow:
        history = uow.surveys.history(uow.accounts.ids()["ACME"])
        assert {answer.source for answer in history} == {"q.xlsx"}


def test_a_questionnaire_shows_what_is_known_and_runs_no_formula(tmp_path):
    answer({LINES: "=cmd|' /C calc'!A0", GOALS: HOSTILE})
    book = load_workbook(written(tmp_path))
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]

    assert not any(cell.data_type == "f" for cell in cells)
    texts = [str(cell.value) for cell in cells]
    assert "'=cmd|' /C calc'!A0" in texts
    assert f"'{HOSTILE}" in texts
    assert "2026-10-12" in texts
    unlocked = [cell for cell in cells if not cell.protection.locked]
    assert len(unlocked) == len(Dimension)
    assert {cell.column for cell in unlocked} == {ANSWER}


def test_a_questionnaire_that_nobody_filled_in_changes_nothing(tmp_path):
    answer({GOALS: HOSTILE})

    assert bring(written(tmp_path)).added == ()
    assert recorded() == 1


def test_importing_twice_changes_nothing_even_after_a_newer_answer(tmp_path):
    path = fill_in(written(tmp_path), {GOALS: "from the interview"})
    bring(path)
    assert bring(path).added == ()
    answer({GOALS: "changed their mind"})

    assert bring(path).added == ()
    assert known() == {GOALS: "changed their mind"}


def test_a_dry_import_keeps_nothing(tmp_path):
    path = fill_in(written(tmp_path), {GOALS: "x"})

    assert bring(path, dry_run=True).added == (GOALS,)
    assert known() == {}


def test_a_file_about_an_account_nobody_knows_is_one_sentence(tmp_path):
    path = written(tmp_path)
    book = load_workbook(path)
    book.worksheets[0]["B2"].value = "ACMF"
    book.save(path)

    with pytest.raises(UserError, match="There is no account 'ACMF'; did you mean"):
        bring(path)


def test_a_file_name_is_made_of_the_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert write_questionnaire.fn("A/2", None, now=NOW) == Path("A-2.xlsx")
    with pytest.raises(UserError, match="cannot be written"):
        write_questionnaire.fn("ACME", tmp_path, now=NOW)


def test_no_cell_is_longer_than_excel_takes():
    assert fitting("长" * LONGEST_CELL) == "长" * LONGEST_CELL
    cut = fitting("😀" * 20_000)

    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST_CELL
    assert cut == "😀" * (len(cut) - 1) + "…"


def test_the_form_and_the_questionnaire_name_a_dimension_alike(tmp_path):
    for dimension, titles in WORDS[Dimension].items():
        field = forms().parameters[dimension]
        assert (field.title.zh_CN, field.title.en) == titles
    sheet = load_workbook(io.BytesIO(written(tmp_path).read_bytes())).worksheets[0]
    asked = {str(row[1]) for row in sheet.iter_rows(min_row=8, values_only=True)}
    assert asked == {forms().parameters[d].help.zh_CN for d in Dimension}
