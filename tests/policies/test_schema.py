"""A policy file with a mistake is refused by file, line and field, with what is allowed."""

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from hashlib import sha256

import pytest

from kam_flows.domain.accounts import Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding_rules import ItemKind
from kam_flows.domain.policy import Anchor, Until
from kam_flows.domain.survey import Dimension
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import Priority
from kam_flows.policies.load import load_preset, parse_policy, read_policy, text_of
from kam_flows.policies.problems import PolicyError

GOOD = """\
name: small
title: {zh_CN: 小标准, en: Small}
calendars:
  office:
    timezone: Asia/Shanghai
    hours: {mon-fri: "09:00-12:00, 13:30-18:00", sat: 09:00-12:00}
    public_holidays: CN
    closed: [2026-12-31, 2026-07-01..2026-07-03]
    make_up: [2026-07-05]
    official:
      2027: {days_off: [2027-01-01], working_days: [2027-01-03]}
default_calendar: office
scenes:
  fault: {zh_CN: 故障, en: Fault}
  question: {zh_CN: 咨询, en: Question}
default_scene: question
tiers:
  core:
    title: {zh_CN: 核心级, en: Core}
    when: {measure: spend_12m, at_least: 500_000}
  basic:
    title: {zh_CN: 基础级, en: Basic}
targets:
  - {scenes: [fault], respond: 2bh, resolve: 24h}
  - {respond: 4bh}
tier_share: {core: 50%}
ladders:
  - name: standard
    rungs:
      - {after: 75%, from: respond_by, until: taken_up, tell: owner}
      - {after: 24h, from: opened, until: taken_up, tell: supervisor}
      - {after: 48h, from: opened, until: resolved, tell: department_head}
"""


def refused(text: str) -> list[str]:
    with pytest.raises(PolicyError) as error:
        parse_policy(text, "my.yaml")
    return str(error.value).splitlines()


def refusal_of(text: str, field: str, block: str) -> tuple[str, str]:
    """Where and what is wrong with a field, said once below its block, and what may
    stand there."""
    said = [line for line in refused(text) if f" {field}: " in line]
    assert len(said) == 1, refused(text)
    place, _, allowed = said[0].partition("; allowed: ")
    assert re.match(rf"my\.yaml:\d+: {re.escape(field)}: ", place)
    assert int(place.split(":")[1]) >= line_of(text, f"{block}:")
    return place, allowed


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_good_file_becomes_a_policy():
    policy = parse_policy(GOOD, "my.yaml")

    assert (policy.name, policy.titles["zh_CN"]) == ("small", "小标准")
    assert str(policy.targets("fault", Tier.CORE, Priority.LOW).respond) == "1bh"
    ladder = policy.ladder("fault", Tier.CORE, Priority.LOW)
    assert ladder is not None
    assert [rung.number for rung in ladder.rungs] == [1, 2, 3]
    assert (ladder.rungs[0].share, ladder.rungs[0].after) == (Fraction(3, 4), None)
    assert (ladder.rungs[2].anchor, ladder.rungs[2].until, ladder.rungs[2].tell) == (
        Anchor.OPENED,
        Until.RESOLVED,
        Tell.DEPARTMENT_HEAD,
    )


def test_the_calendar_of_a_file_knows_holidays_closures_and_days_made_up_for():
    office = parse_policy(GOOD, "my.yaml").calendar("office")
    working = office.is_working_day

    assert not working(date(2026, 10, 1))  # National Day
    assert working(date(2026, 10, 10))  # official make-up Saturday
    assert [working(date(2026, 7, day)) for day in (1, 2, 3, 4, 5)] == [
        *[False] * 3,  # closed
        True,  # Saturday morning
        True,  # Sunday made up for
    ]
    assert not working(date(2026, 12, 31))
    assert not working(date(2027, 1, 1))
    assert [str(window) for window in office.windows_on(date(2027, 1, 3))] == [
        "09:00-12:00",
        "13:30-18:00",
    ]


