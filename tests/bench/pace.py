"""How fast the machine is just now: virtual ones change by the minute, and threefold."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from statistics import median

from css_inline import inline

from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import digest
from tests.bench.results import Result

USUAL = 0.00023
"""Seconds that css-inline took for the sample digest on 2026-11-22, the day of our first
table, on a machine of the size that the goals were set on."""
TIMES = 50
SEEN: list[float] = []


def look() -> None:
    """How many times longer css-inline, none of whose code is ours, takes now."""
    html = _sample()
    begun = time.perf_counter()
    for _ in range(TIMES):
        inline(html)
    SEEN.append((time.perf_counter() - begun) / TIMES / USUAL)


def paced(results: Iterable[Result]) -> Iterator[Result]:
    """Each with the pace of the machine, as seen after every piece of work it timed.

    Where a row timed nothing by itself, the pace before and after it.
    """
    look()
    slower = SEEN.pop()
    for result in results:
        if not SEEN:
            look()
            SEEN.append(slower)
        slower = median(SEEN)
        SEEN.clear()
        yield replace(result, slower=slower)


@cache
def _sample() -> str:
    return render(digest("zh_CN")).html
