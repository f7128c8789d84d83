"""What a bench row found, and how all rows look as one table."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Result:
    """One figure beside its goal and beside what was measured next to it."""

    row: str
    what: str
    measured: float
    unit: str
    goal: str
    reached: bool
    beside: str = ""
    """A baseline of the same run, and our share of it."""

    @property
    def line(self) -> str:
        figure = f"{shown(self.measured)} {self.unit}"
        seen = "yes" if self.reached else "**no**"
        cells = (self.what, figure, self.goal, seen, self.beside)
        return f"| {' | '.join(cells)} |"


def shown(figure: float) -> str:
    return f"{figure:,.3g}" if figure < 100 else f"{figure:,.0f}"


HEAD = "| what | measured | goal | reached | beside it, in the same run |"
RULE = "| --- | ---: | --- | --- | --- |"


def at_least(
    row: str, what: str, measured: float, unit: str, goal: float, beside: str = ""
) -> Result:
    return Result(
        row=row,
        what=what,
        measured=measured,
        unit=unit,
        goal=f"≥ {goal:,g}",
        reached=measured >= goal,
        beside=beside,
    )


def at_most(
    row: str, what: str, measured: float, unit: str, goal: float, beside: str = ""
) -> Result:
    return Result(
        row=row,
        what=what,
        measured=measured,
        unit=unit,
        goal=f"≤ {goal:,g}",
        reached=measured <= goal,
        beside=beside,
    )


def keep(results: Iterable[Result], machine: str, path: Path) -> None:
    """The same figures as JSON, for whoever wants to compare runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {"machine": machine, "rows": [asdict(result) for result in results]}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2), encoding="utf-8")
