"""The report on touchpoints: who is told what, once a month, and what a file holds."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole
from kam_flows.domain.touchpoints import TouchpointKind, TouchpointState
from kam_flows.domain.visit_report_mails import VisitReport
from kam_flows.persistence.models import OutboxRow
from tasks.visit_reports import (
    Asked,
    Monthly,
    ask_for_report,
    send_monthly_reports,
    send_report,
    write_report,
)
from tests.builders import a_person, an_account, at, away
from tests.portfolio import store, use_policy, watching
from tests.visits import planned

S = TouchpointState
FIRST_WORKING_DAY = "2026-10-08 08:00"
HOSTILE = '=HYPERLINK("http://x","y")'


def house(**sun: Any) -> None:
    """Mara and Ben report to Sun, Sun and Ina to Hu, who heads the department."""
    use_policy("value-tiers")
    people = [
        a_person("mara", name="张敏", supervisor="sun"),
        a_person("ben", supervisor="sun"),
        a_person("ina", supervisor="hu"),
        a_person("sun", supervisor="hu", role=StaffRole.SUPERVISOR, **sun),
        a_person("hu", role=StaffRole.DEPARTMENT_HEAD),
        a_person("ops", role=StaffRole.OPERATIONS),
    ]
    accounts = [an_account("ACME", "mara"), an_account("B", "ben", tier=Tier.GROWTH)]
    store(people, accounts)


def followed_up(*states: TouchpointState, month: str = "2026-09", **more: Any) -> None:
    """So many follow-ups of one account in one month, which came to this."""
    for number, state in enumerate(states, 1):
        defaults: dict[str, Any] = {
            "cadence": "follow_up",
            "kind": TouchpointKind.CALL,
            "slot": f"{more.get('owner', 'mara')}-{month}-{number}",
            "state": state,
        }
        planned(f"{month}-{number:02}", **defaults | more)


def send(when: str = FIRST_WORKING_DAY, **more: Any) -> Monthly:
    return send_monthly_reports.fn(at(when), **more)


def ask(
    by: str = "", first: str = "", last: str = "", when: str = FIRST_WORKING_DAY
) -> Asked:
    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    return ask_for_report.fn(at(when), day(first), day(last), by)


def told(monthly: Monthly) -> dict[str, tuple[int, int]]:
    """What of the follow-ups was done and due, in each reader's mail."""
    found = {}
    for rendered in monthly.mails:
        assert isinstance(rendered.mail, VisitReport)
        counts = rendered.mail.figures.first.counts
        found[rendered.mail.recipient] = (counts.satisfied, counts.due)
    return found


@pytest.fixture
def session(database: str):
    with watching() as opened_session:
        yield opened_session


def test_every_manager_is_told_of_those_below_and_the_head_of_all(session):
    house()
    followed_up(S.DONE, S.CREDITED, S.MISSED)
    followed_up(S.MISSED, S.CANCELLED, account="B", owner="ben")
    followed_up(S.DONE, owner="ina")

    assert told(send()) == {"hu": (3, 5), "sun": (2, 4)}


def test_once_a_month_however_often_it_runs_and_late_if_it_could_not_before(
    session: Session,
):
    house()
    followed_up(S.DONE)

    assert not send("2026-10-05 08:00").is_working_day
    assert set(told(send("2026-10-13 08:00"))) == {"hu", "sun"}
    assert send("2026-10-13 09:00").mails == []
    assert send("2026-10-30 08:00").mails == []
    assert len(session.scalars(select(OutboxRow)).all()) == 2


def test_the_next_month_is_a_report_of_its_own_with_the_year_up_to_its_end(session):
    house()
    followed_up(S.DONE, S.MISSED)
    followed_up(S.DONE, month="2026-10")
    send()

    hu, _ = send("2026-11-02 08:00").mails
    assert isinstance(hu.mail, VisitReport)
    first = hu.mail.figures.first
    assert (first.counts.satisfied, first.counts.due) == (1, 1)
    assert (first.whole.satisfied, first.whole.due) == (2, 3)
    assert hu.subject == "2026年10月触达完成情况：月度跟进 100%，目标 90%"


def test_who_is_away_is_told_when_they_are_back_and_who_has_no_address_is_named(
    session,
):
    house(absences=away("2026-10-08", "2026-10-09"))
    followed_up(S.DONE)
    assert set(told(send())) == {"hu"}
    assert set(told(send("2026-10-10 08:00"))) == {"sun"}

    store([a_person("sun", supervisor="hu", email="sun at home")], [])
    followed_up(S.DONE, month="2026-10")
    monthly = send("2026-11-02 08:00")
    assert [person.code for person in monthly.unaddressed] == ["sun"]
    assert set(told(monthly)) == {"hu"}


