"""What a policy file says about visits, and its mistakes by line and field."""

from datetime import time
from fractions import Fraction

import pytest

from kam_flows.domain.accounts import Tier
from kam_flows.domain.cadences import Anchor, Mode, Unit
from kam_flows.domain.visit_rules import Peak
from kam_flows.policies.load import parse_policy
from tests.policies.test_schema import GOOD, line_of, refusal_of, refused

VISITS = """\
visits:
  horizon: 60
  per_day: 5
  starts: [09:30, 14:00]
  brief_ahead: 2bd
  remind_after: 1bd
  missed_after: 3bd
  promise_ahead: 2bd
  goal: 80%
  goals: {core: 95%}
  headline: [follow_up]
  peaks: {零售: [11-01..11-12, 12-20..01-03]}
  cadences:
    - {cadence: talk, kind: call, title: {zh_CN: 周谈, en: Talk}, tiers: [core], every: 1w, day: thu, tolerance: 7}
    - cadence: workshop
      kind: workshop
      title: {zh_CN: 工作坊, en: Workshop}
      every: 3m
      month: 2
      day: 31
      tolerance: 89
      participants: [technical, after_sales]
      stage: {from_month: 3, until_month: 12}
    - {cadence: follow_up, kind: call, title: {zh_CN: 回访, en: Follow-up}, tiers: [basic], every: 1m, mode: rolling, tolerance: 28}
    - {cadence: yearly, kind: visit, title: {zh_CN: 专访, en: Yearly}, tiers: [core], every: 12m, anchor: signing}
"""
CADENCES = "visits.cadences"
MISTAKES = [
    # written, written instead, field, what is wrong, allowed
    ("cadence: follow_up", "cadence: talk", f"{CADENCES}[2].cadence",
     "a cadence 'talk' stands above", "a code of its own"),
    ("cadence: follow_up", "cadence: Follow up", f"{CADENCES}[2].cadence",
     "other signs", "monthly_visit"),
    ("kind: workshop", "kind: workshp", f"{CADENCES}[1].kind",
     "did you mean 'workshop'", "visit, video, call"),
    ("tiers: [basic]", "tiers: [growth]", f"{CADENCES}[2].tiers",
     "'growth' is not in this file", "core, basic"),
    ("{core: 95%}", "{new: 95%}", "visits.goals.new", "'new' is not in this file", "core, basic"),
    ("{core: 95%}", "{core: 101%}", "visits.goals.core", "outside", "1% to 99%"),
    ("{core: 95%}", "{gold: 95%}", "visits.goals.gold", "'gold' is not known", "strategic"),
    ("[follow_up]", "[folow_up]", "visits.headline", "did you mean 'follow_up'", "talk, workshop"),
    ("every: 1w", "every: weekly", f"{CADENCES}[0].every", "'weekly' is no period", "1w, 2w"),
    ("every: 1w", "every: 0w", f"{CADENCES}[0].every", "no period", "1w, 2w"),
    ("every: 1w", "every: 1m", f"{CADENCES}[0].day", "'thu' is no day of a month", "1 to 31"),
    ("day: thu", "day: 4", f"{CADENCES}[0].day", "'4' is no day of a week", "mon to sun"),
    ("day: thu", "day: someday", f"{CADENCES}[0].day", "no day of a week or a month", "1 to 31"),
    ("day: thu", "month: 2", f"{CADENCES}[0].month", "decides nothing", "12m"),
    ("every: 3m", "every: 1m", f"{CADENCES}[1].month", "decides nothing", "2m, 3m"),
    ("every: 3m", "every: 5m", f"{CADENCES}[1].month", "decides nothing", "same months"),
    ("month: 2", "month: 13", f"{CADENCES}[1].month", "is too large", "1 to 12"),
    ("mode: rolling", "mode: rolling, day: 5", f"{CADENCES}[2].day",
     "counts from the last real touchpoint", "day with `mode: fixed`"),
    ("mode: rolling", "mode: rolling, month: 5", f"{CADENCES}[2].month",
     "counts from the last real touchpoint", "month with `mode: fixed`"),
    ("mode: rolling", "mode: rolling, anchor: signing", f"{CADENCES}[2].anchor",
     "counts from the last real touchpoint", "anchor with `mode: fixed`"),
    ("until_month: 12", "until_month: 3", f"{CADENCES}[1].stage.until_month",
     "over before it begins", "later than month 3"),
    ("until_month: 12", "untill_month: 12", f"{CADENCES}[1].stage.untill_month",
     "did you mean 'until_month'", "from_month"),
    ("tolerance: 7}", "tolerance: 8}", f"{CADENCES}[0].tolerance",
     "beyond the next slot", "7 days at most"),
    ("tolerance: 28", "tolerance: 29", f"{CADENCES}[2].tolerance",
     "beyond the next slot", "28 days at most"),
    ("tolerance: 89", "tolerance: 90", f"{CADENCES}[1].tolerance",
     "beyond the next slot", "89 days at most"),
    ("[technical, after_sales]", "[technical, technical]", f"{CADENCES}[1].participants[1]",
     "'technical' comes already", "each role once"),
    ("[technical, after_sales]", "[lead_manager]", f"{CADENCES}[1].participants[0]",
     "'lead_manager' comes already", "the owner's not among them"),
    ("kind: call,", "kind: call, also: [visit, call],", f"{CADENCES}[0].also[1]",
     "'call' counts already", "each kind once"),
    ("missed_after: 3bd", "missed_after: 1bd", "visits.missed_after",
     "no later than somebody is reminded", "longer than 1bd"),
    ("missed_after: 3bd", "missed_after: 3", "visits.missed_after", "not a duration", "8bh"),
    ("  brief_ahead: 2bd\n", "", "visits.brief_ahead", "is missing", "8bh"),
    ("[09:30, 14:00]", "[14:00, 09:30]", "visits.starts[1]",
     "no later than the one before", "later than 14:00"),
    ("[09:30, 14:00]", "[09:30, 14:00+08:00]", "visits.starts[1]", "no time of day", "14:00"),
    ("[09:30, 14:00]", "[]", "visits.starts", "is empty", "a list of times"),
    ("horizon: 60", "horizon: 7", "visits.horizon", "too small", "14 to 400"),
    ("per_day: 5", "per_day: some", "visits.per_day", "no whole number", "1 to 20"),
    ("12-20..01-03", "12-20..01-32", "visits.peaks.零售[1]", "no days of the year", "11-01..11-20"),
    ("12-20..01-03", "01-02..08-01", "visits.peaks.零售", "more than half of the year", "183 days"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "instead", "field", "wrong", "allowed"), MISTAKES)
