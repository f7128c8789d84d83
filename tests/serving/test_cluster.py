"""The cluster: two servers and three workers share the work, and stop without a trace.

One cluster for all tests of this file, in the order of the file.
"""

import os
import signal
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e import test_desk as at_the_desk
from tests.e2e.desk import browser
from tests.serving.clusters import ClusterDesk
from tests.serving.houses import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[ClusterDesk]:
    made = ClusterDesk()
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserContext]:
    with browser() as context:
        yield context


@pytest.fixture
def page(chromium: BrowserContext) -> Iterator[Page]:
    opened = chromium.new_page()
    yield opened
    opened.close()


def workers_online(cluster: ClusterDesk) -> set[str]:
    found = cluster.other.post("/work_pools/kam/workers/filter", json={}).json()
    return {worker["name"] for worker in found if worker["status"] == "ONLINE"}


def test_it_says_where_to_click_and_three_workers_share_one_pool(cluster: ClusterDesk):
    assert f"http://127.0.0.1:{cluster.port}" in cluster.said()
    assert f"http://127.0.0.1:{cluster.port + 1}" in cluster.said()
    assert workers_online(cluster) == {"kam-1", "kam-2", "kam-3"}


def test_a_schedule_yields_runs(cluster: ClusterDesk):
    every_minute = {"deployments": {"name": {"any_": ["every-minute"]}}}

    def planned() -> int:
        count: int = cluster.other.post("/flow_runs/count", json=every_minute).json()
        return count

    wait_until(lambda: planned() > 30, cluster.PATIENCE)


def test_what_is_clicked_on_one_server_is_done_and_seen_on_the_other(
    cluster: ClusterDesk,
):
    run = cluster.click("quick")

    assert cluster.ended(run) == "COMPLETED"
    assert cluster.other.get(f"/flow_runs/{run}").json()["state_type"] == "COMPLETED"


def test_two_clicks_lead_from_the_mail_to_a_ticket_taken_up(
    cluster: ClusterDesk, page: Page
):
    at_the_desk.test_two_clicks_lead_from_the_mail_to_a_ticket_taken_up(cluster, page)


def test_a_killed_worker_is_replaced_and_its_run_closed(cluster: ClusterDesk):
    run = cluster.click("slow", parameters={"seconds": 600})
    cluster.running(run)
    worker = cluster.api.get(f"/flow_runs/{run}").json()["labels"]
    [pid] = cluster.processes(f"serving.worker\0{worker['prefect.worker.name']}")

    os.kill(pid, signal.SIGKILL)

    assert cluster.ended(run) == "CRASHED"
    assert cluster.ended(cluster.click("quick")) == "COMPLETED"


def test_a_killed_server_is_replaced_while_the_other_answers(cluster: ClusterDesk):
    pid, _ = cluster.held("prefect\0server\0start")

    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: "The server-" in cluster.said())

    wait_until(lambda: both_answer(cluster), cluster.PATIENCE)
    assert cluster.ended(cluster.click("quick")) == "COMPLETED"


def both_answer(cluster: ClusterDesk) -> bool:
    try:
        return all(c.get("/health").is_success for c in (cluster.api, cluster.other))
    except httpx.HTTPError:
        return False


def test_stopping_cancels_what_works_on_and_leaves_no_process(cluster: ClusterDesk):
    long = cluster.click("slow", parameters={"seconds": 600})
    cluster.running(long)

    code = cluster.stop()

    states = cluster.states_on_disk()
    assert code == 0
    assert cluster.said().endswith("Stopped.\n")
    assert not cluster.processes()
    assert states[long] == "CANCELLED"
    assert not {"RUNNING", "PENDING", "CANCELLING"} & set(states.values())
