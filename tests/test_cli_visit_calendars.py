"""`kam visits calendar` as people see it in a terminal."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kam_flows.cli import (
    app,
    visit_calendars,  # noqa: F401  registers its command
)
from tests.builders import a_person, an_account
from tests.calendars import read_calendar
from tests.portfolio import store, use_policy


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("default")
    store([a_person("mara", name="张敏")], [an_account()])


def test_a_calendar_file_is_written_as_calendars_read_it(tmp_path: Path):
    path = tmp_path / "mara.ics"
    result = CliRunner().invoke(app, ("visits", "calendar", "张敏", "-o", str(path)))

    assert result.output == f"{path}\n"
    calendar = read_calendar(path.read_bytes().decode())
    assert calendar.value("X-WR-CALNAME") == "张敏"
