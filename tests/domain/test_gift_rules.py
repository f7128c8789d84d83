"""Gifts: ideas that fit and were not given lately, and what may be spent."""

from decimal import Decimal
from typing import Any

import pytest

from kam_flows.domain.accounts import Tier
from kam_flows.domain.care_rules import GiftCaps
from kam_flows.domain.errors import UserError
from kam_flows.domain.gift_rules import GiftIdea, Given, check_gift, ideas
from kam_flows.domain.people import StaffRole

CAPS = GiftCaps(
    per_care=Decimal(800), per_account=Decimal(3_000), per_recipient=Decimal(1_000)
)


def an_idea(
    code: str, value: int, *tags: str, tiers: tuple[Tier, ...] = ()
) -> GiftIdea:
    return GiftIdea(code=code, title=code, value=Decimal(value), tags=tags, tiers=tiers)


CATALOGUE = [
    an_idea("tea", 300, "tea"),
    an_idea("vase", 800, "art", tiers=(Tier.STRATEGIC, Tier.CORE)),
    an_idea("watch", 900, "running"),
    an_idea("book", 80, "art", "history"),
]


def names(tier: Tier = Tier.CORE, budget: int = 800, **known: Any) -> list[str]:
    return [idea.code for idea in ideas(CATALOGUE, tier, Decimal(budget), **known)]


def give(
    value: int,
    by: StaffRole = StaffRole.ACCOUNT_MANAGER,
    reason: str = "",
    budget: int = 0,
    **given: int,
) -> None:
    check_gift(
        Decimal(value),
        Given(**{name: Decimal(amount) for name, amount in given.items()}),
        CAPS,
        recipient="王芳",
        by=by,
        reason=reason,
        budget=Decimal(budget),
    )


def test_ideas_fit_the_budget_and_the_tier_the_most_valuable_first():
    assert names() == ["vase", "tea", "book"]
    assert names(tier=Tier.BASIC) == ["tea", "book"]
    assert names(budget=100) == ["book"]


def test_what_the_person_likes_comes_first():
    assert names(preferences=["History", "art"]) == ["book", "vase", "tea"]


def test_what_was_given_in_the_last_two_years_is_no_idea():
    assert names(given=["Tea", "book"]) == ["vase"]


def test_a_gift_within_all_caps_may_be_given():
    give(800)
    give(200, care=600, account=2_800, recipient=800)


@pytest.mark.parametrize(
    ("value", "given", "says"),
    [
        (801, {}, "one care may be worth 800 and these are worth 0, so that 800"),
        (201, {"care": 600}, "these are worth 600, so that 200 are left"),
        (201, {"account": 2_800}, "one account may be worth 3000 a year"),
        (201, {"recipient": 800}, "王芳 may get gifts for 1000 a year and has got 800"),
        (1, {"recipient": 1_200}, "so that 0 are left"),
        (0, {}, "is worth something"),
    ],
)
def test_a_gift_beyond_a_cap_is_refused_with_what_is_left(value, given, says):
    with pytest.raises(UserError, match=says):
        give(value, **given)


def test_the_budget_of_a_care_is_kept_where_it_is_less_than_the_cap():
    give(300, budget=300)
    with pytest.raises(UserError, match="one care may be worth 300"):
        give(301, budget=300)
    with pytest.raises(UserError, match="one care may be worth 800"):
        give(801, budget=900)


def test_only_a_supervisors_reason_lifts_the_cap_of_a_recipient():
    give(300, StaffRole.SUPERVISOR, "二十周年", recipient=900)
    for by, reason in (
        (StaffRole.SUPERVISOR, " "),
        (StaffRole.ACCOUNT_MANAGER, "二十周年"),
    ):
        with pytest.raises(UserError, match="with a reason"):
            give(300, by, reason, recipient=900)


def test_no_reason_lifts_the_cap_of_an_account():
    with pytest.raises(UserError, match="one account"):
        give(300, StaffRole.SUPERVISOR, "二十周年", account=2_900)
