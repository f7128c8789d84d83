"""Every number of the service standard, asserted from the presets as they load."""

import subprocess
import sys
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_flows.domain.accounts import Tier
from kam_flows.domain.cadences import Mode, fixed_slots
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import draw
from kam_flows.domain.onboarding_rules import ItemKind
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Anchor, Until
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.domain.tickets import Priority
from kam_flows.domain.tiering import Measure
from kam_flows.policies import load_preset, presets
from kam_flows.policies.load import preset_text
from kam_flows.rendering.words import word

S, C, P, G, B, O, N = (
    Tier.STRATEGIC,
    Tier.CORE,
    Tier.POTENTIAL,
    Tier.GROWTH,
    Tier.BASIC,
    Tier.OPPORTUNITY,
    Tier.NEW,
)
SCHEMES = ["care", "enterprise", "key-account", "retention", "value-tiers"]
NORMAL, URGENT = Priority.NORMAL, Priority.URGENT

PROMISES = [
    # scheme, sentence, scene, tier, priority, target, time
    ("enterprise", "routine: response within 2 hours", "routine", C, NORMAL, "respond", "2h"),
    ("enterprise", "routine: closed within 24 hours", "routine", C, NORMAL, "resolve", "24h"),
    ("enterprise", "routine: response within 2 hours", "routine", S, NORMAL, "respond", "2h"),
    ("enterprise", "3-24-72: calls in 3 minutes", "call", P, NORMAL, "respond", "3min"),
    ("enterprise", "3-24-72: email in 24 hours", "email", P, NORMAL, "respond", "24h"),
    ("enterprise", "3-24-72: routine in 72 hours", "routine", P, NORMAL, "resolve", "72h"),
    ("retention", "pre-sales ≤ 1 h", "pre_sales", P, NORMAL, "respond", "1bh"),
    ("retention", "in-sales ≤ 2 h", "in_sales", B, NORMAL, "respond", "2bh"),
    ("retention", "after-sales fault ≤ 4 h", "after_sales", B, NORMAL, "respond", "4bh"),
    ("retention", "core: 50 % shorter", "pre_sales", C, NORMAL, "respond", "30bmin"),
    ("retention", "core: 50 % shorter", "in_sales", C, NORMAL, "respond", "1bh"),
    ("retention", "core: 50 % shorter", "after_sales", C, NORMAL, "respond", "2bh"),
    ("key-account", "1-2-24: routine answered in 1 hour", "routine", P, NORMAL, "respond", "1h"),
    ("key-account", "1-2-24: first plan in 2 hours", "complex", C, NORMAL, "plan", "2h"),
    ("key-account", "1-2-24: report within 24 hours", "cross_department", S, NORMAL, "plan", "24h"),
    ("key-account", "strategic: urgent on site in 24 hours", "routine", S, URGENT, "resolve", "24h"),
    ("key-account", "only urgent needs", "routine", S, NORMAL, "resolve", None),
    ("key-account", "only strategic accounts", "routine", C, URGENT, "resolve", None),
    ("care", "problems: plan within 48 hours", "problem", C, NORMAL, "plan", "48h"),
    ("care", "new: replies within 2 hours", "problem", N, NORMAL, "respond", "2h"),
    ("care", "new: replies within 2 hours", "inquiry", N, NORMAL, "respond", "2h"),
    ("value-tiers", "top accounts: golden 8 hours", "request", S, NORMAL, "resolve", "8h"),
    ("value-tiers", "strategic technical: 24 hours", "technical_problem", S, NORMAL, "resolve", "24h"),
    ("value-tiers", "core acknowledged in 30 min", "request", C, NORMAL, "respond", "30min"),
    ("value-tiers", "technical support 12 hours", "technical_support", C, NORMAL, "resolve", "12h"),
    ("value-tiers", "technical support 12 hours", "technical_support", O, NORMAL, "resolve", "12h"),
    ("value-tiers", "nothing for growth requests", "request", G, NORMAL, "respond", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "sentence", "scene", "tier", "priority", "target", "time"), PROMISES
)
def test_a_promise_of_the_scheme(scheme, sentence, scene, tier, priority, target, time):
    policy = load_preset(scheme)
    found = getattr(policy.targets(scene, tier, priority), target)

    assert scene in policy.scenes, sentence
    assert found == (time and Duration.parse(time)), sentence


