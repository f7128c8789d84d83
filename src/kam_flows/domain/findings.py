"""What is wrong with the portfolio before it hurts: ladders that end nowhere, and the like."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from kam_flows.domain.mails import Mail


class Check(StrEnum):
    """What a finding is about."""

    LADDER_ENDS_NOWHERE = "ladder_ends_nowhere"
    NO_ADDRESS = "no_address"
    DEPUTY_CYCLE = "deputy_cycle"
    SUPERVISOR_CYCLE = "supervisor_cycle"
    NO_LEAD_MANAGER = "no_lead_manager"
    MISSING_TEAM_ROLE = "missing_team_role"
    LEFT_BUT_NAMED = "left_but_named"
    UNKNOWN_PERSON = "unknown_person"
    TIER_NOT_IN_POLICY = "tier_not_in_policy"
    CALENDAR_NOT_IN_POLICY = "calendar_not_in_policy"
    PROVISIONAL_CALENDAR = "provisional_calendar"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to mend: which check, about whom, and the words that fill its sentence."""

    check: Check
    subject: str
    """Code of the account, person, ladder or calendar."""
    name: str
    detail: str = ""
    """Whom the ladder cannot reach, the circle (`A → B → A`), the missing roles, the
    unknown code, what is no address, the tier or calendar, the year: as codes, several parted by `, `."""
    people: tuple[tuple[str, str], ...] = ()
    """Who left and is still named, as (code, name)."""


@dataclass(frozen=True, kw_only=True)
class PortfolioFindings(Mail):
    """Tells operations staff what to mend, once a day while there is something."""

    template: ClassVar[str] = "portfolio/findings"

    findings: tuple[Finding, ...]
    as_of: datetime
    link: str | None
    """The form "Import portfolio"."""
