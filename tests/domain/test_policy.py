"""Policies as values: which promise, which ladder and which tier a case gets."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.accounts import Tier
from kam_flows.domain.calendar import around_the_clock
from kam_flows.domain.durations import Duration
from kam_flows.domain.policy import (
    Anchor,
    Ladder,
    Policy,
    Rung,
    Target,
    TargetRule,
    Targets,
    Until,
)
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.domain.tickets import Priority
from kam_flows.domain.tiering import Criterion, Measure, TierRule
from tests.builders import the_usual

TITLES = {"zh_CN": "测试", "en": "Test"}
SCENES = {"fault": TITLES, "question": TITLES}


def promise(**times: str) -> Targets:
    return Targets(**{name: Duration.parse(text) for name, text in times.items()})


def a_ladder(name: str, *tiers: Tier) -> Ladder:
    rung = Rung(
        number=1,
        anchor=Anchor.OPENED,
        until=Until.TAKEN_UP,
        tell=Tell.SUPERVISOR,
        delivery=Delivery.AT_ONCE,
        after=Duration.parse("24h"),
    )
    return Ladder(name=name, rungs=(rung,), tiers=tiers)


def a_tier(tier: Tier, *criteria: Criterion) -> TierRule:
    return TierRule(
        tier=tier, titles=TITLES, alternatives=tuple((c,) for c in criteria)
    )


def a_policy(*rules: TargetRule, shares: dict[Tier, Fraction] | None = None) -> Policy:
    return Policy(
        name="test",
        digest="",
        titles=TITLES,
        calendars={"always": around_the_clock(name="always")},
        default_calendar="always",
        scenes=SCENES,
        default_scene="question",
        tiers=(
            a_tier(
                Tier.CORE,
                Criterion(measure=Measure.SPEND_12M, at_least=Fraction(500_000)),
                Criterion(measure=Measure.PURCHASES_12M, at_least=Fraction(10)),
            ),
            a_tier(Tier.BASIC),
        ),
        target_rules=rules,
        tier_shares=shares or {},
        ladders=(a_ladder("top", Tier.CORE), a_ladder("rest")),
        **the_usual(),
    )


def test_the_first_rule_that_names_a_target_decides_it():
    policy = a_policy(
        TargetRule(targets=promise(resolve="8h"), tiers=(Tier.CORE,)),
        TargetRule(targets=promise(respond="1h", resolve="24h")),
    )

    assert policy.targets("fault", Tier.CORE, Priority.LOW) == promise(
        respond="1h", resolve="8h"
    )
    assert policy.targets("fault", Tier.BASIC, Priority.LOW) == promise(
        respond="1h", resolve="24h"
    )


def test_a_rule_that_fits_nothing_promises_nothing():
    policy = a_policy(
        TargetRule(targets=promise(respond="1h"), priorities=(Priority.URGENT,))
    )

    assert policy.targets("fault", Tier.CORE, Priority.HIGH) == Targets()
    assert policy.targets("fault", Tier.CORE, Priority.URGENT).get(Target.RESPOND)


def test_a_share_shortens_what_everybody_gets_and_not_what_the_tier_was_given():
    policy = a_policy(
        TargetRule(targets=promise(resolve="8h"), tiers=(Tier.CORE,)),
        TargetRule(targets=promise(respond="1bh", resolve="24h")),
        shares={Tier.CORE: Fraction(1, 2)},
    )

    assert policy.targets("fault", Tier.CORE, Priority.LOW) == promise(
        respond="30bmin", resolve="8h"
    )
    assert policy.targets("fault", Tier.BASIC, Priority.LOW) == promise(
        respond="1bh", resolve="24h"
    )


def test_a_scene_of_another_standard_is_served_as_the_default_scene():
    policy = a_policy(
        TargetRule(targets=promise(respond="1h"), scenes=("fault",)),
        TargetRule(targets=promise(respond="2h"), scenes=("question",)),
    )

    assert policy.targets("visit", Tier.BASIC, Priority.LOW) == promise(respond="2h")


def test_the_first_ladder_that_fits_is_climbed():
    policy = a_policy()

    top = policy.ladder("fault", Tier.CORE, Priority.LOW)
    rest = policy.ladder("fault", Tier.BASIC, Priority.LOW)

    assert (top and top.name, rest and rest.name) == ("top", "rest")


def test_no_ladder_is_climbed_where_none_fits():
    policy = replace(a_policy(), ladders=(a_ladder("top", Tier.CORE),))

    assert policy.ladder("fault", Tier.BASIC, Priority.LOW) is None


def test_a_calendar_that_the_policy_does_not_have_is_its_default():
    policy = a_policy()

    assert policy.calendar("") is policy.calendars["always"]
    assert policy.calendar("abroad") is policy.calendars["always"]


def test_two_policies_with_the_same_text_are_equal_whatever_they_were_asked():
    asked, fresh = a_policy(), a_policy()
    asked = replace(asked, calendars=fresh.calendars)
    asked.targets("fault", Tier.CORE, Priority.LOW)

    assert asked == fresh


@given(spend=st.integers(0, 10**9), purchases=st.integers(0, 1000))
def test_any_alternative_is_enough_and_bounds_belong_to_the_tier(spend, purchases):
    measures = {Measure.SPEND_12M: spend, Measure.PURCHASES_12M: purchases}
    core = spend >= 500_000 or purchases >= 10

    assert a_policy().tier_for(measures) is (Tier.CORE if core else Tier.BASIC)


def test_a_measure_that_is_not_known_admits_to_nothing():
    few = Criterion(measure=Measure.SCORE_RANK, at_most=Fraction(5))
    policy = replace(a_policy(), tiers=(a_tier(Tier.STRATEGIC, few),))

    assert policy.tier_for({}) is None
    assert policy.tier_for({Measure.SCORE_RANK: 5}) is Tier.STRATEGIC


def test_an_appointed_tier_follows_from_no_measure():
    appointed = TierRule(tier=Tier.STRATEGIC, titles=TITLES, appointed=True)
    policy = replace(a_policy(), tiers=(appointed, a_tier(Tier.BASIC)))

    assert policy.tier_for({Measure.SPEND_12M: 10**9}) is Tier.BASIC


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        ({"at_least": 3}, [3, 4], [2.99]),
        ({"above": 3}, [3.01], [3, 2]),
        ({"at_most": 3}, [3, 2], [3.01]),
        ({"below": 3}, [2.99], [3, 4]),
        ({"at_least": 3, "below": 5}, [3, 4.99], [2, 5]),
    ],
)
def test_a_bound_says_whether_it_belongs(bounds, inside, outside):
    criterion = Criterion(measure=Measure.TENURE_YEARS, **bounds)

    assert all(criterion.holds(value) for value in inside)
    assert not any(criterion.holds(value) for value in outside)
