"""The figures of touchpoints as rows for a spreadsheet, in numbers to go on with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from kam_flows.domain.people import Directory
from kam_flows.domain.visit_figures import Cell, Counts, Line
from kam_flows.domain.visit_rules import VisitRules
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.visit_report_words import NUMBERS, SHEETS, SORTED_BY
from kam_flows.rendering.visit_reports import ReportPage

Value = str | int | float
Row = Sequence[Value]


def details(
    cells: Iterable[Cell], rules: VisitRules, people: Directory, language: str
) -> list[Row]:
    """One row for all that shares month, tier, person, kind and cadence."""
    titles = {c.code: c.titles.get(language, c.code) for c in rules.cadences}

    def row(cell: Cell) -> Row:
        owner = cell.owner or ""
        return [
            cell.month,
            words.word(cell.tier, language),
            owner,
            one_line(people[owner].name) if owner in people else "",
            words.word(cell.kind, language),
            titles.get(cell.cadence, cell.cadence),
            *_numbers(cell.counts, rules.goal_of(cell.tier)),
        ]

    ordered = sorted(cells, key=lambda c: (c.month, c.tier, c.owner or "", c.cadence))
    return [[*SORTED_BY[language], *NUMBERS[language]], *map(row, ordered)]


def sheets(page: ReportPage, detailed: list[Row]) -> Mapping[str, list[Row]]:
    """A workbook: what stands first, every way of sorting it, and the details."""
    figures, language = page.figures, page.language
    month, tier, code, owner, kind, _ = SORTED_BY[language]
    heads = NUMBERS[language]

    def table(
        names: Sequence[str],
        lines: Iterable[Line],
        labels: Callable[[Line], Sequence[str]],
    ) -> list[Row]:
        rows = ([*labels(x), *_numbers(x.counts, x.goal)] for x in lines)
        return [[*names, *heads], *rows]

    first = replace(figures.first, name=page.what)
    total = replace(figures.total, name=page.say("all_slots"))
    tables = [
        table([""], [first, total], lambda line: [line.name]),
        table([month], figures.months, lambda line: [line.key]),
        table([tier], figures.tiers, lambda line: [page.tier(line)]),
        table(
            [code, owner], figures.owners, lambda line: [line.key, page.person(line)]
        ),
        table([kind], figures.kinds, lambda line: [page.kind(line)]),
        detailed,
    ]
    return dict(zip(SHEETS[language], tables, strict=True))


def _numbers(counts: Counts, goal: Fraction | None) -> list[Value]:
    """In the order of NUMBERS; a rate of what was never due stays empty."""
    return [
        counts.planned,
        counts.due,
        counts.done,
        counts.credited,
        counts.merged,
        counts.missed,
        counts.unrecorded,
        counts.ahead,
        counts.cancelled,
        counts.moved,
        *("" if share is None else _percent(share) for share in (counts.rate, goal)),
    ]


def _percent(share: Fraction) -> float:
    return round(float(share * 100), 2)
