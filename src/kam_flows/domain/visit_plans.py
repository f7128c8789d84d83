"""What planning visits gives back: what it did with which touchpoint, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from kam_flows.domain.touchpoints import Reason, Touchpoint, TouchpointState
from kam_flows.domain.visit_house import House


class Act(StrEnum):
    """What planning did with a touchpoint."""

    PLANNED = "planned"
    MOVED = "moved"
    PASSED_ON = "passed_on"
    """To somebody else, on the same day."""
    MERGED = "merged"
    PARTED = "parted"
    """It was merged, and stands by itself again."""
    CREDITED = "credited"
    MISSED = "missed"
    CANCELLED = "cancelled"
    ADJUSTED = "adjusted"
    """Its time, who comes along or how long it takes."""
    RENEWED = "renewed"
    """It stands as it stood, under another policy."""


class Change(NamedTuple):
    """New touchpoints have ids below 0, by which others are merged into them."""

    before: Touchpoint | None
    after: Touchpoint
    act: Act
    why: Reason


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What changes for one account, and until when nothing more can."""

    changes: Sequence[Change]
    served: frozenset[str]
    """Codes of the cadences that it gets."""
    planned_until: date
    look_on: date | None
    """The first day on which there is another slot to plan."""


@dataclass(frozen=True, kw_only=True)
class Standard:
    """By which policy is planned, and for whom else."""

    policy: str
    policy_id: int | None
    house: House


def act_of(before: Touchpoint | None, after: Touchpoint) -> Act:
    if before is None or before.state is TouchpointState.CANCELLED:
        return Act.MERGED if after.state is TouchpointState.MERGED else Act.PLANNED
    if before.on != after.on:
        return Act.MOVED
    if before.state is not after.state:
        return Act.MERGED if after.state is TouchpointState.MERGED else Act.PARTED
    if before.owner != after.owner:
        return Act.PASSED_ON
    is_same = replace(after, policy_id=before.policy_id) == before
    return Act.RENEWED if is_same else Act.ADJUSTED