def test_a_calendar_has_a_title_in_the_language_of_its_reader_or_else_its_name():
    titled = GOOD.replace(
        "  office:\n", "  office:\n    title: {zh_CN: 办公时间, en: office hours}\n"
    )
    office, bare = (
        parse_policy(t, "my.yaml").calendar("office") for t in (titled, GOOD)
    )

    assert [office.title(language) for language in ("zh_CN", "en")] == [
        "办公时间",
        "office hours",
    ]
    assert bare.title("zh_CN") == "office"


def test_a_year_typed_in_by_hand_is_no_longer_provisional():
    office = parse_policy(GOOD, "my.yaml").calendar("office")

    def provisional(year: int) -> tuple[int, ...]:
        return office.provisional_years(
            datetime(year, 3, 1, tzinfo=UTC), datetime(year, 3, 2, tzinfo=UTC)
        )

    assert (provisional(2026), provisional(2027), provisional(2028)) == (
        (),
        (),
        (2028,),
    )


MISTAKES = [
    # written, written instead, field, what is wrong, allowed
    ("name: small", "name: Small One", "name", "other signs", "small letters"),
    ("name: small\n", "", "name", "is missing", "small letters"),
    ("en: Small}", "en: }", "title.en", "no text", "title in English"),
    ("title: {zh_CN: 小标准, en: Small}", "title: Small", "title",
     "no block", "zh_CN"),
    ("scenes: [fault]", "scens: [fault]", "targets[0].scens",
     "did you mean 'scenes'", "scenes, tiers, priorities"),
    ("scenes: [fault]", "scenes: fault", "targets[0].scenes",
     "is no list", "a list of the file's scenes"),
    ("scenes: [fault]", "scenes: [falt]", "targets[0].scenes",
     "did you mean 'fault'", "fault, question"),
    ("scenes: [fault]", "tiers: [potential]", "targets[0].tiers",
     "'potential' is not in this file", "core, basic"),
    ("scenes: [fault]", "tiers: [coer]", "targets[0].tiers[0]",
     "did you mean 'core'", "strategic, core"),
    ("tier_share: {core", "tier_share: {growth", "tier_share.growth",
     "not in this file", "core, basic"),
    ("core: 50%}", "core: 100%}", "tier_share.core", "outside", "1% to 99%"),
    ("core: 50%}", "core: 0.5%}", "tier_share.core", "outside", "1% to 99%"),
    ("core: 50%}", "core: half}", "tier_share.core", "not a share", "1% to 99%"),
    ("respond: 2bh", "respond: 2 hours", "targets[0].respond",
     "'2 hours' is not a duration", "8bh"),
    ("respond: 2bh", "respond: 0h", "targets[0].respond", "no time", "8bh"),
    ("respond: 2bh", "respond: 2", "targets[0].respond", "not a duration", "8bh"),
    ("resolve: 24h}", "resolve: }\n  - {scenes: [fault], respond: 1bh}",
     "targets[1]", "never used", "no rule above"),
    ("  - {respond: 4bh}", "  - {scenes: [question]}", "targets[1]",
     "is empty", "respond, plan or resolve"),
    ("default_calendar: office", "default_calendar: ofice", "default_calendar",
     "did you mean 'office'", "office"),
    ("default_scene: question", "default_scene: fautl", "default_scene",
     "did you mean 'fault'", "fault, question"),
    ("Asia/Shanghai", "Asia/Shangai", "calendars.office.timezone",
     "not a time zone", "Asia/Shanghai"),
    ("public_holidays: CN", "public_holidays: CHINA",
     "calendars.office.public_holidays", "no official holidays", "CN"),
    ("12:00, 13:30", "14:00, 13:30", "calendars.office.hours.mon-fri",
     "overlap", "09:00-12:00, 13:30-18:00"),
    ("sat: 09:00", "fri: 09:00", "calendars.office", "twice", "each day once"),
    ("sat: 09:00", "sit: 09:00", "calendars.office.hours.sit",
     "names no weekday", "mon, tue"),
    ("sat: 09:00-12:00", "sat: 12:00-09:00", "calendars.office.hours.sat",
     "ends before it begins", "09:00-12:00"),
    ("    hours: {mon-fri: \"09:00-12:00, 13:30-18:00\", sat: 09:00-12:00}\n", "",
     "calendars.office", "no working time", "around_the_clock: true"),
    ("    public_holidays: CN", "    around_the_clock: true", "calendars.office",
     "never closes", "`around_the_clock: true` with `timezone` and `title` alone"),
    ("public_holidays: CN", "around_the_clock: yes",
     "calendars.office.around_the_clock", "neither true nor false", "true or false"),
    ("2026-12-31,", "2026-13-31,", "calendars.office.closed",
     "'2026-13-31' is not a day", "2026-12-31"),
    ("07-01..2026-07-03", "07-03..2026-07-01", "calendars.office.closed",
     "ends before it begins", "2026-12-31"),
    ("make_up: [2026-07-05]", "make_up: [2026-12-31]", "calendars.office",
     "2026-12-31", "one list only"),
    ("2027: {", "27: {", "calendars.office.official.27", "not a year", "2000 to 2099"),
    ("  core:\n", "  gold:\n", "tiers.gold", "'gold' is not known", "strategic, core"),
    ("    when: {measure: spend_12m, at_least: 500_000}\n", "", "tiers.core",
     "takes every account", "a place at the end"),
    ("measure: spend_12m", "measure: spend", "tiers.core.when.measure",
     "did you mean 'spend_12m'", "annual_contribution"),
    ("at_least: 500_000", "at_least: a lot", "tiers.core.when.at_least",
     "not an amount", "500_000"),
    (", at_least: 500_000", "", "tiers.core.when", "belong together", "at_least"),
    ("measure: spend_12m, at_least: 500_000", "all: []", "tiers.core.when",
     "says nothing", "one of `measure`"),
    ("at_least: 500_000}", "at_least: 5}\n    appointed: true", "tiers.core",
     "no measure", "either `when`"),
    ("after: 75%", "after: 120%", "ladders[0].rungs[0].after",
     "outside", "1% to 99%"),
    ("after: 75%", "after: soon", "ladders[0].rungs[0].after",
     "'soon' is not a time", "a share from 1% to 99%"),
    ("after: 24h", "after: 50%", "ladders[0].rungs[1].after",
     "a share needs a target", "respond_by, plan_by, resolve_by"),
    ("after: 48h", "after: 24h", "ladders[0].rungs[2].after",
     "no later than rung 2", "later than 24h from opened"),
    ("after: 48h", "after: 1d", "ladders[0].rungs[2].after",
     "no later than rung 2", "later than 24h from opened"),
    ("until: resolved", "until: confirmd", "ladders[0].rungs[2].until",
     "did you mean 'confirmed'", "taken_up, planned, resolved, confirmed"),
    ("75%, from: respond_by, until: taken_up", "75%, from: respond_by, until: planned",
     "ladders[0].rungs[1].until", "'taken_up' happens before 'planned' of rung 1",
     "planned, resolved, confirmed"),
    ("from: respond_by", "from: plan_by", "ladders[0].rungs[0].from",
     "no ticket of this ladder has a plan target", "opened, respond_by, resolve_by"),
    ("from: respond_by, ", "", "ladders[0].rungs[0].from", "is missing", "counts from"),
    ("tell: supervisor", "tell: boss", "ladders[0].rungs[1].tell",
     "'boss' is not known", "owner, lead_manager, supervisor"),
    ("tell: supervisor", "tell: duty, delivery: now", "ladders[0].rungs[1].delivery",
     "'now' is not known", "working_time, at_once"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "instead", "field", "wrong", "allowed"), MISTAKES)
