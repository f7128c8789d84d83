"""How much of what fell due took place, told to those who answer for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kam_flows.domain.mails import Mail
from kam_flows.domain.visit_figures import Report


@dataclass(frozen=True, kw_only=True)
class VisitReport(Mail):
    """Once a month to every manager, of the people below them; or to who asks for it."""

    template: ClassVar[str] = "visits/report"

    figures: Report
    titles: tuple[str, ...]
    """Of the headline's cadences, in the reader's language."""
    asked: bool
    """The reader asked for it; otherwise it comes once a month."""
    as_of: datetime
    policy: str
    """The policy's title in the reader's language."""
    form: str | None
    """Where the figures of other days are asked for."""
