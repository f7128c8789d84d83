"""Talking points in words: what to do, and under it the reason that a rule found."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kam_flows.domain.account_file import Transaction
from kam_flows.domain.account_pages import Promised
from kam_flows.domain.talking_points import TalkingPoints
from kam_flows.domain.touchpoints import Signal
from kam_flows.domain.visit_briefs import (
    Brief,
    NearDate,
    Trend,
)
from kam_flows.rendering import words
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sections import Line

NOTE = 120
"""Letters shown of what somebody wrote."""
NAMED = 2
"""Promises, tickets, people … that one point names."""
DATES = 3


def talking_lines(
    points: TalkingPoints, brief: Brief, book: Phrasebook
) -> Iterator[Line]:
    """What matters most comes first."""
    if late := points.late_promises:
        yield _late(late, brief, book)
    if tickets := points.late_tickets:
        yield point(book, "late_tickets", [ticket.title for ticket in tickets])
    if ratings := points.satisfaction:
        yield Line(
            book.say("satisfaction"),
            book.say("satisfaction_why", figures=figures(ratings)),
        )
    if missed := points.missed:
        what = missed.title or book.word(missed.kind)
        yield point(book, "missed", [what], day=book.on(missed.on))
    if signals := points.signals:
        yield _signals(signals, book)
    if contracts := points.contracts:
        yield _contracts(contracts, brief, book)
    if promises := points.promises:
        texts = [one.entry.text for one in promises]
        yield point(book, "promises", texts, day=_due(promises[0], book))
    yield from _later(points, brief, book)


def _later(points: TalkingPoints, brief: Brief, book: Phrasebook) -> Iterator[Line]:
    if points.agreed and points.agreed.outcome:
        outcome = points.agreed.outcome
        yield point(book, "agreed", [outcome.next_step], day=book.on(outcome.on))
    for trend in points.fallen[:1]:
        yield Line(book.say("fallen"), book.say("fallen_why", **turnover(trend)))
    if points.nobody_decides:
        yield Line(book.say("nobody_decides"), book.say("nobody_decides_why"))
    if decide := points.decide:
        met = sum(1 for past in brief.past if past.outcome)
        yield point(
            book,
            "decide",
            [person.name for person in decide],
            why="decide_why" if met else "decide_why_never",
            count=met,
        )
    if gaps := points.gaps:
        yield point(book, "gaps", [book.word(gap) for gap in gaps], count=len(gaps))
    for near in points.dates[:DATES]:
        yield _near(near, book)


def point(
    book: Phrasebook,
    topic: str,
    names: Sequence[str],
    *,
    why: str = "",
    **values: object,
) -> Line:
    """A point that names what it is about, as far as there is room."""
    shown = [book.short(name, NOTE) for name in names[:NAMED]]
    what = words.listed(shown, book.language)
    if len(names) > NAMED:
        what = book.say("listed", first=what, count=len(names))
    return Line(book.say(topic, what=what), book.say(why or f"{topic}_why", **values))


def _late(late: Sequence[Promised], brief: Brief, book: Phrasebook) -> Line:
    """The longest late gives the reason."""
    first = late[0].entry.due_on or brief.on
    days = (book.today - first).days
    texts = [one.entry.text for one in late]
    return point(book, "late_promises", texts, day=book.on(first), days=days)


def _signals(signals: Sequence[Signal], book: Phrasebook) -> Line:
    newest = signals[0]
    kinds = list(dict.fromkeys(book.word(one.kind) for one in signals))
    return point(
        book,
        "signals",
        kinds,
        day=book.on(book.day_of(newest.at)),
        who=book.short(newest.by),
        text=book.short(newest.text, NOTE),
    )


def _contracts(
    contracts: Sequence[Transaction], brief: Brief, book: Phrasebook
) -> Line:
    ends = contracts[0].ends_on or brief.on
    return point(
        book,
        "contracts",
        [one.reference for one in contracts],
        why="contracts_why_past" if ends < book.today else "",
        day=book.on(ends),
    )


def _near(near: NearDate, book: Phrasebook) -> Line:
    values = near_values(near, book)
    return Line(book.say(near.kind, **values), book.say(f"{near.kind}_why", **values))


def near_values(near: NearDate, book: Phrasebook) -> dict[str, object]:
    name = book.short(near.name)
    return {"name": name, "years": near.years, "day": book.on(near.on)}


def _due(promised: Promised, book: Phrasebook) -> str:
    return book.on(promised.entry.due_on) if promised.entry.due_on else ""


def figures(ratings: Sequence[int]) -> str:
    """`4 → 3`, the newest last."""
    return " → ".join(map(str, ratings))


def turnover(trend: Trend) -> dict[str, str]:
    return {
        "amount": f"{trend.currency} {round(trend.now):,}",
        "before": f"{trend.currency} {round(trend.before):,}",
        "change": percent(trend.change),
    }


def percent(change: Fraction | None) -> str:
    """`-35 %`, `+8 %`."""
    return "" if change is None else f"{round(change * 100):+d} %"
