"""What a policy file says about care, its mistakes by line, and what the schemes ask for."""

from decimal import Decimal

import pytest

from kam_flows.domain.accounts import Tier
from kam_flows.domain.care_rules import (
    Action,
    Ahead,
    Deliver,
    OccasionRules,
    Source,
    WhenLate,
)
from kam_flows.domain.people import TeamRole
from kam_flows.domain.visit_rules import Peak
from kam_flows.policies import load_preset, presets
from kam_flows.policies.load import parse_policy
from tests.policies.test_schema import GOOD, line_of, refusal_of, refused

CARE = """\
care:
  grace: 5
  room: 2
  gifts: {per_care: 500, per_account: 2_000, per_recipient: 600.50}
  blackout: [04-04..04-06]
  seasons: {零售: [10-20..11-12, 12-20..01-03]}
  steps:
    letter:
      - {step: write, title: {zh_CN: 写信, en: Write}, ahead: 6d, role: support}
      - {step: agree, title: {zh_CN: 批准, en: Agree}, ahead: 1d, approval: true}
  occasions:
    - kind: signing_day
      title: {zh_CN: 签约日, en: Signing}
      source: signing
      lead: 7d
      care:
        - {tiers: [core], actions: [letter, gift], budget: 400}
        - {actions: [call]}
    - kind: summit
      title: {zh_CN: 峰会, en: Summit}
      lead: 2m
      deliver: stay
      role: delivery
      approval: false
      blackout: [07-01..08-31]
      steps:
        - {step: venue, title: {zh_CN: 场地, en: Venue}, ahead: 1m, late: leave_out}
"""
LIST = "care.occasions"
MISTAKES = [
    # written, written instead, field, what is wrong, allowed
    ("kind: summit", "kind: signing_day", f"{LIST}[1].kind",
     "a kind 'signing_day' stands above", "a code of its own"),
    ("kind: summit", "kind: Our summit", f"{LIST}[1].kind", "other signs", "founding_day"),
    ("source: signing", "source: signin", f"{LIST}[0].source",
     "did you mean 'signing'", "entered, signing, birthday"),
    ("deliver: stay", "source: signing", f"{LIST}[1].source",
     "another kind above comes from 'signing'", "entered, or a source"),
    ("deliver: stay", "deliver: later", f"{LIST}[1].deliver", "'later' is not known", "before, after"),
    ("lead: 7d", "lead: 7bd", f"{LIST}[0].lead", "'7bd' is no time before", "7d or 2m"),
    ("lead: 7d", "lead: 0d", f"{LIST}[0].lead", "no time to prepare", "7d or 2m"),
    ("lead: 2m", "lead: 13m", f"{LIST}[1].lead", "no time before", "a year at most"),
    ("lead: 7d", "lead: 3d", f"{LIST}[0].lead", "begins after 'write', 6d before", "6d or more"),
    ("lead: 2m", "lead: 30d", f"{LIST}[1].lead", "begins after 'venue', 1m before", "1m or more"),
    ("      lead: 2m\n", "", f"{LIST}[1].lead", "is missing", "7d or 2m"),
    ("tiers: [core]", "tiers: [growth]", f"{LIST}[0].care[0].tiers",
     "'growth' is not in this file", "core, basic"),
    ("{actions: [call]}", "{tiers: [core], actions: [call]}", f"{LIST}[0].care[1]",
     "lines above fit the same tiers", "further up"),
    ("[letter, gift]", "[letter, letter, gift]", f"{LIST}[0].care[0].actions[1]",
     "'letter' comes already", "each action once"),
    ("actions: [call]", "actions: [cal]", f"{LIST}[0].care[1].actions[0]",
     "did you mean 'call'", "letter, gift"),
    ("actions: [call]", "actions: []", f"{LIST}[0].care[1].actions", "is empty", "[letter, gift, call]"),
    (", budget: 400", "", f"{LIST}[0].care[0].budget", "nothing to buy it with", "up to 500"),
    ("budget: 400", "budget: 501", f"{LIST}[0].care[0].budget", "more than gifts of one care", "500 at most"),
    ("budget: 400", "budget: some", f"{LIST}[0].care[0].budget", "'some' is not an amount", "800"),
    ("budget: 400", "budget: 20%", f"{LIST}[0].care[0].budget", "'20%' is not an amount", "800"),
    ("actions: [call]", "actions: [call], budget: 5", f"{LIST}[0].care[1].budget",
     "decides nothing without a gift", "with `gift`"),
    ("per_account: 2_000", "per_account: 400", "care.gifts.per_account",
     "less than gifts of one care", "500 or more"),
    (", per_recipient: 600.50", "", "care.gifts.per_recipient", "is missing", "800"),
    ("step: agree", "step: write", "care.steps.letter[1].step",
     "a step 'write' stands elsewhere", "a code of its own"),
    ("step: agree", "step: call", "care.steps.letter[1].step", "'call' stands elsewhere", "own"),
    ("step: venue", "step: write", f"{LIST}[1].steps[0].step", "'write' stands elsewhere", "own"),
    (", approval: true", "", f"{LIST}[0].approval", "no step of `letter` is an approval", "false here"),
    ("    letter:", "    leter:", "care.steps.leter", "did you mean 'letter'", "letter, gift"),
    ("ahead: 1d", "ahead: soon", "care.steps.letter[1].ahead", "'soon' is no time", "7d or 2m"),
    ("late: leave_out", "late: never", f"{LIST}[1].steps[0].late", "'never' is not known", "catch_up"),
    ("role: support", "role: boss", "care.steps.letter[0].role", "'boss' is not known", "lead_manager"),
    ("07-01..08-31", "06-01..12-31", f"{LIST}[1].blackout", "more than half", "183 days"),
    ("04-04..04-06", "01-01..08-06", "care.blackout", "more than half", "183 days"),
    ("04-04..04-06", "04-04", "care.blackout[0]", "no stretch of the year", "11-01..11-20"),
    ("10-20..11-12", "02-20..11-12", "care.seasons.零售", "more than half", "183 days"),
    ("grace: 5", "grace: -1", "care.grace", "too small", "0 to 60"),
    ("room: 2", "room: 11", "care.room", "too large", "0 to 10"),
    ("grace: 5", "gracious: 5", "care.gracious", "is no key of this block", "grace, room"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "instead", "field", "wrong", "allowed"), MISTAKES)
