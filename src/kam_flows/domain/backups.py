"""Backups: what is in one, what it is called, and which of them are kept."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from kam_flows.domain.errors import UserError

MANIFEST = "manifest.json"
FORMAT = 1
"""Of the manifest; a later version may write another, and then knows this one too."""
NAME = re.compile(r"kam-\d{8}T\d{6}Z\.tar\.gz")
HOUSE, PREFECT, OWN = "kam", "prefect", "own"
"""What the names of members begin with: our database, Prefect's, files of one's own."""

Kind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file in a backup, as it was when it was put in."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What can be said of a database without knowing what it is about."""

    kind: Kind
    revision: str | None
    """Of its tables; `None`: it has none yet."""
    counts: Mapping[str, int]
    """Rows by table."""
    newest_entry: datetime | None
    """When something was last written into the audit trail."""


@dataclass(frozen=True, kw_only=True)
class Backup:
    """The first page of a backup: what it is, and what must be in it."""

    taken_at: datetime
    """Nothing that happened from this moment on is in it."""
    version: str
    """Of KAM Flows."""
    facts: Facts
    members: tuple[Member, ...]

    @property
    def name(self) -> str:
        return f"kam-{self.taken_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz"

    def member(self, begins: str) -> str | None:
        """The name of the database that begins so, if it is inside."""
        names = (member.name for member in self.members)
        return next((name for name in names if name.startswith(f"{begins}.")), None)

    def text(self) -> str:
        """As it stands in the file."""
        written = {"format": FORMAT, **asdict(self)}
        return json.dumps(written, indent=1, default=_as_text) + "\n"


def read_backup(text: str, source: str) -> Backup:
    """The page again; UserError for anything that is none."""
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise UserError(
                f"{source} was made by another version of KAM Flows "
                f"({found['version']}); restore it with that one."
            )
        facts = Facts(**found["facts"] | {"newest_entry": _moment(found)})
        return Backup(
            taken_at=datetime.fromisoformat(found["taken_at"]),
            version=found["version"],
            facts=facts,
            members=tuple(Member(**member) for member in found["members"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise not_a_backup(source) from error


def not_a_backup(source: str) -> UserError:
    return UserError(
        f"{source} is no backup of KAM Flows, or it is damaged; choose a file that "
        "'kam backup' has written."
    )


def _moment(found: Mapping[str, Any]) -> datetime | None:
    written = found["facts"]["newest_entry"]
    return datetime.fromisoformat(written) if written else None


def _as_text(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def to_drop(names: Iterable[str], keep: int) -> list[str]:
    """Backups beyond the newest so many; whatever is called otherwise stays."""
    ours = sorted(filter(NAME.fullmatch, names), reverse=True)
    return ours[keep:]


def differences(then: Facts, now: Facts) -> dict[str, tuple[int, int]]:
    """Tables whose rows are not as many: how many then and now."""
    return {
        table: (then.counts.get(table, 0), now.counts.get(table, 0))
        for table in sorted({*then.counts, *now.counts})
        if then.counts.get(table, 0) != now.counts.get(table, 0)
    }