def test_where_nothing_was_planned_nobody_is_told(session):
    house()
    followed_up(S.DONE, month="2026-05")

    assert send().mails == []


def test_the_guard_and_a_dry_run_write_nothing(session: Session):
    house()
    followed_up(S.DONE)

    assert len(send(dry_run=True).mails) == 2
    with pytest.raises(UserError, match="2 mails, more than the 1 allowed"):
        send(allow_mails=1)
    assert session.scalars(select(OutboxRow)).all() == []


@pytest.mark.usefixtures("sqlite_database")
def test_who_asks_sees_what_is_theirs_for_the_days_they_ask_for():
    house()
    followed_up(S.DONE, S.MISSED)
    followed_up(S.DONE, account="B", owner="ben", month="2026-08")
    both = {"first": "2026-08-01", "last": "2026-09-30"}

    def due(by: str, **days: str) -> int:
        return ask(by, **days).figures.total.counts.due

    assert (due("mara"), due("ben"), due("sun"), due("")) == (2, 0, 2, 2)
    assert (due("mara", **both), due("ben", **both), due("ops", **both)) == (2, 1, 3)
    assert due("mara", last="2026-09-01") == 1
    assert due("mara", first="2026-09-02") == 1


@pytest.mark.usefixtures("sqlite_database")
def test_who_asks_gets_it_by_mail_and_days_out_of_order_are_refused():
    house()
    followed_up(S.DONE, S.MISSED)

    mail = send_report.fn(ask("mara"))
    assert mail is not None
    assert mail.mail.recipient == "mara"
    assert "月度跟进：到期 2 次，完成 1 次，完成率 50%" in mail.text
    assert "您收到本邮件，是因为您要求了这份报告。" in mail.text
    assert send_report.fn(ask()) is None
    with pytest.raises(UserError, match="2026-09-01 is before the first 2026-09-02"):
        ask(first="2026-09-02", last="2026-09-01")
    with pytest.raises(UserError, match="no person"):
        ask("nobody-here")


@pytest.fixture
def asked(sqlite_database: str) -> Asked:
    house()
    store([a_person("ben", name=HOSTILE, supervisor="sun")], [])
    followed_up(S.DONE, S.CREDITED, S.MISSED)
    followed_up(S.MISSED, S.CANCELLED, account="B", owner="ben")
    return ask()


def test_a_workbook_has_a_sheet_for_every_way_of_sorting(asked: Asked, tmp_path: Path):
    path = write_report.fn(asked, tmp_path / "new" / "visits.xlsx", "en")

    book = load_workbook(path)
    assert book.sheetnames == [
        "summary",
        "months",
        "tiers",
        "owners",
        "kinds",
        "details",
    ]
    heads, first, _ = ([c.value for c in row] for row in book["summary"].rows)
    by_name = dict(zip(heads, first, strict=True))
    assert [by_name[n] for n in ("planned", "due", "done", "credited", "missed")] == [
        *(5, 4, 1, 1, 2)
    ]
    assert (by_name["completion (%)"], by_name["goal (%)"]) == (50, 90)
    assert {c.data_type for row in book["owners"].rows for c in row} == {"s", "n"}
    assert [row[0].value for row in book["owners"].rows] == [
        "staff code",
        "ben",
        "mara",
    ]


def test_a_csv_holds_the_details_and_no_formula(asked: Asked, tmp_path: Path):
    path = write_report.fn(asked, tmp_path / "visits.csv", "zh_CN")

    heads, mara, ben = path.read_text("utf-8-sig").splitlines()
    assert heads.startswith("月份,分级,工号,负责人,触达方式,节奏,计划,到期,完成,抵计")
    assert ben.startswith("2026-09,成长级,ben,\"'=HYPERLINK")
    assert (
        mara
        == "2026-09,核心级,mara,张敏,电话回访,月度跟进,3,3,1,1,0,1,0,0,0,0,66.67,90.0"
    )


def test_other_files_are_refused(asked: Asked, tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(UserError, match="neither CSV nor XLSX"):
        write_report.fn(asked, tmp_path / "visits.pdf")
    with pytest.raises(UserError, match="cannot be written"):
        write_report.fn(asked, tmp_path / "file" / "visits.csv")
