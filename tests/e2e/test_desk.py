"""From the mail in the manager's mailbox through the filled-in form to the ticket."""

import pytest
from playwright.sync_api import Page, expect

from kam_flows.domain.links import form_link
from kam_flows.serving.words import SEARCHED
from tests.e2e.desk import (
    SUPERVISOR,
    SUPERVISORS_ADDRESS,
    Desk,
    filled_in,
    open_artifact,
    submit,
)

pytestmark = pytest.mark.slow

TITLE = '产线停机 <script>alert("1")</script> 100% & 50%25 +1'


def test_two_clicks_lead_from_the_mail_to_a_ticket_taken_up(desk: Desk, page: Page):
    ticket = desk.opened(TITLE)
    desk.run("escalate-tickets")
    desk.run("dispatch-mail")
    mail = desk.mail_about(ticket, SUPERVISORS_ADDRESS)
    link = desk.button(mail, "take-up-a-ticket", ticket)
    told = desk.told_about(ticket)

    page.goto(link)
    expect(page.get_by_text(filled_in(link)["ticket"], exact=True)).to_be_visible()
    expect(page.get_by_text(SUPERVISOR, exact=True)).to_be_visible()
    submit(page)
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    expect(page.get_by_text(f"take up {ticket}, by S01").first).to_be_visible()
    desk.run("escalate-tickets")
    desk.run("dispatch-mail")

    assert TITLE in filled_in(link)["ticket"]
    assert (2, "S01") in told
    assert desk.state_of(ticket) == "in_progress"
    assert desk.told_about(ticket) == told


def test_what_kam_up_says_to_try_first_is_where_it_says(desk: Desk, page: Page):
    page.goto(desk.ui + SEARCHED)

    page.get_by_role("link", name="escalate-tickets", exact=True).click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Quick run")).to_be_visible()


@pytest.fixture(scope="module")
def confirmed(desk: Desk) -> str:
    """A ticket that is over, and no longer among the choices of any form."""
    ticket = desk.opened("已经处理完的问题", hours=1)
    desk.run("update-a-ticket", ticket=ticket, action="客户确认", by="M01")
    desk.run("escalate-tickets")
    return ticket


@pytest.mark.parametrize("interface", ["", "/v2"], ids=["classic", "new"])
def test_a_link_from_an_old_mail_is_refused_in_one_plain_sentence(
    desk: Desk, page: Page, confirmed: str, interface: str
):
    shown = {"ticket": f"{confirmed} · 已改名的客户 · 已改的标题", "by": SUPERVISOR}
    link = form_link(desk.ui + interface, desk.deployment("take-up-a-ticket"), shown)
    assert link

    page.goto(link)
    expect(page.get_by_text(shown["ticket"], exact=True)).to_be_visible()
    submit(page)
    expect(page.get_by_text("Refused", exact=True).first).to_be_visible()
    # The new interface does not fetch the log of a run that ended so soon.
    page.get_by_text("Details" if interface else "Logs", exact=True).click()

    sentence = (
        f"{confirmed} 的状态是“客户已确认”，不能“接手”；现在可以：重新打开、备注。"
    )
    expect(page.get_by_text(sentence).first).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_a_form_speaks_the_staffs_language_and_asks_for_what_is_missing(
    desk: Desk, page: Page
):
    page.goto(
        f"{desk.ui}/deployments/deployment/{desk.deployment('open-a-ticket')}/run"
    )
    for label in ("客户", "标题", "操作人", "场景", "优先级", "备注", "试运行"):
        expect(page.get_by_text(label).first).to_be_visible()
    expect(page.get_by_text("普通优先级", exact=True)).to_be_visible()
    page.get_by_role("button", name="Submit").click()

    expect(page.get_by_text("is a required property")).to_have_count(3)


def test_a_ticket_opened_a_moment_ago_is_among_the_choices(desk: Desk, page: Page):
    ticket = desk.opened("刚刚开立的工单", hours=0)

    page.goto(
        f"{desk.ui}/deployments/deployment/{desk.deployment('assign-a-ticket')}/run"
    )
    page.locator(".p-select-button__control").first.press("ArrowDown")

    expect(page.get_by_text(f"{ticket} · ").first).to_be_visible()


def test_the_ladder_board_can_be_opened(desk: Desk, page: Page):
    ticket = desk.opened("看板上的工单", hours=0.1)
    run = desk.run("show-the-ladder-board")

    open_artifact(page, desk, run)

    expect(page.get_by_text(ticket).first).to_be_visible()
    assert "张未结工单；请看 Artifacts。" in run["state"]["message"]
