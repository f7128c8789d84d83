"""What is wrong with a policy file: every mistake at once, each with its line."""

from collections.abc import Iterable
from dataclasses import dataclass

from kam_flows.domain.errors import UserError

Path = tuple[str | int, ...]
"""The way to a field: keys as they are written, places in a list counted from 0."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake, and what would be right instead."""

    path: Path
    wrong: str
    allowed: str
    line: int = 0
    """0: not yet known, or the file cannot be read at all."""

    def sentence(self, where: str) -> str:
        place = f"{where}:{self.line}" if self.line else where
        field = f" {dotted(self.path)}:" if self.path else ""
        return f"{place}:{field} {self.wrong}; allowed: {self.allowed}"


class PolicyError(UserError):
    """A policy that cannot be used. Says every problem on a line of its own."""

    def __init__(self, where: str, problems: Iterable[Problem]) -> None:
        self.where = where
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, dotted(p.path))))
        super().__init__("\n".join(p.sentence(where) for p in self.problems))


def dotted(path: Path) -> str:
    """`ladders[0].rungs[1].after`."""
    written = ""
    for step in path:
        written += f"[{step}]" if isinstance(step, int) else f".{step}"
    return written.removeprefix(".")
