"""Who we serve, and who serves them."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kam_flows.domain.people import Directory, TeamRole


class Tier(StrEnum):
    """How closely an account is served; the five schemes together use these words."""

    STRATEGIC = "strategic"
    CORE = "core"
    POTENTIAL = "potential"
    GROWTH = "growth"
    BASIC = "basic"
    OPPORTUNITY = "opportunity"
    NEW = "new"


@dataclass(frozen=True, kw_only=True)
class TeamMember:
    """One person's part in one account's service team."""

    staff: str
    role: TeamRole


@dataclass(frozen=True, kw_only=True)
class Account:
    """A company we serve. `calendar` names a calendar of the policy; empty: its default."""

    code: str
    name: str
    tier: Tier
    calendar: str = ""
    language: str = "zh_CN"
    industry: str = ""
    city: str = ""
    signed_on: date | None = None
    active: bool = True
    team: tuple[TeamMember, ...] = field(default=())

    def members(self, role: TeamRole) -> tuple[str, ...]:
        """Codes of the staff who fill this role, in the order they were named."""
        return tuple(member.staff for member in self.team if member.role is role)

    @property
    def lead_manager(self) -> str | None:
        """The first of them, by code."""
        return next(iter(self.members(TeamRole.LEAD_MANAGER)), None)

    def in_charge(self, role: TeamRole, people: Directory) -> str | None:
        """The first in this role who is still with us, else a lead manager."""
        for wanted in (role, TeamRole.LEAD_MANAGER):
            for code in self.members(wanted):
                if code in people and people[code].active:
                    return code
        return None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A person at an account."""

    code: str
    account: str
    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    language: str = "zh_CN"
    birthday: date | None = None
    is_decision_maker: bool = False