MILLION = 1_000_000
TIERS = [
    # scheme, sentence, measures, tier
    ("enterprise", "strategic > 10,000,000", {"annual_contribution": 10 * MILLION + 1}, S),
    ("enterprise", "exactly 10,000,000 is core", {"annual_contribution": 10 * MILLION}, C),
    ("enterprise", "exactly 3,000,000 is core", {"annual_contribution": 3 * MILLION}, C),
    ("enterprise", "potential below", {"annual_contribution": 3 * MILLION - 1}, P),
    ("enterprise", "potential from 1,000,000", {"annual_contribution": MILLION}, P),
    ("enterprise", "no key account below", {"annual_contribution": MILLION - 1}, None),
    ("retention", "core ≥ 500,000", {"spend_12m": 500_000, "purchases_12m": 1}, C),
    ("retention", "or ≥ 10 purchases", {"spend_12m": 1, "purchases_12m": 10}, C),
    ("retention", "potential 100,000–500,000", {"spend_12m": 499_999, "purchases_12m": 1}, P),
    ("retention", "potential 100,000–500,000", {"spend_12m": 100_000, "purchases_12m": 1}, P),
    ("retention", "or 5–10 purchases", {"spend_12m": 1, "purchases_12m": 5}, P),
    ("retention", "or 5–10 purchases", {"spend_12m": 1, "purchases_12m": 9}, P),
    ("retention", "basic below both", {"spend_12m": 99_999, "purchases_12m": 4}, B),
    ("key-account", "top 5 %; > 20 %", {"score_rank": 5, "revenue_share": 21}, S),
    ("key-account", "or 3+ business lines", {"score_rank": 5, "revenue_share": 4, "business_lines": 3}, S),
    ("key-account", "20 % is not above 20 %", {"score_rank": 5, "revenue_share": 20, "business_lines": 2}, C),
    ("key-account", "top 15 %; 8–15 %", {"score_rank": 15, "revenue_share": 8}, C),
    ("key-account", "top 15 %; 8–15 %", {"score_rank": 15, "revenue_share": 15}, C),
    ("key-account", "top 30 %; 3–8 %", {"score_rank": 16, "revenue_share": 9}, P),
    ("key-account", "top 30 %; 3–8 %", {"score_rank": 30, "revenue_share": 3}, P),
    ("key-account", "top 30 %", {"score_rank": 31, "revenue_share": 50}, None),
    ("key-account", "3–8 %", {"score_rank": 1, "revenue_share": 2.9}, None),
    ("care", "core ≥ 500,000 a year", {"spend_12m": 500_000, "tenure_years": 0}, C),
    ("care", "or ≥ 3 years", {"spend_12m": 0, "tenure_years": 3}, C),
    ("care", "potential 100,000–500,000", {"spend_12m": 100_000, "tenure_years": 0}, P),
    ("care", "or 1–3 years", {"spend_12m": 0, "tenure_years": 1}, P),
    ("care", "or 1–3 years", {"spend_12m": 0, "tenure_years": 2.99}, P),
    ("care", "new < 100,000 or < 1 year", {"spend_12m": 99_999, "tenure_years": 0.9}, N),
    ("value-tiers", "strategic > 10,000,000", {"lifetime_value": 10 * MILLION + 1}, S),
    ("value-tiers", "core 5,000,000–10,000,000", {"lifetime_value": 10 * MILLION}, C),
    ("value-tiers", "core 5,000,000–10,000,000", {"lifetime_value": 5 * MILLION}, C),
    ("value-tiers", "growth 1,000,000–5,000,000", {"lifetime_value": 5 * MILLION - 1}, G),
    ("value-tiers", "growth 1,000,000–5,000,000", {"lifetime_value": MILLION}, G),
    ("value-tiers", "opportunity below", {"lifetime_value": MILLION - 1}, O),
    ("default", "first year of a small account", {"annual_contribution": 1, "tenure_years": 0.5}, N),
    ("default", "everybody else", {"annual_contribution": 1, "tenure_years": 2}, B),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "sentence", "measures", "tier"), TIERS)
