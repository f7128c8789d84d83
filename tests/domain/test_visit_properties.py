"""What holds for any portfolio, whoever is away, whatever changes and fails to run."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kam_flows.domain.accounts import Account, Tier
from kam_flows.domain.cadences import Cadence, Mode, fixed_slots
from kam_flows.domain.people import Absence, Staff
from kam_flows.domain.touchpoints import (
    Touchpoint,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_rules import VisitRules
from kam_flows.policies.load import load_preset
from tests.builders import a_person, an_account, std
from tests.plans import Book

FIRST = date(2026, 9, 7)
DAY = timedelta(1)
TIERS = (Tier.STRATEGIC, Tier.CORE, Tier.POTENTIAL)
STAFF = ("mara", "lin", "dai")
OPEN = frozenset({TouchpointState.PLANNED, TouchpointState.MERGED})
EXCUSES = frozenset({Why.BEYOND, Why.PEAK, Why.LATE, Why.BY_HAND})
LENGTH = 75
"""Days of a story; the autumn has a week of holidays and two make-up days."""


class Portfolio:
    """Some accounts, planned one after the other on what the others leave free."""

    def __init__(self, rules: VisitRules, accounts: list[Account]) -> None:
        self.rules = rules
        self.people: dict[str, Staff] = {
            "mara": a_person("mara", deputy="dai"),
            "lin": a_person("lin"),
            "dai": a_person("dai"),
        }
        self.books = [
            Book(rules=rules, account=one, people=self.people) for one in accounts
        ]
        self.began: dict[tuple[str, str], date] = {}
        """Since when an account has had a cadence, by account and code."""

    def plan(self, today: date) -> int:
        changed = 0
        for book in self.books:
            others = [other.ahead() for other in self.books if other is not book]
            book.others = [one for some in others for one in some]
            changed += len(book.plan(today))
            self.remember(book, today)
        return changed

    def remember(self, book: Book, today: date) -> None:
        code = book.account.code
        served = {one.code for one in self.cadences(book)}
        for key in [key for key in self.began if key[0] == code]:
            if key[1] not in served:
                del self.began[key]
        for cadence in served:
            self.began.setdefault((code, cadence), today)

    def cadences(self, book: Book) -> list[Cadence]:
        account = book.account
        return [
            one
            for one in self.rules.cadences
            if account.active and one.is_for(account.tier)
        ]

    def touchpoints(self) -> Iterator[Touchpoint]:
        for book in self.books:
            yield from book.touchpoints.values()


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    preset = draw(
        st.sampled_from(["default", "enterprise", "retention", "value-tiers"])
    )
    rules = replace(
        load_preset(preset).visits,
        horizon=draw(st.sampled_from([14, 30])),
        per_day=draw(st.integers(1, 3)),
    )
    accounts = [
        an_account(
            f"K{number}",
            lead=draw(st.sampled_from(STAFF[:2])),
            tier=draw(st.sampled_from(TIERS)),
            industry=draw(st.sampled_from(["", "零售", "物流"])),
            signed_on=draw(
                st.none() | st.dates(date(2025, 6, 1), FIRST + timedelta(60))
            ),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    return Portfolio(rules, accounts)


CHANGES = ("tier", "lead", "absence", "back", "inactive", "outage", "contact", "hand")
stories = st.lists(
    st.tuples(
        st.integers(1, LENGTH - 1),
        st.sampled_from(CHANGES),
        st.integers(0, 10**6),
    ),
    max_size=6,
)
STD = std()


def happen(portfolio: Portfolio, today: date, what: str, how: int) -> int:
    """One thing that changes what plans are made from; days on which nothing runs."""
    book = portfolio.books[how % len(portfolio.books)]
    account = book.account
    if what == "tier":
        book.account = replace(account, tier=TIERS[how // 7 % len(TIERS)])
    elif what == "lead":
        lead = STAFF[how // 7 % len(STAFF)]
        book.account = replace(account, team=an_account(lead=lead).team)
    elif what == "absence":
        code, first = STAFF[how % len(STAFF)], today + timedelta(how // 7 % 10)
        away = Absence(first=first, last=first + timedelta(how // 11 % 25))
        person = portfolio.people[code]
        portfolio.people[code] = replace(person, absences=(*person.absences, away))
    elif what == "back":
        code = STAFF[how % len(STAFF)]
        portfolio.people[code] = replace(portfolio.people[code], absences=())
    elif what == "inactive":
        book.account = replace(account, active=not account.active)
    elif what == "contact":
        kind = list(TouchpointKind)[how % len(TouchpointKind)]
        book.add(f"{today - DAY}", kind)
    elif what == "hand":
        by_hand(book, today, how)
    return how // 7 % 60 if what == "outage" else 0


def by_hand(book: Book, today: date, how: int) -> None:
    """Somebody moves what lies ahead, or cancels it."""
    ahead = [
        one
        for one in book.touchpoints.values()
        if one.state in OPEN and one.on >= today and one.cadence
    ]
    if not ahead:
        return
    one = ahead[how % len(ahead)]
    why = (*one.why, one.why[0]._replace(why=Why.BY_HAND))
    if how % 3:
        changed = replace(one, on=today + timedelta(how % 20), pinned=True, why=why)
    else:
        changed = replace(one, why=why, concluded_on=today)
    state = TouchpointState.PLANNED if how % 3 else TouchpointState.CANCELLED
    book.touchpoints[one.id] = replace(changed, state=state, merged_into=None)


def tell(portfolio: Portfolio, story: list[tuple[int, str, int]]) -> Iterator[date]:
    """Day after day, those left out on which nothing runs."""
    happenings: dict[int, list[tuple[str, int]]] = {}
    for number, what, how in story:
        happenings.setdefault(number, []).append((what, how))
    silent_until = 0
    for number in range(LENGTH):
        today = FIRST + number * DAY
        for what, how in happenings.get(number, []):
            silent = happen(portfolio, today, what, how)
            silent_until = max(silent_until, number + silent)
        if number >= silent_until:
            for book in portfolio.books:
                book.take_place(today)
            portfolio.plan(today)
            yield today


@settings(max_examples=30)
@given(portfolios(), stories)
def test_every_slot_is_there_once_on_a_day_that_can_be_whenever_it_is_planned(
    portfolio, story
):
    changed = {FIRST + number * DAY for number, _, _ in story}
    for today in tell(portfolio, story):
        no_day_off_and_no_day_too_full(portfolio, today)
        if today.day % 5 == 0:
            no_slot_twice_or_left_out(portfolio, today)
            if today in changed:
                # What one account gave up on this day, those planned before it may take.
                portfolio.plan(today)

            assert portfolio.plan(today) == 0


def no_day_off_and_no_day_too_full(portfolio: Portfolio, today: date) -> None:
    """What people chose may be on any day."""
    ahead = [one for one in portfolio.touchpoints() if one.is_open and one.on >= today]
    chosen = {(one.owner, one.on) for one in ahead if one.pinned}
    counts = Counter((one.owner, one.on) for one in ahead if one.minutes)

    assert all(STD.is_working_day(one.on) for one in ahead if not one.pinned)
    assert all(counts[day] <= portfolio.rules.per_day for day in counts.keys() - chosen)


def no_slot_twice_or_left_out(portfolio: Portfolio, today: date) -> None:
    for book in portfolio.books:
        slots = [(one.cadence, one.slot) for one in book.touchpoints.values()]

        assert len(slots) == len(set(slots))
        for cadence in portfolio.cadences(book):
            if cadence.mode is Mode.FIXED:
                assert wanted(portfolio, book, cadence, today) <= set(slots)


def wanted(
    portfolio: Portfolio, book: Book, cadence: Cadence, today: date
) -> set[tuple[str, str]]:
    """All slots since the cadence came into force, as far ahead as is planned."""
    account = book.account
    began = portfolio.began[account.code, cadence.code]
    last = today + timedelta(portfolio.rules.horizon)
    return {
        (cadence.code, key)
        for key, day in fixed_slots(cadence, began, last, account.signed_on)
        if cadence.serves(account.tier, account.signed_on, day)
    }


@settings(max_examples=15)
@given(portfolios(), stories)
def test_no_gap_is_longer_than_the_rhythm_and_its_tolerance_but_for_a_reason(
    portfolio, story
):
    changed = {what for _, what, _ in story} & {"tier", "inactive", "outage", "hand"}
    for _ in tell(portfolio, [] if changed else story):
        pass
    for book in portfolio.books:
        for cadence in portfolio.cadences(book):
            met = [o for o in book.touchpoints.values() if o.cadence == cadence.code]
            for one, other in pairwise(sorted(met, key=lambda one: one.nominal)):
                reasons = {step.why for step in (*one.why, *other.why)}
                if EXCUSES & reasons or TouchpointState.CREDITED in {
                    one.state,
                    other.state,
                }:
                    continue

                assert (other.on - one.on).days <= cadence.longest + cadence.tolerance
