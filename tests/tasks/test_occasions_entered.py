"""Occasions that people keep stand there once, and know when they are next."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kam_flows.domain.accounts import Contact
from kam_flows.domain.errors import UserError
from kam_flows.domain.occasions import LunarYearly, Once, Yearly
from kam_flows.domain.portfolio import BadFile
from kam_flows.persistence.occasions import Kept
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.answers import refusal
from kam_flows.spreadsheets import write_csv, write_xlsx
from tasks.occasions_entered import (
    OccasionKept,
    OccasionsBrought,
    add_occasion,
    end_occasion,
    import_occasions_file,
)
from tests.builders import a_person, an_account, at
from tests.cares import prepared
from tests.portfolio import store, use_policy

NOW = at("2026-10-12 10:00")  # Monday
HEADS = ["客户代码", "联系人", "类型", "日期", "农历", "起始", "说明"]


@pytest.fixture
def house(database: str) -> None:
    use_policy("default")
    store(
        [a_person("mara")],
        [
            an_account(),
            an_account("NEW", name="新友", tier="new"),
            an_account("OLD", name="旧友", active=False),
        ],
    )
    with unit_of_work() as uow:
        uow.accounts.save_contacts([Contact(code="K1", account="ACME", name="王芳")])


pytestmark = pytest.mark.usefixtures("house")


def add(now: Any = NOW, **fields: Any) -> OccasionKept:
    dry_run = fields.pop("dry_run", False)
    given = {"account": "ACME", "kind": "founding_day"} | fields
    return add_occasion.fn(typed=given, by="mara", now=now, dry_run=dry_run)


def on_record(account: str = "ACME") -> list[Kept]:
    with unit_of_work(read_only=True) as uow:
        return uow.occasions.of([uow.accounts.ids()[account]])


def bring(path: Path, **fields: Any) -> OccasionsBrought:
    return import_occasions_file.fn(path, by="mara", now=NOW, **fields)


def a_file(folder: Path, *rows: list[Any], heads: list[str] = HEADS) -> Path:
    path = folder / "occasions.csv"
    path.write_bytes(write_csv([heads, *rows]))
    return path


def test_a_founding_day_is_kept_and_known_when_it_is_next():
    kept = add(since=date(1998, 11, 16))

    assert (kept.next_day, kept.prepare_on) == (date(2026, 11, 16), date(2026, 11, 9))
    [stored] = on_record()
    assert stored.occasion == kept.occasion
    assert stored.next_on == date(2026, 11, 9)
    assert kept.remarks == ()


def test_the_same_again_is_told_and_another_day_is_the_same_occasion_put_right():
    first = add(day="11-16")
    with pytest.raises(UserError, match="O-1 is on record already"):
        add(day="11-16")
    right = add(day="11-18")

    assert (right.number, right.was_known) == (first.number, True)
    [stored] = on_record()
    assert stored.occasion.rule == Yearly(month=11, day=18)


def test_who_was_entered_by_name_and_became_a_contact_is_the_same_person():
    add(kind="birthday", contact="赵六", lunar="八月十五")
    with unit_of_work() as uow:
        uow.accounts.save_contacts([Contact(code="K9", account="ACME", name="赵六")])

    assert add(kind="birthday", contact="K9", lunar="八月十六").was_known
    [stored] = on_record()
    assert stored.occasion.contact_code == "K9"


def test_what_one_may_not_expect_is_told():
    stranger = add(kind="birthday", contact="赵六", day="11-16")
    none = add(kind="work_anniversary", account="NEW", day="11-16")

    assert "赵六 is not among the contacts" in stranger.remarks[0]
    assert "does nothing on it for the tier new" in none.remarks[0]


def test_an_event_of_ours_is_no_accounts():
    with pytest.raises(UserError, match="kind must be"):
        add(kind="summit", day="2026-12-28", once=True)
    with pytest.raises(UserError, match="Choose the account"):
        add(account="", day="11-16")


def test_an_account_that_is_served_no_more_gets_none():
    with pytest.raises(UserError, match="旧友 is not served any more"):
        add(account="OLD", day="11-16")


def test_a_dry_run_keeps_nothing():
    assert add(day="11-16", dry_run=True).number == "O-1"
    assert on_record() == []


def test_an_occasion_that_a_person_ended_comes_no_more_until_it_is_added_again():
    add(day="11-16")
    ended = end_occasion.fn(occasion="O-1", reason="并购", by="mara", now=NOW)
    with pytest.raises(UserError, match="ended already"):
        end_occasion.fn(occasion="O-1", reason="并购", by="mara", now=NOW)

    assert ended.number == "O-1"
    assert [(one.ended, one.next_on) for one in on_record()] == [(True, None)]
    add(day="11-16", now=at("2028-01-10 10:00"))
    [again] = on_record()
    assert (again.ended, again.next_on) == (False, date(2028, 11, 9))
    with unit_of_work(read_only=True) as uow:
        trail = [row.action for row in uow.audit.about("occasion O-1")]
    assert trail == ["occasion added", "occasion ended", "occasion changed"]


def test_who_ends_an_occasion_hears_of_what_is_prepared_for_it():
    care = prepared()

    ended = end_occasion.fn(
        occasion=f"O-{care.occasion}", reason="并购", by="mara", now=NOW
    )

    assert "C-1 of 2026-10-01 is prepared and goes on" in ended.remarks[0]


def test_a_file_is_brought_once(tmp_path: Path):
    rows = [
        ["ACME", "", "企业周年庆", "", "", "1998-11-16", ""],
        ["ACME", "王芳", "生日", "", "八月十五", "", ""],
        ["ACME", "", "product_launch", "2026-12-01", "", "", "五轴机床"],
        ["NEW", "赵六", "生日", "5月20日", "", "", ""],
    ]
    path = a_file(tmp_path, *rows)

    assert bring(path, dry_run=True).added == 4
    assert on_record() == []
    first, again = bring(path), bring(path)

    assert (first.added, first.changed, first.unchanged, first.strangers) == (
        4,
        0,
        0,
        1,
    )
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)
    assert [one.occasion.rule for one in on_record()] == [
        Yearly(month=11, day=16, since=date(1998, 11, 16)),
        LunarYearly(month=8, day=15),
        Yearly(month=12, day=1),
    ]


def test_a_workbook_with_english_headers_is_read_too(tmp_path: Path):
    path = tmp_path / "days.xlsx"
    heads = ["Account", "Contact", "Kind", "Date", "Once", "About"]
    row = ["ACME", "", "product_launch", "2026-12-01", "yes", "Mill"]
    path.write_bytes(write_xlsx({"days": [heads, row]}))

    assert bring(path).added == 1
    assert on_record()[0].occasion.rule == Once(on=date(2026, 12, 1))


def test_a_file_with_mistakes_is_refused_whole_and_each_is_named(tmp_path: Path):
    path = a_file(
        tmp_path,
        ["ACME", "", "企业周年庆", "11-16", "", "", ""],
        ["ACNE", "", "企业周年庆", "11-16", "", "", ""],
        ["ACME", "", "派对", "11-16", "", "", ""],
        ["ACME", "王芳", "生日", "11-16", "八月十五", "", ""],
        ["ACME", "王芳", "生日", "", "八月卅一", "", ""],
        ["ACME", "", "企业周年庆", "11-17", "", "", ""],
        ["NEW", "", "企业周年庆", "", "", "", ""],
    )

    with pytest.raises(BadFile) as refused:
        bring(path)

    found = [(one.row, one.column) for one in refused.value.problems]
    assert sorted(found) == [
        (3, "客户代码"),
        (4, "类型"),
        (5, "农历"),
        (6, "农历"),
        (7, "客户代码"),
        (8, "日期"),
    ]
    assert on_record() == []
    said = refusal(refused.value, "zh_CN")
    assert said.startswith("没有导入任何内容：occasions.csv，第 4 行，类型：“派对”")
