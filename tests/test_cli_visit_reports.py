"""`kam visits report` as people see it in a terminal."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kam_flows.cli import (
    app,
    visit_reports,  # noqa: F401  registers its commands
)
from kam_flows.domain.errors import UserError
from kam_flows.domain.touchpoints import TouchpointKind, TouchpointState
from kam_flows.settings import settings
from tests.builders import a_person, an_account
from tests.portfolio import store, use_policy
from tests.visits import planned

DAYS = ("--from", "2026-09-01", "--to", "2026-09-30")


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("value-tiers")
    store(
        [
            a_person("mara", name="张敏", supervisor="sun"),
            a_person("sun", name="孙丽"),
            a_person("dai"),
        ],
        [an_account()],
    )
    for number, state in enumerate((TouchpointState.DONE, TouchpointState.MISSED), 1):
        planned(
            f"2026-09-{number:02}",
            slot=str(number),
            cadence="follow_up",
            kind=TouchpointKind.CALL,
            state=state,
        )


def kam(*words: str) -> Result:
    return CliRunner().invoke(app, ("visits", "report", *words))


def test_the_report_is_printed_with_bars(monkeypatch: pytest.MonkeyPatch):
    assert (
        "  █████░░░░░    50%  张敏\n      到期 2：完成 1、错过 1\n" in kam(*DAYS).output
    )

    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()
    out = kam(*DAYS).output.splitlines()
    assert out[:2] == [
        "Touchpoints in Sep 2026",
        (
            "Monthly follow-up: 1 of 2 took place, 50%, 40 points short of the goal of "
            "90%."
        ),
    ]


def test_for_programs_it_is_json():
    told = json.loads(kam(*DAYS, "--json").output)

    assert told["stretch"]["first"] == "2026-09-01"
    assert told["first"]["counts"]["missed"] == 1
    assert (told["completion"], told["first"]["goal"]) == ("0.50", "0.90")
    assert [one["key"] for one in told["owners"]] == ["mara"]


def test_it_shows_what_somebody_sees_of_themselves_and_those_below_them():
    def due(person: str) -> int:
        told = json.loads(kam(*DAYS, "--by", person, "--json").output)
        return sum(one["counts"]["missed"] for one in told["owners"])

    assert [due(person) for person in ("mara", "孙丽", "dai")] == [1, 1, 0]
    assert "did you mean mara" in str(kam("--by", "marra").exception)


def test_a_file_is_written_and_named(tmp_path: Path):
    path = tmp_path / "visits.xlsx"

    assert kam(*DAYS, "-o", str(path)).output == f"{path}\n"
    assert path.stat().st_size > 1000
    assert isinstance(kam("-o", str(tmp_path / "visits.doc")).exception, UserError)
    assert kam("--from", "soon").exit_code == 2
