"""Terms, moments and lengths of time as people say them."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from kam_flows.domain.accounts import Tier
from kam_flows.domain.policy import Until
from kam_flows.domain.tickets import TicketState
from kam_flows.rendering.words import lacking, lapse, moment, place, span, word, zone

MONDAY = datetime(2026, 10, 19, 1, 0, tzinfo=UTC)


def test_words_of_different_kinds_with_one_value_differ():
    assert word(TicketState.RESOLVED, "en") == "Resolved"
    assert lacking(Until.RESOLVED, "en") == "not resolved"
    assert word(Tier.STRATEGIC, "zh_CN") == "战略级"


@pytest.mark.parametrize(
    ("timezone", "language", "text"),
    [
        ("Asia/Shanghai", "zh_CN", "10月19日 周一 09:00"),
        ("Asia/Shanghai", "en", "Mon 19 Oct 2026, 09:00"),
        ("America/New_York", "zh_CN", "10月18日 周日 21:00"),
        ("America/New_York", "en", "Sun 18 Oct 2026, 21:00"),
    ],
)
def test_a_moment_is_told_on_the_readers_wall(timezone, language, text):
    assert moment(MONDAY, timezone, language) == text


def test_chinese_names_a_year_that_is_not_the_current_one():
    january = datetime(2027, 1, 4, 1, tzinfo=UTC)

    assert (
        moment(january, "Asia/Shanghai", "zh_CN", MONDAY) == "2027年1月4日 周一 09:00"
    )
    assert moment(MONDAY, "Asia/Shanghai", "zh_CN", MONDAY) == "10月19日 周一 09:00"


def test_the_year_is_that_of_the_readers_wall():
    eve = datetime(2026, 12, 31, 16, tzinfo=UTC)

    assert moment(eve, "Asia/Shanghai", "zh_CN", MONDAY) == "2027年1月1日 周五 00:00"


@pytest.mark.parametrize("month", range(1, 13))
def test_months_and_weekdays_are_those_of_the_calendar(month):
    day = datetime(2026, month, month, 4, 5, tzinfo=UTC)

    assert moment(day, "UTC", "en") == f"{day:%a} {month} {day:%b} 2026, 04:05"


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(hours=2, minutes=5), "2 小时 5 分", "2 h 5 min"),
        (timedelta(hours=48), "48 小时", "48 h"),
        (timedelta(minutes=2, seconds=59), "2 分", "2 min"),
        (timedelta(seconds=59), "不到 1 分", "under 1 min"),
        (timedelta(hours=-1), "不到 1 分", "under 1 min"),
        (timedelta(hours=71, minutes=59), "71 小时 59 分", "71 h 59 min"),
        (timedelta(days=3), "3 天", "3 d"),
        (timedelta(days=12, hours=5, minutes=9), "12 天 5 小时", "12 d 5 h"),
    ],
)
def test_a_lapse_is_told_in_the_units_people_use(length, chinese, english):
    assert lapse(length, "zh_CN") == chinese
    assert lapse(length, "en") == english


@pytest.mark.parametrize(
    ("written", "chinese", "english"),
    [
        ("24h", "24 小时", "24 hours"),
        ("1h", "1 小时", "1 hour"),
        ("8bh", "8 个工作小时", "8 business hours"),
        ("1.5bh", "1.5 个工作小时", "1.5 business hours"),
        ("5bd", "5 个工作日", "5 business days"),
        ("30min", "30 分钟", "30 minutes"),
        ("75%", "75%", "75%"),
    ],
)
def test_a_span_is_told_as_people_say_it(written, chinese, english):
    assert span(written, "zh_CN") == chinese
    assert span(written, "en") == english


def test_a_place_in_the_chain_is_named_in_words():
    assert place("deputy of department_head", "zh_CN") == "部门负责人的代理人"
    assert place("deputy of department_head", "en") == "deputy of department head"
    assert place("lead_manager", "en") == "lead manager"
    assert place("somewhere else", "en") == "somewhere else"


def test_a_zone_is_named_as_people_know_it():
    assert zone("Asia/Shanghai", "zh_CN") == "北京时间"
    assert zone("America/New_York", "en") == "America/New York"


def test_words_load_without_templates_and_catalogues():
    code = (
        "import sys; import kam_flows.rendering.words, kam_flows.rendering.boards; "
        "heavy = {'babel', 'jinja2', 'css_inline', 'pydantic', 'prefect'}; "
        "print(*(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("\n", "")
