"""A house with a login: nothing is read without it, nothing changed without a token."""

import base64
from collections.abc import Iterator

import httpx
import pytest

from kam_flows.serving import words
from kam_flows.settings import settings
from tests.serving.houses import House

pytestmark = pytest.mark.slow

LOGIN = "kam:open@sesame"


class LockedHouse(House):
    @property
    def env(self) -> dict[str, str]:
        return super().env | {"PREFECT_SERVER_API_AUTH_STRING": LOGIN}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """It came up: its own health checks and its runner get in."""
    house = LockedHouse(tmp_path_factory.mktemp("locked") / "var")
    told = base64.b64encode(LOGIN.encode()).decode()
    house.api.headers["Authorization"] = f"Basic {told}"
    try:
        house.start()
        yield house
    finally:
        house.close()


def test_only_health_is_told_without_a_login(house: House):
    with httpx.Client(base_url=house.api.base_url, trust_env=False) as stranger:
        assert stranger.get("/health").status_code == 200
        assert stranger.get("/deployments/name/quick").status_code == 401
        assert stranger.get("/csrf-token?client=stranger").status_code == 401
        # Asked for a token first, which is not to be had without a login.
        assert stranger.post("/deployments/filter", json={}).status_code == 403


def test_a_login_alone_changes_nothing(house: House):
    """As a page of another site that a colleague has open would try it."""
    headers = {"Authorization": house.api.headers["Authorization"]}
    url = f"{house.api.base_url}deployments/{house.deployment('quick')}/create_flow_run"

    answer = httpx.post(url, json={}, headers=headers, trust_env=False, timeout=60)

    assert answer.status_code == 403
    assert "CSRF" in answer.text


def test_a_colleague_with_both_starts_a_run_that_is_carried_out(house: House):
    run = house.click("quick")

    assert house.ended(run) == "COMPLETED"


def test_a_house_open_to_others_says_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KAM_HOST", "0.0.0.0")
    settings.cache_clear()

    said = words.open_to_others(settings())

    assert "PREFECT_SERVER_API_AUTH_STRING=user:password" in said
    assert "KAM_HOST=127.0.0.1" in said
