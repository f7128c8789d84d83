"""Durations: how they are written, what is refused, what a share of one is."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.durations import Duration, Unit
from kam_flows.domain.errors import UserError

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("30min", 30, Unit.MINUTES),
        ("72h", 72, Unit.HOURS),
        ("3d", 3, Unit.DAYS),
        ("90bmin", 90, Unit.BUSINESS_MINUTES),
        ("1.5bh", Fraction(3, 2), Unit.BUSINESS_HOURS),
        ("5bd", 5, Unit.BUSINESS_DAYS),
        ("0h", 0, Unit.HOURS),
        (" 8 bh ", 8, Unit.BUSINESS_HOURS),
    ],
)
def test_a_duration_is_read_as_people_write_it(text, amount, unit):
    duration = Duration.parse(text)

    assert duration == Duration(Fraction(amount), unit)
    assert str(duration) == text.replace(" ", "")


@given(
    st.builds(
        Duration,
        st.decimals(0, 999, places=2).map(Fraction),
        st.sampled_from([u for u in Unit if not u.endswith("d")]),
    )
    | st.builds(
        Duration,
        st.integers(0, 3660).map(Fraction),
        st.sampled_from([Unit.DAYS, Unit.BUSINESS_DAYS]),
    )
)
def test_what_is_written_is_read_back_the_same(duration):
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    "text", ["", "8", "h", "8 hours", "-8h", "1e3h", "8bh30", "½h"]
)
def test_what_is_not_a_duration_is_refused_with_the_forms_that_are(text):
    with pytest.raises(UserError) as refused:
        Duration.parse(text)

    assert f"'{text}'" in str(refused.value)
    assert "72h" in str(refused.value)
    assert "8bh" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "instead"), [("1.5d", "36h"), ("0.5bd", "business hours")]
)
def test_a_part_of_a_day_is_to_be_written_in_hours(text, instead):
    with pytest.raises(UserError, match=instead):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["87841h", "3661bd", "99999999999bmin"])
def test_a_duration_of_more_than_ten_years_is_taken_for_a_slip(text):
    with pytest.raises(UserError, match="ten years"):
        Duration.parse(text)


def test_a_negative_duration_cannot_be_made():
    with pytest.raises(UserError, match="negative"):
        Duration(Fraction(-1), Unit.HOURS)


def test_only_the_units_with_b_run_on_the_calendar():
    business = {u for u in Unit if Duration(Fraction(1), u).is_business}

    assert business == {
        Unit.BUSINESS_MINUTES,
        Unit.BUSINESS_HOURS,
        Unit.BUSINESS_DAYS,
    }


@pytest.mark.parametrize(
    ("whole", "share", "part"),
    [
        ("4bh", HALF, "2bh"),
        ("1h", HALF, "30min"),
        ("3bh", HALF, "90bmin"),
        ("25min", HALF, "12.5min"),
        ("10min", Fraction(1, 3), "3.34min"),
        ("1d", HALF, "12h"),
        ("4d", HALF, "2d"),
        ("1d", Fraction(1, 48), "30min"),
        ("1bd", HALF, "1bd"),
        ("3bd", HALF, "2bd"),
        ("2bh", Fraction(0), "0bh"),
        ("2bh", Fraction(3, 2), "3bh"),
    ],
)
def test_a_share_keeps_to_figures_that_people_can_read(whole, share, part):
    assert str(Duration.parse(whole).scaled(share)) == part


def test_hours_and_minutes_have_a_length_and_days_have_none():
    assert Duration.parse("1.5bh").length == timedelta(minutes=90)
    with pytest.raises(ValueError, match="calendar"):
        _ = Duration.parse("1d").length
