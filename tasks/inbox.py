"""The files that forms and commands take and write."""

from contextlib import suppress
from pathlib import Path

from kam_flows.domain.errors import UserError
from kam_flows.files import is_there
from kam_flows.settings import settings


def inbox_file(typed: str) -> Path:
    """The file a form names: by its name in the inbox, or by a path on this machine."""
    inbox = settings().var / "inbox"
    path = Path(typed.strip())
    with suppress(RuntimeError):  # ~somebody whom this machine does not know
        path = path.expanduser()
    path = inbox / path
    if not is_there(path):
        there = sorted(p.name for p in inbox.glob("*") if p.is_file())
        raise UserError(
            "There is no file {path}; put it into the folder {inbox} and type its name. "
            "There now: {there}.",
            path=path,
            inbox=inbox,
            there=there or "-",
        )
    return path


def write_file(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UserError(
            "{path} cannot be written ({why}); name another file.",
            path=path,
            why=error.strerror,
        ) from error
