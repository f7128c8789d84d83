"""What admits an account to a tier, as a policy file says it: bounds, all of, any of."""

from collections.abc import Iterator
from itertools import product
from typing import Self

from pydantic import Field, StrictBool, model_validator

from kam_flows.domain.accounts import Tier
from kam_flows.domain.people import TeamRole
from kam_flows.domain.tiering import Criterion, Measure, TierRule
from kam_flows.policies.fields import SHARES, Amount, Share, refuse
from kam_flows.policies.parts import Part, Titles

AMOUNT = "a number such as 500_000, or 20%"


class ConditionPart(Part):
    """One bound on a measure, or several of which all or any must hold."""

    measure: Measure | None = Field(None, description="a measure of an account")
    at_least: Amount | None = Field(None, description=AMOUNT)
    above: Amount | None = Field(None, description=AMOUNT)
    at_most: Amount | None = Field(None, description=AMOUNT)
    below: Amount | None = Field(None, description=AMOUNT)
    all: tuple["ConditionPart", ...] = Field((), description="a list of conditions")
    any: tuple["ConditionPart", ...] = Field((), description="a list of conditions")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        bounds = (self.at_least, self.above, self.at_most, self.below)
        if [bool(self.measure), bool(self.all), bool(self.any)].count(True) != 1:
            refuse(
                "says nothing, or several things at once",
                "one of `measure` (with a bound), `all` and `any`",
            )
        if any(bound is not None for bound in bounds) != bool(self.measure):
            refuse(
                "a measure and its bounds belong together",
                "`measure` with at_least, above, at_most or below",
            )
        return self

    def alternatives(self) -> Iterator[tuple[Criterion, ...]]:
        """The same condition as alternatives, each a list of criteria that all hold."""
        if self.measure:
            yield (self._criterion(self.measure),)
        for part in self.any:
            yield from part.alternatives()
        if self.all:
            for chosen in product(*(part.alternatives() for part in self.all)):
                yield tuple(criterion for criteria in chosen for criterion in criteria)

    def _criterion(self, measure: Measure) -> Criterion:
        return Criterion(
            measure=measure,
            at_least=self.at_least,
            above=self.above,
            at_most=self.at_most,
            below=self.below,
        )


class TierPart(Part):
    title: Titles = Field(description="{zh_CN: …, en: …}")
    when: ConditionPart | None = Field(
        None, description="`measure` with a bound, `all` or `any`; left out: the rest"
    )
    appointed: StrictBool = Field(False, description="true or false")
    expected_share: Share | None = Field(None, description=SHARES)
    team: tuple[TeamRole, ...] = Field((), description="a list of team roles")

    @model_validator(mode="after")
    def _is_appointed_or_measured(self) -> Self:
        if self.appointed and self.when:
            refuse(
                "an appointed tier follows from no measure",
                "either `when` or `appointed: true`",
            )
        return self

    @property
    def takes_the_rest(self) -> bool:
        return self.when is None and not self.appointed

    def to_rule(self, tier: Tier) -> TierRule:
        return TierRule(
            tier=tier,
            titles=self.title.model_dump(),
            alternatives=tuple(self.when.alternatives()) if self.when else (),
            appointed=self.appointed,
            expected_share=self.expected_share,
            team=self.team,
        )
