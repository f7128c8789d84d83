"""Gifts are recorded once, within the caps, and reported to who may see them."""

import io
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from kam_flows.cli.gifts import gifts as cli
from kam_flows.domain.accounts import Contact
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.care_rules import Action
from kam_flows.domain.errors import UserError
from kam_flows.domain.gifts import Gift
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.gift_tables import gift_page
from kam_flows.settings import settings
from tasks.gifts import GiftRecorded, gift_ledger, record_gift, write_ledger
from tests.builders import a_person, an_account, at
from tests.cares import a_step, care, prepared
from tests.portfolio import store, use_policy

NOW = at("2026-10-01 10:00")
HOSTILE = "=cmd|' /C calc'!A0 <b>[x](http://y)"


@pytest.fixture
def house(database: str) -> None:
    """By `default` a care may have 800, an account 3,000, a person 1,000 a year."""
    use_policy("default")
    people = [
        a_person("mara", supervisor="sun"),
        a_person("sun", role=StaffRole.SUPERVISOR),
        a_person("xi"),
    ]
    beta = an_account("BETA", name="北辰", lead="xi")
    store(people, [an_account(), beta])
    with unit_of_work() as uow:
        uow.accounts.save_contacts([Contact(code="K1", account="ACME", name="王芳")])


pytestmark = pytest.mark.usefixtures("house")


def give(value: str = "380", **changed: Any) -> GiftRecorded:
    given: dict[str, Any] = {
        "account": "ACME",
        "recipient": "王芳",
        "item": "龙井",
        "by": "mara",
        "now": NOW,
    }
    return record_gift.fn(value=Decimal(value), **given | changed)


def on_record() -> list[Gift]:
    with unit_of_work(read_only=True) as uow:
        return uow.gifts.between(date(2026, 1, 1), date(2026, 12, 31))


def test_a_gift_is_recorded_for_a_contact_and_what_is_left_is_told():
    recorded = give("380.50")

    assert (recorded.gift.recipient, recorded.gift.recipient_name) == ("K1", "王芳")
    assert recorded.left == Decimal("619.50")
    [gift] = on_record()
    assert (gift.value, gift.on, gift.by) == (Decimal("380.5"), NOW.date(), "mara")


def test_somebody_who_is_not_on_record_has_a_cap_too():
    give("700", recipient="赵六")

    with pytest.raises(UserError, match="赵六 may get gifts for 1000 a year"):
        give("301", recipient="赵六", item="茶具")


def test_only_the_reason_of_a_supervisor_lifts_the_cap_of_a_recipient():
    give("700")
    for changed in ({"by": "mara", "reason": "周年"}, {"by": "sun"}):
        with pytest.raises(UserError, match="王芳 may get gifts for 1000 a year"):
            give("400", item="茶具", **changed)

    over = give("400", item="茶具", by="sun", reason="二十周年")

    assert (over.left, over.gift.reason) == (Decimal(-100), "二十周年")


def test_no_reason_lifts_the_cap_of_an_account():
    for number in range(4):
        give("700", recipient=f"客人{number}")

    with pytest.raises(UserError, match="one account may be worth 3000 a year"):
        give("201", recipient="客人5", by="sun", reason="周年")


def test_a_gift_of_a_care_ends_its_gift_steps_and_counts_against_it():
    steps = (a_step("gift_order", Action.GIFT), a_step("gift_handover", Action.GIFT))
    prepared(letter=None, actions=(Action.GIFT,), tasks=steps, contact_code="K1")

    recorded = give("700", account="", recipient="", care="C-1")

    assert recorded.gift.recipient == "K1"
    assert care(1).state is CareState.DONE
    with pytest.raises(UserError, match="one care may be worth 800"):
        give("101", care="C-1", item="茶具")
    with pytest.raises(UserError, match="C-1 is of another account than 北辰"):
        give(account="BETA", care="C-1")
    with unit_of_work(read_only=True) as uow:
        trail = [(row.action, row.actor) for row in uow.audit.about("care C-1")]
    assert trail == [("gift recorded", "mara")]


