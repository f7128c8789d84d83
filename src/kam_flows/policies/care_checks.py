"""What the care block of a policy file must agree on with itself."""

from collections.abc import Iterator, Sequence

from kam_flows.domain.care_rules import Action, Ahead, Source
from kam_flows.policies.care import (
    CarePart,
    OccasionPart,
    StepPart,
    Steps,
    usual_steps,
)
from kam_flows.policies.problems import Path, Problem
from kam_flows.policies.schema import Document
from kam_flows.policies.visit_checks import LONGEST_SEASON, days_in, repeated

BLOCK: Path = ("care",)
LIST: Path = (*BLOCK, "occasions")
DAYS_OF_A_MONTH = 31
"""At the most: a step so many days ahead may need the whole of a lead in months."""


def repeated_kinds(policy: Document) -> Iterator[Problem]:
    kinds = [part.kind for part in policy.care.occasions]
    for number in repeated(kinds):
        yield Problem(
            path=(*LIST, number, "kind"),
            wrong=f"a kind '{kinds[number]}' stands above",
            allowed="a code of its own",
        )


def repeated_sources(policy: Document) -> Iterator[Problem]:
    """Two kinds from one source would honour each day twice."""
    sources = [part.source for part in policy.care.occasions]
    for number in repeated(sources):
        if sources[number] is not Source.ENTERED:
            yield Problem(
                path=(*LIST, number, "source"),
                wrong=f"another kind above comes from '{sources[number]}'",
                allowed=f"{Source.ENTERED}, or a source of its own",
            )


def kinds_without_care(policy: Document) -> Iterator[Problem]:
    for number, part in enumerate(policy.care.occasions):
        if not part.care and not part.steps:
            yield Problem(
                path=(*LIST, number),
                wrong=f"nothing is done on '{part.kind}'",
                allowed="`care` by tier, or `steps`",
            )


def idle_care(policy: Document) -> Iterator[Problem]:
    """Lines that no account gets to, as lines above fit its tier."""
    if "care" not in policy.model_fields_set:
        return  # the usual ones name every tier there is
    for number, part in enumerate(policy.care.occasions):
        served: set[str] = set()
        for line, treatment in enumerate(part.care):
            tiers = set(treatment.tiers or policy.tiers)
            if tiers <= served:
                yield Problem(
                    path=(*LIST, number, "care", line),
                    wrong="is never used: lines above fit the same tiers",
                    allowed="tiers of its own, or a place further up",
                )
            served |= tiers
            for place in repeated(treatment.actions):
                yield Problem(
                    path=(*LIST, number, "care", line, "actions", place),
                    wrong=f"'{treatment.actions[place]}' comes already",
                    allowed="each action once",
                )


def budgets_of_gifts(policy: Document) -> Iterator[Problem]:
    most = policy.care.gifts.per_care
    for number, part in enumerate(policy.care.occasions):
        for line, treatment in enumerate(part.care):
            path = (*LIST, number, "care", line, "budget")
            is_gift = Action.GIFT in treatment.actions
            if is_gift and not treatment.budget:
                yield Problem(
                    path=path,
                    wrong="there is a gift and nothing to buy it with",
                    allowed=f"a budget up to {most} with `gift`",
                )
            elif treatment.budget is not None and not is_gift:
                yield Problem(
                    path=path,
                    wrong="decides nothing without a gift",
                    allowed="a budget with `gift` among the actions",
                )
            elif treatment.budget and treatment.budget > most:
                yield Problem(
                    path=path,
                    wrong="is more than gifts of one care may be worth",
                    allowed=f"{most} at most, as `gifts.per_care` says",
                )


def caps_out_of_order(policy: Document) -> Iterator[Problem]:
    gifts = policy.care.gifts
    if gifts.per_account < gifts.per_care:
        yield Problem(
            path=(*BLOCK, "gifts", "per_account"),
            wrong="is less than gifts of one care may be worth",
            allowed=f"{gifts.per_care} or more",
        )


def repeated_steps(policy: Document) -> Iterator[Problem]:
    """Codes name a step within its care, whichever action it belongs to."""
    written = _written(policy.care)
    for action, steps in policy.care.steps.items():
        taken = {s.step for a, own in written.items() if a != action for s in own}
        yield from _twins((*BLOCK, "steps", action), steps, taken)
    taken = {step.step for own in written.values() for step in own}
    for number, part in enumerate(policy.care.occasions):
        yield from _twins((*LIST, number, "steps"), part.steps, taken)


def steps_before_the_lead(policy: Document) -> Iterator[Problem]:
    """A step dated before its preparation would be due on the day that begins."""
    written = _written(policy.care)
    for number, part in enumerate(policy.care.occasions):
        longest = _longest([*part.steps, *_of_actions(part, written)])
        if longest and _most(longest.ahead) > _most(part.lead):
            yield Problem(
                path=(*LIST, number, "lead"),
                wrong=f"begins after '{longest.step}', {longest.ahead} before",
                allowed=f"{longest.ahead} or more, or steps nearer to the day",
            )


def approvals_nobody_asks_for(policy: Document) -> Iterator[Problem]:
    """A kind with approval needs a step in which somebody gives it."""
    written = _written(policy.care)
    asked = any(step.approval for step in written.get(Action.LETTER, ()))
    for number, part in enumerate(policy.care.occasions):
        writes = any(Action.LETTER in treatment.actions for treatment in part.care)
        if part.approval and writes and not asked:
            yield Problem(
                path=(*LIST, number, "approval"),
                wrong="no step of `letter` is an approval",
                allowed="`approval: true` on a step of `letter`, or false here",
            )


def lasting_blackouts(policy: Document) -> Iterator[Problem]:
    ours = policy.care.blackout
    blocks = [((*BLOCK, "blackout"), ours)]
    for number, part in enumerate(policy.care.occasions):
        if part.blackout:
            blocks.append(((*LIST, number, "blackout"), (*ours, *part.blackout)))
    blocks += [
        ((*BLOCK, "seasons", industry), peaks)
        for industry, peaks in (policy.care.seasons or {}).items()
    ]
    for path, peaks in blocks:
        if days_in(peaks) > LONGEST_SEASON:
            yield Problem(
                path=path,
                wrong="lasts for more than half of the year",
                allowed=f"{LONGEST_SEASON} days in all at most",
            )


def _written(care: CarePart) -> Steps:
    """How each action is done, of which a file writes what it wants to."""
    return usual_steps() | care.steps


def _of_actions(part: OccasionPart, written: Steps) -> Iterator[StepPart]:
    for treatment in part.care:
        for action in treatment.actions:
            yield from written[action]


def _longest(steps: Sequence[StepPart]) -> StepPart | None:
    return max(steps, key=lambda step: _most(step.ahead), default=None)


def _most(ahead: Ahead) -> int:
    return ahead.months * DAYS_OF_A_MONTH + ahead.days


def _twins(path: Path, steps: Sequence[StepPart], taken: set[str]) -> Iterator[Problem]:
    codes = [step.step for step in steps]
    for number, code in enumerate(codes):
        if code in taken or code in codes[:number]:
            yield Problem(
                path=(*path, number, "step"),
                wrong=f"a step '{code}' stands elsewhere",
                allowed="a code of its own",
            )


CARE_CHECKS = (
    repeated_kinds,
    repeated_sources,
    kinds_without_care,
    idle_care,
    budgets_of_gifts,
    caps_out_of_order,
    repeated_steps,
    steps_before_the_lead,
    approvals_nobody_asks_for,
    lasting_blackouts,
)
