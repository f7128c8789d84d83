"""A care on one page and a month as a sheet, from what a real database holds."""

import json
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from kam_flows.cli.care import care
from kam_flows.domain.accounts import Contact, Tier
from kam_flows.domain.care_pages import CareAct, CarePage
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.errors import UserError
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.care_pages import care_text, month_sheet
from kam_flows.settings import settings
from tasks.care import prepare_due
from tasks.care_decisions import approve_letter, drop_care, hold_care
from tasks.care_pages import care_lines, care_month, care_page_of
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

BEGINS, LATER = at("2026-09-24 06:10"), at("2026-09-25 10:00")
OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("care")
    account = an_account("ACME", tier=Tier.CORE, signed_on=date(2024, 10, 1))
    next_one = an_account("BETA", tier=Tier.CORE, signed_on=date(2025, 10, 20))
    store(
        [a_person("mara", supervisor="sun"), a_person("sun")],
        [replace(account, name="Acme"), replace(next_one, name="Beta")],
    )
    boss = Contact(
        code="ACME-1",
        account="ACME",
        name="张建国",
        title="总经理",
        email="boss@acme.example",
        is_decision_maker=True,
    )
    with unit_of_work() as uow:
        uow.accounts.save_contacts([boss])
    prepare_due.fn(BEGINS)


def page() -> CarePage:
    return care_page_of.fn("C-1", LATER)


def test_a_page_has_letter_steps_and_what_was_done_about_it():
    approve_letter.fn(care="C-1", by="mara", now=LATER)
    hold_care.fn(care="C-1", reason="They move house", by="mara", now=LATER)
    shown = page()

    assert shown.care.state is CareState.HELD
    assert shown.addressee == "张建国 <boss@acme.example>"
    assert shown.approved_by == "Mara"
    assert [one.what for one in shown.trail] == [
        CareAct.PREPARED,
        CareAct.APPROVED,
        CareAct.HELD,
    ]
    assert shown.trail[-1].note == "They move house"
    assert any(step.done and step.done_by == "Mara" for step in shown.steps)
    assert shown.care.letter
    assert shown.care.letter.subject in care_text(shown, "zh_CN", "Asia/Shanghai")


def test_an_unknown_care_is_answered_with_a_sentence():
    with pytest.raises(UserError):
        care_page_of.fn("C-99", LATER)


def test_a_month_has_what_is_prepared_and_what_is_still_to_come():
    lines = care_month.fn(OCTOBER, LATER)
    found = {(one.account_name, one.on, one.state) for one in lines}
    sheet = month_sheet(lines, OCTOBER, "zh_CN")

    assert found == {
        ("Acme", date(2026, 10, 1), CareState.PREPARED),
        ("Beta", date(2026, 10, 20), None),
    }
    assert "**1** · 1" in sheet
    assert "尚未到准备时间" in sheet
    assert care_month.fn(date(2026, 12, 1), LATER) == []


def test_a_list_has_what_is_open_and_of_one_account_what_is_over_too():
    drop_care.fn(care="C-1", reason="They decline", by="mara", now=LATER)

    assert care_lines.fn("", LATER) == []
    [line] = care_lines.fn("ACME", LATER)
    assert (line.number, line.state) == ("C-1", CareState.DROPPED)
    assert care_lines.fn("BETA", LATER) == []


def test_the_terminal_shows_and_lists_cares(monkeypatch):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()
    run = CliRunner()

    shown = run.invoke(care, ["show", "C-1"]).stdout
    told = json.loads(run.invoke(care, ["show", "C-1", "--json"]).stdout)
    listed = run.invoke(care, ["list"]).stdout

    assert shown.startswith("# C-1 · Cooperation anniversary")
    assert told["care"]["budget"] == "800.00"
    assert "| C-1 · " in listed
