"""From the start of an onboarding, through its mails and forms, to the welcome mail."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from kam_flows.domain.accounts import Tier
from kam_flows.domain.survey import Dimension
from kam_flows.domain.tickets import Priority
from kam_flows.mail.mime import ReadMail
from kam_flows.policies.load import load_preset
from kam_flows.rendering.words import span, word
from tests.e2e.desk import Desk, filled_in, submit
from tests.serving.houses import wait_until

pytestmark = pytest.mark.slow

ACCOUNT = "橙石建筑设计"
LEAD, LEADS_ADDRESS = "M02", "liu.yang@example.com"
CUSTOMER = "xia.chengshi1@example.com"
ZERO_TOLERANCE = "交期零容忍 <b>&</b> =1+1"


def test_an_onboarding_goes_from_its_first_mail_to_the_welcome(desk: Desk, page: Page):
    signed = datetime.now(UTC) - timedelta(hours=27)
    began = signed + timedelta(hours=1)
    desk.run(
        "start-onboarding",
        account=ACCOUNT,
        by=LEAD,
        signed_at=signed.isoformat(),
        as_of=began.isoformat(),
    )
    desk.run("watch-onboarding")
    reminder = arrived(desk, LEADS_ADDRESS, "需求调研", "客户档案")

    page.goto(form_in(desk, reminder, "record-survey-answers"))
    expect(page.get_by_text(f"CHENGSHI · {ACCOUNT}", exact=True)).to_be_visible()
    for dimension in Dimension:
        label = word(dimension, "zh_CN")
        field = page.locator(".p-label").filter(has_text=re.compile(f"^{label}")).last
        field.locator("input, textarea").first.fill(
            ZERO_TOLERANCE if dimension is Dimension.RED_LINES else label
        )
    submit(page)
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    [(answers,)] = desk.asked("SELECT count(DISTINCT dimension) FROM survey_answers")
    [(red_line,)] = desk.asked(
        "SELECT text FROM survey_answers WHERE dimension = 'red_lines'"
    )

    desk.run("draft-sla-agreement", account=ACCOUNT, by=LEAD)
    document = Document(str(next((desk.var / "agreements").glob("CHENGSHI-v1*.docx"))))
    written = "\n".join(
        cell.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
    )
    desk.run(
        "record-sla-signature",
        account=ACCOUNT,
        by=LEAD,
        signed_by="夏向阳",
        place="厦门",
    )
    for entry in ("沟通记录", "特殊需求"):
        desk.run(
            "add-to-the-account-file",
            account=ACCOUNT,
            entry=entry,
            text="每周一十点电话",
            by=LEAD,
        )
    dealings = desk.var / "inbox" / "dealings.csv"
    dealings.parent.mkdir(exist_ok=True)
    dealings.write_text(
        "客户编号,单号,类型,日期,金额\nCHENGSHI,HT-1,合同,2026-11-16,100\n", "utf-8"
    )
    desk.run("import-transactions", file=dealings.name, by=LEAD)

    desk.let_working_time_come()
    brief = arrived(desk, LEADS_ADDRESS, ZERO_TOLERANCE)
    assert not [mail for mail in desk.mails() if CUSTOMER in mail.to]
    release = form_in(desk, brief, "decide-about-a-mail")
    page.goto(release)
    submit(page)
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    desk.let_working_time_come()
    welcome = arrived(desk, CUSTOMER)

    assert answers == len(Dimension)
    assert red_line == ZERO_TOLERANCE
    promised = load_preset("default").targets("routine", Tier.NEW, Priority.NORMAL)
    assert span(str(promised.respond), "zh_CN") in written
    assert span(str(promised.resolve), "zh_CN") in written
    assert filled_in(release)["by"].startswith(LEAD)
    assert "/deployments/" not in welcome.html + welcome.text
    assert "清单" not in welcome.text


def arrived(desk: Desk, address: str, *words: str) -> ReadMail:
    """The newest mail to this address with all of these words, once it is delivered."""

    def found() -> ReadMail | None:
        desk.run("dispatch-mail")
        mine = [
            mail
            for mail in desk.mails()
            if address in mail.to
            and all(w in mail.text + html.unescape(mail.html) for w in words)
        ]
        return mine[-1] if mine else None

    mail = wait_until(found)
    assert mail
    return mail


def form_in(desk: Desk, mail: ReadMail, deployment: str) -> str:
    """Where the mail's link to this form leads."""
    form = f"/deployments/deployment/{desk.deployment(deployment)}/run"
    links = map(html.unescape, re.findall(r'href="([^"]+)"', mail.html))
    return next(link for link in links if form in link)
