"""Tiers: which measures of an account admit it to which level of service."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from kam_flows.domain.accounts import Tier
from kam_flows.domain.people import TeamRole


class Measure(StrEnum):
    """What an account is judged by; percentages count in points, 20 for 20 %."""

    ANNUAL_CONTRIBUTION = "annual_contribution"
    """CNY a year."""
    SPEND_12M = "spend_12m"
    """CNY over the last 12 months."""
    PURCHASES_12M = "purchases_12m"
    """Purchases over the last 12 months."""
    LIFETIME_VALUE = "lifetime_value"
    """CNY over the whole cooperation, past and expected."""
    TENURE_YEARS = "tenure_years"
    """Years since the first contract."""
    REVENUE_SHARE = "revenue_share"
    """Per cent of our revenue."""
    BUSINESS_LINES = "business_lines"
    """Lines of our business the account buys from."""
    SCORE_RANK = "score_rank"
    """Place by score, in per cent from the top: the best twentieth is at most 5."""


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """Bounds on one measure of an account; at least one of the four is set."""

    measure: Measure
    at_least: Fraction | None = None
    above: Fraction | None = None
    at_most: Fraction | None = None
    below: Fraction | None = None

    def holds(self, value: Fraction | float | None) -> bool:
        """False for a measure that is not known: nobody is ranked by a gap."""
        return (
            value is not None
            and (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True, kw_only=True)
class TierRule:
    """A tier and what admits an account: any alternative of which every criterion holds.

    No alternative at all: whoever fits none of the tiers above. An appointed tier is
    given by a person and never follows from measures.
    """

    tier: Tier
    titles: Mapping[str, str]
    alternatives: tuple[tuple[Criterion, ...], ...] = ()
    appointed: bool = False
    expected_share: Fraction | None = None
    """Share of all accounts that this tier is meant to hold."""
    team: tuple[TeamRole, ...] = ()
    """Roles that a service team of this tier must fill."""

    def admits(self, measures: Mapping[Measure, Fraction | float]) -> bool:
        if self.appointed:
            return False
        return not self.alternatives or any(
            all(c.holds(measures.get(c.measure)) for c in criteria)
            for criteria in self.alternatives
        )


def first_that_admits(
    rules: Iterable[TierRule], measures: Mapping[Measure, Fraction | float]
) -> Tier | None:
    """The highest tier open to the account; None if the scheme has none for it."""
    return next((rule.tier for rule in rules if rule.admits(measures)), None)