def test_a_gift_of_a_care_keeps_to_the_budget_of_that_care():
    prepared(
        letter=None, actions=(Action.GIFT,), contact_code="K1", budget=Decimal(500)
    )

    with pytest.raises(UserError, match="one care may be worth 500"):
        give("501", care="C-1")
    assert give("500", care="C-1").left == 500


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"value": "0"}, "A gift is worth something"),
        ({"value": "-5"}, "A gift is worth something"),
        ({"value": "9.999"}, "'9.999' is no amount"),
        ({"value": "NaN"}, "'NaN' is no amount"),
        ({"item": " "}, "Say what was given"),
        ({"recipient": ""}, "Say who got it"),
        ({"on": date(2026, 10, 2)}, "2026-10-02 is still to come"),
        ({"account": "nobody"}, "There is no account"),
        ({"care": "C-9"}, "There is no care"),
        ({"by": ""}, "Say who you are"),
    ],
)
def test_what_was_typed_wrong_is_one_sentence_and_nothing_is_kept(changed, sentence):
    with pytest.raises(UserError, match=sentence):
        give(**changed)

    assert on_record() == []


def test_of_two_who_give_at_once_the_second_meets_the_cap():
    start, said = threading.Barrier(2), []

    def click(item: str) -> None:
        start.wait()
        try:
            give("600", item=item)
        except UserError as error:
            said.append(str(error))

    clicks = [threading.Thread(target=click, args=(one,)) for one in ("茶", "酒")]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert len(said) == len(on_record()) == 1
    assert "may get gifts for 1000" in said[0]


def test_the_same_gift_again_is_told():
    give()

    with pytest.raises(UserError, match="on record already, by Mara"):
        give()


def test_the_ledger_has_sums_and_what_is_left_of_the_year():
    give("300", on=date(2026, 3, 1))
    give("200", item="茶具")
    give("90", account="BETA", recipient="李强", by="xi")

    found = gift_ledger.fn(NOW, date(2026, 9, 1))

    assert found.last == date(2026, 12, 31)
    assert [f"{s.code} {s.value} {s.in_year} {s.left}" for s in found.accounts] == [
        "ACME 200 500 2500",
        "BETA 90 90 2910",
    ]
    assert [f"{s.name} {s.left}" for s in found.recipients] == ["王芳 500", "李强 910"]


def test_everybody_sees_what_they_and_those_below_them_serve():
    give()
    give("90", account="BETA", recipient="李强", by="xi")

    seen = {
        by: [one.code for one in gift_ledger.fn(NOW, by=by).accounts]
        for by in ("", "mara", "xi", "sun")
    }

    both = ["ACME", "BETA"]
    assert seen == {"": both, "mara": ["ACME"], "xi": ["BETA"], "sun": both}


def test_a_report_is_written_and_shows_typed_words_as_typed(tmp_path: Path):
    give(item=HOSTILE, recipient=HOSTILE)
    found = gift_ledger.fn(NOW)

    book = write_ledger.fn(found, tmp_path / "a.xlsx", "zh_CN").read_bytes()
    rows = write_ledger.fn(found, tmp_path / "a.csv", "en").read_text("utf-8-sig")

    sheet = load_workbook(io.BytesIO(book))["礼品明细"]
    assert (sheet["F2"].value, sheet["G2"].value) == (f"'{HOSTILE}", 380)
    assert rows.splitlines()[0].startswith("Day,Account code")
    assert "\\[x\\]" in gift_page(found, "en")
    with pytest.raises(UserError, match="neither CSV nor XLSX"):
        write_ledger.fn(found, tmp_path / "a.txt")


def test_the_terminal_reports(monkeypatch, tmp_path: Path):
    give()
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()
    run = CliRunner()
    days = ["--from", "2026-01-01", "--to", "2026-12-31"]

    shown = run.invoke(cli, ["report", *days]).stdout
    told = run.invoke(cli, ["report", *days, "--json"]).stdout
    path = run.invoke(
        cli, ["report", *days, "-o", str(tmp_path / "g.csv")]
    ).stdout.strip()

    assert "2026-01-01 to 2026-12-31: 1 gifts for 380.00 CNY" in shown
    assert '"left": "620.00"' in told
    assert Path(path).is_file()
