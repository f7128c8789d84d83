"""The image of settings: what it wants, what goes before it, and that it holds no secret."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.settings.legacy import _get_valid_setting_names
from prefect.settings.models.root import Settings as PrefectSettings
from sqlalchemy.engine import make_url

from kam_flows.domain.errors import UserError
from kam_flows.serving import environment, image
from kam_flows.settings import Settings

GIVEN = {
    "DATABASE_PASSWORD": "p@ss/word",
    "DATABASE_HOST": "db.example",
    "REDIS_PASSWORD": "red#is",
    "REDIS_HOST": "redis.example",
    "LOGIN": "kam:open@sesame",
    "KAM_SECRET": "signs-links",
    "PUBLIC_URL": "https://kam.example.com",
    "SENDER": "KAM Flows <kam@example.com>",
    "DUTY_MAILBOX": "duty@example.com",
    "SMTP_URL": "smtp://mail.example:587?starttls=yes",
}
# Read by prefect-redis, not by Prefect.
OF_REDIS = {"PREFECT_REDIS_MESSAGING_URL", "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_URL"}


def test_everything_that_is_missing_is_said_at_once():
    with pytest.raises(UserError) as refused:
        image.settled({"PATH": "/bin"})

    assert all(name in str(refused.value) for name in GIVEN)
    assert "SMTP_PASSWORD" not in str(refused.value)


def test_the_image_names_what_is_to_be_filled_in_its_first_lines():
    text = image.IMAGE.read_text(encoding="utf-8")
    said, may = re.findall(
        r"^# (?:To|May) be filled:((?:.|\n#  )*)", text, re.MULTILINE
    )
    wanted = dict(image.WANTED.findall(text))
    wanted.pop("NAME")

    named = set(re.findall(r"[A-Z_]{2,}", said))
    assert named == set(GIVEN)
    assert named | set(re.findall(r"[A-Z_]{2,}", may)) == set(wanted)


def test_a_password_of_any_letters_reaches_both_databases():
    settled = image.settled(GIVEN)

    for name in ("KAM_DATABASE_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL"):
        assert make_url(settled[name]).password == "p@ss/word"
        assert make_url(settled[name]).host == "db.example"
    assert settled["PREFECT_SERVER_DOCKET_URL"] == (
        "redis://:red%23is@redis.example:6379/1"
    )
    assert settled["PREFECT_API_AUTH_STRING"] == "kam:open@sesame"
    assert settled["KAM_SMTP_URL"] == "smtp://mail.example:587?starttls=yes"


def test_what_is_given_goes_before_the_image_and_empty_is_not_given():
    settled = image.settled(
        GIVEN | {"PREFECT_SERVER_API_HOST": "0.0.0.0", "KAM_LANGUAGE": ""}
    )

    assert settled["PREFECT_SERVER_API_HOST"] == "0.0.0.0"
    assert settled["KAM_LANGUAGE"] == "zh_CN"


def test_the_image_holds_no_secret():
    written = image.lines()

    for name in written:
        if re.search("PASSWORD|SECRET|AUTH|CONNECTION|DATABASE_URL", name):
            assert "${" in written[name]


def test_every_setting_of_the_image_exists():
    """A name that nobody reads would be a setting that does nothing."""
    prefect = _get_valid_setting_names(PrefectSettings)
    ours = {f"KAM_{name.upper()}" for name in Settings.model_fields}

    known = prefect | ours | OF_REDIS | {"DO_NOT_TRACK"}
    assert set(image.lines()) <= known


def test_the_image_and_the_house_on_one_machine_differ_in_the_lease_storage_alone():
    written = image.lines()
    house = environment._SERVER | environment._quiet()

    assert {name for name in house if written[name] != house[name]} == {
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"
    }
    assert written["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == str(
        environment.HEARTBEAT_SECONDS
    )


def started(secrets: Path, *command: str, **given: str) -> tuple[int, str]:
    found = subprocess.run(
        [sys.executable, "-m", "kam_flows.serving.image", *command],
        env={"PATH": os.environ["PATH"], "KAM_SECRETS": str(secrets)} | given,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.returncode, found.stdout + found.stderr


def test_a_process_gets_the_settings_and_not_the_secrets_they_were_made_of(
    tmp_path: Path,
):
    for name, value in GIVEN.items():
        (tmp_path / name).write_text(f"{value}\n", encoding="utf-8")

    code, said = started(tmp_path, "env")

    told = dict(line.partition("=")[::2] for line in said.splitlines())
    assert code == 0
    assert told["KAM_SECRET"] == "signs-links"
    assert told["KAM_DATABASE_URL"].endswith("@db.example:5432/kam")
    assert not {"LOGIN", "DATABASE_PASSWORD", "REDIS_PASSWORD"} & set(told)


def test_a_process_whose_settings_are_not_filled_does_not_start(tmp_path: Path):
    code, said = started(tmp_path, "env", **GIVEN | {"LOGIN": ""})

    assert code == 1
    assert "wants LOGIN. Give" in said
    assert "p@ss/word" not in said
