"""Checklists by the rule: scenarios O1, O2 and O4, and what holds in every case."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_flows.domain.account_file import FilePart
from kam_flows.domain.accounts import TeamMember, Tier
from kam_flows.domain.durations import Duration
from kam_flows.domain.escalation import Reach
from kam_flows.domain.onboarding import (
    Case,
    Item,
    ItemDecision,
    ItemState,
    Known,
    Onboarding,
    Progress,
    StepKind,
    StepOutcome,
    decide,
    draw,
    due,
    is_shown,
    lacking,
    open_items,
    progress,
    readings,
    settled,
    share_done,
    steps,
)
from kam_flows.domain.onboarding_rules import (
    Climb,
    ItemKind,
    ItemRule,
    OnboardingRules,
)
from kam_flows.domain.pauses import Pause
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.telling import Delivery, Tell
from tests.builders import a_person, an_account, at, away, std

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REMINDER, CLIMB = StepKind.REMINDER, StepKind.CLIMB
TEAM = (TeamRole.LEAD_MANAGER, TeamRole.TECHNICAL)
MONDAY = at("2026-10-12 09:00")
STD = std()
PEOPLE = {
    person.code: person
    for person in (
        a_person("mara", supervisor="sun", department_head="han"),
        a_person("tech", supervisor="sun", department_head="han"),
        a_person("sun", supervisor="han", department_head="han"),
        a_person("han"),
    )
}
THREE = (ItemKind.SURVEY, ItemKind.AGREEMENT, ItemKind.ACCOUNT_FILE)


def due_after(onboarding: Onboarding, after: Duration) -> datetime:
    """As `due`, of an onboarding that is not on hold."""
    moment = due(onboarding, after, STD)
    assert moment is not None
    return moment


def lasting(text: str) -> Duration:
    return Duration.parse(text)


def an_item(kind: ItemKind, code: str = "", **fields: Any) -> ItemRule:
    titles = {"zh_CN": "项目", "en": "Item"}
    return ItemRule(code=code or kind, kind=kind, titles=titles, **fields)


def some_rules(*items: ItemRule, **fields: Any) -> OnboardingRules:
    defaults: dict[str, Any] = {
        "deadline": lasting("72h"),
        "items": items or tuple(an_item(kind) for kind in THREE),
        "reminders": tuple(map(lasting, ("24h", "48h", "66h"))),
        "stuck_after": lasting("24h"),
        "overdue": Climb(
            tell=(Tell.SUPERVISOR, Tell.DEPARTMENT_HEAD),
            every=lasting("1d"),
            at_most=5,
            delivery=Delivery.AT_ONCE,
        ),
    }
    return OnboardingRules(**defaults | fields)


RULES = some_rules()


def begun(
    rules: OnboardingRules = RULES, signed_at: datetime = MONDAY, **fields: Any
) -> Onboarding:
    defaults: dict[str, Any] = {
        "id": 1,
        "account": "ACME",
        "tier": Tier.CORE,
        "signed_at": signed_at,
        "started_at": signed_at,
        "started_by": "mara",
        "predecessor": None,
        "policy_id": 1,
        "calendar": "office",
        "items": draw(rules, Tier.CORE, None),
    }
    defaults["progressed_at"] = fields.get("started_at", signed_at)
    return Onboarding(**defaults | fields)


def known(answered: Iterable[Dimension] = Dimension, **fields: Any) -> Known:
    answers = {
        one: Answer(dimension=one, text="said", at=MONDAY, by="mara")
        for one in answered
    }
    return Known(answers=answers, **fields)


def decided(onboarding: Onboarding, now: datetime, rules: OnboardingRules = RULES):
    owners = dict.fromkeys((item.code for item in onboarding.items), "mara")
    case = Case(onboarding, rules, STD, owners, "mara", None)
    return decide(case, Reach(PEOPLE, now))


def taken(onboarding: Onboarding, decisions: Iterable[ItemDecision]) -> Onboarding:
    """The onboarding once the ledger holds these decisions."""
    steps_of: dict[str, set[tuple[StepKind, int]]] = {}
    for one in decisions:
        steps_of.setdefault(one.item, set()).add(one.step.name)
    items = tuple(
        replace(item, taken=item.taken | steps_of.get(item.code, set()))
        for item in onboarding.items
    )
    return replace(onboarding, items=items)


def swept(
    onboarding: Onboarding,
    moments: Iterable[datetime],
    rules: OnboardingRules = RULES,
) -> list[tuple[datetime, ItemDecision]]:
    """Every decision of a sweep at each of these moments, with its moment."""
    ledger: list[tuple[datetime, ItemDecision]] = []
    for now in moments:
        decisions = decided(onboarding, now, rules).decisions
        ledger += [(now, one) for one in decisions]
        onboarding = taken(onboarding, decisions)
    return ledger


def looked_after(onboarding: Onboarding, rules: OnboardingRules = RULES):
    """As `swept`, whenever the rule itself asks to be looked at again."""
    ledger, now = [], onboarding.started_at
    for _ in range(100):
        decisions, look_at = decided(onboarding, now, rules)
        ledger += [(now, one) for one in decisions]
        onboarding = taken(onboarding, decisions)
        if look_at is None:
            return ledger
        assert look_at > now
        now = look_at
    raise AssertionError("the rule asks to be looked at without end")


def told(ledger: Iterable[tuple[datetime, ItemDecision]]):
    """Moment, step and reader of what was told."""
    return [
        (now, one.step.name, one.resolution.recipient)
        for now, one in ledger
        if one.outcome is StepOutcome.TOLD
    ]


# Scenarios


def test_o1_72_hours_end_in_the_holiday_and_three_working_days_after_it():
    signed_at = at("2026-09-30 17:00")

    elapsed, working_days, working_hours = readings(signed_at, lasting("72h"), STD)

    assert elapsed == ("72h", at("2026-10-03 17:00"), False)
    assert working_days == ("3bd", at("2026-10-10 17:00"), True)
    assert working_hours == ("72bh", at("2026-10-16 17:00"), True)


def test_o1_a_policy_in_working_days_has_its_deadline_on_the_make_up_saturday():
    rules = some_rules(deadline=lasting("3bd"))
    onboarding = begun(rules, at("2026-09-30 17:00"))

    assert due(onboarding, rules.deadline, STD) == at("2026-10-10 17:00")


@pytest.mark.parametrize(
    ("deadline", "ways"),
    [
        ("72h", ["72h", "3bd", "72bh"]),
        ("3d", ["3d", "72h", "3bd", "72bh"]),
        ("3bd", ["3bd", "72h", "72bh"]),
        ("30bh", ["30bh", "30h"]),
        ("1440min", ["1440min", "24h", "1bd", "24bh"]),
    ],
)
def test_a_deadline_is_read_in_every_way_that_counts_as_long(deadline, ways):
    read = readings(MONDAY, lasting(deadline), STD)

    assert [one.written for one in read] == ways


def test_o2_at_72_hours_only_the_survey_climbs_and_its_missing_dimension_is_named():
    filed = frozenset(FilePart)
    eleven = [one for one in Dimension if one is not Dimension.RED_LINES]
    at_hand = known(eleven, signed=True, filed=filed)
    onboarding = settled(begun(), RULES, at_hand, TEAM, MONDAY + HOUR)
    now = MONDAY + 72 * HOUR

    ledger = swept(onboarding, [now])

    assert progress(onboarding, RULES, STD, now) is Progress.OVERDUE
    assert [item.code for item in open_items(onboarding, RULES)] == ["survey"]
    assert lacking(RULES.items[0], at_hand, RULES, TEAM) == (Dimension.RED_LINES,)
    assert {one.item for _, one in ledger} == {"survey"}
    assert told(ledger) == [(now, (CLIMB, 0), "sun")]


def test_o4_an_account_imported_three_weeks_late_climbs_once_and_then_daily():
    now = at("2026-11-02 10:00")
    onboarding = begun(signed_at=MONDAY, started_at=now)

    ledger = [entry for entry in looked_after(onboarding) if entry[1].item == "survey"]

    assert progress(onboarding, RULES, STD, now) is Progress.OVERDUE
    assert told(ledger) == [
        (now, (CLIMB, 0), "sun"),
        *((now + n * DAY, (CLIMB, n), "han") for n in range(1, 5)),
    ]
    assert len(ledger) == 5  # no reminder, not even a superseded one


# Checklists


def test_only_who_follows_somebody_inherits_needs():
    rules = some_rules(an_item(ItemKind.SURVEY), an_item(ItemKind.INHERITANCE))

    assert [item.code for item in draw(rules, Tier.CORE, None)] == ["survey"]
    assert [item.code for item in draw(rules, Tier.CORE, "KAM-01")] == [
        "survey",
        "inheritance",
    ]


def test_an_item_of_other_tiers_is_not_on_the_list():
    pack = an_item(ItemKind.TASK, "welcome_pack", tiers=(Tier.NEW,))
    rules = some_rules(an_item(ItemKind.SURVEY), pack)

    assert len(draw(rules, Tier.CORE, None)) == 1
    assert len(draw(rules, Tier.NEW, None)) == 2


@pytest.mark.parametrize(
    ("kind", "at_hand", "lacks"),
    [
        (ItemKind.SURVEY, known(), ()),
        (ItemKind.SURVEY, known(list(Dimension)[1:]), (Dimension.PAIN_POINTS,)),
        (ItemKind.AGREEMENT, known(signed=True), ()),
        (ItemKind.INHERITANCE, known(handed_over=True), ()),
        (ItemKind.TEAM, known(roles=frozenset(TEAM)), ()),
        (ItemKind.TEAM, known(roles=frozenset(TEAM[:1])), (TeamRole.TECHNICAL,)),
        (ItemKind.ACCOUNT_FILE, known(filed=frozenset(FilePart)), ()),
        (
            ItemKind.ACCOUNT_FILE,
            known(filed=frozenset({FilePart.COMMUNICATION})),
            (FilePart.TRANSACTIONS, FilePart.SPECIAL_NEEDS),
        ),
    ],
)
def test_what_the_records_show_is_done_and_else_the_rest_is_named(kind, at_hand, lacks):
    rule = an_item(kind)

    assert lacking(rule, at_hand, RULES, TEAM) == lacks
    assert is_shown(rule, at_hand, RULES, TEAM) == (not lacks)


@pytest.mark.parametrize("kind", [ItemKind.AGREEMENT, ItemKind.INHERITANCE])
def test_what_has_no_pieces_is_open_without_naming_any(kind):
    rule = an_item(kind)

    assert not is_shown(rule, known(), RULES, TEAM)
    assert lacking(rule, known(), RULES, TEAM) == ()


def test_a_task_is_done_only_when_somebody_says_so():
    everything = known(
        signed=True,
        filed=frozenset(FilePart),
        handed_over=True,
        roles=frozenset(TeamRole),
    )

    assert not is_shown(an_item(ItemKind.TASK), everything, RULES, TEAM)


def test_an_agreement_that_is_outdated_before_all_is_done_is_open_again():
    onboarding = settled(begun(), RULES, known((), signed=True), TEAM, MONDAY + HOUR)
    again = settled(onboarding, RULES, known(()), TEAM, MONDAY + 2 * HOUR)

    assert onboarding.items[1].state is ItemState.DONE
    assert onboarding.items[1].settled_at == onboarding.progressed_at == MONDAY + HOUR
    assert again.items[1] == begun().items[1]
    assert again.progressed_at == MONDAY + 2 * HOUR


def test_what_was_waived_stays_waived_whatever_the_records_show():
    waived = Item(code="survey", state=ItemState.WAIVED, settled_by="sun", note="small")
    onboarding = begun(items=(waived, *begun().items[1:]))

    after = settled(onboarding, RULES, known(signed=True), TEAM, MONDAY + HOUR)

    assert after.items[0] == waived


def test_what_is_complete_stays_complete():
    done = known(signed=True, filed=frozenset(FilePart))
    onboarding = settled(begun(), RULES, done, TEAM, MONDAY + HOUR)

    assert onboarding.completed_at == MONDAY + HOUR
    assert settled(onboarding, RULES, known(()), TEAM, MONDAY + DAY) is onboarding
    assert progress(onboarding, RULES, STD, MONDAY + 30 * DAY) is Progress.COMPLETE
    assert decided(onboarding, MONDAY + 30 * DAY) == ((), None)


def test_optional_items_hold_nothing_up_and_nobody_is_reminded_of_them():
    visit = an_item(ItemKind.TASK, "visit", required=False)
    rules = some_rules(an_item(ItemKind.AGREEMENT), visit)
    onboarding = begun(rules)

    ledger = swept(onboarding, [MONDAY + 24 * HOUR], rules)
    complete = settled(onboarding, rules, known(signed=True), TEAM, MONDAY + HOUR)

    assert [one.item for _, one in ledger] == ["agreement"]
    assert share_done(onboarding, rules) == 0
    assert share_done(complete, rules) == 1
    assert complete.completed_at is not None


def test_the_share_done_counts_required_items_done_and_waived():
    after = settled(begun(), RULES, known((), signed=True), TEAM, MONDAY)

    assert share_done(after, RULES) == Fraction(1, 3)


# Progress


@pytest.mark.parametrize(
    ("hours", "stands"),
    [
        (11, Progress.ON_TRACK),
        (12, Progress.BEHIND),
        (24, Progress.STUCK),
        (72, Progress.OVERDUE),
    ],
)
def test_an_onboarding_in_which_nothing_happens_falls_behind(hours, stands):
    rules = some_rules(an_item(ItemKind.SURVEY, due=lasting("12h")))

    assert progress(begun(rules), rules, STD, MONDAY + hours * HOUR) is stands


def test_who_settles_an_item_is_no_longer_stuck():
    onboarding = settled(begun(), RULES, known(()), TEAM, MONDAY + 30 * HOUR)
    moved = settled(onboarding, RULES, known((), signed=True), TEAM, MONDAY + 30 * HOUR)

    assert progress(onboarding, RULES, STD, MONDAY + 30 * HOUR) is Progress.STUCK
    assert progress(moved, RULES, STD, MONDAY + 30 * HOUR) is Progress.ON_TRACK


def test_after_a_hold_nobody_is_stuck_for_the_time_of_the_hold():
    held = Pause(MONDAY + HOUR, MONDAY + 200 * HOUR)
    onboarding = begun(pauses=(held,))

    assert progress(onboarding, RULES, STD, MONDAY + 201 * HOUR) is Progress.ON_TRACK
    assert progress(onboarding, RULES, STD, MONDAY + 223 * HOUR) is Progress.STUCK


# Who hears of it when


def test_a_chinese_holiday_is_no_storm_of_climbs_and_uses_none_of_them_up():
    climb = replace(
        RULES.overdue, every=lasting("1bd"), delivery=Delivery.WORKING_TIME, at_most=3
    )
    rules = some_rules(an_item(ItemKind.AGREEMENT), reminders=(), overdue=climb)
    onboarding = begun(rules, at("2026-09-30 17:00"))

    assert told(looked_after(onboarding, rules)) == [
        (at("2026-10-08 09:00"), (CLIMB, 0), "sun"),
        (at("2026-10-09 09:00"), (CLIMB, 1), "han"),
        (at("2026-10-10 09:00"), (CLIMB, 2), "han"),
    ]


def test_nobody_hears_of_anything_while_the_clock_stands_still():
    for start in (MONDAY + HOUR, MONDAY + 80 * HOUR):  # before and after the deadline
        onboarding = begun(pauses=(Pause(start, None),))

        assert progress(onboarding, RULES, STD, MONDAY + 90 * HOUR) is Progress.ON_HOLD
        assert decided(onboarding, MONDAY + 90 * HOUR) == ((), None)


def test_a_hold_after_the_deadline_takes_no_climb_away():
    hold = Pause(MONDAY + 80 * HOUR, MONDAY + 80 * HOUR + 10 * DAY)

    climbs = [
        one.due_at
        for one in steps(begun(pauses=(hold,)), RULES, STD)
        if one.kind is CLIMB
    ]

    first = MONDAY + 72 * HOUR
    assert climbs == [first, *(first + n * DAY + 10 * DAY for n in range(1, 5))]


def test_a_reminder_held_over_the_deadline_gives_way_to_the_climb():
    rules = some_rules(
        an_item(ItemKind.AGREEMENT), reminder_delivery=Delivery.WORKING_TIME
    )
    onboarding = begun(rules, at("2026-09-30 17:00"))

    ledger = looked_after(onboarding, rules)

    assert told(ledger)[0] == (at("2026-10-03 17:00"), (CLIMB, 0), "sun")
    assert [one.step.name for _, one in ledger[:4]] == [
        *((REMINDER, n) for n in range(3)),
        (CLIMB, 0),
    ]


def test_reminders_on_different_clocks_are_told_in_the_order_of_their_moments():
    friday = at("2026-10-16 09:00")
    rules = some_rules(
        an_item(ItemKind.AGREEMENT), reminders=(lasting("2bd"), lasting("24h")),
        deadline=lasting("6d"),
    )  # fmt: skip

    names = [name for _, name, _ in told(looked_after(begun(rules, friday), rules))]

    assert names[:2] == [(REMINDER, 1), (REMINDER, 0)]


def test_an_item_belongs_to_the_first_of_its_role_who_is_with_us():
    team = (
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="gone", role=TeamRole.TECHNICAL),
        TeamMember(staff="tech", role=TeamRole.TECHNICAL),
    )
    account = an_account(team=team)
    people = {**PEOPLE, "gone": a_person("gone", active=False)}

    assert account.in_charge(TeamRole.TECHNICAL, people) == "tech"
    assert account.in_charge(TeamRole.SUPPORT, people) == "mara"
    assert an_account(team=()).in_charge(TeamRole.SUPPORT, people) is None


def test_a_reminder_for_somebody_away_reaches_the_deputy():
    people = {
        **PEOPLE,
        "mara": replace(
            PEOPLE["mara"], deputy="tech", absences=away("2026-10-13", "2026-10-13")
        ),
    }
    onboarding = begun()
    owners = dict.fromkeys((item.code for item in onboarding.items), "mara")
    case = Case(onboarding, RULES, STD, owners, "mara", None)

    decisions, _ = decide(case, Reach(people, MONDAY + 24 * HOUR))

    assert {one.resolution.recipient for one in decisions} == {"tech"}


# Whatever happens

SIGNED = st.integers(0, 330 * 24 * 60).map(
    lambda minutes: at("2026-01-05 00:00") + timedelta(minutes=minutes)
)
LATE = st.integers(0, 10 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
GAPS = st.lists(
    st.integers(1, 5 * 24 * 60).map(lambda m: timedelta(minutes=m)), max_size=25
)
TIMES = ("20min", "24h", "2d", "5bh", "1bd", "3bd")


@st.composite
def any_rules(draw_from: st.DrawFn) -> OnboardingRules:
    times = st.sampled_from(TIMES).map(lasting)
    deliveries = st.sampled_from(Delivery)
    return some_rules(
        deadline=draw_from(times),
        reminders=tuple(draw_from(st.lists(times, max_size=4))),
        reminder_delivery=draw_from(deliveries),
        overdue=Climb(
            tell=tuple(draw_from(st.lists(st.sampled_from(Tell), min_size=1))),
            every=draw_from(times),
            at_most=draw_from(st.integers(1, 6)),
            delivery=draw_from(deliveries),
        ),
    )


@st.composite
def any_holds(draw_from: st.DrawFn, begin: datetime) -> tuple[Pause, ...]:
    """Ended holds after `begin`, earliest first."""
    holds: list[Pause] = []
    for gap, length in draw_from(st.lists(st.tuples(LATE, LATE), max_size=3)):
        start, begin = begin + gap, begin + gap + length
        holds.append(Pause(start, begin))
    return tuple(holds)


@st.composite
def any_onboarding(draw_from: st.DrawFn) -> tuple[Onboarding, OnboardingRules]:
    rules, signed_at = draw_from(any_rules()), draw_from(SIGNED)
    started_at = signed_at + draw_from(LATE)
    holds = draw_from(any_holds(started_at))
    return (
        begun(rules, signed_at, started_at=started_at, pauses=holds),
        rules,
    )


@st.composite
def any_sweeps(draw_from: st.DrawFn):
    onboarding, rules = draw_from(any_onboarding())
    moments = [onboarding.started_at]
    for gap in draw_from(GAPS):
        moments.append(moments[-1] + gap)
    return onboarding, rules, moments


@given(any_sweeps())
def test_each_step_of_an_item_is_decided_once_whenever_sweeps_run(sweeps):
    onboarding, rules, moments = sweeps
    ledger = [(one.item, one.step.name) for _, one in swept(onboarding, moments, rules)]

    assert len(ledger) == len(set(ledger))


@given(any_sweeps())
def test_an_outage_of_any_length_ends_in_one_message_for_each_item(sweeps):
    onboarding, rules, moments = sweeps
    entries = [
        (now, one.item)
        for now, one in swept(onboarding, moments, rules)
        if one.outcome is StepOutcome.TOLD
    ]

    assert len(entries) == len(set(entries))


@given(any_sweeps())
def test_nobody_is_reminded_from_the_deadline_on(sweeps):
    onboarding, rules, moments = sweeps
    deadline = due_after(onboarding, rules.deadline)

    for now, (kind, _), _ in told(swept(onboarding, moments, rules)):
        assert (kind is REMINDER) == (now < deadline)


@given(any_onboarding())
def test_what_is_looked_at_when_it_asks_for_it_decides_every_step_in_time(begun_by):
    onboarding, rules = begun_by
    planned = steps(onboarding, rules, STD)
    ledger = looked_after(onboarding, rules)

    assert len(ledger) == len(planned) * len(onboarding.items)
    at_once = {
        REMINDER: rules.reminder_delivery is Delivery.AT_ONCE,
        CLIMB: rules.overdue.delivery is Delivery.AT_ONCE,
    }
    for now, one in ledger:
        assert now >= one.step.due_at
        if one.outcome is StepOutcome.TOLD and at_once[one.step.kind]:
            assert now == one.step.due_at


@given(any_sweeps())
def test_between_its_looks_a_sweep_has_nothing_to_decide(sweeps):
    onboarding, rules, moments = sweeps
    decisions, look_at = decided(onboarding, moments[0], rules)
    onboarding = taken(onboarding, decisions)

    for now in moments:
        if look_at is None or now < look_at:
            assert decided(onboarding, now, rules).decisions == ()


@given(any_onboarding())
def test_steps_stand_in_the_order_of_their_moments(begun_by):
    onboarding, rules = begun_by
    planned = steps(onboarding, rules, STD)
    moments = [step.due_at for step in planned]
    reminded = [step.due_at for step in planned if step.kind is REMINDER]

    assert moments == sorted(moments)
    assert all(m < due_after(onboarding, rules.deadline) for m in reminded)


@given(any_onboarding(), st.sampled_from(TIMES).map(lasting))
def test_a_hold_makes_nothing_due_earlier(begun_by, after):
    onboarding, rules = begun_by
    free = replace(onboarding, pauses=())
    planned = {step.name: step.due_at for step in steps(onboarding, rules, STD)}
    would_be = {step.name: step.due_at for step in steps(free, rules, STD)}

    assert due_after(onboarding, after) >= due_after(free, after)
    for name in planned.keys() & would_be.keys():
        assert planned[name] >= would_be[name]
    assert {name for name in would_be if name[0] is CLIMB} <= planned.keys()


STATES = st.lists(st.sampled_from(ItemState), min_size=4, max_size=4)


@given(
    STATES,
    st.sets(st.sampled_from(Dimension)),
    st.sets(st.sampled_from(FilePart)),
    st.booleans(),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
@settings(max_examples=200)
def test_all_is_complete_exactly_when_every_required_item_is_settled(
    states, answered, filed, signed, required
):
    kinds = (*THREE, ItemKind.TASK)
    rules = some_rules(
        *(an_item(kind, required=r) for kind, r in zip(kinds, required, strict=True))
    )
    items = tuple(
        Item(code=kind, state=state) for kind, state in zip(kinds, states, strict=True)
    )
    at_hand = known(answered, signed=signed, filed=frozenset(filed))

    after = settled(begun(rules, items=items), rules, at_hand, TEAM, MONDAY + HOUR)

    shown = (len(answered) == 12, signed, len(filed) == 3)
    are_settled = [
        state is ItemState.WAIVED or is_true
        for state, is_true in zip(
            states, (*shown, states[3] is ItemState.DONE), strict=True
        )
    ]
    wanted = [done for done, r in zip(are_settled, required, strict=True) if r]
    assert (after.completed_at is not None) == all(wanted)
    assert (share_done(after, rules) == 1) == all(wanted)
    assert bool(open_items(after, rules)) != all(wanted)