def test_a_mistake_is_named_with_its_place(part, instead, field, wrong, allowed):
    assert part in GOOD
    text = GOOD.replace(part, instead, 1)

    said = [line for line in refused(text) if f" {field}: " in line]

    assert len(said) == 1, refused(text)
    place, _, right = said[0].partition("; allowed: ")
    assert re.match(rf"my\.yaml:\d+: {re.escape(field)}: ", place)
    assert wrong in place
    assert allowed in right


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("respond: 2bh", "respond: soon"),
        ("after: 48h", "after: never"),
        ("2026-12-31,", "someday,"),
        ("en: Question", "en: "),
    ],
)
def test_the_line_is_that_of_the_field(part, instead):
    text = GOOD.replace(part, instead, 1)

    assert refused(text)[0].startswith(f"my.yaml:{line_of(GOOD, part)}: ")


CHECKLIST = """\
onboarding:
  deadline: 72h
  stuck_after: 24h
  reminders: [24h, 2d, 66h]
  overdue: {tell: [supervisor, department_head], every: 1bd, at_most: 5}
  survey: [goals, red_lines]
  account_file: [communication, special_needs]
  checklist:
    - {item: survey, kind: survey, title: {zh_CN: 调研, en: Survey}, due: 48h}
    - {item: team, kind: team, title: {zh_CN: 小组, en: Team}, tiers: [core]}
    - item: pack
      title: {zh_CN: 礼包, en: Pack}
      required: false
      evidence: {zh_CN: 日期, en: day of sending}
handover:
  accept_within: 2bd
  overdue: {tell: [supervisor], every: 1bd, at_most: 3, delivery: at_once}
"""
ITEMS = "onboarding.checklist"
CHECKLIST_MISTAKES = [
    # written, written instead, field, what is wrong, allowed
    ("item: pack", "item: team", f"{ITEMS}[2].item",
     "an item 'team' stands above", "a code of its own"),
    ("item: pack", "item: Welcome Pack", f"{ITEMS}[2].item", "other signs", "welcome_pack"),
    ("kind: survey", "kind: survye", f"{ITEMS}[0].kind", "did you mean 'survey'", "task"),
    ("tiers: [core]", "tiers: [growth]", f"{ITEMS}[1].tiers",
     "'growth' is not in this file", "core, basic"),
    ("due: 48h}", "due: 73h}", f"{ITEMS}[0].due", "after the deadline", "72h at most"),
    ("due: 48h}", "due: 4d}", f"{ITEMS}[0].due", "after the deadline", "72h at most"),
    ("due: 48h}", "evidence: {zh_CN: 表, en: form}}", f"{ITEMS}[0].evidence",
     "of kind survey is done", "where the kind is task"),
    ("Survey}, due", "Survey}, required: false, due", ITEMS,
     "no required item for basic", "required of each tier"),
    ("kind: survey", "kind: inheritance", ITEMS,
     "no required item for basic", "besides inheritance"),
    ("[24h, 2d, 66h]", "[24h, 2d, 48h]", "onboarding.reminders[2]",
     "no later than reminder 2", "later than 2d"),
    ("[24h, 2d, 66h]", "[24h, 2d, 3d]", "onboarding.reminders[2]",
     "no earlier than the deadline", "earlier than 72h"),
    ("[goals, red_lines]", "[goals, goals]", "onboarding.survey[1]",
     "'goals' stands in this list already", "each once"),
    ("[goals, red_lines]", "[goal]", "onboarding.survey[0]",
     "did you mean 'goals'", "red_lines"),
    ("[goals, red_lines]", "[]", "onboarding.survey", "is empty", "dimensions"),
    ("[communication, special_needs]", "[]", "onboarding.account_file",
     "is empty", "parts of the account file"),
    ("[communication, special_needs]", "[communication, communication]",
     "onboarding.account_file[1]", "stands in this list already", "each once"),
    ("deadline: 72h", "deadline: soon", "onboarding.deadline", "not a duration", "8bh"),
    ("  stuck_after: 24h\n", "", "onboarding.stuck_after", "is missing", "8bh"),
    ("at_most: 5", "at_most: 31", "onboarding.overdue.at_most", "is too large", "1 to 30"),
    ("at_most: 3", "at_most: 0", "handover.overdue.at_most", "is too small", "1 to 30"),
    ("at_most: 3", "at_most: some", "handover.overdue.at_most", "no whole number", "1 to 30"),
    ("tell: [supervisor],", "tell: [],", "handover.overdue.tell", "is empty", "who is told"),
    ("accept_within: 2bd", "accept_within: 0h", "handover.accept_within", "no time", "8bh"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "instead", "field", "wrong", "allowed"), CHECKLIST_MISTAKES
)
def test_a_mistake_about_onboarding_is_named_with_its_place(
    part, instead, field, wrong, allowed
):
    assert part in CHECKLIST
    whole = GOOD + CHECKLIST.replace(part, instead, 1)

    said = [line for line in refused(whole) if f" {field}: " in line]

    assert len(said) == 1, refused(whole)
    place, _, right = said[0].partition("; allowed: ")
    number = int(place.split(":")[1])
    assert number >= line_of(whole, "onboarding:")
    assert wrong in place
    assert allowed in right


