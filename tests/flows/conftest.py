"""One Prefect server for all flow tests; each test has its own database of ours."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import (
    PREFECT_API_SSL_CERT_FILE,
    PREFECT_LOGGING_TO_API_ENABLED,
    PREFECT_SERVER_ANALYTICS_ENABLED,
    temporary_settings,
)

from tests.mail.servers import a_certificate


@pytest.fixture(scope="session", autouse=True)
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # Imports all of a Prefect server, in a worker that runs no flow test as well.
    from prefect.testing.utilities import prefect_test_harness

    quick = {
        # Every client reads whom it trusts, though the server is without TLS: of all
        # authorities of the world that takes 45 ms, and a flow run makes many clients.
        PREFECT_API_SSL_CERT_FILE: str(
            a_certificate(tmp_path_factory.mktemp("tls"))[1]
        ),
        PREFECT_SERVER_ANALYTICS_ENABLED: False,
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    # A busy machine starts it in half a minute and more.
    with temporary_settings(quick), prefect_test_harness(server_startup_timeout=120):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Prefect leaves sockets of its event stream to the garbage collector.
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            for ignored in (
                "ResourceWarning",
                "pytest.PytestUnraisableExceptionWarning",
            ):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{ignored}"))


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """No socket of a flow test is left to trouble a later one.

    What survives is not looked at again: there is a lot of it, and it stays.
    """
    yield
    gc.collect()
    gc.freeze()
