"""Writing one mail: HTML with its CSS inlined, and text."""

from collections.abc import Iterator
from dataclasses import replace

from css_inline import inline

from kam_flows.domain.mails import Mail
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import digest, yours
from tests.bench.databases import Databases
from tests.bench.results import Result, at_most
from tests.bench.timing import typical

GOAL = 1.2
TIMES = 200
ROUNDS = 7


def milliseconds(mail: Mail) -> float:
    render(mail)
    many = typical(lambda: [render(mail) for _ in range(TIMES)], ROUNDS)
    return many / TIMES * 1000


def rows(_databases: list[Databases]) -> Iterator[Result]:
    sample = digest("zh_CN")
    mails: dict[str, Mail] = {
        "a digest of one rung": replace(sample, rungs=sample.rungs[:1], overnight=()),
        "the sample digest": sample,
        "a ticket that is now yours": yours("zh_CN"),
    }
    for what, mail in mails.items():
        html = render(mail).html
        css = typical(lambda: [inline(html) for _ in range(TIMES)], ROUNDS)  # noqa: B023
        yield at_most(
            "mails",
            f"render {what}, HTML and text",
            milliseconds(mail),
            "ms",
            GOAL,
            f"{len(html) / 1000:.1f} k characters; "
            f"css-inline alone {css / TIMES * 1000:.2f} ms",
        )
