"""Backups of a house at work, and restores that are refused, undone, or carried out."""

import io
import os
import resource
import sqlite3
import stat
import tarfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from typer.testing import CliRunner, Result

from kam_flows.cli import (
    app,
    backup,  # noqa: F401  registers its commands
)
from kam_flows.domain.errors import UserError
from kam_flows.persistence.archives import first_page
from kam_flows.persistence.backup_notes import last_backup
from kam_flows.persistence.copies import copy, facts
from kam_flows.persistence.database import engine
from kam_flows.persistence.migrate import config
from kam_flows.serving.backup import back_up, prefect_file
from kam_flows.serving.checks import take_house
from kam_flows.serving.restore import Restore
from kam_flows.settings import settings
from tasks.portfolio import SAMPLE, import_files
from tests.conftest import forget

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def kam(*words: str | Path) -> Result:
    forget()
    return CliRunner().invoke(app, [str(word) for word in words])


def furnish() -> None:
    files = [Path(f"{SAMPLE / kind}.csv") for kind in ("staff", "accounts", "teams")]
    list(import_files(files, actor="test", now=NOW, dry_run=False))


def taken(folder: Path, now: datetime = NOW, keep: int = 0) -> Path:
    return back_up(settings(), folder, now, keep=keep, prefect=True)


def rename_account(name: str) -> None:
    with engine().begin() as connection:
        rename = text("UPDATE accounts SET name = :name WHERE code = 'HUAYUE'")
        connection.execute(rename, {"name": name})


def name_of_account() -> str:
    forget()
    with engine().connect() as connection:
        asked = text("SELECT name FROM accounts WHERE code = 'HUAYUE'")
        return str(connection.scalar(asked))


@pytest.fixture
def house(database: str) -> str:
    furnish()
    return database


def test_a_backup_says_what_it_is_and_only_its_owner_may_read_it(
    house: str, tmp_path: Path
):
    result = kam("backup", "-o", tmp_path / "safe")

    assert result.exit_code == 0, result.exception
    (made,) = (tmp_path / "safe").iterdir()
    assert result.output.startswith(f"{made}\n")
    assert "The secret that signs links is not inside." in result.output
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    page = first_page(made)
    assert page.facts.counts["accounts"] == 12
    assert house.startswith(page.facts.kind)
    noted = last_backup()
    assert noted
    assert noted.replace(microsecond=0) == page.taken_at


def test_what_is_not_committed_is_not_in_it_and_nobody_waits(
    house: str, tmp_path: Path
):
    with engine().begin() as connection:
        connection.execute(text("DELETE FROM team_members"))
        found = copy(house, tmp_path / "copy")

    assert found.counts["team_members"] == 41


def test_the_database_comes_back_as_it_was_and_the_step_can_be_undone(
    house: str, tmp_path: Path
):
    made = taken(tmp_path)
    rename_account("renamed since")

    result = kam("restore", made, "--yes")

    assert result.exit_code == 0, result.output or result.exception
    assert name_of_account() == "华岳重工装备集团"
    assert "before-restore" in result.output.replace("_", "-")
    if house.startswith("sqlite"):
        (kept,) = (tmp_path).glob("kam.before-restore-*.db")
        kept.replace(tmp_path / "kam.db")
        assert name_of_account() == "renamed since"


