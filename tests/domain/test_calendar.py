"""Work calendars: scenarios S1-S6 and S11, days, DST, and a slow oracle beside them."""

import pickle
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kam_flows.domain.calendar import (
    NoWorkingTime,
    Window,
    WorkCalendar,
    around_the_clock,
)
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)


def windows(*texts: str) -> tuple[Window, ...]:
    return tuple(Window.parse(text) for text in texts)


def weekdays(*texts: str) -> dict[int, tuple[Window, ...]]:
    return {weekday: windows(*texts) for weekday in range(5)}


def stretch(first: str, last: str) -> list[date]:
    count = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    return [date.fromisoformat(first) + timedelta(days=n) for n in range(count)]


def chinese_2026(*makeup_windows: Window) -> dict[date, tuple[Window, ...]]:
    """The official list of 2026 as the State Council published it."""
    off = (
        stretch("2026-01-01", "2026-01-03")
        + stretch("2026-02-15", "2026-02-23")
        + stretch("2026-04-04", "2026-04-06")
        + stretch("2026-05-01", "2026-05-05")
        + stretch("2026-06-19", "2026-06-21")
        + stretch("2026-09-25", "2026-09-27")
        + stretch("2026-10-01", "2026-10-07")
    )
    makeup = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    days: dict[date, tuple[Window, ...]] = dict.fromkeys(off, ())
    return days | {date.fromisoformat(f"2026-{day}"): makeup_windows for day in makeup}


def office(*texts: str) -> WorkCalendar:
    return WorkCalendar(
        name="office",
        timezone="Asia/Shanghai",
        week=weekdays(*texts),
        days=chinese_2026(*windows(*texts)),
        official_years=[2026],
    )


STD = office("09:00-18:00")
LUNCH = office("09:00-12:00", "13:30-18:00")
NY = WorkCalendar(name="NY", timezone="America/New_York", week=weekdays("09:00-17:00"))
NIGHT = WorkCalendar(
    name="night",
    timezone="America/New_York",
    week=dict.fromkeys(range(7), windows("00:00-05:00", "22:00-24:00")),
)
ROUND = around_the_clock("Asia/Shanghai")
CALENDARS = [STD, LUNCH, NY, NIGHT, ROUND]


