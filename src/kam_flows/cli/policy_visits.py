"""Who is met how often, as a page to read in a terminal, in both languages."""

from collections.abc import Iterator

from kam_flows.cli.shown import both, in_both, percent
from kam_flows.domain.cadences import Cadence
from kam_flows.domain.visit_rules import Peak, VisitRules
from kam_flows.rendering.rhythms import rhythm
from kam_flows.rendering.words import LANGUAGES


def visit_lines(rules: VisitRules) -> Iterator[str]:
    for cadence in rules.cadences:
        tiers = ", ".join(cadence.tiers) or "every account"
        yield f"{cadence.code} {both(cadence.titles)}: {tiers}"
        yield f"  {both({tongue: rhythm(cadence, tongue) for tongue in LANGUAGES})}"
        yield f"  {cadence_line(cadence)}"
    starts = ", ".join(f"{start:%H:%M}" for start in rules.starts)
    yield f"{rules.per_day} on one day for one person at most, from {starts}"
    for industry, peaks in rules.peaks.items():
        yield f"peak season of {industry}: {', '.join(map(season, peaks))}"
    yield f"goal: {'; '.join(goals(rules))}"
    if rules.headline:
        yield f"told first: {', '.join(rules.headline)}"
    yield (
        f"brief {rules.brief_ahead} and invitation {rules.invite_ahead} before, "
        f"reminder {rules.remind_after} after, missed {rules.missed_after} after"
    )
    yield f"a promise is brought to mind {rules.promise_ahead} before its day"


def cadence_line(cadence: Cadence) -> str:
    said = [
        in_both(cadence.kind),
        f"or {', '.join(map(in_both, cadence.also))}" if cadence.also else "",
        f"within {cadence.tolerance} days" if cadence.tolerance else "",
        f"{cadence.minutes} min" if cadence.minutes else "",
        " with ".join(filter(None, [cadence.owner, ", ".join(cadence.participants)])),
        "the account is invited" if cadence.with_customer else "",
        stage(cadence),
        "" if cadence.outside_peak else "also in the peak season",
    ]
    return "; ".join(filter(None, said))


def stage(cadence: Cadence) -> str:
    """In months since the signing."""
    if cadence.until_month is not None:
        return (
            f"months {cadence.from_month} to {cadence.until_month} of the cooperation"
        )
    return f"from month {cadence.from_month} on" if cadence.from_month else ""


def season(peak: Peak) -> str:
    first, last = (f"{month:02}-{day:02}" for month, day in (peak.first, peak.last))
    return f"{first} to {last}"


def goals(rules: VisitRules) -> Iterator[str]:
    yield f"{percent(rules.goal)} of what was due takes place"
    for tier, goal in rules.goals.items():
        yield f"{tier} {percent(goal)}"
