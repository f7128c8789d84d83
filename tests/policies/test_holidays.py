"""Official days: the lists of 2025 and 2026 day by day, 2027 unknown until loaded."""

import subprocess
import sys
from datetime import date, datetime, timedelta

import pytest

from kam_flows.domain.calendar import Window, WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.policies.holidays import OfficialDays, calendar_days, official_days

OFFICE = (Window.parse("09:00-18:00"),)
WEEK = dict.fromkeys(range(5), OFFICE)


def days(year: int, *texts: str) -> frozenset[date]:
    """`10-01..10-07 05-01`: single days and whole stretches."""
    found = set()
    for text in texts:
        first, _, last = text.partition("..")
        day = date.fromisoformat(f"{year}-{first}")
        while day <= date.fromisoformat(f"{year}-{last or first}"):
            found.add(day)
            day += timedelta(days=1)
    return frozenset(found)


# The State Council's notices, typed in by hand.
NOTICES = {
    2025: OfficialDays(
        years=frozenset({2025}),
        days_off=days(
            2025,
            *("01-01", "01-28..02-04", "04-04..04-06", "05-01..05-05"),
            *("05-31..06-02", "10-01..10-08"),
        ),
        makeup_days=days(2025, "01-26", "02-08", "04-27", "09-28", "10-11"),
    ),
    2026: OfficialDays(
        years=frozenset({2026}),
        days_off=days(
            2026,
            *("01-01..01-03", "02-15..02-23", "04-04..04-06", "05-01..05-05"),
            *("06-19..06-21", "09-25..09-27", "10-01..10-07"),
        ),
        makeup_days=days(2026, "01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
    ),
}
# What a company would load on the day the notice appears; made up for this test.
NOTICE_OF_2027 = OfficialDays(
    years=frozenset({2027}),
    days_off=days(2027, "01-01..01-03", "02-05..02-11"),
    makeup_days=days(2027, "01-30", "02-20") | {date(2026, 12, 27)},
)


def calendar(official: OfficialDays) -> WorkCalendar:
    return WorkCalendar(
        name="office",
        timezone="Asia/Shanghai",
        week=WEEK,
        days=calendar_days(official, OFFICE),
        official_years=official.years,
    )


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_package_says_what_the_notice_says(year):
    assert official_days("CN", [year]) == NOTICES[year]


def test_all_730_days_of_two_years_are_working_days_or_off_as_published():
    ours = calendar(official_days("CN"))
    two_years = sorted(days(2025, "01-01..12-31") | days(2026, "01-01..12-31"))

    assert len(two_years) == 730
    for day in two_years:
        notice = NOTICES[day.year]
        works = day in notice.makeup_days or (
            day.weekday() < 5 and day not in notice.days_off
        )
        assert ours.is_working_day(day) is works, day


def test_a_year_the_package_only_guesses_has_no_days_and_is_not_official():
    known = official_days("CN", range(2025, 2030))

    assert known.years == {2025, 2026}
    assert {day.year for day in known.days_off | known.makeup_days} == {2025, 2026}


def test_a_deadline_in_a_guessed_year_counts_the_plain_week_and_says_so():
    ours = calendar(official_days("CN"))
    start = datetime(2027, 1, 29, 9, tzinfo=ours.timezone)
    moment = ours.add(start, Duration.parse("8bd"))

    assert moment == datetime(2027, 2, 10, 9, tzinfo=ours.timezone)
    assert ours.provisional_years(start, moment) == (2027,)


def test_a_list_loaded_by_hand_makes_its_year_official():
    ours = calendar(official_days("CN").replaced_by(NOTICE_OF_2027))
    start = datetime(2027, 1, 29, 9, tzinfo=ours.timezone)
    moment = ours.add(start, Duration.parse("8bd"))

    assert moment == datetime(2027, 2, 16, 9, tzinfo=ours.timezone)
    assert ours.provisional_years(start, moment) == ()


def test_a_loaded_list_may_move_a_day_of_the_year_before():
    ours = calendar(official_days("CN").replaced_by(NOTICE_OF_2027))

    assert ours.is_working_day(date(2026, 12, 27))
    assert ours.is_working_day(date(2026, 10, 10))
    assert not ours.is_working_day(date(2026, 10, 1))


def test_a_loaded_list_replaces_what_the_package_says_of_its_year():
    corrected = OfficialDays(years=frozenset({2026}), days_off=days(2026, "05-01"))
    official = official_days("CN", [2025, 2026]).replaced_by(corrected)

    assert official.years == {2025, 2026}
    assert official.days_off == NOTICES[2025].days_off | days(2026, "05-01")
    assert official.makeup_days == NOTICES[2025].makeup_days


def test_a_day_cannot_be_both_off_and_worked():
    with pytest.raises(UserError, match="2027-01-01"):
        OfficialDays(
            days_off=days(2027, "01-01"), makeup_days=days(2027, "01-01..01-02")
        )
    with pytest.raises(UserError, match="2027-01-01"):
        calendar_days(
            NOTICE_OF_2027,
            OFFICE,
            closures=days(2027, "01-01"),
            own_makeup_days=days(2027, "01-01"),
        )


def test_what_the_company_says_of_itself_wins_over_the_state():
    short = (Window.parse("09:00-12:00"),)
    ours = calendar_days(
        NOTICES[2026],
        short,
        closures=days(2026, "10-10", "12-24"),
        own_makeup_days=days(2026, "10-07", "11-14"),
    )

    assert ours[date(2026, 10, 10)] == ()
    assert ours[date(2026, 12, 24)] == ()
    assert ours[date(2026, 10, 7)] == short
    assert ours[date(2026, 11, 14)] == short
    assert ours[date(2026, 9, 20)] == short
    assert ours[date(2026, 10, 1)] == ()


def test_where_the_law_fixes_the_days_coming_years_are_official():
    usa = official_days("US", [2026, 2030])

    assert usa.years == {2026, 2030}
    assert date(2030, 7, 4) in usa.days_off
    assert not usa.makeup_days


def test_a_year_with_estimated_moon_dates_is_not_official():
    singapore = official_days("SG", [2026, 2035])

    assert singapore.years == {2026}
    assert all(day.year == 2026 for day in singapore.days_off)


def test_a_part_of_a_country_has_days_of_its_own():
    epiphany = date(2026, 1, 6)

    assert epiphany in official_days("DE-BY", [2026]).days_off
    assert epiphany not in official_days("DE", [2026]).days_off


@pytest.mark.parametrize("country", ["XX", "China", "DE-XX", ""])
def test_an_unknown_country_is_refused(country):
    with pytest.raises(UserError, match="such as CN"):
        official_days(country)


def test_the_package_is_imported_only_by_who_asks_for_holidays():
    code = (
        "import sys, kam_flows.policies.holidays as ours;"
        "assert 'holidays' not in sys.modules;"
        "ours.official_days('CN');"
        "assert 'holidays' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0
