"""The house: one command that starts, survives kills, loses no click and stops cleanly.

One house for all tests of this file, in the order of the file.
"""

import json
import smtplib
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.serving.houses import KAM_UP, House, wait_until

pytestmark = pytest.mark.slow

BEGUN = {"LATE", "PENDING", "RUNNING", "COMPLETED"}
"""Not those cancelled: a slow start leaves the server time to cancel late runs by itself,
while the place of their deployment is still held by a run that was killed."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house") / "var")
    house.start()
    yield house
    house.close()


def test_it_is_ready_within_thirty_seconds(house: House):
    assert house.start_seconds < 30
    assert f"http://127.0.0.1:{house.port}" in house.said()


def test_forty_clicks_at_five_in_parallel_all_succeed(house: House):
    moment = {"scheduled_time": "2040-01-01T00:00:00Z"}
    later = {"type": "SCHEDULED", "name": "Later", "state_details": moment}

    with ThreadPoolExecutor(5) as people:
        runs = list(people.map(lambda _: house.click("quick", state=later), range(40)))

    assert len(set(runs)) == 40
    for run in runs:
        house.api.delete(f"/flow_runs/{run}")


def test_a_schedule_yields_runs(house: House):
    """With SQLAlchemy 2.1 it silently yields none."""
    wait_until(lambda: len(runs_of(house, "every-minute", {"SCHEDULED"})) > 30)


def test_a_click_is_completed_within_seconds(house: House):
    assert house.ended(house.click("quick")) == "COMPLETED"


def test_the_page_finds_its_api_on_any_port_and_asks_nobody_else(house: House):
    told = house.api.get(f"http://127.0.0.1:{house.port}/ui-settings").json()

    assert told["api_url"] == "/api"


def test_the_catcher_keeps_the_bytes_it_was_sent(house: House):
    message = b"Subject: =?utf-8?b?5L2g5aW9?=\r\n\r\nhello\r\n.dot\r\n"
    with smtplib.SMTP("127.0.0.1", house.smtp_port) as client:
        client.sendmail("kam@example.com", ["a@example.com", "b@example.com"], message)

    (stored,) = (house.var / "mail" / "new").iterdir()
    assert stored.read_bytes() == (
        b"Return-Path: <kam@example.com>\r\n"
        b"Delivered-To: a@example.com\r\nDelivered-To: b@example.com\r\n" + message
    )


def up_again(env: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        KAM_UP,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_second_start_in_the_same_folder_says_that_it_runs_already(house: House):
    code, said = up_again(house.env)

    assert code == 2
    assert len(said.splitlines()) == 1
    assert "already runs" in said


@pytest.mark.parametrize("setting", ["KAM_PORT", "KAM_SMTP_PORT"])
def test_a_taken_port_is_one_sentence(house: House, tmp_path: Path, setting: str):
    env = house.env | {"KAM_VAR": str(tmp_path), "KAM_PORT": "0", "KAM_SMTP_PORT": "0"}
    env[setting] = house.env[setting]

    code, said = up_again(env)

    assert code == 2
    assert len(said.splitlines()) == 1
    assert f"{setting}=" in said
    assert not (tmp_path / "kam.db").exists()


def test_the_doctor_misses_a_backup_alone_and_then_nothing(house: House):
    def wrong() -> list[str]:
        looked = house.kam("doctor", "--json").stdout
        return [c["check"] for c in json.loads(looked)["checks"] if not c["ok"]]

    wait_until(lambda: runs_of(house, "every-minute", {"SCHEDULED"}))
    assert wrong() == ["backup"]

    made = house.kam("backup").stdout
    assert "prefect.db" in made
    assert wrong() == []
    assert "already runs" in house.kam("restore", made.split()[0], "--yes").stderr


def test_a_killed_run_is_crashed(house: House):
    run = house.click("slow")
    house.running(run)

    house.kill("run")

    assert house.ended(run) == "CRASHED"


def test_a_killed_runner_is_replaced_its_run_closed_and_what_was_paused_stays_so(
    house: House,
):
    quick = f"/deployments/{house.deployment('quick')}"
    house.api.patch(quick, json={"paused": True})
    run = house.click("slow")
    house.running(run)

    house.kill("runner")

    assert house.ended(run) == "CRASHED"
    assert house.ended(house.click("slow", parameters={"seconds": 0})) == "COMPLETED"
    assert house.api.get(quick).json()["paused"]
    assert "The runner has ended unexpectedly" in house.said()


def test_a_killed_server_is_replaced_and_clicks_work_again(house: House):
    house.kill("server")
    house.kill("catcher")
    wait_until(lambda: "The runner starts again with the new server." in house.said())

    assert house.ended(house.click("quick")) == "COMPLETED"
    assert house.processes("catcher")


def test_everything_killed_in_the_middle_goes_on_without_a_flood(house: House):
    wait_until(lambda: len(runs_of(house, "every-minute", {"SCHEDULED"})) > 30)
    run = house.click("slow")
    house.running(run)
    before = len(runs_of(house, "every-minute", BEGUN))
    done = len(runs_of(house, "every-minute", {"COMPLETED"}))
    house.kill_everything()
    two_hours_pass(house)

    house.start()

    assert house.state(run) == "CRASHED"
    assert house.ended(house.click("slow", parameters={"seconds": 0})) == "COMPLETED"
    wait_until(lambda: len(runs_of(house, "every-minute", {"COMPLETED"})) > done)
    begun = {state: len(runs_of(house, "every-minute", {state})) for state in BEGUN}
    assert sum(begun.values()) <= before + 2, begun


def two_hours_pass(house: House) -> None:
    """Runs that the schedule had planned ahead are now long overdue."""
    with house.prefect_database() as database:
        moved = database.execute(
            "UPDATE flow_run SET"
            " expected_start_time = datetime(expected_start_time, '-2 hours'),"
            " next_scheduled_start_time = datetime(expected_start_time, '-2 hours')"
            " WHERE auto_scheduled AND state_type = 'SCHEDULED'"
        )
    assert moved.rowcount > 30


def runs_of(house: House, name: str, states: set[str]) -> list[str]:
    found = house.api.post(
        "/flow_runs/filter",
        json={"deployments": {"id": {"any_": [house.deployment(name)]}}},
    ).json()
    return [
        run["id"]
        for run in found
        if states & {run["state_type"], str(run["state_name"]).upper()}
    ]


def test_a_killed_supervisor_takes_everything_with_it(house: House):
    assert house.process is not None
    house.process.kill()
    house.process.wait()

    wait_until(lambda: not house.processes())
    house.start()
    assert house.ended(house.click("quick")) == "COMPLETED"


def test_stopping_lets_a_short_run_end_and_cancels_a_long_one(house: House):
    long = house.click("slow", parameters={"seconds": 600})
    house.running(long)
    short = house.click("quick")
    house.ended(short)

    code = house.stop()

    states = house.states_on_disk()
    assert code == 0
    assert states[short] == "COMPLETED"
    assert states[long] == "CANCELLED"
    assert not {"RUNNING", "PENDING", "CANCELLING"} & set(states.values())
    assert not house.processes()
    assert house.said().endswith("Stopped.\n")