def test_the_line_of_a_contradiction_is_that_of_its_item():
    text = GOOD + CHECKLIST.replace("item: pack", "item: team")

    [said] = refused(text)

    number = line_of(text, "- item: team\n")
    assert said.startswith(f"my.yaml:{number}: onboarding.checklist[2].item: ")


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("due: 48h", "due: 9bd"),
        ("due: 48h", "due: 72h"),
        ("[24h, 2d, 66h]", "[24h, 1bd, 66h]"),
        ("[24h, 2d, 66h]", "[30bh, 9bd]"),
        ("deadline: 72h", "deadline: 3bd"),
    ],
)
def test_times_on_different_clocks_are_not_compared(part, instead):
    assert part in CHECKLIST
    text = GOOD + CHECKLIST.replace(part, instead)

    assert parse_policy(text, "my.yaml").onboarding.items


def test_what_a_file_says_about_onboarding_and_handovers_is_what_holds():
    policy = parse_policy(GOOD + CHECKLIST, "my.yaml")
    rules, handover = policy.onboarding, policy.handover

    assert [str(after) for after in (rules.deadline, *rules.reminders)] == [
        "72h",
        "24h",
        "2d",
        "66h",
    ]
    assert rules.dimensions == (Dimension.GOALS, Dimension.RED_LINES)
    assert [item.kind for item in rules.items] == ["survey", "team", "task"]
    assert rules.items[2].evidence == {"zh_CN": "日期", "en": "day of sending"}
    assert not rules.items[2].required
    assert (str(handover.accept_within), handover.overdue.at_most) == ("2bd", 3)


