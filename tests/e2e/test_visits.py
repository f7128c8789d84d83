"""From the brief before a visit, through the form that records it, to the next brief."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from kam_flows.mail.mime import ReadMail
from kam_flows.policies.load import load_preset
from tests.builders import SHANGHAI
from tests.e2e.desk import Desk, filled_in, submit
from tests.e2e.test_onboarding import arrived, form_in

pytestmark = pytest.mark.slow

ACCOUNT = "启明精密制造"
LEAD, LEADS_ADDRESS = "M01", "zhang.min@example.com"
PROMISE = "下周给出交期方案 <b>&</b> 100%"
DAY = timedelta(days=1)


def last_working_day() -> date:
    """Before today, so that what was planned for it can be recorded by now."""
    calendar = load_preset("default").calendar("")
    day = datetime.now(SHANGHAI).date() - DAY
    while not calendar.is_working_day(day):
        day -= DAY
    return day


def test_a_promise_made_at_a_visit_stands_in_the_next_brief(desk: Desk, page: Page):
    day = last_working_day()
    first = planned(desk, day, "月度拜访", hour=6)
    brief = briefed(desk, day, first, hour=7)
    link = form_in(desk, brief, "record-a-visit")

    page.goto(link)
    expect(page.get_by_text(filled_in(link)["touchpoint"], exact=True)).to_be_visible()
    promises = page.locator(".p-label").filter(has_text="我方承诺").last
    promises.locator("textarea, input").first.fill(f"{PROMISE}；{day + 30 * DAY}")
    submit(page)
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    page.goto(link)
    submit(page)
    expect(page.get_by_text("未执行", exact=True).first).to_be_visible()
    second = planned(desk, day, "交期复盘", hour=8)
    following = briefed(desk, day, second, hour=9)

    assert f"{first} " in filled_in(link)["touchpoint"]
    assert re.match(rf"{LEAD}.* ~\S+$", filled_in(link)["by"])
    assert PROMISE not in brief.text
    assert PROMISE in following.text
    assert first != second


def planned(desk: Desk, day: date, title: str, hour: int) -> str:
    """A visit by the lead manager in the afternoon, decided at this hour; its number."""
    run = desk.run(
        "plan-a-visit",
        account=ACCOUNT,
        kind="上门拜访",
        on=day.isoformat(),
        starts="15:00",
        title=title,
        by=LEAD,
        as_of=at(day, hour),
    )
    number: str = run["state"]["message"].partition(" ")[0]
    return number


def briefed(desk: Desk, day: date, number: str, hour: int) -> ReadMail:
    """The brief of this visit, as it arrived."""
    desk.run("send-visit-briefs", as_of=at(day, hour))
    return arrived(desk, LEADS_ADDRESS, f"{number}%20")


def at(day: date, hour: int) -> str:
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC).isoformat()
