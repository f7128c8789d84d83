"""Letters of care: which wording is next, what it may say, and words of one's own."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_flows.domain.care_letters import (
    Letter,
    LetterFacts,
    checked,
    choose_variant,
    fits,
    framed,
    known,
    median_hours,
    strange_numbers,
)
from kam_flows.domain.errors import UserError
from kam_flows.domain.letter_numbers import numbers
from kam_flows.domain.survey import Dimension

WORDINGS = {
    "road": frozenset({"years", "projects"}),
    "served": frozenset({"solved", "hours"}),
    "thanks": frozenset({"years"}),
    "short": frozenset[str](),
    "short_2": frozenset[str](),
    "short_3": frozenset[str](),
}
LETTER = Letter(
    kind="cooperation_anniversary",
    variant="thanks",
    language="zh_CN",
    subject="谢谢您",
    salutation="尊敬的王总：",
    paragraphs=("谢谢您。",),
    closing=("此致", "敬礼！"),
    signature=("东岳智能装备", "客户经理　王芳"),
    date="二〇二六年九月三十日",
)


def facts(**more: Any) -> LetterFacts:
    """Nothing but who writes to whom, of which day."""
    bare: dict[str, Any] = {
        "kind": "cooperation_anniversary",
        "account_name": "ACME",
        "contact": "Zhang Wei",
        "on": date(2026, 10, 1),
        "dated": date(2026, 9, 30),
        "sender": "Wang Fang",
        "house": "Dongyue",
    }
    return LetterFacts(**bare | more)


def read_over_years(facts: LetterFacts, years: int) -> list[str]:
    used: dict[int, str] = {}
    for edition in range(2026, 2026 + years):
        used[edition] = choose_variant(facts, WORDINGS, used, edition)
    return list(used.values())


@settings(max_examples=30, deadline=None)
@given(
    contact=st.text(min_size=1, max_size=8),
    years=st.none() | st.integers(1, 30),
    projects=st.lists(st.text(min_size=1), max_size=2).map(tuple),
    solved=st.integers(0, 90),
)
def test_nobody_reads_a_wording_again_within_two_years(
    contact, years, projects, solved
):
    told = facts(contact=contact, years=years, projects=projects, solved=solved)

    read = read_over_years(told, 9)

    assert all(len(set(read[n : n + 3])) == 3 for n in range(7))


def test_with_nothing_true_to_say_the_letter_is_a_short_one():
    assert set(read_over_years(facts(), 6)) == {"short", "short_2", "short_3"}


def test_a_full_wording_comes_before_a_short_one():
    told = facts(years=3, projects=("Spare parts",), solved=5, hours=4)

    assert set(read_over_years(told, 6)) == {"road", "served", "thanks"}


def test_with_one_full_wording_to_choose_short_ones_fill_the_years_between():
    read = read_over_years(facts(years=3), 7)

    assert [name == "thanks" for name in read] == [True, False, False] * 2 + [True]


def test_colleagues_at_one_account_do_not_all_get_the_same_words():
    told = facts(years=3, projects=("Spare parts",), solved=5, hours=4)
    people = [replace(told, contact_code=f"C-{n}") for n in range(9)]

    assert len({choose_variant(one, WORDINGS, {}, 2026) for one in people}) > 1


def test_when_every_wording_was_read_lately_somebody_has_to_write_another():
    two = {"short": frozenset[str](), "short_2": frozenset[str]()}

    with pytest.raises(UserError, match="Zhang Wei of ACME has read every wording"):
        choose_variant(facts(), two, {2024: "short", 2025: "short_2"}, 2026)


def test_a_wording_fits_only_where_all_it_needs_is_known():
    assert fits(facts(years=3, projects=("A",)), {"years", "projects"})
    assert not fits(facts(years=3), {"years", "projects"})
    assert not fits(facts(years=0), {"years"})


def test_a_handful_of_tickets_or_slow_ones_are_nothing_to_tell():
    assert not fits(facts(solved=2, hours=1), {"solved"})
    assert not fits(facts(solved=2, hours=1), {"hours"})
    assert fits(facts(solved=9, hours=100), {"solved"})
    assert not fits(facts(solved=9, hours=100), {"hours"})


def test_what_an_account_would_not_like_to_read_back_is_not_named():
    told = facts(mattered=(Dimension.COMPETITORS, Dimension.PURCHASING))
    more = facts(mattered=(Dimension.QUALITY, Dimension.GOALS, Dimension.RED_LINES))

    assert "mattered" not in known(told)
    assert known(more)["mattered"] == (Dimension.RED_LINES, Dimension.QUALITY)


@pytest.mark.parametrize(
    ("lengths", "hours"),
    [([], None), ([20], 1), ([300, 61, 10], 2), ([60, 120], 2), ([60, 180], 2)],
)
def test_half_of_the_tickets_were_solved_within_the_hours_told(lengths, hours):
    assert median_hours(timedelta(minutes=n) for n in lengths) == hours


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("满 3 年，解决了 46 个", ["3", "46"]),
        ("二〇二六年九月三十日", ["2026", "9", "30"]),
        ("合作二十五年、一百零八个项目、三万个工时", ["25", "108", "30000"]),
        ("一年来，一次次，一路走来，万事顺遂，十分感谢", []),
        ("1,200 requests, twenty-five sites, the third year", ["1200", "25", "3"]),
        ("one year, someone, often, a weighty matter", []),
        ("省下 ３０％、3.5 天", ["30", "3.5"]),
    ],
)
def test_numbers_are_found_in_figures_and_in_words(text, found):
    assert numbers(text) == found


@settings(max_examples=40, deadline=None)
@given(years=st.integers(1, 60), solved=st.integers(3, 900), more=st.integers(2, 10**6))
def test_a_number_is_strange_exactly_where_no_fact_has_it(years, solved, more):
    told = facts(years=years, solved=solved, projects=("Hall 7",))
    ours = {years, solved, 7, 2026, 10, 9, 30, 1}

    strange = strange_numbers(f"{years} years, {solved} tickets, {more} parts", told)

    assert strange == ([] if more in ours else [str(more)])


def test_a_letter_with_a_strange_number_is_not_drafted():
    boast = replace(LETTER, paragraphs=("成本降低了 30%。",))

    with pytest.raises(UserError, match=r"thanks\.zh_CN to Zhang Wei says 30,"):
        checked(boast, facts(dated=date(2026, 9, 1)))


def test_words_of_ones_own_stand_in_the_same_frame():
    letter = framed(LETTER, "张总，国庆之后我去看您。\n祝您假期愉快。")

    assert letter.paragraphs == ("张总，国庆之后我去看您。", "祝您假期愉快。")
    assert replace(letter, paragraphs=LETTER.paragraphs) == LETTER


def test_whoever_pastes_the_whole_letter_has_its_frame_once():
    body = "尊敬的王总：\n\n　　谢谢您\n的信任。\n\n　　此致\n敬礼！\n　　王芳的问候\n\n东岳智能装备\n"

    assert framed(LETTER, body).paragraphs == ("谢谢您的信任。", "王芳的问候")


@pytest.mark.parametrize("body", ["", " \n\u3000\n", "尊敬的王总：", "长" * 3001])
def test_a_letter_with_no_words_or_far_too_many_is_refused(body):
    with pytest.raises(UserError, match="The letter has"):
        framed(LETTER, body)
