"""From the mail that care is prepared to the letter in the account's own mailbox."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import Desk, filled_in, submit
from tests.e2e.test_onboarding import arrived, form_in
from tests.e2e.test_visits import at, last_working_day

pytestmark = pytest.mark.slow

ACCOUNT = "博雅医疗器械"
"""Has no ticket in the sample: a sweep that escalates one would hold the letter."""
LEAD, LEADS_ADDRESS = "M03", "zhao.silei@example.com"
OWN_WORDS = (
    "贵公司投产之日，我们都在现场；这一年的每一次准时交付，都有您团队的一半功劳。"
)
DAY = timedelta(days=1)


def test_a_letter_is_edited_and_approved_from_its_mail_and_leaves_on_its_day(
    desk: Desk, page: Page
):
    day = last_working_day()
    desk.run(
        "add-an-occasion",
        account=ACCOUNT,
        kind="企业周年庆",
        day=day.replace(year=day.year - 10).isoformat(),
        since=day.replace(year=day.year - 10).isoformat(),
        by=LEAD,
        as_of=at(day - 3 * DAY, 9),
    )
    desk.run("prepare-care", as_of=at(day, 6))
    [[care]] = desk.asked(
        "SELECT cares.id FROM cares JOIN occasions ON occasions.id = occasion_id"
        " WHERE kind = 'founding_day'"
    )
    prepared = arrived(desk, LEADS_ADDRESS, f"C-{care}%20")
    edit = form_in(desk, prepared, "edit-a-letter")
    approve = form_in(desk, prepared, "approve-a-letter")

    page.goto(edit)
    expect(page.get_by_text(filled_in(edit)["care"], exact=True)).to_be_visible()
    text = page.locator(".p-label").filter(has_text="正文").last
    text.locator("textarea, input").first.fill(OWN_WORDS)
    submit(page)
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    page.goto(approve)
    submit(page)
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    early = desk.run("deliver-care", as_of=at(day, 7))
    sent = desk.run("deliver-care", as_of=at(day, 10))
    again = desk.run("deliver-care", as_of=at(day, 11))
    assert sent["state"]["message"] == "发出 1 封信，暂缓 0 封，0 封等待批准。"
    [[address]] = desk.asked(
        "SELECT json_extract(addresses, '$[0]') FROM outbox WHERE dedup_key = ?",
        f"care/{care}",
    )
    letter = arrived(desk, address, OWN_WORDS[:10])

    assert (
        early["state"]["message"] == again["state"]["message"] == "目前没有到期事项。"
    )
    assert OWN_WORDS in re.sub(r"\s", "", letter.text)
    assert "赵思磊" in letter.sender
    assert "deployments" not in letter.html + letter.text
    assert f"C-{care}" not in letter.html + letter.text
    assert [m for m in desk.mails() if address in m.to] == [letter]
