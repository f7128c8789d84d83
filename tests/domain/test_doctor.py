"""What the doctor makes of what he sees: one line each, and what to do where it is wrong."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kam_flows.domain import doctor
from kam_flows.domain.doctor import PINS, Verdict

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GIBI = 2**30
ROOT = Path(__file__).parents[2]
RIGHT = {"prefect": "3.8.8", "fastapi": "0.150.0", "sqlalchemy": "2.0.58"}

FINE: list[Callable[[], Verdict]] = [
    lambda: doctor.python((3, 11, 7)),
    lambda: doctor.python((3, 14, 0)),
    lambda: doctor.packages(RIGHT),
    lambda: doctor.disk("var", 55 * GIBI, 100 * GIBI),
    lambda: doctor.time_zones([]),
    lambda: doctor.database("kam", None, "0006", "0006"),
    lambda: doctor.clock(NOW, NOW + timedelta(seconds=3), NOW - HOUR),
    lambda: doctor.clock(NOW, None, None),
    lambda: doctor.server("here", None, "3.8.8", "3.8.8"),
    lambda: doctor.hands(True, {}),
    lambda: doctor.hands(False, {"one": False, "two": True}),
    lambda: doctor.deployments(["a", "b"], ["b", "a", "theirs"]),
    lambda: doctor.forms([]),
    lambda: doctor.schedules([], [], 3),
    lambda: doctor.mail_server("mail:25", None),
    lambda: doctor.templates("templates", [], 56),
    lambda: doctor.backup(NOW - 24 * HOUR, NOW),
    lambda: doctor.kept_back(False, 0),
    lambda: doctor.known_findings([]),
]
# fmt: off
WRONG: list[tuple[Callable[[], Verdict], str, str]] = [
    (lambda: doctor.python((3, 15, 0)), "3.15.0", "python3.12"),
    (lambda: doctor.packages(RIGHT | {"sqlalchemy": "2.1.0b1"}),
     "sqlalchemy 2.1.0b1 (from 2.1 on Prefect 3.8.8 schedules nothing", "make install"),
    (lambda: doctor.packages(RIGHT | {"fastapi": "0.155.0"}), "fastapi 0.155.0", "make"),
    (lambda: doctor.packages(RIGHT | {"prefect": "3.9.0"}), "prefect 3.9.0", "make"),
    (lambda: doctor.packages(RIGHT | {"prefect": None}), "prefect is missing", "make"),
    (lambda: doctor.disk("var", GIBI, 100 * GIBI), "1.0 of 100 GiB", "Make room"),
    (lambda: doctor.time_zones(["Asia/Shanghai"]), "Asia/Shanghai", "make install"),
    (lambda: doctor.database("kam", "no route", None, "0006"), "no route", "Start it"),
    (lambda: doctor.database("kam", None, None, "0006"), "no tables", "kam up"),
    (lambda: doctor.database("kam", None, "0005", "0006"), "older", "kam up"),
    (lambda: doctor.database("kam", None, "0007", "0006"), "newer", "Install"),
    (lambda: doctor.clock(NOW, NOW - HOUR, None), "3600 s behind this machine", "NTP"),
    (lambda: doctor.clock(NOW, NOW + HOUR, None), "3600 s ahead of", "NTP"),
    (lambda: doctor.clock(NOW, None, NOW + HOUR), "in the future", "clock"),
    (lambda: doctor.server("here", "refused", "", "3.8.8"), "refused", "kam up"),
    (lambda: doctor.server("here", "401", "", "3.8.8"), "login", "PREFECT_API_AUTH_STRING"),
    (lambda: doctor.server("here", None, "3.8.7", "3.8.8"), "3.8.7", "same version"),
    (lambda: doctor.hands(False, {"one": False}), "nothing is carried out", "kam up"),
    (lambda: doctor.deployments(["a", "b"], ["a"]), "1 of 2 are missing: b", "kam up"),
    (lambda: doctor.forms(["a"]), "1 have no titles", "Watch the house"),
    (lambda: doctor.schedules(["a"], [], 3), "no run lies ahead of a", "restart"),
    (lambda: doctor.schedules([], ["a"], 3), "switched off: a", "Switch them on"),
    (lambda: doctor.mail_server("", "535 no"), "535 no", "KAM_SMTP_PASSWORD"),
    (lambda: doctor.templates("ours", ["x.j2: no"], 56), "1 in ours", "KAM_TEMPLATES"),
    (lambda: doctor.backup(None, NOW), "never", "kam backup"),
    (lambda: doctor.backup(NOW - 37 * HOUR, NOW), "37 hours old", "every night"),
    (lambda: doctor.kept_back(True, 3), "3 wait", "kam mail release"),
    (lambda: doctor.known_findings(list("abcdefg")), "a, b, c, d, e and 2 more", "mails"),
]
# fmt: on


@pytest.mark.parametrize("look", FINE)
def test_what_is_right_needs_no_remedy(look: Callable[[], Verdict]):
    assert look().ok
    assert look().said
    assert not look().remedy


@pytest.mark.parametrize(("look", "said", "remedy"), WRONG)
def test_what_is_wrong_says_what_and_what_to_do(
    look: Callable[[], Verdict], said: str, remedy: str
):
    assert not look().ok
    assert said in look().said
    assert remedy in look().remedy


def test_the_doctor_knows_the_pins_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    written = " ".join(project["project"]["dependencies"])

    assert "prefect==3.8.8" in written
    for name in ("fastapi", "sqlalchemy"):
        pin = PINS[name]
        extra = "[asyncio]" if name == "sqlalchemy" else ""
        assert f"{name}{extra}>={pin.lowest},<{pin.below}" in written
    assert project["project"]["requires-python"] == ">=3.11,<3.15"