def test_a_file_from_before_onboarding_gets_what_is_usual_and_keeps_its_digest():
    before, after = (parse_policy(text, "my.yaml") for text in (GOOD, GOOD + CHECKLIST))
    rules = before.onboarding

    assert before.digest == sha256(GOOD.encode()).hexdigest() != after.digest
    assert str(rules.deadline) == "72h"
    assert [item.kind for item in rules.items] == [
        kind for kind in ItemKind if kind is not ItemKind.TASK
    ]
    assert (len(rules.dimensions), len(rules.file_parts)) == (12, 3)
    assert str(before.handover.accept_within) == "2bd"
    assert rules != after.onboarding


def test_every_mistake_is_told_at_once_in_the_order_of_the_file():
    text = GOOD.replace("2bh", "2x").replace("48h", "48x").replace("50%", "0%")

    said = refused(text)

    numbers = [int(line.split(":")[1]) for line in said]
    assert len(said) == 3
    assert numbers == sorted(numbers)


def test_a_key_written_twice_is_refused_with_both_lines():
    text = GOOD + "default_scene: fault\n"

    first, second = line_of(text, "default_scene: q"), line_of(text, "default_scene: f")
    assert "\n".join(refused(text)) == (
        f"my.yaml:{second}: default_scene: is written twice, first in line {first}; "
        "allowed: once"
    )


def test_no_ladder_at_all_is_refused():
    text = GOOD[: GOOD.index("ladders:")]

    assert (
        "ladders: is missing; allowed: a list of at least one ladder"
        in refused(text)[0]
    )
    assert "ladders: is empty" in refused(text + "ladders: []\n")[0]
    assert "ladders: is no list" in refused(text + "ladders:\n")[0]


def test_a_ladder_nobody_can_reach_is_refused():
    again = GOOD[GOOD.index("  - name: standard") :]

    said = refused(GOOD + again)

    assert any(
        "ladders[1].name: a ladder named 'standard' stands above" in s for s in said
    )
    assert any("ladders[1]: is never used" in s for s in said)


def test_a_share_after_the_target_itself_is_out_of_order():
    text = GOOD.replace("after: 75%", "after: 0h").replace(
        "after: 24h, from: opened", "after: 75%, from: respond_by"
    )

    assert (
        "ladders[0].rungs[1].after: falls due no later than rung 1" in refused(text)[0]
    )