def test_a_mistake_about_care_is_named_with_its_place(
    part, instead, field, wrong, allowed
):
    assert part in CARE
    text = GOOD + CARE.replace(part, instead, 1)

    place, right = refusal_of(text, field, "care")

    assert wrong in place
    assert allowed in right


def test_a_kind_on_which_nothing_is_done_is_refused():
    text = CARE[: CARE.rindex("      steps:")]

    [said] = refused(GOOD + text)

    number = line_of(GOOD + text, "- kind: summit")
    assert said.startswith(f"my.yaml:{number}: {LIST}[1]: nothing is done on 'summit'")


def test_what_a_file_says_about_care_is_what_holds():
    rules = parse_policy(GOOD + CARE, "my.yaml").care
    signing, summit = rules.occasions

    assert (rules.grace, rules.room, rules.currency) == (5, 2, "CNY")
    assert rules.gifts.per_recipient == Decimal("600.50")
    assert rules.seasons["零售"][1] == Peak(first=(12, 20), last=(1, 3))
    assert (signing.source, signing.lead) == (Source.SIGNING, Ahead(days=7))
    core, basic = signing.treatment(Tier.CORE), signing.treatment(Tier.BASIC)
    assert core
    assert basic
    assert core.budget == 400
    assert basic.actions == (Action.CALL,)
    assert signing.blackout == (Peak(first=(4, 4), last=(4, 6)),)
    assert len(summit.blackout) == 2
    assert (summit.deliver, summit.role) == (Deliver.STAY, TeamRole.DELIVERY)
    assert summit.steps[0].when_late is WhenLate.LEAVE_OUT
    assert codes(rules.steps_of(signing, Tier.CORE)) == [
        "write",
        "agree",
        "gift_order",
        "gift_handover",
    ]
    assert codes(rules.steps_of(signing, Tier.BASIC)) == ["call"]


