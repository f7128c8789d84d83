"""Pictures for the README: form, ladder board and mail of the running house, and
samples of the mails that take days to come."""

import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext

from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import sample
from kam_flows.settings import PROJECT
from tests.e2e.desk import SUPERVISORS_ADDRESS, Desk, browser, open_artifact

DOCS = PROJECT / "docs"
SAMPLES = {
    "onboarding-mail": ("onboarding/still_open", "zh_CN"),
    "onboarding-welcome": ("onboarding/welcome", "zh_CN"),
    "visit-brief": ("visits/brief", "zh_CN"),
    "care-letter": ("care/letter", "zh_CN"),
    "care-letter-en": ("care/letter", "en"),
}
FADE_IN = 1000
"""Milliseconds that the interface takes to draw a page in full colour."""
FAULT = "视觉检测工位误报率升高，需要现场排查"
WAY_TO_LIGHT = (
    "() => localStorage.setItem('prefect-color-mode', JSON.stringify('light'))"
)


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "var")
        try:
            desk.start()
            with browser() as chromium:
                take(desk, chromium)
                take_samples(chromium)
        finally:
            desk.close()


def take(desk: Desk, chromium: BrowserContext) -> None:
    ticket = desk.opened(FAULT)
    desk.run("escalate-tickets")
    desk.run("dispatch-mail")
    mail = desk.mail_about(ticket, SUPERVISORS_ADDRESS)
    link = desk.button(mail, "take-up-a-ticket", ticket)
    board = desk.run("show-the-ladder-board")

    page = chromium.new_page()
    page.set_viewport_size({"width": 1180, "height": 860})
    page.goto(link)
    page.get_by_text(FAULT).first.wait_for()
    page.get_by_text("试运行").first.wait_for()
    page.wait_for_timeout(FADE_IN)
    page.screenshot(path=DOCS / "form.png")

    open_artifact(page, desk, board)
    page.get_by_text(FAULT).first.wait_for()
    page.set_viewport_size({"width": 1275, "height": 500})
    page.evaluate("document.body.style.zoom = 0.72")
    page.wait_for_timeout(FADE_IN)
    page.screenshot(
        path=DOCS / "ladder-board.png",
        clip={"x": 184, "y": 0, "width": 1091, "height": 330},
    )

    page.set_viewport_size({"width": 760, "height": 600})
    page.set_content(mail.html)
    page.screenshot(path=DOCS / "mail.png", full_page=True)


def take_samples(chromium: BrowserContext) -> None:
    page = chromium.new_page()
    page.set_viewport_size({"width": 760, "height": 400})
    for picture, (name, language) in SAMPLES.items():
        page.set_content(render(sample(name, language)).html)
        page.screenshot(path=DOCS / f"{picture}.png", full_page=True)


if __name__ == "__main__":
    main()
