"""Every occasion is seen to once per edition and on its day, whatever days the flow ran."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from heapq import heapify, heappop, heapreplace
from random import Random

from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_flows.domain.accounts import Contact, Tier
from kam_flows.domain.care_days import first_after, next_preparation, upcoming
from kam_flows.domain.care_plans import CareState, NewCare, Skip, due_cares
from kam_flows.domain.derived_occasions import OnRecord, derived_occasions
from kam_flows.domain.occasions import LunarYearly, Occasion, Once, Rule, Season, Yearly
from kam_flows.policies.load import load_preset
from tests.builders import an_account
from tests.domain.test_occasions import an_occasion
from tests.lunar import lunar_day

POLICY = load_preset("default")
RULES, OFFICE = POLICY.care, POLICY.calendar("office")
DAY = timedelta(days=1)
FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
SURELY_BEGUN = LAST - 31 * DAY
DAYS = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
Key = tuple[int, int]


class Flow:
    """What the daily flow does, with the columns that it keeps as plain values."""

    def __init__(self, occasions: Iterable[Occasion], start: date) -> None:
        self.made: dict[Key, tuple[date, date, Skip | None]] = {}
        """When, for which day, and why not."""
        self.doubled: list[Key] = []
        self.queue: list[tuple[date, int]] = []
        self.seen: dict[int, tuple[Occasion, date]] = {}
        for one in occasions:
            self.seen[one.id] = one, first_after(one, start)
            if next_on := next_preparation(one, first_after(one, start), RULES, OFFICE):
                self.queue.append((next_on, one.id))
        heapify(self.queue)

    def run(self, today: date) -> None:
        while self.queue and self.queue[0][0] <= today:
            occasion, after = self.seen[self.queue[0][1]]
            met = upcoming(occasion, after, today, RULES, OFFICE)
            for care in due_cares(
                met,
                self.made,
                tier=Tier.CORE,
                today=today,
                rules=RULES,
                calendar=OFFICE,
            ):
                self.doubled += [care.key] if care.key in self.made else []
                self.made[care.key] = today, care.occurrence.on, care.skip
                in_order(care, today)
            self.seen[occasion.id] = occasion, met[-1].on
            next_on = next_preparation(occasion, met[-1].on, RULES, OFFICE)
            if next_on is None:
                heappop(self.queue)
            else:
                heapreplace(self.queue, (next_on, occasion.id))

    def days(self) -> dict[Key, date]:
        return {key: on for key, (_, on, _) in self.made.items()}


def expected(rule: Rule) -> dict[int, date]:
    """Days by edition, computed with nothing of ours."""
    years = range(FIRST.year - 1, LAST.year + 2)
    match rule:
        case Once(on=on):
            return {on.year: on}
        case Season(begins=(month, day)):
            return {year: date(year, month, day) for year in years}
        case Yearly(since=since) if since:
            ages = ((year, year - since.year) for year in years)
            return {y: since + relativedelta(years=age) for y, age in ages if age > 0}
        case LunarYearly(month=month, day=day, leap=leap):
            return {year: lunar_day(year, month, day, leap) for year in years}
    raise AssertionError(rule)


@cache
def begun(on: date) -> date:
    """The preparation day of the default's week ahead, day by day."""
    delivered = on
    while not OFFICE.is_working_day(delivered) or delivered in qingming(delivered.year):
        delivered -= DAY
    day, left = delivered, 0
    while left < 1 or day > on - 7 * DAY or not OFFICE.is_working_day(day):
        day -= DAY
        left += OFFICE.is_working_day(day)
    return day


def qingming(year: int) -> set[date]:
    return {date(year, 4, day) for day in (4, 5, 6)}


def dates(first: date, last: date) -> st.SearchStrategy[date]:
    return st.dates(min_value=first, max_value=last)


