"""One house and one browser for all tests of a person at a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.desk import Desk, browser


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    house = Desk(tmp_path_factory.mktemp("desk") / "var")
    try:
        house.start()
        yield house
    finally:
        house.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserContext]:
    with browser() as context:
        yield context


@pytest.fixture
def page(chromium: BrowserContext) -> Iterator[Page]:
    opened = chromium.new_page()
    yield opened
    opened.close()