def test_what_will_be_lost_is_shown_and_nothing_happens_without_consent(
    house: str, tmp_path: Path
):
    made = taken(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    rename_account("renamed since")
    forget()

    result = CliRunner().invoke(app, ["restore", str(made)], input="n\n")

    assert isinstance(result.exception, UserError)
    assert "12 accounts" in result.output
    assert "entries of the audit trail" in result.output
    assert "audit: " in result.output
    assert name_of_account() == "renamed since"


@pytest.mark.usefixtures("sqlite_database")
def test_nothing_is_restored_while_a_house_runs(tmp_path: Path):
    made = taken(tmp_path)
    settings().var.mkdir()
    lock = take_house(settings().var)

    result = kam("restore", made, "--yes")

    os.close(lock)
    assert "already runs" in str(result.exception)


def test_nothing_is_restored_while_others_have_the_database_open(
    house: str, tmp_path: Path
):
    made = taken(tmp_path)
    with engine().connect() as connection:
        connection.execute(text("SELECT count(*) FROM accounts"))
        task = Restore(settings(), made, house, NOW)
        with pytest.raises(UserError, match=r"open|sessions"), task.alone():
            pass


def spoil_middle(made: Path) -> None:
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 0xFF
    made.write_bytes(content)


def cut_off(made: Path) -> None:
    os.truncate(made, made.stat().st_size // 2)


def other_member(made: Path) -> None:
    with tarfile.open(made) as old:
        members = [(m, read.read()) for m in old if (read := old.extractfile(m))]
    with tarfile.open(made, "w:gz") as new:
        for member, content in members:
            member.name = member.name.replace("kam.", "../kam.")
            new.addfile(member, io.BytesIO(content))


def no_archive(made: Path) -> None:
    made.write_text("hello")


@pytest.mark.parametrize("spoil", [spoil_middle, cut_off, other_member, no_archive])
@pytest.mark.usefixtures("sqlite_database")
def test_a_damaged_file_is_refused_and_nothing_is_changed(tmp_path: Path, spoil):
    furnish()
    made = taken(tmp_path / "safe")
    spoil(made)

    result = kam("restore", made, "--yes")

    assert isinstance(result.exception, UserError)
    assert "is no backup of KAM Flows, or it is damaged" in str(result.exception)
    assert [path for path in tmp_path.iterdir() if "restor" in path.name] == []
    assert name_of_account() == "华岳重工装备集团"


@contextmanager
def files_no_larger_than(size: int):
    """As if the disk were full: no file can grow beyond this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_one_sentence_and_no_file(house: str, tmp_path: Path):
    folder = tmp_path / "full"
    with files_no_larger_than(20_000), pytest.raises(UserError) as refused:
        taken(folder)

    assert str(refused.value).count("\n") == 0
    assert list(folder.iterdir()) == []
    assert taken(folder).exists()


@pytest.mark.usefixtures("sqlite_database")
def test_a_disk_that_fills_up_at_the_last_step_leaves_no_file(tmp_path: Path):
    furnish()
    whole = taken(tmp_path / "whole").stat().st_size
    prefect = prefect_file(settings())
    prefect.parent.mkdir(parents=True)
    with closing(sqlite3.connect(prefect)) as connection:
        connection.execute("CREATE TABLE block (value BLOB)")
        connection.execute("INSERT INTO block VALUES (?)", (os.urandom(900_000),))
        connection.commit()
    # The copies have room, the archive of both has not.
    largest = max(prefect.stat().st_size, Path(tmp_path / "kam.db").stat().st_size)
    folder = tmp_path / "full"
    with (
        files_no_larger_than(max(largest + 8192, whole)),
        pytest.raises(UserError, match="make room"),
    ):
        taken(folder)

    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("sqlite_database")
def test_so_many_are_kept(tmp_path: Path):
    furnish()
    for hour in range(4):
        newest = taken(tmp_path / "safe", NOW.replace(hour=hour), keep=2)

    assert sorted(path.name for path in (tmp_path / "safe").iterdir()) == [
        "kam-20261126T020000Z.tar.gz",
        newest.name,
    ]


def test_older_tables_are_brought_up(house: str, tmp_path: Path):
    command.downgrade(config(), "0005")
    forget()
    made = taken(tmp_path / "safe")
    assert first_page(made).facts.revision == "0005"

    result = kam("restore", made, "--yes")

    assert result.exit_code == 0, result.exception
    assert facts(house).revision == "0007"
    assert name_of_account() == "华岳重工装备集团"


@pytest.mark.usefixtures("sqlite_database")
def test_tables_of_a_newer_version_are_refused(tmp_path: Path):
    with engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made = taken(tmp_path / "safe")

    result = kam("restore", made, "--yes")

    assert "made by a newer KAM Flows" in str(result.exception)


@pytest.mark.usefixtures("sqlite_database")
def test_a_backup_of_another_kind_of_database_is_refused(tmp_path: Path, postgres: str):
    made = taken(tmp_path / "safe")

    result = kam("restore", made, "--into", f"{postgres}/elsewhere", "--yes")

    assert "cannot be restored into postgresql" in str(result.exception)


@pytest.mark.usefixtures("sqlite_database")
def test_a_lost_house_comes_back_with_prefects_own_database_and_own_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own = tmp_path / "templates"
    own.mkdir()
    (own / "base.txt").write_text("ours")
    monkeypatch.setenv("KAM_TEMPLATES", str(own))
    forget()
    furnish()
    prefect = prefect_file(settings())
    prefect.parent.mkdir(parents=True)
    with closing(sqlite3.connect(prefect)) as connection:
        connection.execute("CREATE TABLE deployment (paused INTEGER)")
        connection.execute("INSERT INTO deployment VALUES (1)")
        connection.commit()
    made = taken(tmp_path / "safe")
    (own / "base.txt").unlink()
    own.rmdir()
    prefect.unlink()
    forget()
    for path in tmp_path.glob("kam.db*"):
        path.unlink()

    result = kam("restore", made, "--yes")

    assert result.exit_code == 0, result.exception
    assert "no database now" in result.output
    assert name_of_account() == "华岳重工装备集团"
    assert (own / "base.txt").read_text() == "ours"
    with closing(sqlite3.connect(prefect)) as connection:
        assert connection.execute("SELECT paused FROM deployment").fetchall() == [(1,)]