def test_a_threshold_of_the_scheme(scheme, sentence, measures, tier):
    known = {Measure(name): value for name, value in measures.items()}

    assert load_preset(scheme).tier_for(known) is tier, sentence


LADDERS = [
    # scheme, sentence, tier, rung, after, until, told, delivery
    ("retention", "not taken up after 24 hours → supervisor", B, 1, "24h",
     Until.TAKEN_UP, Tell.SUPERVISOR, Delivery.WORKING_TIME),
    ("retention", "not resolved after 48 hours → department head", B, 2, "48h",
     Until.RESOLVED, Tell.DEPARTMENT_HEAD, Delivery.WORKING_TIME),
    ("retention", "not taken up after 24 hours → supervisor", C, 1, "24h",
     Until.TAKEN_UP, Tell.SUPERVISOR, Delivery.WORKING_TIME),
    ("retention", "L2: same, strategic tier, delivery at once", S, 1, "24h",
     Until.TAKEN_UP, Tell.SUPERVISOR, Delivery.AT_ONCE),
    ("retention", "L2: same, strategic tier, delivery at once", S, 2, "48h",
     Until.RESOLVED, Tell.DEPARTMENT_HEAD, Delivery.AT_ONCE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "sentence", "tier", "rung", "after", "until", "told", "delivery"),
    LADDERS,
)
def test_a_rung_of_the_scheme(
    scheme, sentence, tier, rung, after, until, told, delivery
):
    ladder = load_preset(scheme).ladder("after_sales", tier, NORMAL)

    assert ladder is not None
    assert len(ladder.rungs) == 2, sentence
    found = ladder.rungs[rung - 1]
    assert (found.number, found.anchor) == (rung, Anchor.OPENED), sentence
    assert (found.after, found.share) == (Duration.parse(after), None), sentence
    assert (found.until, found.tell, found.delivery) == (until, told, delivery)


def test_the_tiers_of_each_scheme_are_its_own():
    tiers = {name: [rule.tier for rule in load_preset(name).tiers] for name in SCHEMES}

    assert tiers == {
        "enterprise": [S, C, P],
        "retention": [S, C, P, B],
        "key-account": [S, C, P],
        "care": [C, P, N],
        "value-tiers": [S, C, G, O],
    }


def test_retention_expects_10_30_60_per_cent_and_appoints_its_strategic_accounts():
    rules = {rule.tier: rule for rule in load_preset("retention").tiers}

    assert rules[S].appointed
    assert [rules[tier].expected_share for tier in (C, P, B)] == [
        Fraction(1, 10),
        Fraction(3, 10),
        Fraction(6, 10),
    ]


@pytest.mark.parametrize(
    ("scheme", "tier", "roles"),
    [
        ("enterprise", S, {"lead_manager", "technical", "delivery", "after_sales"}),
        ("key-account", S, {"lead_manager", "executive_sponsor"}),
        ("key-account", P, {"lead_manager", "product_manager"}),
        ("value-tiers", S, {"lead_manager", "industry_expert"}),
    ],
)
def test_a_team_has_the_roles_that_the_scheme_names(scheme, tier, roles):
    rules = {rule.tier: rule for rule in load_preset(scheme).tiers}

    assert {TeamRole(role) for role in roles} <= set(rules[tier].team)