def test_a_mistake_about_visits_is_named_with_its_place(
    part, instead, field, wrong, allowed
):
    assert part in VISITS
    text = GOOD + VISITS.replace(part, instead, 1)

    place, right = refusal_of(text, field, "visits")

    assert wrong in place
    assert allowed in right


def test_the_line_of_a_contradiction_is_that_of_its_cadence():
    text = GOOD + VISITS.replace("cadence: yearly", "cadence: talk")

    [said] = refused(text)

    number = line_of(text, "- {cadence: talk, kind: visit")
    assert said.startswith(f"my.yaml:{number}: visits.cadences[3].cadence: ")


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("missed_after: 3bd", "missed_after: 24h"),  # on another clock
        ("every: 3m", "every: 24m"),
        ("mode: rolling", "mode: fixed"),
        ("every: 1w, day: thu", "every: 2w"),
        (
            "anchor: signing",
            "anchor: signing, month: 3, day: 1",
        ),  # if none is on record
        ("per_day: 5", "per_day: 1"),
        ("12-20..01-03", "01-01..06-15"),
    ],
)
def test_what_contradicts_nothing_is_taken(part, instead):
    assert part in VISITS
    text = VISITS.replace(part, instead, 1)

    assert len(parse_policy(GOOD + text, "my.yaml").visits.cadences) == 4


def test_what_a_file_says_about_visits_is_what_holds():
    rules = parse_policy(GOOD + VISITS, "my.yaml").visits
    talk, workshop, follow_up, yearly = rules.cadences

    assert (rules.horizon, rules.per_day) == (60, 5)
    assert rules.starts == (time(9, 30), time(14))
    assert rules.goal_of(Tier.CORE) == Fraction(95, 100)
    assert rules.goal_of(Tier.BASIC) == Fraction(80, 100)
    assert rules.headline == ("follow_up",)
    assert rules.peaks["零售"][1] == Peak(first=(12, 20), last=(1, 3))
    assert (talk.every, talk.unit, talk.day) == (1, Unit.WEEKS, 4)
    assert (workshop.month, workshop.day, workshop.minutes) == (2, 31, 60)
    assert (workshop.from_month, workshop.until_month) == (3, 12)
    assert (follow_up.mode, follow_up.anchor) == (Mode.ROLLING, Anchor.CALENDAR)
    assert (yearly.mode, yearly.anchor, yearly.day) == (Mode.FIXED, Anchor.SIGNING, 1)


def test_a_file_from_before_visits_gets_what_is_usual():
    rules = parse_policy(GOOD, "my.yaml").visits

    assert [one.code for one in rules.cadences][:2] == ["weekly_sync", "monthly_visit"]
    assert (rules.horizon, rules.per_day, len(rules.starts)) == (90, 4, 4)
