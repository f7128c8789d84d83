"""Clocks that stand still for a time: what is promised is due later by that time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.durations import Duration
from kam_flows.domain.pauses import Pause, delayed
from tests.builders import at, std

STD = std()
MONDAY = at("2026-10-12 09:00")
MINUTES = st.integers(0, 8 * 24 * 60).map(lambda count: timedelta(minutes=count))
TIMES = st.sampled_from(["30min", "24h", "3d", "5bh", "1bd", "3bd"])


def due(after: str, *pauses: Pause, start: datetime = MONDAY) -> datetime | None:
    return delayed(start, Duration.parse(after), pauses, STD)


def ends(after: str, *pauses: Pause, start: datetime = MONDAY) -> datetime:
    """As `due`, of a clock that runs again."""
    moment = due(after, *pauses, start=start)
    assert moment is not None
    return moment


def pause(start: str, end: str | None) -> Pause:
    return Pause(at(start), at(end) if end else None)


@pytest.mark.parametrize(
    ("after", "held", "due_at"),
    [
        # Friday 17:00 to Monday 10:00: 65 hours, two of them working hours (S7)
        ("72h", ("2026-10-16 17:00", "2026-10-19 10:00"), "2026-10-15 09:00"),
        ("120h", ("2026-10-16 17:00", "2026-10-19 10:00"), "2026-10-20 02:00"),
        ("5d", ("2026-10-16 17:00", "2026-10-19 10:00"), "2026-10-20 02:00"),
        ("5bd", ("2026-10-16 17:00", "2026-10-19 10:00"), "2026-10-19 11:00"),
        ("45bh", ("2026-10-16 17:00", "2026-10-19 10:00"), "2026-10-19 11:00"),
        # at night nobody would have worked
        ("5bh", ("2026-10-12 19:00", "2026-10-13 08:00"), "2026-10-12 14:00"),
        ("1bd", ("2026-10-12 19:00", "2026-10-13 08:00"), "2026-10-13 09:00"),
        # a pause from before the start counts from the start on
        ("24h", ("2026-10-11 09:00", "2026-10-12 11:00"), "2026-10-13 11:00"),
        ("24h", ("2026-10-10 09:00", "2026-10-11 11:00"), "2026-10-13 09:00"),
    ],
)
def test_a_pause_puts_off_by_its_time_on_the_clock_of_the_promise(after, held, due_at):
    assert due(after, pause(*held)) == at(due_at)


def test_a_clock_that_stands_still_is_due_at_no_time():
    assert due("24h", pause("2026-10-12 10:00", None)) is None
    assert due("24h", pause("2026-10-13 09:00", None)) == at("2026-10-13 09:00")


def test_a_second_pause_counts_if_the_first_put_the_due_time_behind_it():
    first = pause("2026-10-12 10:00", "2026-10-12 20:00")
    second = pause("2026-10-13 10:00", "2026-10-13 11:00")

    assert due("24h", second) == at("2026-10-13 09:00")
    assert due("24h", first, second) == at("2026-10-13 20:00")


@given(TIMES, MINUTES, st.lists(st.tuples(MINUTES, MINUTES), max_size=4))
def test_a_pause_never_makes_anything_due_earlier(after, begin, lengths):
    start = MONDAY + begin
    moment, pauses, moments = MONDAY, [], [ends(after, start=start)]
    for gap, length in lengths:
        first, moment = moment + gap, moment + gap + length
        pauses.append(Pause(first, moment))
        moments.append(ends(after, *pauses, start=start))

    assert moments == sorted(moments)


@given(TIMES, MINUTES, MINUTES)
def test_who_waits_longer_is_due_no_earlier(after, gap, length):
    start, end = MONDAY + gap, MONDAY + gap + length
    later = end + timedelta(hours=1)

    assert ends(after, Pause(start, later)) >= ends(after, Pause(start, end))