def at(text: str, zone: tzinfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def due(calendar: WorkCalendar, start: str, after: str) -> str:
    """Both in the calendar's own time, as people read them."""
    moment = calendar.add(at(start, calendar.timezone), Duration.parse(after))
    return f"{moment.astimezone(calendar.timezone):%a %m-%d %H:%M}"


@pytest.mark.parametrize(
    ("calendar", "start", "after", "answer"),
    [
        pytest.param(STD, "2026-10-09T17:50", "2bh", "Sat 10-10 10:50", id="S1"),
        pytest.param(STD, "2026-09-19T14:00", "4bh", "Sun 09-20 13:00", id="S2"),
        pytest.param(STD, "2026-09-30T17:00", "4bh", "Thu 10-08 12:00", id="S3"),
        pytest.param(LUNCH, "2026-10-13T11:50", "1bh", "Tue 10-13 14:20", id="S4"),
        pytest.param(LUNCH, "2026-10-13T12:30", "1bh", "Tue 10-13 14:30", id="S4b"),
        pytest.param(ROUND, "2026-10-13T23:30", "1bh", "Wed 10-14 00:30", id="S5"),
        pytest.param(NIGHT, "2026-10-13T23:30", "1bh", "Wed 10-14 00:30", id="S5b"),
        pytest.param(ROUND, "2026-12-31T23:30", "1bh", "Fri 01-01 00:30", id="S5c"),
    ],
)
def test_a_due_time_in_business_hours(calendar, start, after, answer):
    assert due(calendar, start, after) == answer


@pytest.mark.parametrize(
    ("start", "local", "in_shanghai"),
    [
        ("2026-10-16T16:00", "Mon 10:00 EDT", "22:00"),
        ("2026-10-30T16:00", "Mon 10:00 EST", "23:00"),
    ],
)
def test_s6_the_account_s_calendar_counts_wherever_the_owner_sits(
    start, local, in_shanghai
):
    moment = NY.add(at(start, NEW_YORK), Duration.parse("2bh"))

    assert f"{moment.astimezone(NEW_YORK):%a %H:%M %Z}" == local
    assert f"{moment.astimezone(SHANGHAI):%H:%M}" == in_shanghai
    assert moment.tzinfo is UTC


def test_s11_a_year_without_an_official_list_is_provisional_until_it_is_loaded():
    start = at("2026-12-31T17:00")
    moment = STD.add(start, Duration.parse("2bh"))
    published = WorkCalendar(
        name="office",
        timezone="Asia/Shanghai",
        week=weekdays("09:00-18:00"),
        days=chinese_2026(*windows("09:00-18:00")) | {date(2027, 1, 1): ()},
        official_years=[2026, 2027],
    )

    assert moment == at("2027-01-01T10:00")
    assert STD.provisional_years(start, moment) == (2027,)
    assert published.add(start, Duration.parse("2bh")) == at("2027-01-04T10:00")
    assert published.provisional_years(start, at("2027-01-04T10:00")) == ()


def test_a_due_time_within_the_official_year_is_not_provisional():
    end_of_year = at("2027-01-01T00:00")

    assert STD.provisional_years(at("2026-12-31T17:00"), end_of_year) == ()
    assert STD.provisional_years(end_of_year, end_of_year) == (2027,)
    assert STD.provisional_years(at("2025-06-01T09:00"), end_of_year) == (2025,)
    assert NY.provisional_years(at("2020-01-01T00:00"), end_of_year) == ()


def test_a_due_time_on_closing_time_stays_there():
    assert due(STD, "2026-10-12T16:00", "2bh") == "Mon 10-12 18:00"
    assert due(LUNCH, "2026-10-12T09:00", "3bh") == "Mon 10-12 12:00"
    assert due(STD, "2026-10-12T09:00", "9bh") == "Mon 10-12 18:00"


@pytest.mark.parametrize(
    ("start", "answer"),
    [
        ("2026-10-12T10:07", "Mon 10-12 10:07"),
        ("2026-10-12T09:00", "Mon 10-12 09:00"),
        ("2026-10-12T12:00", "Mon 10-12 12:00"),
        ("2026-10-12T12:30", "Mon 10-12 13:30"),
        ("2026-10-12T18:00", "Mon 10-12 18:00"),
        ("2026-10-12T18:01", "Tue 10-13 09:00"),
        ("2026-10-01T10:00", "Thu 10-08 09:00"),
    ],
)
@pytest.mark.parametrize("nothing", ["0bh", "0bmin", "0bd"])
def test_no_business_time_is_the_start_or_the_next_opening(start, answer, nothing):
    assert due(LUNCH, start, nothing) == answer


@pytest.mark.parametrize("nothing", ["0h", "0min", "0d"])
def test_no_elapsed_time_is_the_start_itself_open_or_not(nothing):
    start = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1).astimezone(UTC)

    assert STD.add(start, Duration.parse(nothing)) == start
    assert NY.add(start, Duration.parse(nothing)) == start


def test_elapsed_time_ignores_the_calendar():
    assert due(STD, "2026-09-30T17:00", "72h") == "Sat 10-03 17:00"
    assert due(STD, "2026-09-30T17:00", "90min") == "Wed 09-30 18:30"


