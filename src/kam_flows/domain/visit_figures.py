"""Completion: how much of what fell due took place, by month, tier, person and kind.

A slot belongs to the month that its cadence names, wherever it was moved to, and to the
tier that its account has now.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple

from kam_flows.domain.accounts import Tier
from kam_flows.domain.cadences import month_key
from kam_flows.domain.people import Directory, Staff, StaffRole, above
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.domain.visit_rules import VisitRules

SEE_ALL = frozenset(
    {StaffRole.DEPARTMENT_HEAD, StaffRole.EXECUTIVE, StaffRole.OPERATIONS}
)
Owners = frozenset[str | None]


@dataclass(frozen=True)
class Counts:
    """Slots by what became of them; each is counted once, `moved` besides."""

    done: int = 0
    credited: int = 0
    merged: int = 0
    """Into one that took place."""
    missed: int = 0
    """Itself, or what it was merged into."""
    unrecorded: int = 0
    """Its day is over, and nobody has said what came of it."""
    ahead: int = 0
    """Its day is not over: moved beyond the stretch, mostly."""
    cancelled: int = 0
    moved: int = 0
    """Once or oftener; among all of the others."""

    @property
    def satisfied(self) -> int:
        return self.done + self.credited + self.merged

    @property
    def due(self) -> int:
        """What had to take place: neither cancelled nor still ahead."""
        return self.satisfied + self.missed + self.unrecorded

    @property
    def planned(self) -> int:
        """All slots there were."""
        return self.due + self.ahead + self.cancelled

    @property
    def rate(self) -> Fraction | None:
        """`None` where nothing was due."""
        return Fraction(self.satisfied, self.due) if self.due else None


NUMBERS = attrgetter(*(one.name for one in fields(Counts)))


class Cell(NamedTuple):
    """The counts of what has all of this in common, as the database adds them up."""

    month: str
    """`2026-10`."""
    tier: Tier
    owner: str | None
    kind: TouchpointKind
    cadence: str
    """Empty: contacts that no cadence asked for."""
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class Line:
    """The counts of one month, tier, person or kind, and those of the whole stretch."""

    key: str
    """Empty: of all, or of nobody."""
    name: str = ""
    """As readers know a person."""
    counts: Counts
    whole: Counts
    goal: Fraction | None
    """What the policy wants of the tiers in it, by how much was due of each."""

    @property
    def is_missed(self) -> bool:
        rate = self.counts.rate
        return rate is not None and self.goal is not None and rate < self.goal


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """The days of a report, and since when it adds them up besides (the year so far)."""

    first: date
    last: date
    since: date

    @property
    def has_more(self) -> bool:
        return self.since < self.first


@dataclass(frozen=True, kw_only=True)
class Report:
    stretch: Stretch
    headline: tuple[str, ...]
    """Codes of the cadences that the policy puts first; empty: all."""
    first: Line
    """Of the headline."""
    trend: tuple[Line, ...]
    """The headline month by month, since the beginning of the whole stretch."""
    total: Line
    months: tuple[Line, ...]
    tiers: tuple[Line, ...]
    """In the order of the policy."""
    owners: tuple[Line, ...]
    """The lowest rate first; the key is a staff code."""
    kinds: tuple[Line, ...]
    """The most first."""
    extra: int
    """Contacts that no cadence asked for; a slot that one of them counts for is credited."""


def last_month(today: date) -> Stretch:
    """The last full month, and its year up to its end."""
    last = today.replace(day=1) - timedelta(days=1)
    return Stretch(
        first=last.replace(day=1), last=last, since=last.replace(month=1, day=1)
    )


def report(
    cells: Iterable[Cell], stretch: Stretch, rules: VisitRules, tiers: Sequence[Tier]
) -> Report:
    """From the cells of the whole stretch; `tiers` in the order of the policy."""
    begin, every = month_key(stretch.first), list(cells)
    slots = [cell for cell in every if cell.cadence]
    first = [c for c in slots if not rules.headline or c.cadence in rules.headline]
    order = [str(tier) for tier in [*tiers, *Tier]]

    def lines(
        among: Iterable[Cell], key: Callable[[Cell], str | None], since: str = begin
    ) -> list[Line]:
        groups: dict[str, list[Cell]] = {}
        for cell in among:
            groups.setdefault(key(cell) or "", []).append(cell)
        found = (_line(name, group, since, rules) for name, group in groups.items())
        return [line for line in found if line.counts.planned]

    def monthly(among: Iterable[Cell]) -> tuple[Line, ...]:
        return tuple(
            sorted(lines(among, attrgetter("month"), ""), key=attrgetter("key"))
        )

    return Report(
        stretch=stretch,
        headline=rules.headline,
        first=_line("", first, begin, rules),
        trend=monthly(first),
        total=_line("", slots, begin, rules),
        months=monthly(slots),
        tiers=tuple(
            sorted(
                lines(slots, attrgetter("tier")),
                key=lambda line: order.index(line.key),
            )
        ),
        owners=tuple(sorted(lines(slots, attrgetter("owner")), key=_lowest)),
        kinds=tuple(sorted(lines(slots, attrgetter("kind")), key=_most)),
        extra=sum(c.counts.done for c in every if not c.cadence and c.month >= begin),
    )


def named(figures: Report, people: Directory) -> Report:
    """With the names of the people; who is not among our staff has but a code."""
    return replace(
        figures,
        owners=tuple(
            replace(
                line, name=people[line.key].name if line.key in people else line.key
            )
            for line in figures.owners
        ),
    )


def readers(
    owners: Iterable[str | None], people: Directory
) -> dict[str, Owners | None]:
    """Who is sent the figures, and of whom each of them sees some; `None`: of all.

    Heads of departments see all, everybody else who has people below them theirs.
    """
    below: dict[str, set[str | None]] = {}
    for owner in owners:
        for code in above(owner, people) if owner else ():
            below.setdefault(code, {code}).add(owner)
    heads = {c for c, one in people.items() if one.role is StaffRole.DEPARTMENT_HEAD}
    return {
        code: None if code in heads else frozenset(below[code])
        for code in sorted(heads | below.keys())
        if people[code].active
    }


def sight(
    person: Staff, owners: Iterable[str | None], people: Directory
) -> Owners | None:
    """Of whom somebody who asks sees the figures: their own and those below them."""
    if person.role in SEE_ALL:
        return None
    mine = {owner for owner in owners if owner and person.code in above(owner, people)}
    return frozenset({person.code, *mine})


def seen(cells: Iterable[Cell], owners: Owners | None) -> list[Cell]:
    return [cell for cell in cells if owners is None or cell.owner in owners]


def _line(key: str, cells: Sequence[Cell], begin: str, rules: VisitRules) -> Line:
    """Counts what is of `begin` or a later month; `whole` counts all."""
    counted = [cell for cell in cells if cell.month >= begin]
    due: Counter[Tier] = Counter()
    for cell in counted:
        due[cell.tier] += cell.counts.due
    wanted = sum((rules.goal_of(t) * n for t, n in due.items()), start=Fraction())
    return Line(
        key=key,
        counts=_sum(counted),
        whole=_sum(cells),
        goal=wanted / due.total() if due.total() else None,
    )


def _sum(cells: Iterable[Cell]) -> Counts:
    rows = (NUMBERS(cell.counts) for cell in cells)
    return Counts(*map(sum, zip(*rows, strict=True)))


def _lowest(line: Line) -> tuple[Fraction, int, str]:
    """Sorts the lowest rate to the front; where nothing was due, to the end."""
    rate = line.counts.rate
    return (Fraction(2) if rate is None else rate, -line.counts.due, line.key)


def _most(line: Line) -> tuple[int, str]:
    return (-line.counts.planned, line.key)
