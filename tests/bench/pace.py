"""How fast the machine is just now: virtual ones change by the minute, and threefold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from statistics import mean

from css_inline import inline

from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import digest
from tests.bench.results import Result
from tests.bench.timing import typical

USUAL = 0.00023
"""Seconds that css-inline took for the sample digest, and for a mail of the peers that
our goals were set beside, on the machine and the days of those measurements."""
TIMES = 200
ROUNDS = 3


def slowness() -> float:
    """How many times longer css-inline, none of whose code is ours, takes now."""
    html = render(digest("zh_CN")).html
    return typical(lambda: [inline(html) for _ in range(TIMES)], ROUNDS) / TIMES / USUAL


def paced(results: Iterable[Result]) -> Iterator[Result]:
    """Each with the pace of the machine around it: before and after, in the mean."""
    before = slowness()
    for result in results:
        after = slowness()
        yield replace(result, slower=mean((before, after)))
        before = after
