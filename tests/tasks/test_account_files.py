"""The account file: entries, promises, dealings, and the page made of all of it."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kam_flows.domain.account_file import (
    EntryKind,
    FilePart,
    Transaction,
    TransactionKind,
)
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole
from kam_flows.domain.portfolio import BadFile
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.account_pages import page_markdown, page_text
from kam_flows.rendering.pages import for_programs
from tasks.account_files import (
    Brought,
    Filed,
    add_entry,
    import_transactions_file,
    keep_promise,
)
from tasks.account_pages import account_page, send_account_page
from tasks.tickets import open_ticket
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

MONDAY = at("2026-10-12 10:00")
HEAD = "客户编号,单号,类型,日期,金额,币种,说明,到期日期"


@pytest.fixture
def house(database: str) -> None:
    """Mara leads ACME; Otto has left; Xi serves nobody."""
    use_policy("enterprise")
    people = [
        a_person("mara"),
        a_person("xi"),
        a_person("ops", role=StaffRole.OPERATIONS),
        a_person("otto", active=False),
    ]
    store(people, [an_account(), an_account("BETA", name="贝塔电子")])


pytestmark = pytest.mark.usefixtures("house")


def filed(kind: EntryKind, text: str = "每周一十点电话", **fields: Any) -> Filed:
    defaults: dict[str, Any] = {"account": "ACME", "by": "mara", "now": MONDAY}
    return add_entry.fn(kind=kind, text=text, **defaults | fields)


def brought(folder: Path, *lines: str, head: str = HEAD, **fields: Any) -> Brought:
    path = folder / "dealings.csv"
    path.write_text("\n".join([head, *lines]), encoding="utf-8")
    return import_transactions_file.fn(path, by="mara", now=MONDAY, **fields)


def parts() -> frozenset[FilePart]:
    with unit_of_work(read_only=True) as uow:
        id_ = uow.accounts.ids()["ACME"]
        return uow.files.parts([id_])[id_]


def test_what_was_said_is_part_of_the_file_from_then_on():
    entry = filed(EntryKind.COMMUNICATION, at=at("2026-10-09 15:00")).entry

    assert (entry.text, entry.by) == ("每周一十点电话", "mara")
    assert entry.at == at("2026-10-09 15:00")
    assert parts() == {FilePart.COMMUNICATION}


def test_a_promise_has_an_owner_and_a_day():
    kept_by = filed(EntryKind.PROMISE, owner="xi", due_on=date(2026, 10, 20)).entry

    assert (kept_by.owner, kept_by.due_on) == ("xi", date(2026, 10, 20))
    assert kept_by.is_open


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": EntryKind.PROMISE}, "Say by when"),
        (
            {"kind": EntryKind.PROMISE, "due_on": date(2026, 10, 11)},
            "2026-10-11 is before the day of the promise, 2026-10-12",
        ),
        (
            {"kind": EntryKind.PROMISE, "due_on": date(2026, 10, 20), "owner": "otto"},
            "Otto has left",
        ),
        ({"kind": EntryKind.COMMUNICATION, "owner": "xi"}, "Only a promise"),
        ({"kind": EntryKind.SPECIAL_NEED, "text": "  "}, "The entry is empty"),
        ({"kind": EntryKind.SPECIAL_NEED, "text": "长" * 50_001}, "50001 characters"),
        ({"kind": EntryKind.SPECIAL_NEED, "account": "ACNE"}, "did you mean ACME"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(fields: Any, sentence: str):
    with pytest.raises(UserError, match=sentence):
        filed(**fields)

    assert parts() == frozenset()


def test_a_promise_is_kept_once():
    number = filed(EntryKind.PROMISE, due_on=date(2026, 10, 20)).entry.id
    later = MONDAY + timedelta(days=2)
    kept = keep_promise.fn(promise=f"P-{number} · 华东", by="xi", now=later)

    assert (kept.entry.kept_by, kept.entry.kept_at) == ("xi", later)
    with pytest.raises(UserError, match="was kept already"):
        keep_promise.fn(promise=f"p-{number}", by="mara", now=later)


@pytest.mark.parametrize("typed", ["", "P-", "P-999", "P-99999999999", "Ｐ-1", "x"])
def test_a_promise_nobody_made_is_one_sentence(typed: str):
    with pytest.raises(UserError, match="There is no promise"):
        keep_promise.fn(promise=typed, by="mara", now=MONDAY)


def test_a_dry_run_keeps_nothing():
    filed(EntryKind.COMMUNICATION, dry_run=True)

    assert parts() == frozenset()


def test_dealings_are_brought_once(tmp_path: Path):
    lines = (
        'ACME,HT-1,合同,2026-10-08,"3,600,000",,三年框架合同,2029-10-07',
        "ACME,PO-1,订单,2026/9/3,486000.50,cny,,",
        "BETA,PO-1,return,2026年4月2日,¥36000,USD,=cmd|' /C calc'!A0,",
    )
    first, second = brought(tmp_path, *lines), brought(tmp_path, *lines)

    assert str(first.told()) == "dealings.csv: 3 added, 0 changed, 0 unchanged"
    assert str(second.told()) == "dealings.csv: 0 added, 0 changed, 3 unchanged"
    with unit_of_work(read_only=True) as uow:
        order, contract = sorted(
            uow.files.transactions(uow.accounts.ids()["ACME"]), key=lambda t: t.on
        )
    assert order.amount == Fraction("486000.50")
    assert contract == Transaction(
        account="ACME",
        reference="HT-1",
        kind=TransactionKind.CONTRACT,
        on=date(2026, 10, 8),
        amount=Fraction(3_600_000),
        text="三年框架合同",
        ends_on=date(2029, 10, 7),
    )


def test_a_line_that_differs_is_changed(tmp_path: Path):
    brought(tmp_path, "ACME,PO-1,order,2026-09-03,100,CNY,,")
    again = brought(tmp_path, "ACME,PO-1,order,2026-09-03,100.01,CNY,,")

    assert len(again.plan.changed) == 1
    with unit_of_work(read_only=True) as uow:
        [order] = uow.files.transactions(uow.accounts.ids()["ACME"])
    assert order.amount == Fraction("100.01")


def test_a_file_is_taken_in_whole_or_not_at_all(tmp_path: Path):
    with pytest.raises(BadFile) as refused:
        brought(
            tmp_path,
            "ACME,PO-1,order,2026-09-03,100,CNY,,",
            "ACNE,PO-2,order,2026-09-03,100,CNY,,",
            "ACME,PO-1,order,2026-09-04,100,CNY,,",
            "ACME,PO-3,gift,2026-09-04,1/3,Yuan,,",
            "ACME,PO-4,contract,2026-09-04,1.005,CNY,,2025-01-01",
            "ACME,PO-5,contract,2026-09-04,1,CNY,,2025-01-01",
        )

    found = {(p.row, str(p.column)): str(p.expected) for p in refused.value.problems}
    assert found[3, "客户编号"].endswith("did you mean ACME · 华东精密科技?")
    assert found[4, "单号"] == "each only once; it already stands in row 2"
    assert {column for row, column in found if row == 5} == {"类型", "金额", "币种"}
    assert found[6, "金额"] == "an amount such as 12800.50"
    assert found[7, "到期日期"] == "a day after 2026-09-04"
    assert parts() == frozenset()


def test_a_file_of_something_else_names_the_columns_it_lacks(tmp_path: Path):
    with pytest.raises(BadFile, match="one of the columns"):
        brought(tmp_path, "1,2", head="工号,姓名")


def test_a_dry_run_of_an_import_brings_nothing(tmp_path: Path):
    brought(tmp_path, "ACME,PO-1,order,2026-09-03,100,CNY,,", dry_run=True)

    assert parts() == frozenset()


HOSTILE = "<script>alert(1)</script> =cmd|' /C calc'!A0 | \u202egnp.exe 🎉"


def filled_file(folder: Path) -> None:
    filed(EntryKind.COMMUNICATION, HOSTILE)
    filed(EntryKind.PROMISE, "借用设备", owner="xi", due_on=date(2026, 10, 13))
    brought(
        folder,
        "ACME,HT-1,contract,2026-10-08,3600000,CNY,框架合同,2029-10-07",
        "ACME,PO-1,order,2026-09-03,500,CNY,,",
        "ACME,RT-1,return,2026-09-05,100,CNY,,",
    )
    with unit_of_work() as uow:
        account = uow.accounts.ids()["ACME"]
        answers = [
            Answer(dimension=dimension, text=text, at=MONDAY, by="mara")
            for dimension, text in (
                (Dimension.GOALS, "提效"),
                (Dimension.RED_LINES, "交期零容忍"),
            )
        ]
        uow.surveys.add(account, answers)
    open_ticket.fn(account="ACME", title="停机", by="mara", now=MONDAY)


def test_the_page_shows_red_lines_first_and_everything_that_is_open(tmp_path: Path):
    filled_file(tmp_path)
    page = account_page.fn("acme", at("2026-10-16 10:00"), "zh_CN")
    text = page_text(page, "zh_CN", "Asia/Shanghai")

    assert text.index("交期零容忍") < text.index("未了事项") < text.index("提效")
    assert "承诺 P-2：借用设备（2026-10-13 前，Xi），已逾期" in text
    assert "工单 T-0001 停机：待处理" in text
    assert "2026 年：CNY 400.00（2 笔，已扣除退货）" in text
    assert "CNY 3,600,000.00 · 框架合同，2029-10-07 到期" in text
    assert "近 12 个月 1 张工单，0 次超过承诺时限" in text
    assert "业务痛点" in text  # nobody has asked about it yet


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_people_typed_stays_text(tmp_path: Path, language: str):
    filled_file(tmp_path)
    page = account_page.fn("ACME", MONDAY, language)
    markdown = page_markdown(page, language, "Asia/Shanghai")

    assert "<script>" not in markdown
    assert "\u202e" not in markdown
    assert "🎉" in markdown
    assert '"PO-1"' in for_programs(page)


def test_an_account_of_which_nothing_is_known_has_a_page_too():
    page = account_page.fn("BETA", MONDAY, "en")
    text = page_text(page, "en", "Asia/Shanghai")

    assert "None on record, which does not mean there are none: ask." in text
    assert "Nothing is open." in text


def test_the_page_goes_to_a_colleague_in_their_language(tmp_path: Path):
    filled_file(tmp_path)
    name = send_account_page.fn("ACME", "xi", MONDAY)

    with unit_of_work(read_only=True) as uow:
        [mail] = [m for m in uow.outbox.recent(9) if m.recipient == "xi"]
    assert name == "Xi"
    assert mail.subject == "客户简报：华东精密科技"
