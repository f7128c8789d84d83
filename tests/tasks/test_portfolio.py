"""Importing is all or nothing, on record, and repeatable; the doctor writes once a day."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kam_flows.domain.errors import UserError
from kam_flows.domain.findings import Check, PortfolioFindings
from kam_flows.domain.mails import DUTY
from kam_flows.domain.people import StaffRole
from kam_flows.domain.portfolio import BadFile
from kam_flows.domain.portfolio_columns import Kind
from kam_flows.persistence.models import AccountRow, AuditRow, OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.escalation import climb_due, write_digests
from tasks.findings import examine_portfolio
from tasks.inbox import inbox_file
from tasks.portfolio import (
    SAMPLE,
    Imported,
    export_portfolio,
    import_file,
    import_files,
    load_sample_if_empty,
)

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
SAMPLE_FILES = [Path(str(SAMPLE / f"{kind}.csv")) for kind in Kind]


@pytest.fixture
def sample(database: str) -> None:
    load_sample_if_empty(MONDAY)


def file(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text.replace("|", ","), encoding="utf-8")
    return path


def brought(paths: Sequence[Path], *, dry_run: bool = False) -> list[Imported]:
    return list(import_files(paths, actor="test", now=MONDAY, dry_run=dry_run))


def audit() -> list[AuditRow]:
    with unit_of_work(read_only=True) as uow:
        rows = list(uow.session.scalars(select(AuditRow).order_by(AuditRow.id)))
        uow.session.expunge_all()
        return rows


@pytest.mark.usefixtures("database")
def test_files_are_taken_in_in_the_order_in_which_they_build_on_each_other():
    imported = brought(SAMPLE_FILES[::-1])

    assert [one.source for one in imported] == [
        "staff.csv",
        "accounts.csv",
        "contacts.csv",
        "teams.csv",
    ]
    with unit_of_work(read_only=True) as uow:
        assert len(uow.people.directory()) == 15
        assert len(uow.accounts.by_code()) == 12
        assert len(uow.accounts.contacts()) == 40


@pytest.mark.usefixtures("sample")
def test_importing_again_changes_nothing_and_says_so():
    before = len(audit())

    said = [str(one) for one in brought(SAMPLE_FILES)]

    assert said[0] == "staff.csv: 0 added, 0 changed, 15 unchanged"
    assert all(": 0 added, 0 changed, " in line for line in said)
    assert len(audit()) == before


@pytest.mark.usefixtures("sample")
def test_a_file_with_one_bad_row_brings_nothing(tmp_path: Path):
    bad = file(tmp_path, "code|name|tier\nNEW|新公司|core\nBAD|坏|gold")

    with pytest.raises(BadFile):
        brought([bad])

    with unit_of_work(read_only=True) as uow:
        assert "NEW" not in uow.accounts.ids()


@pytest.mark.usefixtures("sample")
def test_calendars_are_those_of_the_policy_in_force(tmp_path: Path):
    good = file(tmp_path, "code|name|tier|calendar\nNEW|新公司|core|office")
    brought([good])
    bad = file(tmp_path, "code|name|tier|calendar\nBAD|坏|core|xx")

    with pytest.raises(BadFile, match=r"row 2, calendar: 'xx'; expected .*office"):
        brought([bad])


@pytest.mark.usefixtures("database")
def test_files_before_a_bad_one_are_kept_and_those_after_it_are_not_tried(
    tmp_path: Path,
):
    bad = file(tmp_path, "code|name|tier\nBAD|坏|gold")
    files = [SAMPLE_FILES[2], bad, SAMPLE_FILES[0]]
    one_by_one = iter(import_files(files, actor="test", now=MONDAY))

    assert next(one_by_one).source == "staff.csv"
    with pytest.raises(BadFile):
        next(one_by_one)
    with unit_of_work(read_only=True) as uow:
        assert len(uow.people.directory()) == 15
        assert not uow.accounts.contacts()


@pytest.mark.usefixtures("database")
def test_a_dry_run_rehearses_all_files_together_and_keeps_nothing():
    imported = brought(SAMPLE_FILES, dry_run=True)

    assert str(imported[1]).endswith(
        "12 added, 0 changed, 0 unchanged (dry run, nothing was written)"
    )
    with unit_of_work(read_only=True) as uow:
        assert uow.session.scalar(select(func.count(AccountRow.id))) == 0
    assert audit() == []


@pytest.mark.usefixtures("sample")
def test_what_changed_is_on_record_with_old_and_new_values(tmp_path: Path):
    change = file(tmp_path, "code|name|tier\nHUAYUE|华岳重工装备集团|core")

    import_file.fn(change, by="O01 · 马琳", now=MONDAY)

    *_, row, ticket = audit()
    assert (row.actor, row.action, row.subject) == ("O01", "changed", "account HUAYUE")
    assert row.detail == {"file": "file.csv", "tier": ["strategic", "core"]}
    # Its open ticket gets other times with it (scenario S9).
    assert (ticket.actor, ticket.action) == ("O01", "tier_changed")
    assert ticket.subject == "ticket T-0001"


@pytest.mark.usefixtures("sample")
def test_a_change_of_team_is_on_record_under_the_account(tmp_path: Path):
    change = file(tmp_path, "account|staff|role\nXINGTU|M02|lead_manager")

    import_file.fn(change, by="O01", now=MONDAY)

    row = audit()[-1]
    assert (row.action, row.subject) == ("team changed", "account XINGTU")
    assert row.detail["team"] == ["lead_manager M01, support P01", "lead_manager M02"]


@pytest.mark.usefixtures("sample")
def test_somebody_who_leaves_is_told_with_their_accounts(tmp_path: Path):
    gone = file(
        tmp_path,
        "code|name|email|role|active\n"
        "M04|Daniel Ross|daniel.ross@example.com|account_manager|left",
    )

    (sentence,) = import_file.fn(gone, by="S01", now=MONDAY).remarks()

    assert sentence == ("M04 left: accounts that now need a handover: HAINA, YUNFAN.")


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("role", [StaffRole.ACCOUNT_MANAGER, StaffRole.EXECUTIVE])
def test_only_those_who_steer_may_import(role: StaffRole):
    with unit_of_work(read_only=True) as uow:
        people = uow.people.directory().values()
    person = next(p for p in people if p.role is role)

    with pytest.raises(UserError, match="may not do this; type somebody into `by`"):
        import_file.fn(SAMPLE_FILES[0], by=person.code, now=MONDAY)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("xlsx", [True, False])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_is_exported_is_imported_without_a_change(
    tmp_path: Path, xlsx: bool, language: str
):
    files = export_portfolio.fn(tmp_path / "out", xlsx=xlsx, language=language)  # type: ignore[arg-type]

    imported = brought(files)

    assert len(imported) == (1 if xlsx else 4)
    assert not any(one.plan.changes for one in imported)
    assert sum(one.plan.unchanged for one in imported) == 15 + 12 + 40 + 41


def test_a_form_names_a_file_by_its_name_in_the_inbox():
    inbox = settings().var / "inbox"
    inbox.mkdir(parents=True)
    file(inbox, "code", "客户.csv")

    assert inbox_file(" 客户.csv ") == inbox / "客户.csv"
    assert inbox_file(str(inbox / "客户.csv")) == inbox / "客户.csv"
    with pytest.raises(UserError, match=r"There now: 客户\.csv"):
        inbox_file("kunden.csv")


@pytest.mark.usefixtures("sample")
def test_the_sample_is_loaded_once_and_is_sound():
    with unit_of_work(read_only=True) as uow:
        assert len(uow.tickets.choices()) == 3
    assert load_sample_if_empty(MONDAY) is False
    assert examine_portfolio.fn(MONDAY) == ()


@pytest.mark.usefixtures("sample")
def test_the_next_sweep_tells_a_supervisor_about_the_first_sample_ticket():
    climb_due.fn(MONDAY)

    told = {mail.recipient for mail in write_digests.fn(MONDAY).mails}

    assert "S01" in told


def outbox() -> list[str]:
    with unit_of_work(read_only=True) as uow:
        rows = uow.session.scalars(
            select(OutboxRow.recipient)
            .where(OutboxRow.template == PortfolioFindings.template)
            .order_by(OutboxRow.id)
        )
        return list(rows)


@pytest.fixture
def unsound(sample: None, tmp_path: Path) -> None:
    brought([file(tmp_path, "account|staff|role\nXINGTU|P01|support")])


@pytest.mark.usefixtures("unsound")
def test_findings_are_mailed_to_operations_staff_once_a_day():
    for hours in (0, 1, 24):
        findings = examine_portfolio.fn(MONDAY + timedelta(hours=hours), mail=True)

    assert Check.NO_LEAD_MANAGER in {finding.check for finding in findings}
    assert outbox() == ["O01", "O01"]


@pytest.mark.usefixtures("unsound")
def test_a_dry_run_of_the_doctor_mails_nobody():
    assert examine_portfolio.fn(MONDAY, mail=True, dry_run=True)
    assert outbox() == []


@pytest.mark.usefixtures("unsound")
def test_without_operations_staff_findings_go_to_the_duty_mailbox(tmp_path: Path):
    line = "code|name|email|role|active\nO01|马琳|ma.lin@example.com|operations|left"
    brought([file(tmp_path, line)])

    examine_portfolio.fn(MONDAY, mail=True)

    assert outbox() == [DUTY]
