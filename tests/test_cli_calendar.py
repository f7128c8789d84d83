"""`kam calendar due`: the due time, the windows it took, and what may still change."""

import json
from datetime import UTC, datetime

import pytest

from kam_flows.cli import main
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import RECOMMENDED, preset_text
from kam_flows.settings import settings
from tests.conftest import forget


@pytest.fixture
def kam(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `kam calendar due` with a start and a duration; returns code, out, err."""

    def run(start: str, after: str, *options: str) -> tuple[object, str, str]:
        arguments = ["kam", "calendar", "due", "--start", start, "--after", after]
        monkeypatch.setattr("sys.argv", [*arguments, *options])
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code, *capsys.readouterr())

    return run


def test_a_due_time_is_shown_with_the_windows_it_took(kam):
    code, out, err = kam("2026-10-09T17:50", "2bh", "--calendar", "office")

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Due Sat 2026-10-10 10:50",
        "2bh after Fri 2026-10-09 17:50, calendar office (Asia/Shanghai)",
        "  Fri 2026-10-09 17:50 - Fri 2026-10-09 18:00  0 h 10 min",
        "  Sat 2026-10-10 09:00 - Sat 2026-10-10 10:50  1 h 50 min",
    ]


def test_programs_get_the_same_as_json(kam):
    code, out, _ = kam("2026-10-09T17:50", "2bh", "--calendar", "office", "--json")

    assert code == 0
    assert json.loads(out) == {
        "calendar": "office",
        "timezone": "Asia/Shanghai",
        "start": "2026-10-09T17:50:00+08:00",
        "after": "2bh",
        "due": "2026-10-10T10:50:00+08:00",
        "windows": [
            {
                "start": "2026-10-09T17:50:00+08:00",
                "end": "2026-10-09T18:00:00+08:00",
                "seconds": 600,
            },
            {
                "start": "2026-10-10T09:00:00+08:00",
                "end": "2026-10-10T10:50:00+08:00",
                "seconds": 6600,
            },
        ],
        "provisional": False,
        "provisional_years": [],
    }


def test_without_a_calendar_the_default_of_the_policy_answers(kam):
    code, out, _ = kam("2026-09-30T17:00", "3bd")

    assert code == 0
    assert out.startswith("Due Sat 2026-10-10 17:00\n")


def test_a_start_with_an_offset_is_shown_in_the_calendar_s_own_time(kam):
    _, out, _ = kam("2026-10-09T05:50-04:00", "2bh", "--calendar", "office")

    assert out.startswith("Due Sat 2026-10-10 10:50\n")


def test_a_year_without_published_days_off_is_said_to_be_provisional(kam):
    _, out, _ = kam("2098-12-31T17:00", "3bd", "--calendar", "office")
    _, as_json, _ = kam("2098-12-31T17:00", "3bd", "--calendar", "office", "--json")

    assert "Provisional: the days off of 2098, 2099 are not published yet" in out
    assert json.loads(as_json)["provisional_years"] == [2098, 2099]


def test_elapsed_time_is_never_provisional_and_takes_one_piece(kam):
    _, out, _ = kam("2098-12-31T17:00", "72h", "--calendar", "office")

    assert out.splitlines() == [
        "Due Sat 2099-01-03 17:00",
        "72h after Wed 2098-12-31 17:00, calendar office (Asia/Shanghai)",
        "  Wed 2098-12-31 17:00 - Sat 2099-01-03 17:00  72 h 00 min",
    ]


@pytest.mark.parametrize(
    ("start", "after", "options", "advice"),
    [
        ("tomorrow", "2bh", (), "'tomorrow' is not a moment; write 2026-10-09T17:50"),
        ("2026-10-09T17:50", "soon", (), "'soon' is not a duration; write for example"),
        ("2026-10-09T17:50", "1.5bd", (), "write whole days or business hours"),
        ("9999-12-31T23:00", "72h", (), "give a date between 1970 and 2199"),
        (
            "2026-10-09T17:50",
            "2bh",
            ("--calendar", "moon"),
            "no calendar 'moon'; choose",
        ),
    ],
)
def test_bad_input_is_answered_with_one_sentence(kam, start, after, options, advice):
    code, out, err = kam(start, after, *options)

    assert (code, out) == (2, "")
    assert advice in err
    assert len(err.splitlines()) == 1


def test_asking_before_the_first_start_makes_no_database(kam):
    forget()
    code, _, _ = kam("2026-10-09T17:50", "2bh")

    assert code == 0
    assert not (settings().var / "kam.db").exists()


@pytest.mark.usefixtures("sqlite_database")
def test_the_policy_in_force_is_the_one_that_is_asked(kam):
    own = preset_text(RECOMMENDED).replace(
        "mon-fri: 09:00-18:00", "mon-fri: 07:00-12:00"
    )
    now = datetime.now(UTC)
    with unit_of_work() as uow:
        uow.policies.use(uow.policies.store(own, now), "test", now)
    _, out, _ = kam("2026-10-12T11:00", "2bh")

    assert out.startswith("Due Tue 2026-10-13 08:00\n")
