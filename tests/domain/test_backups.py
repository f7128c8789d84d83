"""The first page of a backup, its name, and which backups are kept."""

from datetime import UTC, datetime

import pytest

from kam_flows.domain.backups import (
    Backup,
    Facts,
    Member,
    differences,
    read_backup,
    to_drop,
)
from kam_flows.domain.errors import UserError

NOON = datetime(2026, 11, 26, 12, 30, 5, tzinfo=UTC)


def facts(**counts: int) -> Facts:
    return Facts(kind="sqlite", revision="0006", counts=counts, newest_entry=NOON)


A_BACKUP = Backup(
    taken_at=NOON,
    version="0.1.0",
    facts=facts(tickets=3),
    members=(Member(name="kam.db", size=4096, sha256="ab" * 32),),
)


def test_what_was_written_is_read_again():
    assert read_backup(A_BACKUP.text(), "file") == A_BACKUP
    assert A_BACKUP.name == "kam-20261126T123005Z.tar.gz"
    assert A_BACKUP.member("kam") == "kam.db"
    assert A_BACKUP.member("prefect") is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "facts": 3}', "nul\x00"]
)
def test_anything_else_is_one_sentence(text: str):
    with pytest.raises(UserError, match=r"file is no backup of KAM Flows"):
        read_backup(text, "file")


def test_a_page_of_a_later_version_names_it():
    later = A_BACKUP.text().replace('"format": 1', '"format": 2')

    with pytest.raises(UserError, match=r"another version of KAM Flows \(0\.1\.0\)"):
        read_backup(later, "file")


def test_the_newest_are_kept_and_other_files_are_left_alone():
    ours = [f"kam-202611{day:02}T000000Z.tar.gz" for day in range(1, 6)]

    assert to_drop([*ours, "kam.db", "kam-old.tar.gz", ".part"], 2) == ours[2::-1]
    assert to_drop(ours, 9) == []


def test_tables_that_are_not_as_they_were_are_counted():
    then, now = facts(tickets=3, staff=1), facts(tickets=5, staff=1, cares=2)

    assert differences(then, now) == {"tickets": (3, 5), "cares": (0, 2)}
