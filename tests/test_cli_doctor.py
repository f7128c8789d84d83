"""`kam doctor` at a terminal: what is wrong with this place, in words, changing nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kam_flows.cli import (
    app,
    doctor,  # noqa: F401  registers its command
    portfolio,  # noqa: F401  with one command alone its name would not be asked for
)
from kam_flows.persistence.database import engine
from kam_flows.persistence.house_models import RestoreRow
from kam_flows.persistence.restores import begin_again
from kam_flows.serving.stores import free_port
from tests.builders import at
from tests.conftest import forget


@pytest.fixture(autouse=True)
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAM_PORT", str(free_port()))
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    forget()


def kam_doctor(*words: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *words])


def looked() -> dict[str, dict[str, Any]]:
    result = kam_doctor("--json")
    assert result.exit_code == 1
    return {check["check"]: check for check in json.loads(result.output)["checks"]}


def test_a_place_where_nothing_ran_yet_is_told_how_to_begin(tmp_path: Path):
    result = kam_doctor()

    assert result.exit_code == 1
    assert "PROBLEM  database: " in result.output
    assert "kam up makes them." in result.output
    assert not list(tmp_path.rglob("*.db"))


def test_a_database_is_looked_at_and_what_a_restore_keeps_back_is_said(database: str):
    morning = at("2026-11-26 09:00")
    begin_again(engine(), None, RestoreRow(at=morning, taken_at=morning, source="f"))

    seen = looked()

    assert seen["database"]["ok"]
    assert "UTC" in seen["clock"]["said"]
    assert not seen["backup"]["ok"]
    assert "kam mail release" in seen["mail"]["remedy"]
    assert "does not answer" in seen["Prefect server"]["said"]
    assert not seen["hands"]["ok"]
    assert "mail server" not in seen
    assert "deployments" not in seen


@pytest.mark.usefixtures("sqlite_database")
def test_a_mail_server_that_does_not_answer_and_a_bad_template_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("KAM_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    monkeypatch.setenv("KAM_TEMPLATES", str(tmp_path / "none"))
    forget()

    seen = looked()

    assert "cannot be used" in seen["mail server"]["said"]
    assert "outbox" in seen["mail server"]["remedy"]
    assert not seen["templates"]["ok"]


def test_settings_that_cannot_be_read_are_all_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("KAM_TIMEZONE", "Mars/Olympus")
    forget()

    result = kam_doctor()

    assert "PROBLEM  settings: KAM_TIMEZONE cannot be used" in result.output
    assert "database" not in result.output
