"""The needs survey: answers add, and what is missing is named."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.errors import UserError
from kam_flows.domain.survey import (
    LONGEST_ANSWER,
    Answer,
    Dimension,
    added,
    latest,
    missing,
    unheard,
)
from kam_flows.domain.texts import as_kept
from tests.builders import at

WORDS = st.dictionaries(st.sampled_from(Dimension), st.text(max_size=5))


def answered(words: dict[Dimension, str]) -> dict[Dimension, Answer]:
    return {
        one: Answer(dimension=one, text=text, at=at("2026-10-12 09:00"), by="mara")
        for one, text in words.items()
    }


def test_an_answer_left_empty_erases_nothing():
    before = answered({Dimension.GOALS: "两条新产线"})
    given_now = {Dimension.GOALS: " \n", Dimension.RED_LINES: " no late delivery "}

    assert added(before, given_now) == {Dimension.RED_LINES: "no late delivery"}


def test_an_answer_given_again_adds_nothing_and_another_one_does():
    before = answered({Dimension.GOALS: "two lines"})

    assert added(before, {Dimension.GOALS: "two lines "}) == {}
    assert added(before, {Dimension.GOALS: "three"}) == {Dimension.GOALS: "three"}


def test_an_interview_of_20000_characters_is_kept_as_it_was_written():
    text = "客户说😀=1+1 \u202bשלום\u202c\n" * 1000

    assert added({}, {Dimension.GOALS: text}) == {Dimension.GOALS: text.strip()}


def test_an_answer_that_is_too_long_to_keep_names_its_dimension():
    longest = "长" * LONGEST_ANSWER

    assert added({}, {Dimension.GOALS: longest})
    with pytest.raises(UserError, match=f"goals has {LONGEST_ANSWER + 1} characters"):
        added({}, {Dimension.GOALS: longest + "了"})


@given(WORDS, WORDS)
def test_answers_only_add(first, second):
    before = answered(added({}, first))
    more = added(before, second)
    after = before | answered(more)

    assert before.keys() <= after.keys()
    assert all(answer.text.strip() for answer in after.values())
    assert added(after, second) == {}
    assert set(missing(after, Dimension)) <= set(missing(before, Dimension))


@given(WORDS, st.lists(st.sampled_from(Dimension), unique=True))
def test_what_is_missing_is_what_was_asked_and_not_answered(words, wanted):
    left = missing(answered(words), wanted)

    assert left == tuple(one for one in wanted if one in set(wanted) - words.keys())


MONDAY = at("2026-10-12 09:00")


def goals(text: str, days: int = 0) -> Answer:
    moment = MONDAY + timedelta(days=days)
    return Answer(dimension=Dimension.GOALS, text=text, at=moment, by="mara")


def test_the_newest_answer_counts_also_as_of_an_earlier_day():
    history = [goals("one"), goals("two", days=2)]

    assert latest(history)[Dimension.GOALS].text == "two"
    assert latest(history, MONDAY + timedelta(days=1))[Dimension.GOALS].text == "one"
    assert latest(history, MONDAY - timedelta(days=1)) == {}


def test_what_was_answered_once_is_not_unheard_of_in_a_file():
    history = [goals("one"), goals("two", days=2)]
    brought = {Dimension.GOALS: "one\r\n", Dimension.RED_LINES: "one"}

    assert unheard(history, brought) == {Dimension.RED_LINES: "one"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("第一行\r\n第二行\r第三行 ", "第一行\n第二行\n第三行"),
        ("a\x00b\x0bc\ud800d\tu\ufffe", "abcd\tu"),
        ("=cmd|' /C calc'!A0 😀 \u202eمرحبا", "=cmd|' /C calc'!A0 😀 \u202eمرحبا"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_an_answer_is_kept_as_typed_but_for_what_cannot_be_stored(typed, kept):
    assert as_kept(typed) == kept