CHECKLISTS = [
    # scheme, sentence, tier, item, required
    ("enterprise", "(1) needs survey", S, "survey", True),
    ("enterprise", "(2) service commitment: the SLA agreement", C, "agreement", True),
    ("enterprise", "(3) account file", P, "account_file", True),
    ("enterprise", "needs inheritance, on record", P, "inheritance", True),
    ("enterprise", "strategic 1+3+N", S, "team", True),
    ("enterprise", "core, first 3 months: welcome pack", C, "welcome_pack", False),
    ("enterprise", "only core", S, "welcome_pack", None),
    ("care", "new: welcome pack", N, "welcome_pack", True),
    ("care", "only new", C, "welcome_pack", None),
    ("care", "dates prepared one week ahead", C, "care_dates", True),
    ("key-account", "1+N with an executive", S, "team", True),
    ("key-account", "executive meeting", S, "executive_meeting", True),
    ("key-account", "only strategic", C, "executive_meeting", None),
    ("key-account", "key dates remembered", P, "key_dates", False),
    ("retention", "tags: care dates", B, "care_dates", False),
    ("value-tiers", "dual managers", S, "team", True),
    ("value-tiers", "dual managers", S, "first_visit", True),
    ("value-tiers", "effort follows value", O, "agreement", None),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "sentence", "tier", "item", "required"), CHECKLISTS)
def test_an_item_of_the_checklist_of_the_scheme(scheme, sentence, tier, item, required):
    rules = load_preset(scheme).onboarding
    drawn = {one.code for one in draw(rules, tier, predecessor="KAM-01")}
    found = {rule.code: rule.required for rule in rules.items if rule.code in drawn}

    assert found.get(item) == required, sentence


@pytest.mark.parametrize("name", ["default", "enterprise"])
def test_within_72_hours_the_lead_manager_completes_three_things(name):
    rules = load_preset(name).onboarding
    three = (ItemKind.SURVEY, ItemKind.AGREEMENT, ItemKind.ACCOUNT_FILE)
    found = {rule.kind: rule for rule in rules.items if rule.kind in three}

    assert str(rules.deadline) == "72h"
    assert tuple(found) == three
    for rule in found.values():
        assert (rule.owner, rule.required) == (TeamRole.LEAD_MANAGER, True)
        assert (rule.due, rule.tiers) == (None, ())


@pytest.mark.parametrize("name", ["default", "enterprise"])
def test_the_survey_asks_for_the_12_dimensions_and_the_file_for_its_3_parts(name):
    rules = load_preset(name).onboarding

    assert [word(one, "en").lower() for one in rules.dimensions] == [
        "business pain points",
        "business goals",
        "decision chain",
        "collaboration habits",
        "communication preferences",
        "purchasing process and budget cycle",
        "products in use and technical environment",
        "delivery requirements",
        "quality and service expectations",
        "red lines and taboos",
        "incumbent competitors",
        "growth plans",
    ]
    assert [word(one, "en").lower() for one in rules.file_parts] == [
        "transactions",
        "communication notes",
        "special needs",
    ]


@pytest.mark.parametrize("name", ["default", *SCHEMES])
def test_a_preset_says_itself_what_holds_for_onboarding_handovers_and_visits(name):
    text = preset_text(name)

    assert "\nonboarding:\n" in text
    assert "\nhandover:\n" in text
    assert "\nvisits:\n" in text


