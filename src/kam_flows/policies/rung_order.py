"""Whether the rungs of a ladder stand in the order in which they fall due."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from kam_flows.domain.durations import Duration
from kam_flows.domain.policy import Until
from kam_flows.policies.lengths import is_at_most
from kam_flows.policies.problems import Problem
from kam_flows.policies.schema import Document, RungPart


def rungs_out_of_order(policy: Document) -> Iterator[Problem]:
    order = list(Until)
    for number, ladder in enumerate(policy.ladders):
        for (i, lower), (j, upper) in combinations(enumerate(ladder.rungs, 1), 2):
            path = ("ladders", number, "rungs", j - 1)
            if order.index(upper.until) < order.index(lower.until):
                yield Problem(
                    path=(*path, "until"),
                    wrong=f"'{upper.until}' happens before '{lower.until}' of rung {i}",
                    allowed=", ".join(order[order.index(lower.until) :]),
                )
            if _falls_due_no_later(upper, lower):
                yield Problem(
                    path=(*path, "after"),
                    wrong=f"falls due no later than rung {i}",
                    allowed=f"later than {_written(lower)} from {lower.anchor}",
                )


def _falls_due_no_later(upper: RungPart, lower: RungPart) -> bool:
    """True only where both count from the same moment on the same clock."""
    one, other = upper.after, lower.after
    if upper.anchor is not lower.anchor:
        return False
    if isinstance(one, Fraction):
        # A share of a target has passed before the target itself is over.
        return not isinstance(other, Fraction) or one <= other
    return isinstance(other, Duration) and is_at_most(one, other)


def _written(rung: RungPart) -> str:
    after = rung.after
    return f"{after * 100}%" if isinstance(after, Fraction) else str(after)