SINCE = st.one_of(dates(date(1990, 1, 1), LAST), st.just(date(2024, 2, 29)))
RULES_OF_DAYS: st.SearchStrategy[Rule] = st.one_of(
    SINCE.map(lambda d: Yearly(month=d.month, day=d.day, since=d)),
    st.builds(
        LunarYearly,
        month=st.integers(1, 12),
        day=st.integers(1, 30),
        leap=st.booleans(),
    ),
    dates(FIRST, LAST).map(lambda d: Once(on=d)),
    dates(date(2023, 1, 1), date(2023, 12, 31)).map(
        lambda d: Season(begins=(d.month, d.day), ends=(12, 31))
    ),
)


@settings(max_examples=40, deadline=None)
@given(
    rule=RULES_OF_DAYS,
    start=st.integers(0, 200),
    gaps=st.lists(
        st.sampled_from([0, 1, 1, 1, 2, 5, 40, 400]), min_size=1, max_size=12
    ),
)
def test_whatever_days_the_flow_ran_each_edition_is_seen_to_once(rule, start, gaps):
    occasion = an_occasion(rule, added_on=DAYS[start])
    flow = Flow([occasion], DAYS[start])
    ran, at = [], start
    while at < len(DAYS):
        ran.append(DAYS[at])
        at += gaps[len(ran) % len(gaps)] or (len(ran) % 2)
    for today in ran:
        flow.run(today)

    wanted = {}
    for edition, on in expected(rule).items():
        first = next((day for day in ran if day >= begun(on)), None)
        if first and on >= DAYS[start] - 7 * DAY:
            wanted[1, edition] = first, on, skip(on, first, DAYS[start])
    assert flow.doubled == []
    assert flow.made == wanted


def skip(on: date, first: date, added_on: date) -> Skip | None:
    if on < added_on:
        return Skip.ADDED_LATE
    return Skip.TOO_LATE if first > on + 3 * DAY else None


def in_order(care: NewCare, today: date) -> None:
    """Whatever can still be done is dated from today on and before the delivery."""
    assert care.plan.late is (today > begun(care.occurrence.on))
    if care.state is CareState.SKIPPED:
        return
    days = [step.due_on for step in care.plan.steps]
    assert days == sorted(days)
    assert all(today <= day <= care.plan.deliver_on for day in days)
    approvals = [step.is_approval for step in care.plan.steps]
    assert sum(approvals) == 1


def test_four_leap_years_of_a_whole_house_are_honoured_day_by_day():
    occasions = list(of_a_house(Random(2024), accounts=2_000))
    flow = Flow(occasions, FIRST)
    for number, today in enumerate(DAYS):
        if number % 60 >= 4 or not number:  # four days of outage, again and again
            flow.run(today)
            flow.run(today)

    wanted = {
        (one.id, edition): on
        for one in occasions
        for edition, on in expected(one.rule).items()
        if FIRST - 7 * DAY <= on <= SURELY_BEGUN
    }
    assert flow.doubled == []
    assert {k: on for k, on in flow.days().items() if on <= SURELY_BEGUN} == wanted
    assert len(occasions) == 8_000
    assert len(wanted) > 38_000


def of_a_house(draw: Random, accounts: int) -> Iterator[Occasion]:
    """Signings on every day of leap and common years, and three contacts each."""
    for number in range(accounts):
        signed_on = draw.choice((date(2020, 2, 29), day_in(draw, 2010, 2023)))
        account = an_account(f"A{number}", signed_on=signed_on)
        contacts = [
            Contact(
                code=f"C{n}", account=account.code, name=f"张{n}", birthday=birthday
            )
            for n, birthday in enumerate((day_in(draw, 1955, 2000), None, None))
        ]
        known = OnRecord(account=account, contacts=contacts)
        derived = derived_occasions(known, RULES, FIRST)
        lunar = [
            an_occasion(
                LunarYearly(
                    month=draw.randint(1, 12),
                    day=draw.randint(1, 30),
                    leap=draw.random() < 0.2,
                )
            )
            for contact in contacts
            if not contact.birthday
        ]
        for place, one in enumerate((*derived, *lunar)):
            yield replace(one, id=4 * number + place)


def day_in(draw: Random, first: int, last: int) -> date:
    days = (date(last, 12, 31) - date(first, 1, 1)).days
    return date(first, 1, 1) + draw.randint(0, days) * DAY