YOUNG, GROWING, OLD = (
    (date(2026, 1, 5), date(2026, 4, 5)),
    (date(2025, 10, 5), date(2026, 10, 5)),
    (date(2020, 10, 5), date(2027, 1, 3)),
)
"""Signed on; the last day counted: the first 3 months, months 3 to 12, a year."""
CADENCES = [
    # scheme, sentence, tier, stage, cadence, kind, how many from Monday, 5 January 2026 on
    ("enterprise", "syncs with the executives weekly", S, OLD, "weekly_sync", "meeting", 52),
    ("enterprise", "first 3 months: a monthly service brief", C, YOUNG, "service_brief", "brief", 3),
    ("enterprise", "months 3–12: a workshop every quarter", C, GROWING, "needs_workshop", "workshop", 3),
    ("enterprise", "after 12 months: co-innovation", C, OLD, "co_innovation", "workshop", 4),
    ("enterprise", "a monthly value brief", P, OLD, "value_brief", "brief", 12),
    ("retention", "core: one visit or video call a month", C, OLD, "monthly_visit", "visit", 12),
    ("retention", "a tailored service plan every quarter", C, OLD, "service_plan", "plan", 4),
    ("retention", "potential: a call every two weeks", P, OLD, "fortnightly_call", "call", 26),
    ("retention", "basic: one satisfaction survey a year", B, OLD, "yearly_survey", "survey", 1),
    ("key-account", "executive meeting at least once a quarter", S, OLD, "executive_meeting", "meeting", 4),
    ("key-account", "one deep conversation a week", C, OLD, "deep_talk", "call", 52),
    ("key-account", "monthly data report", C, OLD, "data_report", "brief", 12),
    ("key-account", "2–3 joint events a year", C, OLD, "joint_event", "event", 3),
    ("key-account", "needs follow-up every two weeks", P, OLD, "needs_follow_up", "call", 26),
    ("care", "core: a dedicated visit every year", C, OLD, "yearly_visit", "visit", 1),
    ("care", "potential: online follow-up every quarter", P, OLD, "online_follow_up", "video", 4),
    ("care", "new: follow-up every month", N, OLD, "follow_up", "call", 12),
    ("value-tiers", "follow-up every month", O, OLD, "follow_up", "call", 12),
    ("value-tiers", "review every quarter", G, OLD, "quarterly_review", "review", 4),
    ("value-tiers", "depth review every year", C, OLD, "depth_review", "review", 1),
    ("value-tiers", "executive visit every month", S, OLD, "executive_visit", "meeting", 12),
    ("value-tiers", "joint marketing every quarter", S, OLD, "joint_marketing", "event", 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "sentence", "tier", "stage", "code", "kind", "count"), CADENCES
)
def test_a_rhythm_of_the_scheme(scheme, sentence, tier, stage, code, kind, count):
    cadence = load_preset(scheme).visits.cadence(code)
    signed_on, last = stage

    assert cadence is not None
    slots = [
        day
        for _, day in fixed_slots(cadence, date(2026, 1, 5), last, signed_on)
        if cadence.serves(tier, signed_on, day)
    ]
    assert (cadence.kind, len(slots)) == (kind, count), sentence
    assert cadence.mode is Mode.FIXED


ALL = ["follow_up", "quarterly_review", "depth_review"]
SERVED = {
    "enterprise": {S: ["weekly_sync"], C: ["co_innovation"], P: ["value_brief"]},
    "retention": {
        S: ["monthly_visit", "service_plan"],  # appointed: what core accounts get
        C: ["monthly_visit", "service_plan"],
        P: ["fortnightly_call"],
        B: ["yearly_survey"],
    },
    "key-account": {
        S: ["executive_meeting"],
        C: ["deep_talk", "data_report", "joint_event"],
        P: ["needs_follow_up"],
    },
    "care": {C: ["yearly_visit"], P: ["online_follow_up"], N: ["follow_up"]},
    "value-tiers": {
        S: [*ALL, "executive_visit", "joint_marketing"],
        **{tier: ALL for tier in (C, G, O)},
    },
}


@pytest.mark.parametrize("name", SCHEMES)
def test_an_old_account_of_each_tier_gets_what_the_scheme_names_and_no_more(name):
    policy = load_preset(name)
    today = date(2026, 10, 12)

    assert {
        rule.tier: [one.code for one in policy.visits.of(rule.tier, None, today)]
        for rule in policy.tiers
    } == SERVED[name]


@pytest.mark.parametrize("name", ["default", *SCHEMES])
def test_every_tier_of_a_preset_is_met_at_least_once_a_year(name):
    policy = load_preset(name)
    for rule in policy.tiers:
        serving = policy.visits.of(rule.tier, None, date(2026, 10, 12))

        assert min(cadence.longest for cadence in serving) <= 366