@pytest.mark.parametrize(
    ("start", "after", "answer"),
    [
        pytest.param("2026-09-30T17:00", "3bd", "Sat 10-10 17:00", id="O1"),
        pytest.param("2026-10-09T17:00", "1bd", "Sat 10-10 17:00", id="make-up day"),
        pytest.param("2026-10-10T17:00", "1bd", "Mon 10-12 17:00", id="from make-up"),
        pytest.param("2026-10-03T10:00", "1bd", "Thu 10-08 10:00", id="from holiday"),
        pytest.param("2026-10-12T20:15", "1bd", "Tue 10-13 18:00", id="after closing"),
        pytest.param("2026-10-12T07:00", "1bd", "Tue 10-13 09:00", id="before opening"),
        pytest.param("2026-10-12T12:30", "1bd", "Tue 10-13 12:30", id="lunch"),
    ],
)
def test_business_days_keep_the_time_of_day_within_the_working_day(
    start, after, answer
):
    assert due(LUNCH, start, after) == answer


def test_business_days_may_end_at_midnight():
    late = WorkCalendar(
        name="late", timezone="Asia/Shanghai", week=weekdays("14:00-24:00")
    )

    assert due(late, "2026-10-17T23:59", "1bd") == "Mon 10-19 23:59"
    assert due(NIGHT, "2026-10-17T12:00", "1bd") == "Sun 10-18 12:00"


@pytest.mark.parametrize(
    ("start", "after", "answer"),
    [
        ("2026-03-07T10:00", "1d", "2026-03-08T10:00:00-04:00"),
        ("2026-03-07T10:00", "24h", "2026-03-08T11:00:00-04:00"),
        ("2026-03-07T02:30", "1d", "2026-03-08T03:30:00-04:00"),
        ("2026-10-31T10:00", "1d", "2026-11-01T10:00:00-05:00"),
        ("2026-10-31T10:00", "24h", "2026-11-01T09:00:00-05:00"),
        ("2026-10-31T01:30", "1d", "2026-11-01T01:30:00-04:00"),
        ("2026-03-06T10:00", "1bd", "2026-03-09T10:00:00-04:00"),
    ],
)
def test_days_keep_the_local_time_across_dst(start, after, answer):
    moment = NY.add(at(start, NEW_YORK), Duration.parse(after))

    assert moment.astimezone(NEW_YORK).isoformat() == answer


def test_a_window_over_a_dst_change_is_an_hour_shorter_or_longer():
    def night_of(day: str) -> timedelta:
        return NIGHT.worked(at(f"{day}T00:00", NEW_YORK), at(f"{day}T12:00", NEW_YORK))

    assert night_of("2026-03-08") == timedelta(hours=4)
    assert night_of("2026-03-09") == timedelta(hours=5)
    assert night_of("2026-11-01") == timedelta(hours=6)


def test_a_window_that_opens_or_closes_in_the_hour_that_dst_skips():
    calendar = WorkCalendar(
        name="early",
        timezone="America/New_York",
        week=dict.fromkeys(range(7), windows("00:30-02:15", "02:45-04:00")),
    )
    pieces = calendar.windows(
        at("2026-03-08T00:00", NEW_YORK), at("2026-03-08T12:00", NEW_YORK)
    )

    assert [
        (f"{a.astimezone(NEW_YORK):%H:%M}", f"{b.astimezone(NEW_YORK):%H:%M}")
        for a, b in pieces
    ] == [("00:30", "04:00")]
    assert sum((b - a for a, b in pieces), timedelta()) == timedelta(hours=2.5)


@pytest.mark.parametrize("zone", ["America/Santiago", "Asia/Beirut", "America/Havana"])
def test_a_dst_change_at_midnight_loses_and_doubles_nothing(zone):
    calendar = around_the_clock(zone)
    start, end = datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)

    assert calendar.worked(start, end) == end - start
    assert calendar.windows(start, end) == [(start, end)]


def test_the_pieces_consumed_are_those_between_start_and_due_time():
    start = at("2026-10-09T17:50")
    pieces = LUNCH.windows(start, at("2026-10-10T14:00"))

    assert pieces == [
        (at("2026-10-09T17:50"), at("2026-10-09T18:00")),
        (at("2026-10-10T09:00"), at("2026-10-10T12:00")),
        (at("2026-10-10T13:30"), at("2026-10-10T14:00")),
    ]
    assert LUNCH.windows(start, start) == []
    assert LUNCH.windows(start, at("2026-10-09T09:00")) == []


