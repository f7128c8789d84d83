"""Checks before the start: what is wrong is one sentence, and nothing is started."""

import os
import socket
from pathlib import Path

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.serving import checks


def test_a_free_port_passes():
    checks.check_port("127.0.0.1", 0, "KAM_PORT")


def test_a_taken_port_is_named_with_the_setting_that_changes_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(UserError, match=rf"{port}.*KAM_PORT={port + 1}"):
            checks.check_port("127.0.0.1", port, "KAM_PORT")


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(UserError, match=r"192\.0\.2\.1"):
        checks.check_port("192.0.2.1", 0, "KAM_PORT")


def test_a_missing_folder_is_made(tmp_path: Path):
    checks.check_folder(tmp_path / "new" / "var")

    assert (tmp_path / "new" / "var").is_dir()


def test_a_folder_that_is_a_file_cannot_be_written(tmp_path: Path):
    (tmp_path / "var").write_text("")

    with pytest.raises(UserError, match="cannot be written"):
        checks.check_folder(tmp_path / "var")


def test_a_folder_holds_one_house(tmp_path: Path):
    held = checks.take_house(tmp_path)

    with pytest.raises(checks.AlreadyRunning, match=str(os.getpid())) as caught:
        checks.take_house(tmp_path)

    assert caught.value.supervised
    os.close(held)
    os.close(checks.take_house(tmp_path))