@pytest.mark.parametrize(
    ("first", "then"),
    [("24h", "1bd"), ("8bh", "1bd"), ("24h", "8bh"), ("75%", "0h")],
)
def test_rungs_on_different_clocks_are_not_compared(first, then):
    anchor = "respond_by" if first.endswith("%") else "opened"
    rungs = (
        f"      - {{after: {first}, from: {anchor}, until: taken_up, tell: owner}}\n"
        f"      - {{after: {then}, from: {anchor}, until: taken_up, tell: supervisor}}\n"
    )
    text = GOOD[: GOOD.index("    rungs:")] + "    rungs:\n" + rungs

    assert parse_policy(text, "my.yaml").ladders[0].rungs[1].number == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1\nb: 2", "my.yaml:2: this is not YAML, column 2"),
        ("a:\n\t- b", "my.yaml:2: this is not YAML, column 1"),
        ("a: b: c", "my.yaml:1: this is not YAML, column 5"),
        ("a: &a [*a]", "my.yaml:1: this is not YAML, column 4: it repeats itself"),
        ("a: !!int x", "my.yaml:1: this is not YAML, column 4: invalid literal"),
        ("? [a]\n: b", "my.yaml:1: this is not YAML, column 3: a key is one word"),
        ("a: 1\n---\nb: 2", "my.yaml:2: this is not YAML"),
        ("a: \x00", "my.yaml: this is not YAML: unacceptable character"),
        ("[" * 5000, "my.yaml: this is not YAML"),
        ("- a\n- b", "my.yaml:1: is no block of `key: value` lines"),
        ("just words", "my.yaml:1: is no block of `key: value` lines"),
        ("", "my.yaml:1: is no block of `key: value` lines"),
    ],
)
def test_what_is_no_policy_at_all_is_one_sentence(text, said):
    lines = refused(text)

    assert len(lines) == 1
    assert lines[0].startswith(said)
    assert "; allowed: " in lines[0]


def test_aliases_of_aliases_do_not_fill_the_memory():
    doubled = "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )

    assert "repeats itself" in refused("a0: &a0 [x]\n" + doubled)[0]


def test_words_and_times_stand_as_they_are_written():
    text = GOOD.replace("en: Fault", "en: off").replace("en: Core", "en: 'no'")

    assert parse_policy(text, "my.yaml").scenes["fault"]["en"] == "off"


def test_rungs_may_be_shared_by_an_alias():
    rungs = "    rungs: &rungs\n"
    text = GOOD.replace("    rungs:\n", rungs).replace(
        "ladders:\n  - name: standard\n",
        "ladders:\n  - name: standard\n    tiers: [core]\n",
    )
    text += "  - name: rest\n    rungs: *rungs\n"

    policy = parse_policy(text, "my.yaml")

    assert policy.ladders[0].rungs == policy.ladders[1].rungs


def test_the_same_text_is_read_once():
    assert parse_policy(GOOD, "one.yaml") is parse_policy(GOOD, "other.yaml")
    assert load_preset("care").digest != load_preset("retention").digest


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text(GOOD, encoding="utf-8-sig")

    assert read_policy(path) is parse_policy(GOOD, "my.yaml")


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path):
    other = tmp_path / "gbk.yaml"
    other.write_bytes("name: 标准".encode("gb18030"))

    with pytest.raises(UserError, match=r"cannot be read.*give the path"):
        read_policy(tmp_path / "none.yaml")
    with pytest.raises(UserError, match=r"cannot be read"):
        read_policy(tmp_path)
    with pytest.raises(UserError, match="save it as UTF-8"):
        read_policy(other)


def test_a_name_is_a_preset_and_a_path_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "retention").mkdir()
    (tmp_path / "retention.yaml").write_text(GOOD, encoding="utf-8")

    assert text_of("retention")[0] != GOOD
    assert text_of("retention.yaml") == (GOOD, "retention.yaml")
    with pytest.raises(UserError, match="did you mean 'value-tiers'"):
        text_of("value_tiers")
