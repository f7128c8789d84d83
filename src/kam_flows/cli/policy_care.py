"""Which occasions are honoured, and how, as a page to read in a terminal."""

from collections.abc import Iterator

from kam_flows.cli.policy_visits import season
from kam_flows.cli.shown import both, in_both
from kam_flows.domain.care_rules import (
    Action,
    Ahead,
    CareRules,
    Deliver,
    OccasionRules,
    StepRule,
    Treatment,
    WhenLate,
)

DELIVERED = {
    Deliver.BEFORE: "delivered on a working day, else the one before",
    Deliver.AFTER: "delivered on a working day, else the one after",
    Deliver.STAY: "delivered on the day, working or not",
}


def care_lines(rules: CareRules) -> Iterator[str]:
    for kind in rules.occasions:
        yield f"{kind.kind} {both(kind.titles)}: {in_both(kind.source)}"
        yield f"  {kind_line(kind)}"
        yield from (f"  {care_line(one, rules)}" for one in kind.treatments)
        yield from (f"  {step_line(step)}" for step in kind.steps)
    used = {a for kind in rules.occasions for t in kind.treatments for a in t.actions}
    for action in Action:
        if action in used:
            yield f"how a {in_both(action)} is done"
            yield from (f"  {step_line(step)}" for step in rules.steps[action])
    for industry, peaks in rules.seasons.items():
        yield f"peak season of {industry}: {', '.join(map(season, peaks))}"
    caps = rules.gifts
    yield (
        f"gifts: {rules.currency} {caps.per_care} for one care, {caps.per_account} for "
        f"one account a year, {caps.per_recipient} for one person a year at most"
    )
    for gift in rules.catalogue:
        liked = f"; for who likes {', '.join(gift.tags)}" if gift.tags else ""
        tiers = f"; {', '.join(gift.tiers)}" if gift.tiers else ""
        yield f"  {gift.value} {both(gift.titles)}{tiers}{liked}"
    yield (
        f"{rules.room} working days are left to prepare in, whatever the holiday; "
        f"{rules.grace} days after its day an occasion may still be honoured"
    )


def kind_line(kind: OccasionRules) -> str:
    said = [
        f"prepared {before(kind.lead)} by the {kind.role}",
        DELIVERED[kind.deliver],
        "approved by a person" if kind.approval else "no approval needed",
        f"never {', '.join(map(season, kind.blackout))}" if kind.blackout else "",
    ]
    return "; ".join(filter(None, said))


def care_line(treatment: Treatment, rules: CareRules) -> str:
    tiers = ", ".join(treatment.tiers) or "every other account"
    actions = ", ".join(map(in_both, treatment.actions))
    if treatment.budget:
        actions += f", up to {rules.currency} {treatment.budget}"
    return f"{tiers}: {actions}"


def step_line(step: StepRule) -> str:
    said = [
        before(step.ahead),
        step.role or "",
        "the approval" if step.is_approval else "",
        "" if step.when_late is WhenLate.CATCH_UP else "left out if it is too late",
    ]
    return f"{step.code} {both(step.titles)}: {'; '.join(filter(None, said))}"


def before(ahead: Ahead) -> str:
    """`7 days before`, `2 months before`, `on the day`."""
    count, unit = (ahead.months, "month") if ahead.months else (ahead.days, "day")
    return f"{count} {unit}{'s' * (count != 1)} before" if count else "on the day"
