"""Gifts: what may be given to whom, and what it may be worth."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from kam_flows.domain.accounts import Tier
from kam_flows.domain.care_rules import GiftCaps
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole

ABOVE_THE_CAP = frozenset({StaffRole.SUPERVISOR, StaffRole.DEPARTMENT_HEAD})
"""Whose reason lifts the cap of a recipient."""

OF_CARE = (
    "The gifts of one care may be worth {cap} and these are worth {given}, so that "
    "{left} are left; choose a smaller one."
)
OF_ACCOUNT = (
    "The gifts of one account may be worth {cap} a year and these are worth {given}, so "
    "that {left} are left; choose a smaller one."
)


@dataclass(frozen=True, kw_only=True)
class GiftIdea:
    """A gift of the catalogue."""

    code: str
    title: str
    value: Decimal
    tiers: tuple[Tier, ...] = ()
    """For which accounts; empty: for all."""
    tags: tuple[str, ...] = ()
    """What somebody likes who will like it: `tea`, `running`."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What gifts are worth so far."""

    care: Decimal = Decimal(0)
    account: Decimal = Decimal(0)
    """In this year."""
    recipient: Decimal = Decimal(0)
    """In this year."""


def ideas(
    catalogue: Iterable[GiftIdea],
    tier: Tier,
    budget: Decimal,
    preferences: Collection[str] = (),
    given: Collection[str] = (),
) -> list[GiftIdea]:
    """What fits tier and budget and was not given in the last two years (`given`, by
    code or title), first what the person is known to like, then the most valuable."""
    wanted = {one.casefold() for one in preferences}
    before = {one.casefold() for one in given}

    def rank(idea: GiftIdea) -> tuple[int, Decimal, str]:
        liked = sum(tag.casefold() in wanted for tag in idea.tags)
        return -liked, -idea.value, idea.code

    fitting = (
        idea
        for idea in catalogue
        if idea.value <= budget
        and (not idea.tiers or tier in idea.tiers)
        and before.isdisjoint({idea.code.casefold(), idea.title.casefold()})
    )
    return sorted(fitting, key=rank)


def check_gift(
    value: Decimal,
    given: Given,
    caps: GiftCaps,
    *,
    recipient: str,
    by: StaffRole,
    reason: str = "",
    budget: Decimal = Decimal(0),
) -> None:
    """Raise UserError if the gift is worth more than the policy allows.

    `budget` is that of the care, if it has one. Only the cap of the recipient can be
    lifted, by a supervisor's reason.
    """
    if value <= 0:
        raise UserError("A gift is worth something; give its value, such as 380.")
    per_care = min(budget, caps.per_care) if budget else caps.per_care
    _check_room(OF_CARE, value, given.care, per_care)
    _check_room(OF_ACCOUNT, value, given.account, caps.per_account)
    left = caps.per_recipient - given.recipient
    if value <= left or (by in ABOVE_THE_CAP and reason.strip()):
        return
    raise UserError(
        "{recipient} may get gifts for {cap} a year and has got {given}, so that {left} "
        "are left; choose a smaller one, or let one of {allowed} record it with a reason.",
        recipient=recipient,
        cap=caps.per_recipient,
        given=given.recipient,
        left=max(left, Decimal(0)),
        allowed=sorted(ABOVE_THE_CAP),
    )


def _check_room(sentence: str, value: Decimal, given: Decimal, cap: Decimal) -> None:
    if given + value > cap:
        left = max(cap - given, Decimal(0))
        raise UserError(sentence, cap=cap, given=given, left=left)
