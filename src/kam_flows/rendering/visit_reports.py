"""The report on touchpoints, in words and bars that every mail program shows.

The bars are cells of a table in HTML and block letters elsewhere: most mail programs take
SVG out, and do not load pictures before somebody asks them to.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from kam_flows.domain.accounts import Tier
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.domain.visit_figures import Counts, Line, Report, Stretch
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import clipped, one_line
from kam_flows.rendering.pages import table
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.visit_report_words import HEADS, PHRASES

BLOCKS = 10
"""Letters of a bar."""
SATISFIED = ("done", "credited", "merged", "missed", "unrecorded")
BESIDES = ("ahead", "cancelled", "moved")


class Row(NamedTuple):
    label: str
    rate: str
    """Empty: nothing was due."""
    percent: int
    """Length of the bar; rounded down, like the rate."""
    is_missed: bool
    goal: str
    detail: str
    whole: str
    """The rate of the whole stretch, where that is more."""

    @property
    def bar(self) -> str:
        full = self.percent * BLOCKS // 100
        return "█" * full + "░" * (BLOCKS - full)


class Section(NamedTuple):
    title: str
    rows: tuple[Row, ...]
    more: str = ""


class ReportPage(Phrasebook):
    """Writes the figures; what people typed by `typed`."""

    def __init__(
        self,
        figures: Report,
        titles: Iterable[str],
        language: str,
        timezone: str,
        as_of: datetime,
        typed: Callable[[str], str] = one_line,
    ) -> None:
        super().__init__(PHRASES, language, timezone, typed, as_of)
        self.figures = figures
        self.what = self.all_of(map(typed, titles)) or self.say("all_slots")
        self.goal = percent(figures.first.goal) if figures.first.goal else ""
        """As the lead says it; a line says its own only where that is another."""

    def all_of(self, parts: Iterable[str]) -> str:
        return words.listed(parts, self.language)

    def title(self) -> str:
        return self.say("title", stretch=self.stretch(self.figures.stretch))

    def stretch(self, stretch: Stretch) -> str:
        """`2026年10月` where it is a whole month."""
        first, last = stretch.first, stretch.last
        next_day = date.fromordinal(last.toordinal() + 1)
        if first.day == next_day.day == 1 and first.month == last.month:
            return self.month(f"{first:%Y-%m}")
        return self.say("days", first=first, last=last)

    def month(self, key: str) -> str:
        year, month = map(int, key.split("-"))
        name = words.MONTHS[month * 3 - 3 : month * 3]
        return self.say("month", year=year, month=month, name=name)

    def headline(self) -> str:
        """`月度跟进 68%，目标 90%`, for a subject."""
        line = self.figures.first
        rate = line.counts.rate
        if rate is None or line.goal is None:
            return self.say("nothing", what=self.what)
        return self.say(
            "headline", what=self.what, rate=percent(rate), goal=percent(line.goal)
        )

    def in_all(self, rate: str) -> str:
        return self.say("year", year=self.figures.stretch.since.year, rate=rate)

    def lead(self) -> str:
        """The headline in one sentence."""
        line = self.figures.first
        counts, rate = line.counts, line.counts.rate
        if rate is None:
            return self.say("nothing", what=self.what) + self.say("stop")
        parts = [
            self.say(
                "lead",
                what=self.what,
                due=counts.due,
                satisfied=counts.satisfied,
                rate=percent(rate),
            )
        ]
        if line.goal is not None:
            short = points(max(line.goal - rate, Fraction()))
            phrase = "missed_goal" if line.is_missed else "goal"
            parts.append(self.say(phrase, goal=percent(line.goal), points=short))
        if whole := self.whole(line):
            parts.append(self.in_all(whole))
        return self.say("comma").join(parts) + self.say("stop")

    def sections(self, most: int) -> list[Section]:
        """Of the people at most so many, those with the lowest rates."""
        return [one for one in self._sections(most) if one.rows]

    def _sections(self, most: int) -> Iterator[Section]:
        figures = self.figures
        if figures.headline:
            yield Section(
                self.say("trend", what=self.what),
                self.monthly(figures.trend),
            )
        total = self.row(figures.total, self.say("total"))
        yield Section(
            self.say("tiers"),
            (*(self.row(t, self.tier(t)) for t in figures.tiers), total),
        )
        left = len(figures.owners) - most
        yield Section(
            self.say("owners"),
            tuple(self.row(line, self.person(line)) for line in figures.owners[:most]),
            self.say("more", count=left) if left > 0 else "",
        )
        yield Section(
            self.say("kinds"), tuple(self.row(k, self.kind(k)) for k in figures.kinds)
        )
        yield Section(self.say("months"), self.monthly(figures.months))

    def monthly(self, lines: Iterable[Line]) -> tuple[Row, ...]:
        return tuple(
            self.row(line, self.month(line.key))._replace(whole="") for line in lines
        )

    def tier(self, line: Line) -> str:
        return self.word(Tier(line.key))

    def kind(self, line: Line) -> str:
        return self.word(TouchpointKind(line.key))

    def person(self, line: Line) -> str:
        return self.typed(clipped(line.name, 40)) or self.say("nobody")

    def row(self, line: Line, label: str) -> Row:
        rate = line.counts.rate
        return Row(
            label=label,
            rate=self.say("none_due") if rate is None else percent(rate),
            percent=floor(rate * 100) if rate is not None else 0,
            is_missed=line.is_missed,
            goal=percent(line.goal) if line.goal else "",
            detail=self.detail(line.counts),
            whole=self.whole(line),
        )

    def whole(self, line: Line) -> str:
        rate = line.whole.rate if self.figures.stretch.has_more else None
        return percent(rate) if rate is not None else ""

    def detail(self, counts: Counts) -> str:
        """`到期 25：完成 15、抵计 1、错过 9；改期 3`."""
        became = self.all_of(self.numbers(counts, SATISFIED))
        due = self.say("due", n=counts.due)
        return self.say("semicolon").join(
            filter(
                None,
                [
                    f"{due}{self.say('colon')}{became}" if became else due,
                    self.all_of(self.numbers(counts, BESIDES)),
                ],
            )
        )

    def numbers(self, counts: Counts, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if number := getattr(counts, name):
                yield self.say(name, n=number)

    def notes(self) -> list[str]:
        extra = self.figures.extra
        return [
            *([self.say("extra", count=extra)] if extra else []),
            self.say("definition"),
        ]


def percent(share: Fraction) -> str:
    """`68%`, `89.9%`: rounded down, so that a missed goal never looks reached."""
    return f"{floor(share * 1000) / 10:g}%"


def points(share: Fraction) -> str:
    """Percentage points, rounded up."""
    return f"{ceil(share * 1000) / 10:g}"


def report_markdown(page: ReportPage, most: int = 200) -> str:
    """Of a page that writes what people typed by `cell`."""
    lines = [f"# {page.title()}", "", f"**{page.lead()}**"]
    for section in page.sections(most):
        lines += ["", f"## {section.title}", ""]
        whole = any(row.whole for row in section.rows)
        cells = (_cells(row, page, whole=whole) for row in section.rows)
        lines += table(_heads(page, whole=whole), cells)
        lines += ["", section.more] if section.more else []
    zone = words.zone(page.timezone, page.language)
    when = page.say("as_of", when=page.at(page.as_of), zone=zone)
    return "\n\n".join(["\n".join(lines), *page.notes(), when])


def report_text(page: ReportPage) -> str:
    """For a terminal: what became of it below each bar."""
    lines = [page.title(), page.lead()]
    for section in page.sections(most=1000):
        lines += ["", section.title]
        for row in section.rows:
            lines += [f"  {row.bar} {row.rate:>6}  {row.label}", f"      {row.detail}"]
    return "\n".join([*lines, "", *page.notes()])


def _heads(page: ReportPage, *, whole: bool) -> list[str]:
    *heads, year = HEADS[page.language]
    more = [year.format(year=page.figures.stretch.since.year)] if whole else []
    return [*heads, *more]


def _cells(row: Row, page: ReportPage, *, whole: bool) -> list[str]:
    rate = page.bold(row.rate) if row.is_missed else row.rate
    cells = [row.label, f"{row.bar} {rate}", row.goal, row.detail]
    return [*cells, row.whole] if whole else cells