def test_open_from_opening_up_to_but_not_at_closing():
    assert LUNCH.is_open(at("2026-10-12T09:00"))
    assert not LUNCH.is_open(at("2026-10-12T12:00"))
    assert not LUNCH.is_open(at("2026-10-05T10:00"))
    assert ROUND.is_open(at("2027-01-01T00:00"))


def test_next_open_is_the_moment_itself_if_open():
    assert LUNCH.next_open(at("2026-10-12T10:00")) == at("2026-10-12T10:00")
    assert LUNCH.next_open(at("2026-10-12T12:00")) == at("2026-10-12T13:30")
    assert LUNCH.next_open(at("2026-09-30T18:00")) == at("2026-10-08T09:00")


def test_working_days_follow_the_list_and_then_the_week():
    assert STD.is_working_day(date(2026, 10, 10))
    assert not STD.is_working_day(date(2026, 10, 7))
    assert not STD.is_working_day(date(2026, 10, 11))
    assert STD.is_working_day(date(2027, 10, 1))


@pytest.mark.parametrize("after", ["1bmin", "0bh", "1bd"])
def test_a_calendar_that_never_opens_says_so(after):
    closed = WorkCalendar(name="closed", timezone="UTC", week={})

    with pytest.raises(NoWorkingTime, match="'closed' has no working time"):
        closed.add(at("2026-10-12T10:00"), Duration.parse(after))
    with pytest.raises(NoWorkingTime):
        closed.next_open(at("2026-10-12T10:00"))


def test_a_calendar_whose_last_day_is_long_past_says_so():
    once = WorkCalendar(
        name="once",
        timezone="UTC",
        week={},
        days={date(2026, 10, 12): windows("09:00-10:00")},
    )

    assert once.add(at("2026-10-12T09:00", UTC), Duration.parse("1bh")) == at(
        "2026-10-12T10:00", UTC
    )
    with pytest.raises(NoWorkingTime):
        once.add(at("2026-10-12T09:00", UTC), Duration.parse("61bmin"))


def test_a_long_due_time_far_beyond_the_first_table_is_found():
    assert due(STD, "2026-10-12T09:00", "20000bh").endswith("11:00")
    assert STD.add(at("2026-10-12T09:00"), Duration.parse("20000bh")).year > 2034


def test_a_mistyped_year_is_refused_instead_of_computed():
    with pytest.raises(UserError, match="between 1970 and 2199"):
        STD.add(at("9999-12-31T23:59"), Duration.parse("1bh"))
    with pytest.raises(UserError, match="between 1970 and 2199"):
        STD.add(at("0206-10-12T09:00"), Duration.parse("1bd"))


def test_a_naive_moment_is_refused():
    naive = datetime(2026, 10, 12, 10)  # noqa: DTZ001  # what the test is about

    for text in ("1h", "1d", "1bh", "1bd", "0h"):
        with pytest.raises(ValueError, match="time zone"):
            STD.add(naive, Duration.parse(text))
    with pytest.raises(ValueError, match="time zone"):
        STD.provisional_years(naive, naive)


def test_business_time_is_not_added_backwards():
    with pytest.raises(ValueError, match="forward"):
        STD.add_worked(at("2026-10-12T10:00"), -MINUTE)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("18:00-09:00", "write two"),
        ("09:00-09:00", "write two"),
        ("09:00-23:59:59", "24:00"),
        ("nine to six", "09:00-18:00"),
        ("09:00-25:00", "09:00-18:00"),
    ],
)
def test_a_wrong_window_is_refused_with_advice(text, advice):
    with pytest.raises(UserError, match=advice):
        Window.parse(text)


