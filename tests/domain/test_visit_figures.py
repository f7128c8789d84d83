"""Completion: what counts, against which goal, in whose eyes."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.accounts import Tier
from kam_flows.domain.people import StaffRole
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.domain.visit_figures import (
    Cell,
    Counts,
    Report,
    Stretch,
    last_month,
    named,
    readers,
    report,
    seen,
    sight,
)
from kam_flows.policies.load import load_preset
from tests.builders import a_person

OCTOBER = last_month(date(2026, 11, 2))
RULES = load_preset("value-tiers").visits
TIERS = [Tier.STRATEGIC, Tier.CORE, Tier.GROWTH, Tier.OPPORTUNITY]


def a_cell(**fields: Any) -> Cell:
    counts = {
        f: fields.pop(f) for f in list(fields) if f in Counts.__dataclass_fields__
    }
    defaults: dict[str, Any] = {
        "month": "2026-10",
        "tier": Tier.CORE,
        "owner": "mara",
        "kind": TouchpointKind.CALL,
        "cadence": "follow_up",
    }
    return Cell(**defaults | fields, counts=Counts(**counts))


def counted(*cells: Cell, rules: Any = RULES) -> Report:
    return report(cells, OCTOBER, rules, TIERS)


def test_the_stretch_is_the_last_full_month_and_its_year():
    assert last_month(date(2026, 11, 30)) == Stretch(
        first=date(2026, 10, 1), last=date(2026, 10, 31), since=date(2026, 1, 1)
    )
    assert last_month(date(2027, 1, 4)) == Stretch(
        first=date(2026, 12, 1), last=date(2026, 12, 31), since=date(2026, 1, 1)
    )


def test_done_credited_and_merged_slots_are_satisfied_and_cancelled_ones_not_due():
    counts = Counts(done=10, credited=3, merged=2, missed=4, unrecorded=1, cancelled=7)

    assert (counts.satisfied, counts.due, counts.planned) == (15, 20, 27)
    assert counts.rate == Fraction(3, 4)


def test_what_lies_ahead_is_not_due_yet_and_moves_change_nothing():
    assert Counts(done=1, ahead=5, moved=4).rate == 1
    assert Counts(ahead=5).rate is None
    assert Counts(cancelled=5).rate is None


def test_68_per_cent_of_monthly_follow_ups_miss_the_goal():
    told = counted(
        a_cell(done=15, credited=1, merged=1, missed=6, unrecorded=2),
        a_cell(cadence="quarterly_review", kind=TouchpointKind.REVIEW, done=5),
    )

    assert (told.headline, told.first.counts.rate) == (
        ("follow_up",),
        Fraction(68, 100),
    )
    assert told.first.goal == Fraction(9, 10)
    assert told.first.is_missed
    assert (told.total.counts.due, told.total.counts.satisfied) == (30, 22)


def test_the_goal_reached_exactly_is_reached():
    assert not counted(a_cell(done=9, missed=1)).first.is_missed
    assert counted(a_cell(done=8999, missed=1001)).first.is_missed
    assert not counted(a_cell(cancelled=3)).first.is_missed


def test_the_goal_of_several_tiers_is_weighed_by_what_was_due_of_each():
    rules = replace(RULES, goals={Tier.STRATEGIC: Fraction(1)})
    told = counted(
        a_cell(done=30), a_cell(tier=Tier.STRATEGIC, done=10, cancelled=9), rules=rules
    )

    assert told.first.goal == Fraction(30 * 90 + 10 * 100, 4000)
    assert [line.goal for line in told.tiers] == [1, Fraction(9, 10)]


def test_the_year_is_counted_besides_the_month():
    told = counted(
        a_cell(done=1, missed=1), a_cell(month="2026-02", done=6), a_cell(owner="gone")
    )

    assert (told.first.counts.due, told.first.whole.due) == (2, 8)
    assert [(m.key, m.counts.due) for m in told.months] == [
        ("2026-02", 6),
        ("2026-10", 2),
    ]
    assert [line.key for line in told.owners] == ["mara"]
    assert told.owners[0].whole.due == 8


def test_without_a_headline_everything_is_the_headline():
    told = counted(
        a_cell(done=1), a_cell(cadence="x"), rules=replace(RULES, headline=())
    )

    assert told.first == told.total
    assert told.trend == told.months


def test_contacts_that_no_cadence_asked_for_are_told_besides():
    told = counted(
        a_cell(done=2, missed=1),
        a_cell(cadence="", done=3, missed=9),
        a_cell(cadence="", month="2026-09", done=7),
    )

    assert (told.extra, told.total.counts.due) == (3, 3)


def test_lines_stand_in_the_order_of_their_use():
    told = counted(
        a_cell(tier=Tier.OPPORTUNITY, owner="ben", done=9, missed=1),
        a_cell(tier=Tier.STRATEGIC, owner="ina", missed=1),
        a_cell(owner=None, kind=TouchpointKind.VISIT, cancelled=1),
        a_cell(tier=Tier.NEW, done=1),
    )

    assert [line.key for line in told.tiers] == [
        "strategic",
        "core",
        "opportunity",
        "new",
    ]
    assert [line.key for line in told.owners] == ["ina", "ben", "mara", ""]
    assert [line.key for line in told.kinds] == ["call", "visit"]


def test_people_are_named_and_who_is_not_on_our_staff_has_a_code():
    told = named(
        counted(a_cell(done=1), a_cell(owner="lost", missed=1)),
        {"mara": a_person("mara", name="张敏")},
    )

    assert [line.name for line in told.owners] == ["lost", "张敏"]


numbers = st.integers(0, 50)
cells = st.builds(
    lambda month, tier, owner, kind, cadence, counts: Cell(
        month, tier, owner, kind, cadence, Counts(*counts)
    ),
    st.sampled_from(["2026-03", "2026-09", "2026-10"]),
    st.sampled_from(Tier),
    st.sampled_from(["mara", "ben", None]),
    st.sampled_from(TouchpointKind),
    st.sampled_from(["follow_up", "review"]),
    st.tuples(*[numbers] * 8),
)


@given(st.lists(cells, max_size=12))
def test_every_way_of_grouping_adds_up_to_the_same(some):
    told = counted(*some)

    for lines in (told.tiers, told.owners, told.kinds):
        assert sum(line.counts.planned for line in lines) == told.total.counts.planned
        assert sum(line.counts.due for line in lines) == told.total.counts.due
    assert sum(line.counts.due for line in told.months) == told.total.whole.due
    assert sum(line.counts.due for line in told.trend) == told.first.whole.due
    if told.total.counts.rate is not None:
        assert 0 <= told.total.counts.rate <= 1


PEOPLE = {
    one.code: one
    for one in (
        a_person("mara", supervisor="sun"),
        a_person("ben", supervisor="sun", department_head="hu"),
        a_person("ina", supervisor="hu"),
        a_person("sun", supervisor="hu", role=StaffRole.SUPERVISOR),
        a_person("hu", role=StaffRole.DEPARTMENT_HEAD),
        a_person("li", role=StaffRole.DEPARTMENT_HEAD),
        a_person("ex", role=StaffRole.DEPARTMENT_HEAD, active=False),
        a_person("ops", role=StaffRole.OPERATIONS),
    )
}


def test_managers_see_those_below_them_and_themselves_and_heads_see_all():
    assert readers(["mara", "ina", None, "lost"], PEOPLE) == {
        "hu": None,
        "li": None,
        "sun": frozenset({"sun", "mara"}),
    }


@pytest.mark.parametrize(
    ("code", "sees"),
    [
        ("mara", {"mara"}),
        ("sun", {"sun", "mara", "ben"}),
        ("ops", None),
        ("li", None),
    ],
)
def test_who_asks_sees_their_own_and_those_below_them(code, sees):
    found = sight(PEOPLE[code], ["mara", "ben", "ina", None], PEOPLE)

    assert found == (sees and frozenset(sees))


def test_cells_of_others_are_left_out():
    mine, others, nobodys = a_cell(), a_cell(owner="ben"), a_cell(owner=None)

    assert seen([mine, others, nobodys], frozenset({"mara"})) == [mine]
    assert seen([mine, others, nobodys], None) == [mine, others, nobodys]
