"""A service standard as a page to read in a terminal, titles in both languages."""

from collections.abc import Iterable, Iterator, Sequence

from kam_flows.cli.policy_care import care_lines
from kam_flows.cli.policy_visits import visit_lines
from kam_flows.cli.shown import both, in_both, number, percent
from kam_flows.domain.accounts import Tier
from kam_flows.domain.onboarding_rules import Climb, ItemRule, OnboardingRules
from kam_flows.domain.policy import Ladder, Policy, Rung, Scope, Target, Targets
from kam_flows.domain.retention import RetentionRules
from kam_flows.domain.tickets import Priority
from kam_flows.domain.tiering import Criterion, TierRule
from kam_flows.rendering.words import LANGUAGES

SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}


def page(policy: Policy) -> str:
    return "\n".join(
        [
            f"{policy.name}: {both(policy.titles)}",
            f"version {policy.digest[:12]}",
            "",
            "Calendars",
            *(f"  {line}" for line in calendars(policy)),
            "",
            "Tiers",
            *(f"  {tier_line(rule)}" for rule in policy.tiers),
            "",
            "Promises, by what a ticket is about",
            *(f"  {line}" for line in promises(policy)),
            "",
            "Ladders; the first that fits is climbed",
            *(
                f"  {line}"
                for ladder in policy.ladders
                for line in ladder_lines(ladder)
            ),
            "",
            f"A ticket belongs to the {' or else the '.join(policy.ticket_owners)}.",
            f"Left of a target when a case is re-opened: {percent(policy.grace)} or more.",
            "",
            f"Onboarding, {policy.onboarding.deadline} after the signing",
            *(f"  {line}" for line in onboarding_lines(policy.onboarding)),
            "",
            f"Handovers, accepted within {policy.handover.accept_within}",
            f"  {climb_line(policy.handover.overdue)}",
            "",
            f"Visits, planned {policy.visits.horizon} days ahead",
            *(f"  {line}" for line in visit_lines(policy.visits)),
            "",
            "Care; a day off moves what is prepared and delivered, never the occasion",
            *(f"  {line}" for line in care_lines(policy.care)),
            "",
            "Kept no longer than",
            *(f"  {line}" for line in retention_lines(policy.retention)),
        ]
    )


def retention_lines(rules: RetentionRules) -> Iterator[str]:
    yield f"bodies of mails that are over: {rules.mail_bodies} days"
    yield f"runs in Prefect, with logs and artifacts: {rules.runs} days"
    yield f"findings about the house that cleared: {rules.house_findings} days"
    yield f"which links were used: {rules.used_links} days"


def calendars(policy: Policy) -> Iterator[str]:
    for name, calendar in policy.calendars.items():
        default = ", unless an account names another" * (
            name == policy.default_calendar
        )
        titles = {lang: calendar.title(lang) for lang in LANGUAGES}
        called = "" if {*titles.values()} == {name} else f" {both(titles)}"
        yield f"{name}{called} ({calendar.timezone}){default}"


def tier_line(rule: TierRule) -> str:
    ways = " or ".join(" and ".join(map(bound, way)) for way in rule.alternatives)
    who = "named by management" if rule.appointed else ways or "everybody else"
    share = f"; about {percent(rule.expected_share)}" if rule.expected_share else ""
    team = f"; team {', '.join(rule.team)}" if rule.team else ""
    return f"{rule.tier} {both(rule.titles)}: {who}{share}{team}"


def bound(criterion: Criterion) -> str:
    bounds = ((sign, getattr(criterion, name)) for name, sign in SIGNS.items())
    written = (f"{sign} {number(value)}" for sign, value in bounds if value is not None)
    return f"{criterion.measure} {' and '.join(written)}"


def promises(policy: Policy) -> Iterator[str]:
    for scene, titles in policy.scenes.items():
        default = ", unless a ticket says otherwise" * (scene == policy.default_scene)
        yield f"{scene} {both(titles)}{default}"
        for who, times in together(promised(policy, scene)).items():
            yield f"  {times}: {', '.join(who)}"


def promised(policy: Policy, scene: str) -> Iterator[tuple[str, Targets]]:
    """What each tier gets; a priority is named only where it makes a difference."""
    for tier in (rule.tier for rule in policy.tiers):
        usual = policy.targets(scene, tier, Priority.NORMAL)
        yield tier, usual
        for priority in Priority:
            times = policy.targets(scene, tier, priority)
            if times != usual:
                yield f"{tier} if {priority}", times


def together(entries: Iterable[tuple[str, Targets]]) -> dict[tuple[str, ...], str]:
    """Those with the same times in one line, in the order of the first of them."""
    groups: dict[Targets, list[str]] = {}
    for who, times in entries:
        groups.setdefault(times, []).append(who)
    return {tuple(who): written(times) for times, who in groups.items()}


def written(targets: Targets) -> str:
    given = ((target, targets.get(target)) for target in Target)
    return ", ".join(f"{t} in {d}" for t, d in given if d) or "nothing promised"


def ladder_lines(ladder: Ladder) -> Iterator[str]:
    yield f"{ladder.name} ({scope_of(ladder)})"
    for rung in ladder.rungs:
        yield f"  {rung.number}. {rung_line(rung)}"


def rung_line(rung: Rung) -> str:
    if rung.share is not None:
        since = f"after {percent(rung.share)} of the time to {rung.anchor}"
    elif rung.after and rung.after.amount:
        since = f"{rung.after} after {rung.anchor}"
    else:
        since = f"at {rung.anchor}"
    return f"{since}, unless {rung.until}: {rung.tell}, {rung.delivery}"


def scope_of(scope: Scope) -> str:
    parts: Sequence[Sequence[str | Tier]] = (
        scope.tiers,
        scope.scenes,
        scope.priorities,
    )
    return "; ".join(", ".join(part) for part in parts if part) or "every ticket"


def onboarding_lines(rules: OnboardingRules) -> Iterator[str]:
    yield from map(item_line, rules.items)
    yield "the survey asks for"
    yield from (f"  {in_both(one)}" for one in rules.dimensions)
    yield "the account file holds"
    yield from (f"  {in_both(one)}" for one in rules.file_parts)
    if rules.reminders:
        after = ", ".join(map(str, rules.reminders))
        yield f"reminders of what is open: after {after}, {rules.reminder_delivery}"
    yield f"stuck: nothing was done for {rules.stuck_after}"
    yield climb_line(rules.overdue)
    if rules.welcome:
        yield "a welcome mail to the account when all is done and somebody releases it"


def item_line(rule: ItemRule) -> str:
    said = [
        rule.owner,
        f"within {rule.due}" if rule.due else "",
        "" if rule.required else "optional",
        f"evidence {both(rule.evidence)}" if rule.evidence else "",
        f"only {', '.join(rule.tiers)}" if rule.tiers else "",
    ]
    return f"{rule.code} {both(rule.titles)}: {'; '.join(filter(None, said))}"


def climb_line(climb: Climb) -> str:
    told = ", then ".join(climb.tell)
    often = f"every {climb.every}, {climb.at_most} times at most"
    return f"overdue: {told}; {often}, {climb.delivery}"
