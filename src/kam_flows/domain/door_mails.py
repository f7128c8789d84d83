"""The mail by which somebody confirms that it was them who submitted a form."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kam_flows.domain.mails import Mail


@dataclass(frozen=True, kw_only=True)
class Filled:
    """One field of a form, as it was filled in."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class LinkToConfirm(Mail):
    """Goes to whom a form named as who acts; nothing is done until they submit it."""

    template: ClassVar[str] = "doors/confirm"

    form: str
    """As the interface lists it: `Take up a ticket`."""
    rows: tuple[Filled, ...]
    link: str
    """The same form, filled in."""
    until: datetime
    """How long the link acts."""
    as_of: datetime
