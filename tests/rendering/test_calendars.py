"""Calendar files by the letter of RFC 5545, read by a strict reader and another library."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.invitations import Attendee, Entry, Method
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.rendering.calendars import calendar_file
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.time_zones import time_zone
from tests.calendars import Component, read_calendar, text_of

STAMP = datetime(2026, 11, 2, 1, tzinfo=UTC)
HOSTILE = [
    "华东精密科技股份有限公司苏州工业园区第二制造事业部；质量与法规事务中心" * 4,
    "one; two, three\\four",
    "line\r\nEND:VEVENT\r\nBEGIN:VALARM",
    '"quoted" : and ; more ^ caret',
    "\u202eturned\u2066\x07\x00",
    "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "é́" * 80,
]
words = st.text(st.characters(codec="utf-8"), max_size=120) | st.sampled_from(HOSTILE)


def an_entry(**fields: object) -> Entry:
    entry = Entry(
        id=12,
        sequence=0,
        kind=TouchpointKind.VISIT,
        title="月度拜访",
        account_name="华东精密科技",
        city="苏州",
        on=date(2026, 11, 16),
        starts=time(10),
        minutes=90,
        zone="Asia/Shanghai",
        attendees=(
            Attendee(name="张敏", address="mara@example.com"),
            Attendee(name="林雪", address="lin@example.org", is_ours=False),
        ),
    )
    return replace(entry, **fields)  # type: ignore[arg-type]


def written(*entries: Entry, method: Method = Method.REQUEST, name: str = "") -> str:
    return calendar_file(
        entries or [an_entry()],
        method,
        sender="KAM Flows <kam@flows.example.com>",
        language="zh_CN",
        stamp=STAMP,
        name=name,
    )


def event_of(calendar: Component) -> Component:
    (event,) = calendar.parts_named("VEVENT")
    return event


def test_an_invitation_says_who_when_where_and_is_known_by_its_number():
    calendar = read_calendar(written(an_entry(sequence=3)))
    event = event_of(calendar)

    assert calendar.value("METHOD") == "REQUEST"
    assert calendar.value("VERSION") == "2.0"
    assert event.value("UID") == "visit-12@flows.example.com"
    assert event.value("SEQUENCE") == "3"
    assert event.value("DTSTAMP") == "20261102T010000Z"
    (start,), (end,) = event.all("DTSTART"), event.all("DTEND")
    assert (start.value, start.parameters) == (
        "20261116T100000",
        {"TZID": "Asia/Shanghai"},
    )
    assert end.value == "20261116T113000"
    assert text_of(event.value("SUMMARY")) == "华东精密科技：月度拜访"
    assert event.value("LOCATION") == "苏州"
    assert event.value("STATUS") == "CONFIRMED"
    (organizer,) = event.all("ORGANIZER")
    assert organizer.value == "mailto:kam@flows.example.com"
    assert organizer.parameters == {"CN": "KAM Flows"}
    assert [one.value for one in event.all("ATTENDEE")] == [
        "mailto:mara@example.com",
        "mailto:lin@example.org",
    ]
    assert {one.parameters["RSVP"] for one in event.all("ATTENDEE")} == {"FALSE"}


def test_a_cancellation_is_of_the_same_entry_and_says_so_twice():
    event = event_of(read_calendar(written(an_entry(sequence=4), method=Method.CANCEL)))

    assert event.value("UID") == "visit-12@flows.example.com"
    assert event.value("STATUS") == "CANCELLED"


def test_nothing_in_it_is_for_our_eyes_only():
    text = written(an_entry()).replace("\r\n ", "")

    assert "http" not in text
    assert "DESCRIPTION" not in text


def test_another_library_reads_the_same():
    calendar = vobject.readOne(written(an_entry(title="a; b, c\\d")))
    event = calendar.vevent

    assert calendar.method.value == "REQUEST"
    assert event.summary.value == "华东精密科技：a; b, c\\d"
    assert event.dtstart.value == datetime(
        2026, 11, 16, 10, tzinfo=event.dtstart.value.tzinfo
    )
    assert event.dtstart.value.utcoffset() == timedelta(hours=8)
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=90)
    assert [one.value for one in event.contents["attendee"]] == [
        "mailto:mara@example.com",
        "mailto:lin@example.org",
    ]


@given(text=words)
def test_whatever_people_are_called_the_file_stays_a_file(text):
    plain = read_calendar(written(an_entry()))
    entry = an_entry(
        title=f"x{text}",
        account_name=f"x{text}",
        city=f"x{text}",
        attendees=(Attendee(name=f"x{text}", address="mara@example.com"),),
    )
    hostile = read_calendar(written(entry, name=f"x{text}"))

    assert len(hostile.parts) == len(plain.parts)
    said = text_of(event_of(hostile).value("LOCATION"))
    shown = one_line(f"x{text}")
    assert said == shown or (said.endswith("…") and shown.startswith(said[:-1]))


def test_a_subscription_has_every_entry_a_name_and_each_zone_once():
    zones = ("Asia/Shanghai", "America/New_York", "Asia/Shanghai")
    entries = [an_entry(id=n, zone=zone) for n, zone in enumerate(zones, 1)]
    calendar = read_calendar(written(*entries, method=Method.PUBLISH, name="张敏"))

    assert calendar.value("METHOD") == "PUBLISH"
    assert calendar.value("X-WR-CALNAME") == "张敏"
    assert len(calendar.parts_named("VEVENT")) == 3
    assert len(calendar.parts_named("VTIMEZONE")) == 2


def test_a_subscription_without_entries_is_a_file_all_the_same():
    text = calendar_file(
        [], Method.PUBLISH, sender="kam@example.com", language="en", stamp=STAMP
    )

    assert read_calendar(text).parts == []


@pytest.mark.parametrize(
    "key",
    [
        "Asia/Shanghai",
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "Europe/Dublin",
    ],
)
def test_a_zone_as_told_in_the_file_shows_the_time_of_the_zone_itself(key):
    """Hour by hour through two years, by the reading of another library."""
    told = tzical(StringIO(time_zone(key, 2026).to_ical().decode())).get()
    zone = ZoneInfo(key)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(2 * 365 * 24):
        wall = moment.astimezone(zone).replace(tzinfo=None)
        twice = (
            wall.replace(tzinfo=zone, fold=0).utcoffset()
            != wall.replace(tzinfo=zone, fold=1).utcoffset()
        )
        if not twice:
            assert (
                wall.replace(tzinfo=told).utcoffset()
                == moment.astimezone(zone).utcoffset()
            ), wall
        moment += timedelta(hours=1)


def test_a_meeting_on_the_day_clocks_change_keeps_its_time_and_length():
    entry = an_entry(
        zone="America/New_York", on=date(2026, 3, 8), starts=time(1), minutes=120
    )
    event = event_of(read_calendar(written(entry)))

    assert event.value("DTSTART") == "20260308T010000"
    assert event.value("DTEND") == "20260308T040000"
