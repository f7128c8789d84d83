"""What a run of ours adds to an empty flow, and what importing the rules costs."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from statistics import median

from prefect import flow
from prefect.settings import PREFECT_SERVER_ANALYTICS_ENABLED, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from flows.dispatch import dispatch_mail
from flows.escalation import escalate_tickets
from tests.bench.databases import Databases
from tests.bench.results import Result, at_most
from tests.bench.world import NOW, company

ROUNDS = 15
MILLISECONDS = 50
IMPORT_SECONDS = 0.3
DOMAIN = """
import pkgutil, sys
import kam_flows.domain
for found in pkgutil.iter_modules(kam_flows.domain.__path__):
    __import__(f"kam_flows.domain.{found.name}")
assert not {"prefect", "sqlalchemy", "pydantic"} & sys.modules.keys()
"""


@flow(name="Nothing at all")
async def nothing() -> None:
    """The least that Prefect does for a flow."""


async def one(run: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await run()
    return (time.perf_counter() - began) * 1000


async def in_turns() -> dict[str, float]:
    """Milliseconds of each flow; in turns, so that a busy moment hits all of them."""
    flows: dict[str, Callable[[], Awaitable[object]]] = {
        "empty": nothing,
        "escalate tickets": lambda: escalate_tickets(as_of=NOW, return_state=True),
        "dispatch mail": lambda: dispatch_mail(return_state=True),
    }
    times: dict[str, list[float]] = {name: [] for name in flows}
    for n in range(ROUNDS + 1):
        for name, run in flows.items():
            took = await one(run)
            if n:  # the first time compiles and connects
                times[name].append(took)
    return {name: median(took) for name, took in times.items()}


def importing() -> float:
    def python(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - began

    pairs = [(python("pass"), python(DOMAIN)) for _ in range(7)]
    return median(ours - bare for bare, ours in pairs)


def rows(databases: list[Databases]) -> Iterator[Result]:
    yield at_most(
        "runs", "importing all rules, without Prefect", importing(), "s", IMPORT_SECONDS
    )
    with (
        databases[0].fresh("company", company),
        temporary_settings({PREFECT_SERVER_ANALYTICS_ENABLED: False}),
        prefect_test_harness(),
    ):
        took = asyncio.run(in_turns())
    empty = took.pop("empty")
    for name, ours in took.items():
        yield at_most(
            "runs",
            f"what a run of '{name}' with nothing due adds to an empty flow",
            ours - empty,
            "ms",
            MILLISECONDS,
            f"empty flow {empty:.0f} ms",
        )
