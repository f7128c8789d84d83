"""The inbox: the folder from which forms take files."""

from pathlib import Path

from kam_flows.domain.errors import UserError
from kam_flows.settings import settings


def inbox_file(typed: str) -> Path:
    """The file a form names: by its name in the inbox, or by a path on this machine."""
    inbox = settings().var / "inbox"
    path = inbox / Path(typed.strip()).expanduser()
    if not path.is_file():
        there = sorted(p.name for p in inbox.glob("*") if p.is_file())
        offer = f"it holds {', '.join(there)}" if there else "it is empty"
        raise UserError(
            f"There is no file {path}; put it into the folder {inbox} ({offer}) "
            "and type its name."
        )
    return path