def test_a_window_is_written_as_it_is_read():
    assert str(Window.parse("22:00 - 24:00")) == "22:00-24:00"
    assert Window.parse("00:00-24:00") == Window(time(), time())


def test_windows_that_overlap_are_refused_and_their_order_does_not_matter():
    with pytest.raises(UserError, match="13:00-18:00 overlap"):
        office("13:00-18:00", "09:00-14:00")
    assert office("13:30-18:00", "09:00-12:00").windows_on(date(2026, 10, 12)) == (
        LUNCH.windows_on(date(2026, 10, 12))
    )


@pytest.mark.parametrize("zone", ["Asia/Shangai", "", "../etc", "Asia"])
def test_an_unknown_time_zone_is_refused(zone):
    with pytest.raises(UserError, match="not a time zone"):
        WorkCalendar(name="x", timezone=zone, week={})


def test_a_calendar_can_travel_to_another_process():
    copy = pickle.loads(pickle.dumps(LUNCH))

    assert due(copy, "2026-10-13T11:50", "1bh") == "Tue 10-13 14:20"


unhurried = settings(deadline=None)  # the machine may be busy
EPOCHS = st.integers(
    int(datetime(2025, 12, 20, tzinfo=UTC).timestamp()),
    int(datetime(2027, 1, 10, tzinfo=UTC).timestamp()),
)
MOMENTS = st.datetimes(
    datetime(2025, 12, 20),  # noqa: DTZ001  # the zone is given beside it
    datetime(2027, 1, 10),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, SHANGHAI, NEW_YORK]),
)
SHIFTS = st.timedeltas(timedelta(), timedelta(days=40))


@unhurried
@given(st.sampled_from(CALENDARS), MOMENTS, SHIFTS)
def test_what_is_added_is_what_is_measured(calendar, start, worked):
    moment = calendar.add_worked(start, worked)

    assert moment >= start
    assert calendar.worked(start, moment) == worked
    assert calendar.worked(moment, start) == -worked
    assert sum((b - a for a, b in calendar.windows(start, moment)), timedelta()) == (
        worked
    )


@unhurried
@given(st.sampled_from(CALENDARS), MOMENTS, SHIFTS, SHIFTS)
def test_a_later_start_or_a_longer_time_is_never_due_earlier(
    calendar, start, later, worked
):
    moment = calendar.add_worked(start, worked)
    start_utc = start.astimezone(UTC)

    assert calendar.add_worked(start_utc + later, worked) >= moment
    assert calendar.add_worked(start, worked + later) >= moment


def shows_open(calendar: WorkCalendar, moment: datetime) -> bool:
    """What the clock on the wall and the opening hours say, without any table."""
    local = moment.astimezone(calendar.timezone)
    own = calendar.windows_on(local.date())
    minute = local.hour * 60 + local.minute
    return any(window.opens_at <= minute < window.closes_at for window in own)


def minute_by_minute(calendar: WorkCalendar, start: datetime, minutes: int) -> datetime:
    moment = start
    while minutes:
        minutes -= shows_open(calendar, moment)
        moment += MINUTE
    return moment


@unhurried
@given(
    st.sampled_from(CALENDARS),
    EPOCHS.map(lambda epoch: epoch // 60 * 60),
    st.integers(1, 1500),
)
@example(STD, int(at("2026-10-09T17:50").timestamp()), 120)
@example(NIGHT, int(at("2026-03-08T00:30", NEW_YORK).timestamp()), 400)
@example(NIGHT, int(at("2026-11-01T00:30", NEW_YORK).timestamp()), 400)
def test_a_clerk_counting_minutes_comes_to_the_same(calendar, epoch, minutes):
    start = datetime.fromtimestamp(epoch, UTC)
    counted = minute_by_minute(calendar, start, minutes)

    assert calendar.add_worked(start, minutes * MINUTE) == counted
    assert calendar.is_open(start) == shows_open(calendar, start)