COMPANY = [
    ("enterprise", "product + technical + service", "needs_workshop",
     (TeamRole.PRODUCT_MANAGER, TeamRole.TECHNICAL, TeamRole.AFTER_SALES)),
    ("key-account", "account manager + product manager", "needs_follow_up",
     (TeamRole.PRODUCT_MANAGER,)),
    ("key-account", "1+N with an executive", "executive_meeting",
     (TeamRole.EXECUTIVE_SPONSOR,)),
    ("value-tiers", "executive visit", "executive_visit", (TeamRole.EXECUTIVE_SPONSOR,)),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "sentence", "code", "roles"), COMPANY)
def test_who_comes_along_by_the_scheme(scheme, sentence, code, roles):
    cadence = load_preset(scheme).visits.cadence(code)

    assert cadence is not None
    assert (cadence.owner, cadence.participants) == (TeamRole.LEAD_MANAGER, roles)


def test_the_headline_of_value_tiers_is_the_monthly_follow_up():
    assert load_preset("value-tiers").visits.headline == ("follow_up",)


@pytest.mark.parametrize("name", ["default", *SCHEMES])
def test_68_per_cent_of_what_was_due_reaches_no_goal(name):
    policy = load_preset(name)

    assert all(policy.visits.goal_of(r.tier) > Fraction(68, 100) for r in policy.tiers)


def test_reminders_of_a_72_hour_checklist_come_at_24_48_and_66_hours():
    for name in ("default", "enterprise", "care", "key-account", "value-tiers"):
        rules = load_preset(name).onboarding

        assert [str(after) for after in rules.reminders] == ["24h", "48h", "66h"]


@pytest.mark.parametrize("name", ["default", *SCHEMES])
def test_a_preset_is_whole(name):
    policy = load_preset(name)

    assert policy.name == name
    assert {"zh_CN", "en"} == set(policy.titles)
    assert {"office", "lunch", "24x7"} <= set(policy.calendars)
    for code, calendar in policy.calendars.items():
        assert code not in {calendar.title("zh_CN"), calendar.title("en")}
    for scene in policy.scenes:
        for rule in policy.tiers:
            for priority in Priority:
                ladder = policy.ladder(scene, rule.tier, priority)

                assert ladder is not None
                assert 2 <= len(ladder.rungs) <= 4


@pytest.mark.parametrize("name", ["default", *SCHEMES])
@settings(max_examples=40)
@given(value=st.integers(0, 20 * MILLION), more=st.integers(0, MILLION))
def test_nobody_falls_by_bringing_more(name, value, more):
    policy = load_preset(name)
    order = [rule.tier for rule in policy.tiers]
    rising = [m for m in Measure if m is not Measure.SCORE_RANK]

    def place(measure: Measure, amount: int) -> int:
        rank = {Measure.SCORE_RANK: Fraction(1)}
        tier = policy.tier_for({measure: amount, **rank})
        return order.index(tier) if tier else len(order)

    # A first year ends: only there does more of a measure lead out of a tier.
    measures = set(rising) - ({Measure.TENURE_YEARS} if name == "default" else set())

    assert all(place(m, value + more) <= place(m, value) for m in measures)


@pytest.mark.parametrize("name", ["default", *SCHEMES])
def test_the_answer_is_never_promised_after_the_solution(name):
    policy = load_preset(name)
    for scene in policy.scenes:
        for rule in policy.tiers:
            times = policy.targets(scene, rule.tier, URGENT)
            given_times = [t for t in (times.respond, times.plan, times.resolve) if t]

            assert len({time.is_business for time in given_times}) <= 1
            assert [t.length for t in given_times] == sorted(
                t.length for t in given_times
            )


def test_the_recommended_preset_is_named_first():
    assert presets() == ["default", *SCHEMES]


def test_a_mistyped_preset_is_answered_with_the_nearest_name():
    with pytest.raises(UserError, match="did you mean 'retention'"):
        load_preset("retenton")


def test_looking_up_holidays_does_not_load_yaml_and_pydantic():
    code = "import sys, kam_flows.policies; print('yaml' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "False\n"
