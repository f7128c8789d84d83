"""What the parts of a policy file must agree on with each other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product

from kam_flows.domain.errors import UserError
from kam_flows.domain.policy import Case, Scope, Target
from kam_flows.domain.tickets import Priority
from kam_flows.policies.care import CarePart
from kam_flows.policies.care_checks import CARE_CHECKS
from kam_flows.policies.checklist_checks import (
    evidence_nobody_gives,
    items_after_the_deadline,
    reminders_out_of_order,
    repeated_items,
    repeated_words,
    tiers_with_nothing_required,
)
from kam_flows.policies.fields import first_clause
from kam_flows.policies.problems import Path, Problem
from kam_flows.policies.rung_order import rungs_out_of_order
from kam_flows.policies.schema import Document, LadderPart, ScopePart
from kam_flows.policies.visit_checks import (
    days_of_another_rhythm,
    grids_of_rolling_cadences,
    idle_months,
    misses_before_reminders,
    repeated_cadences,
    repeated_company,
    repeated_kinds_that_count,
    seasons_without_end,
    stages_that_never_come,
    starts_out_of_order,
    tolerances_beyond_the_next_slot,
)
from kam_flows.policies.visits import VisitsPart
from kam_flows.policies.wording import closest


def contradictions(policy: Document) -> list[Problem]:
    """Everything wrong that no single field shows."""
    return [problem for check in CHECKS for problem in check(policy)]


def unknown_names(policy: Document) -> Iterator[Problem]:
    calendars, scenes, tiers = policy.calendars, policy.scenes, policy.tiers
    yield from _known(("default_calendar",), [policy.default_calendar], calendars)
    yield from _known(("default_scene",), [policy.default_scene], scenes)
    for tier in policy.tier_share:
        yield from _known(("tier_share", tier), [tier], tiers)
    for path, part in _scopes(policy):
        yield from _known((*path, "scenes"), part.scenes, scenes)
        yield from _known((*path, "tiers"), part.tiers, tiers)
    for number, item in enumerate(policy.onboarding.checklist):
        path = ("onboarding", "checklist", number, "tiers")
        yield from _known(path, item.tiers, tiers)
    if "visits" in policy.model_fields_set:  # the usual ones name every tier there is
        yield from _unknown_to_visits(policy.visits, tiers)
    if "care" in policy.model_fields_set:
        yield from _unknown_to_care(policy.care, tiers)


def impossible_calendars(policy: Document) -> Iterator[Problem]:
    for name, part in policy.calendars.items():
        try:
            part.to_calendar(name)
        except UserError as error:
            yield Problem(
                path=("calendars", name),
                wrong=first_clause(error),
                allowed="every day in one list only",
            )


def unreachable_tiers(policy: Document) -> Iterator[Problem]:
    measured = [(t, part) for t, part in policy.tiers.items() if not part.appointed]
    for tier, part in measured[:-1]:
        if part.takes_the_rest:
            yield Problem(
                path=("tiers", tier),
                wrong="takes every account, so that the tiers below stay empty",
                allowed="a `when`, `appointed: true`, or a place at the end",
            )


def idle_target_rules(policy: Document) -> Iterator[Problem]:
    decided: set[tuple[Case, Target]] = set()
    for number, part in enumerate(policy.targets):
        named = [target for target in Target if part.promises.get(target)]
        pairs = set(product(_cases(policy, part), named))
        if pairs <= decided:
            why = "is never used: rules above decide the same" if named else "is empty"
            yield Problem(
                path=("targets", number),
                wrong=why,
                allowed="respond, plan or resolve for tickets no rule above has fixed",
            )
        decided |= pairs


def idle_ladders(policy: Document) -> Iterator[Problem]:
    taken: set[Case] = set()
    names: set[str] = set()
    for number, ladder in enumerate(policy.ladders):
        cases = set(_cases(policy, ladder))
        path = ("ladders", number)
        if ladder.name in names:
            wrong = f"a ladder named '{ladder.name}' stands above"
            allowed = "a name of its own"
            yield Problem(path=(*path, "name"), wrong=wrong, allowed=allowed)
        if cases <= taken:
            wrong = "is never used: ladders above fit the same tickets"
            allowed = "scenes, tiers or priorities of its own, or a place further up"
            yield Problem(path=path, wrong=wrong, allowed=allowed)
        taken |= cases
        names.add(ladder.name)


def baseless_rungs(policy: Document) -> Iterator[Problem]:
    for number, ladder in enumerate(policy.ladders):
        promised = _promised(policy, ladder)
        anchors = [
            "opened",
            *(f"{target}_by" for target in Target if target in promised),
        ]
        for step, rung in enumerate(ladder.rungs):
            path = ("ladders", number, "rungs", step)
            if isinstance(rung.after, Fraction) and rung.anchor.target is None:
                yield Problem(
                    path=(*path, "after"),
                    wrong="a share needs a target to be a share of",
                    allowed="a duration such as 24h, or `from` one of "
                    + ", ".join(f"{target}_by" for target in Target),
                )
            elif rung.anchor not in anchors:
                yield Problem(
                    path=(*path, "from"),
                    wrong=f"no ticket of this ladder has a {rung.anchor.target} target",
                    allowed=", ".join(anchors),
                )


def _unknown_to_visits(part: VisitsPart, tiers: Iterable[str]) -> Iterator[Problem]:
    for number, cadence in enumerate(part.cadences):
        yield from _known(("visits", "cadences", number, "tiers"), cadence.tiers, tiers)
    for tier in part.goals:
        yield from _known(("visits", "goals", tier), [tier], tiers)
    codes = [cadence.cadence for cadence in part.cadences]
    yield from _known(("visits", "headline"), part.headline, codes)


def _unknown_to_care(part: CarePart, tiers: Iterable[str]) -> Iterator[Problem]:
    for number, kind in enumerate(part.occasions):
        for line, treatment in enumerate(kind.care):
            path = ("care", "occasions", number, "care", line, "tiers")
            yield from _known(path, treatment.tiers, tiers)


def _known(path: Path, named: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    choices = [str(name) for name in known]
    for name in named:
        if name not in choices:
            yield Problem(
                path=path,
                wrong=f"'{name}' is not in this file{closest(name, choices)}",
                allowed=", ".join(choices),
            )


def _scopes(policy: Document) -> Iterator[tuple[Path, ScopePart]]:
    for number, rule in enumerate(policy.targets):
        yield ("targets", number), rule
    for number, ladder in enumerate(policy.ladders):
        yield ("ladders", number), ladder


def _cases(policy: Document, part: ScopePart) -> Iterator[Case]:
    """Every scene, tier and priority of this standard that the part fits."""
    scope = Scope(tiers=part.tiers, scenes=part.scenes, priorities=part.priorities)
    for case in product(policy.scenes, policy.tiers, Priority):
        if scope.matches(*case):
            yield case


def _promised(policy: Document, ladder: LadderPart) -> set[Target]:
    """The targets that at least one ticket of the ladder has."""
    cases = set(_cases(policy, ladder))
    return {
        target
        for rule in policy.targets
        for target in Target
        if rule.promises.get(target) and not cases.isdisjoint(_cases(policy, rule))
    }


CHECKS: Sequence[Callable[[Document], Iterator[Problem]]] = (
    unknown_names,
    impossible_calendars,
    unreachable_tiers,
    idle_target_rules,
    idle_ladders,
    rungs_out_of_order,
    baseless_rungs,
    repeated_items,
    repeated_words,
    evidence_nobody_gives,
    items_after_the_deadline,
    tiers_with_nothing_required,
    reminders_out_of_order,
    repeated_cadences,
    repeated_company,
    repeated_kinds_that_count,
    days_of_another_rhythm,
    idle_months,
    grids_of_rolling_cadences,
    stages_that_never_come,
    tolerances_beyond_the_next_slot,
    misses_before_reminders,
    starts_out_of_order,
    seasons_without_end,
    *CARE_CHECKS,
)
