"""The audit trail answers what is asked of it, and finds it without reading all."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from kam_flows.cli import (
    app,
    audit,  # noqa: F401  registers its command
    mail,  # noqa: F401  with a second one, commands go by name
)
from kam_flows.domain.audit_search import Found, ask
from kam_flows.domain.errors import UserError
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.audit import audit_entries, write_entries
from tests.builders import SHANGHAI, at
from tests.explained import explained

NOW = datetime.now(UTC)


@pytest.fixture
def trail(database: str) -> None:
    with unit_of_work() as uow:
        uow.audit.write(at("2024-03-01 09:00"), "P01", "added", "account ACME")
        for number, when in enumerate(("09:59", "23:59"), 1):
            moment = at(f"2026-10-12 {when}")
            uow.audit.write(moment, "P01", "resolved", f"ticket T-000{number}", n=1)
        today = NOW - timedelta(hours=1)
        uow.audit.write(today, "P02", "taken up", "ticket T-0001", note="=1+1")


def found(**asked: Any) -> Found:
    return audit_entries.fn(now=NOW, **asked)


def subjects(**asked: Any) -> list[str]:
    return [entry.subject for entry in found(**asked).entries]


def test_a_number_finds_its_whole_history_the_newest_first(trail: None):
    assert [entry.action for entry in found(subject="T-0001 · ACME").entries] == [
        "taken up",
        "resolved",
    ]
    assert subjects(subject="ticket T-0002") == ["ticket T-0002"]
    assert subjects(subject="ACME") == ["account ACME"]
    assert subjects(subject="T-0") == []


@pytest.mark.usefixtures("database")
def test_what_was_done_to_the_house_is_found_by_that_word():
    with unit_of_work() as uow:
        uow.audit.write(NOW - timedelta(hours=1), "system", "backed up", "house")

    assert subjects(subject="house") == ["house"]


def test_a_person_and_days_narrow_it_and_a_day_is_that_of_the_office(trail: None):
    day = date(2026, 10, 12)

    assert subjects(actor="P01", first=day, last=day) == [
        "ticket T-0002",
        "ticket T-0001",
    ]
    assert subjects(first=date(2024, 1, 1), last=date(2024, 12, 31)) == ["account ACME"]


def test_without_a_subject_or_days_it_looks_ninety_days_back(trail: None):
    assert "account ACME" not in subjects()
    assert "account ACME" not in subjects(actor="P01")


def test_it_says_that_there_are_older_ones_than_it_shows(trail: None):
    assert [found(limit=n).more for n in (1, 50)] == [True, False]
    assert subjects(limit=1) == ["ticket T-0001"]


def test_days_in_the_wrong_order_are_refused(trail: None):
    with pytest.raises(UserError, match="give days in order"):
        found(first=date(2026, 2, 1), last=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("subject", "index"), [("", "ix_audit_at"), ("T-1", "subject")]
)
def test_it_goes_along_an_index(database: str, subject: str, index: str):
    asked = ask(
        subject=subject,
        actor="P01",
        first=None,
        last=None,
        now=NOW,
        zone=SHANGHAI,
        limit=10,
    )

    [plan] = explained(lambda uow: uow.audit.search(asked))

    assert index in plan
    assert "SCAN audit" not in plan.replace("SCAN audit USING INDEX", "")
    assert "Seq Scan" not in plan


def test_the_terminal_prints_it_and_gives_it_to_programs(trail: None):
    shown = CliRunner().invoke(app, ("audit", "--subject", "T-0001")).output
    told = CliRunner().invoke(app, ("audit", "--by", "P02", "--json")).output

    assert "2026-10-12 09:59  P01  resolved  ticket T-0001  n: 1\n" in shown
    assert shown.endswith("2 entries (Asia/Shanghai)\n")
    assert json.loads(told)["entries"][0]["detail"] == {"note": "=1+1"}


def test_a_spreadsheet_of_it_runs_nothing(trail: None, tmp_path):
    path = write_entries.fn(found(subject="T-0001"), tmp_path / "trail.csv")

    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[1][1:4] == ["P02", "taken up", "ticket T-0001"]
    assert rows[1][4] == "note: =1+1"
    with pytest.raises(UserError, match=r"let its name end in \.csv"):
        write_entries.fn(found(), tmp_path / "trail.txt")