def test_a_kind_without_approval_has_no_step_for_it():
    text = CARE.replace("      lead: 7d", "      lead: 7d\n      approval: false")
    rules = parse_policy(GOOD + text, "my.yaml").care

    assert "agree" not in codes(rules.steps_of(rules.occasions[0], Tier.CORE))


def test_a_file_from_before_care_gets_what_is_usual():
    rules = parse_policy(GOOD, "my.yaml").care

    assert rules.occasions[0].kind == "cooperation_anniversary"
    assert set(rules.seasons) == {"零售", "物流"}  # of its visits


@pytest.mark.parametrize("scheme", presets())
def test_every_scheme_says_what_it_honours(scheme):
    rules = load_preset(scheme).care

    assert rules.occasions
    assert rules.gifts.per_recipient <= rules.gifts.per_account


def kind_of(scheme: str, kind: str) -> OccasionRules:
    found = load_preset(scheme).care.of(kind)
    assert found, f"{scheme} has no {kind}"
    return found


def actions(scheme: str, kind: str, tier: Tier = Tier.CORE) -> set[Action]:
    treatment = kind_of(scheme, kind).treatment(tier)
    return set(treatment.actions) if treatment else set()


CARE_TIERS = [Tier.CORE, Tier.POTENTIAL, Tier.NEW]
"""The scheme names no tier where it names its occasions."""


@pytest.mark.parametrize("tier", CARE_TIERS)
def test_care_thanks_for_the_cooperation_by_letter_and_gift(tier):
    found = actions("care", "cooperation_anniversary", tier)

    assert found == {Action.LETTER, Action.GIFT}


@pytest.mark.parametrize("tier", CARE_TIERS)
@pytest.mark.parametrize("kind", ["founding_day", "product_launch"])
def test_care_congratulates_on_company_dates_and_supports(kind, tier):
    assert {Action.CONGRATULATION, Action.SUPPORT_PLAN} <= actions("care", kind, tier)


def test_care_plans_before_the_peak_season_of_the_industry():
    assert kind_of("care", "peak_season").source is Source.SEASON
    for tier in CARE_TIERS:
        assert actions("care", "peak_season", tier) == {Action.SUPPORT_PLAN}


def test_care_prepares_a_week_ahead_and_the_summit_two_months():
    leads = {kind.kind: str(kind.lead) for kind in load_preset("care").care.occasions}

    assert leads.pop("summit") == "2m"
    assert set(leads.values()) == {"7d"}


def test_retention_gives_core_accounts_a_gift_on_the_cooperation_anniversary():
    assert Action.GIFT in actions("retention", "cooperation_anniversary")
    assert Action.GIFT not in actions(
        "retention", "cooperation_anniversary", Tier.POTENTIAL
    )


def test_retention_gives_whom_management_names_no_less_than_core_accounts():
    for kind in load_preset("retention").care.occasions:
        core, named = kind.treatment(Tier.CORE), kind.treatment(Tier.STRATEGIC)
        assert core == named, kind.kind


@pytest.mark.parametrize("tier", [Tier.STRATEGIC, Tier.CORE, Tier.POTENTIAL])
@pytest.mark.parametrize("kind", ["founding_day", "leader_birthday"])
def test_key_account_remembers_key_dates_with_a_gift(kind, tier):
    assert Action.GIFT in actions("key-account", kind, tier)


def test_value_tiers_looks_after_contracts_six_months_before_their_end():
    assert kind_of("value-tiers", "contract_end").lead == Ahead(months=6)


def codes(planned) -> list[str]:
    return [step.code for _, step in planned]
