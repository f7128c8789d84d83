"""A simulated year against the service standard, counted by hand for each scheme."""

import json
from datetime import date
from functools import cache
from typing import Any

import pytest
from typer.testing import CliRunner

from kam_flows.cli import app
from kam_flows.cli import simulate_visits as _command  # noqa: F401  # registers it
from kam_flows.domain.accounts import Tier
from kam_flows.policies.load import load_preset
from tasks.visit_simulation import Rhythm, SimulatedVisits, simulate_visits

NEW_YEAR = date(2026, 1, 1)
ACCOUNTS = 20
EACH = {
    # 2026 has 53 Thursdays, its first and its last day among them.
    ("enterprise", "strategic", "weekly_sync"): 53,
    ("enterprise", "potential", "value_brief"): 12,
    ("retention", "core", "monthly_visit"): 12,
    ("retention", "core", "service_plan"): 4,
    ("retention", "potential", "fortnightly_call"): 26,
    ("retention", "basic", "yearly_survey"): 1,
    ("key-account", "strategic", "executive_meeting"): 4,
    ("key-account", "core", "deep_talk"): 52,
    ("key-account", "core", "data_report"): 12,
    ("key-account", "core", "joint_event"): 3,
    ("key-account", "potential", "needs_follow_up"): 26,
    ("care", "core", "yearly_visit"): 1,
    ("care", "potential", "online_follow_up"): 4,
    ("care", "new", "follow_up"): 12,
    **{
        ("value-tiers", tier, cadence): times
        for tier in ("strategic", "core", "growth", "opportunity")
        for cadence, times in (
            ("follow_up", 12),
            ("quarterly_review", 4),
            ("depth_review", 1),
        )
    },
    ("value-tiers", "strategic", "executive_visit"): 12,
    ("value-tiers", "strategic", "joint_marketing"): 4,
}
"""Touchpoints of each account of a tier in 2026."""


@cache
def a_year(preset: str) -> SimulatedVisits:
    return simulate_visits(load_preset(preset), ACCOUNTS, NEW_YEAR, 365)


def rhythm(preset: str, tier: str, cadence: str) -> Rhythm:
    return a_year(preset).rhythms[Tier(tier), cadence]


@pytest.mark.parametrize(("case", "times"), EACH.items(), ids=str)
def test_every_account_is_met_as_often_as_the_standard_says(case, times):
    found = rhythm(*case)

    assert found.per_account
    assert set(found.per_account) == {times}
    assert found.slots == times * len(found.per_account)


PRESETS = ("enterprise", "retention", "key-account", "care", "value-tiers")


@pytest.mark.parametrize("preset", [*PRESETS, "default"])
def test_no_day_off_no_limit_and_no_rhythm_is_broken_in_a_year(preset):
    year = a_year(preset)

    assert (year.days_off, year.above_limit, year.missed, year.gaps_too_long) == (
        (0, 0, 0, 0)
    )
    assert year.holds


def test_every_cadence_of_the_five_schemes_is_counted_by_hand():
    told = {
        (preset, tier, code)
        for preset in PRESETS
        for tier, code in a_year(preset).rhythms
    }
    by_age = {
        ("enterprise", "core", code)
        for code in ("service_brief", "needs_workshop", "co_innovation")
    }

    assert told == set(EACH) | by_age


def test_core_accounts_of_enterprise_have_what_belongs_to_their_age():
    by_age = [
        rhythm("enterprise", "core", code).per_account
        for code in ("service_brief", "needs_workshop", "co_innovation")
    ]

    # Three briefs, then workshops in the months 6, 9 and 12, then one every quarter.
    for briefs, workshops, projects in zip(*by_age, strict=True):
        assert briefs <= 3
        assert workshops <= 3
        assert projects == 4 or (workshops and projects < 4)
    assert max(by_age[2]) == 4


def test_a_sync_merged_after_a_holiday_still_counts_for_its_week():
    """The Thursdays 10-01 and 02-19 are holidays; on 10-08 two of them are one visit."""
    syncs = rhythm("enterprise", "strategic", "weekly_sync")

    assert syncs.merged
    assert set(syncs.merged_into) == {"weekly_sync"}
    assert sum(syncs.per_account) == 53 * len(syncs.per_account)


@pytest.mark.parametrize(
    ("preset", "shares"),
    [
        ("retention", {"core": 10, "potential": 30, "basic": 60}),
        # Of all our accounts 5, 15 and 30 %; the others have no tier.
        ("key-account", {"strategic": 10, "core": 30, "potential": 60}),
    ],
)
def test_tiers_hold_the_shares_that_the_standard_expects(preset, shares):
    year = simulate_visits(load_preset(preset), 100, NEW_YEAR, 1)

    assert year.accounts == shares


def test_another_seed_draws_other_accounts_and_the_same_seed_the_same():
    policy = load_preset("enterprise")
    years = [simulate_visits(policy, 9, NEW_YEAR, 100, seed) for seed in (1, 1, 2)]

    assert years[0] == years[1]
    assert years[0] != years[2]


def run(*options: str) -> Any:
    return CliRunner().invoke(app, ["simulate", "visits", *options])


def test_the_command_tells_programs_what_it_counted():
    told = run("--preset", "retention", "--accounts", "10", "--days", "365", "--json")
    data = json.loads(told.stdout)

    [core] = [one for one in data["tiers"] if one["tier"] == "core"]
    assert core["kinds"] == {"visit": 12, "plan": 4}
    visits = core["cadences"][0]
    assert (visits["cadence"], visits["satisfied"]) == ("monthly_visit", 12)
    assert visits["per_account"] == {"min": 12, "max": 12}
    assert data["holds"]
    assert (data["from"], data["to"]) == ("2026-01-01", "2026-12-31")


def test_the_command_tells_people_in_a_table():
    told = run("--preset", "care", "--accounts", "5", "--days", "30")

    assert "new, follow_up" in told.stdout
    assert told.stdout.rstrip().endswith("All holds.")


def test_a_day_that_is_none_is_refused_in_one_sentence():
    told = run("--from", "tomorrow")

    assert str(told.exception) == "--from 'tomorrow' is no day; write 2026-01-01."
