"""A person at a desk: the whole house, the mails that arrive, and a browser."""

import html
import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from kam_flows.mail.mime import ReadMail, read
from kam_flows.settings import PROJECT
from tests.serving.houses import House, wait_until

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    "/usr/bin/chromium",
)
EMPTY = {
    "name": "quick",
    "entrypoint": "tests.serving.probes.quick",
    "description": "An empty flow, to measure others by.",
    "work_pool": {"name": "kam"},
}
"""Stands beside what is deployed, in these tests only."""

STRATEGIC = "华岳重工装备集团"
"""An account of the sample whose faults are escalated day and night."""
SUPERVISOR = "S01 · 王立伟"
SUPERVISORS_ADDRESS = "wang.liwei@example.com"


class Desk(House):
    """The house as `kam up` opens it, with everything that is deployed."""

    def __init__(self, var: Path) -> None:
        super().__init__(var)
        self.deployed = var.with_suffix(".yaml")
        written = {"pull": [], "deployments": self.entries()}
        self.deployed.write_text(json.dumps(written), encoding="utf-8")

    def entries(self) -> list[dict[str, Any]]:
        real = PROJECT / "deployments" / "prefect.yaml"
        entries = yaml.safe_load(real.read_text(encoding="utf-8"))["deployments"]
        return [*entries, EMPTY]

    @property
    def env(self) -> dict[str, str]:
        return super().env | {
            "KAM_DEPLOYMENTS": str(self.deployed),
            "KAM_LANGUAGE": "zh_CN",
            # What was decided as of the last working day may still be sent.
            "KAM_MAIL_LIFETIME_HOURS": "480",
        }

    @property
    def ui(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def deployment(self, name: str) -> str:
        named = {"deployments": {"name": {"any_": [name]}}}
        [found] = self.api.post("/deployments/filter", json=named).json()
        return str(found["id"])

    def run(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Start a deployment and wait for its end; again while a scheduled run of it has
        its place, which it takes some seconds ahead of its minute."""
        for _ in range(20):
            run = self.click(name, parameters=parameters)
            if self.ended(run) != "CANCELLED":
                break
            time.sleep(1)
        found: dict[str, Any] = self.api.get(f"/flow_runs/{run}").json()
        assert found["state_type"] == "COMPLETED", found["state"]["message"]
        return found

    def opened(self, title: str, hours: float = 3) -> str:
        """Open a ticket for the strategic account some hours ago; its number."""
        run = self.run(
            "open-a-ticket",
            account=STRATEGIC,
            title=title,
            by="P01",
            scene="售后故障",
            as_of=(datetime.now(UTC) - timedelta(hours=hours)).isoformat(),
        )
        found = re.match(r"T-\d+", run["state"]["message"])
        assert found, run["state"]["message"]
        return found[0]

    def asked(self, question: str, *values: str) -> list[Any]:
        """Rows of the database, read while the house runs."""
        database = sqlite3.connect(self.var / "kam.db")
        try:
            return database.execute(question, values).fetchall()
        finally:
            database.close()

    def let_working_time_come(self) -> None:
        """Mails that wait for working time wait no longer, whatever the hour is."""
        database = sqlite3.connect(self.var / "kam.db", timeout=30)
        try:
            with database:
                database.execute(
                    "UPDATE outbox SET not_before = created_at WHERE fate = 'queued'"
                )
        finally:
            database.close()

    def state_of(self, ticket: str) -> str:
        [(state,)] = self.asked("SELECT state FROM tickets WHERE number = ?", ticket)
        return str(state)

    def told_about(self, ticket: str) -> list[tuple[int, str]]:
        """Rung and reader of every line that was mailed about a ticket's ladder."""
        return self.asked(
            "SELECT e.rung, s.code FROM notices n"
            " JOIN escalations e ON e.id = n.escalation_id"
            " JOIN tickets t ON t.id = e.ticket_id"
            " LEFT JOIN staff s ON s.code = n.recipient"
            " WHERE t.number = ? AND n.mail_id IS NOT NULL ORDER BY n.id",
            ticket,
        )

    def mails(self) -> list[ReadMail]:
        """Everything that was delivered, oldest first."""
        paths = sorted((self.var / "mail" / "new").iterdir(), key=_age)
        return [read(path.read_bytes()) for path in paths]

    def mail_about(self, ticket: str, address: str) -> ReadMail:
        """The newest mail to this address that has a button for this ticket."""

        def arrived() -> ReadMail | None:
            mine = [m for m in self.mails() if address in m.to and ticket in m.text]
            return mine[-1] if mine else None

        found = wait_until(arrived)
        assert found
        return found

    def button(self, mail: ReadMail, deployment: str, ticket: str) -> str:
        """Where the mail's button for this form and this ticket leads."""
        form = f"/deployments/deployment/{self.deployment(deployment)}/run"
        for link in re.findall(r'href="([^"]+)"', mail.html):
            address = html.unescape(link)
            if form in address and ticket in filled_in(address).get("ticket", ""):
                return address
        raise AssertionError(f"no button {deployment} for {ticket} in {mail.subject}")


def filled_in(link: str) -> dict[str, str]:
    """What a link brings into its form."""
    [parameters] = parse_qs(urlsplit(link).query)["parameters"]
    values: dict[str, str] = json.loads(parameters)
    return values


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """A headless Chromium on a Chinese desk that asks nobody on the internet."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
            ],
        )
        context = chromium.new_context(
            viewport={"width": 1200, "height": 1000},
            timezone_id="Asia/Shanghai",
            locale="zh-CN",
        )
        context.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        yield context
        chromium.close()


def submit(page: Page) -> None:
    """Send the form off and look at the run that it started."""
    page.get_by_role("button", name="Submit").click()
    # The classic interface draws its messages twice, one over the other.
    page.get_by_role("button", name="View run").last.click()
    page.wait_for_url("**/runs/flow-run/**")


def open_artifact(page: Page, desk: Desk, run: dict[str, Any]) -> None:
    """From a run to what it shows."""
    page.goto(f"{desk.ui}/runs/flow-run/{run['id']}")
    page.get_by_text("Artifacts", exact=True).click()
    page.locator("a[href*='/artifacts/artifact/']").first.click()


def _age(path: Path) -> float:
    return path.stat().st_mtime
