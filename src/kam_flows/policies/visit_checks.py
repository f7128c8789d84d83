"""What the visits block of a policy file must agree on with itself."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from kam_flows.domain.cadences import MONTHS, Mode, Unit
from kam_flows.domain.visit_rules import Peak
from kam_flows.policies.lengths import is_at_most
from kam_flows.policies.problems import Path, Problem
from kam_flows.policies.schema import Document
from kam_flows.policies.visits import LEAP_YEAR

BLOCK: Path = ("visits",)
LIST: Path = (*BLOCK, "cadences")
GRID = ("day", "month", "anchor")
"""What only a fixed grid has."""
LONGEST_SEASON = 183
"""Days; planning looks for a day outside, and has to find one."""


def repeated_cadences(policy: Document) -> Iterator[Problem]:
    codes = [part.cadence for part in policy.visits.cadences]
    for number in repeated(codes):
        yield Problem(
            path=(*LIST, number, "cadence"),
            wrong=f"a cadence '{codes[number]}' stands above",
            allowed="a code of its own",
        )


def repeated_company(policy: Document) -> Iterator[Problem]:
    for number, part in enumerate(policy.visits.cadences):
        for place in repeated((part.owner, *part.participants)):
            yield Problem(
                path=(*LIST, number, "participants", place - 1),
                wrong=f"'{part.participants[place - 1]}' comes already",
                allowed="each role once, the owner's not among them",
            )


def repeated_kinds_that_count(policy: Document) -> Iterator[Problem]:
    for number, part in enumerate(policy.visits.cadences):
        for place in repeated((part.kind, *part.also)):
            yield Problem(
                path=(*LIST, number, "also", place - 1),
                wrong=f"'{part.also[place - 1]}' counts already",
                allowed="each kind once, its own not among them",
            )


def days_of_another_rhythm(policy: Document) -> Iterator[Problem]:
    for number, part in enumerate(policy.visits.cadences):
        weekly = part.every[1] is Unit.WEEKS
        if part.day is not None and isinstance(part.day, str) is not weekly:
            yield Problem(
                path=(*LIST, number, "day"),
                wrong=f"'{part.day}' is no day of a {'week' if weekly else 'month'}",
                allowed="mon to sun" if weekly else "1 to 31, as `every` is in months",
            )


def idle_months(policy: Document) -> Iterator[Problem]:
    """A month says something only where some come round each year, and not all."""
    for number, part in enumerate(policy.visits.cadences):
        every, unit = part.every
        rounds = unit is Unit.MONTHS and (MONTHS % every == 0 or every % MONTHS == 0)
        written = part.mode is Mode.FIXED and "month" in part.model_fields_set
        if written and (not rounds or every == 1):
            yield Problem(
                path=(*LIST, number, "month"),
                wrong="decides nothing with this `every`",
                allowed="with 2m, 3m, 4m, 6m or 12m, which meet the same months each year",
            )


def grids_of_rolling_cadences(policy: Document) -> Iterator[Problem]:
    for number, part in enumerate(policy.visits.cadences):
        if part.mode is Mode.ROLLING:
            for key in GRID:
                if key in part.model_fields_set:
                    yield Problem(
                        path=(*LIST, number, key),
                        wrong="decides nothing: a rolling cadence counts from the last "
                        "real touchpoint",
                        allowed=f"{key} with `mode: {Mode.FIXED}`",
                    )


def stages_that_never_come(policy: Document) -> Iterator[Problem]:
    for number, part in enumerate(policy.visits.cadences):
        first, until = part.stage.from_month, part.stage.until_month
        if until is not None and until <= first:
            yield Problem(
                path=(*LIST, number, "stage", "until_month"),
                wrong="is over before it begins",
                allowed=f"later than month {first}",
            )


def tolerances_beyond_the_next_slot(policy: Document) -> Iterator[Problem]:
    """One whole period may be bridged, so that a week off meets the next week's slot;
    beyond, a touchpoint could pass the next one or count for the one after."""
    for number, part in enumerate(policy.visits.cadences):
        most = part.to_cadence().shortest
        if part.tolerance > most:
            yield Problem(
                path=(*LIST, number, "tolerance"),
                wrong="reaches beyond the next slot",
                allowed=f"{most} days at most, as long as `every`",
            )


def misses_before_reminders(policy: Document) -> Iterator[Problem]:
    rules = policy.visits
    if is_at_most(rules.missed_after, rules.remind_after):
        yield Problem(
            path=(*BLOCK, "missed_after"),
            wrong="is over no later than somebody is reminded",
            allowed=f"longer than {rules.remind_after}",
        )


def starts_out_of_order(policy: Document) -> Iterator[Problem]:
    for number, (one, other) in enumerate(pairwise(policy.visits.starts), 1):
        if other <= one:
            yield Problem(
                path=(*BLOCK, "starts", number),
                wrong="is no later than the one before",
                allowed=f"later than {one:%H:%M}",
            )


def seasons_without_end(policy: Document) -> Iterator[Problem]:
    for industry, peaks in policy.visits.peaks.items():
        if days_in(peaks) > LONGEST_SEASON:
            yield Problem(
                path=(*BLOCK, "peaks", industry),
                wrong="lasts for more than half of the year",
                allowed=f"{LONGEST_SEASON} days in all at most",
            )


def repeated(codes: Sequence[str]) -> Iterator[int]:
    """The places of what stands further up too."""
    for number, code in enumerate(codes):
        if code in codes[:number]:
            yield number


def days_in(peaks: Sequence[Peak]) -> int:
    first = date(LEAP_YEAR, 1, 1)
    days = (first + timedelta(days=number) for number in range(366))
    return sum(any(peak.covers(day) for peak in peaks) for day in days)
