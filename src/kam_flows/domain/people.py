"""Our people: who reports to whom, who stands in for whom, and when they may be reached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from kam_flows.domain.errors import UserError


class StaffRole(StrEnum):
    """What a person does with us; decides which flows they may start."""

    ACCOUNT_MANAGER = "account_manager"
    TECHNICAL = "technical"
    DELIVERY = "delivery"
    AFTER_SALES = "after_sales"
    SUPPORT = "support"
    INDUSTRY_EXPERT = "industry_expert"
    PRODUCT_MANAGER = "product_manager"
    SUPERVISOR = "supervisor"
    DEPARTMENT_HEAD = "department_head"
    EXECUTIVE = "executive"
    OPERATIONS = "operations"
    READ_ONLY = "read_only"
    """May look at everything and try everything out, and change nothing."""


class TeamRole(StrEnum):
    """What a person does for one account (service standard: service team)."""

    LEAD_MANAGER = "lead_manager"
    TECHNICAL = "technical"
    DELIVERY = "delivery"
    AFTER_SALES = "after_sales"
    SUPPORT = "support"
    EXECUTIVE_SPONSOR = "executive_sponsor"
    INDUSTRY_EXPERT = "industry_expert"
    PRODUCT_MANAGER = "product_manager"


STEERING_ROLES = frozenset(
    {StaffRole.OPERATIONS, StaffRole.SUPERVISOR, StaffRole.DEPARTMENT_HEAD}
)
"""Who may change what concerns everybody: the portfolio and the policy."""


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Away from the first to the last day, both included, in the person's zone."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """No mail between these local times; may run over midnight (22:00 to 08:00)."""

    start: time
    end: time

    def covers(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(frozen=True, kw_only=True)
class Staff:
    """A person on our side. People are named by code; `None` means nobody is named."""

    code: str
    name: str
    email: str
    role: StaffRole
    supervisor: str | None = None
    department_head: str | None = None
    deputy: str | None = None
    active: bool = True
    language: str = "zh_CN"
    timezone: str = "Asia/Shanghai"
    quiet_hours: QuietHours | None = None
    absences: tuple[Absence, ...] = ()

    def is_absent(self, now: datetime) -> bool:
        today = now.astimezone(ZoneInfo(self.timezone)).date()
        return any(absence.first <= today <= absence.last for absence in self.absences)

    def reachable_at(self, now: datetime) -> datetime:
        """`now`, or the end of the quiet hours that `now` falls into."""
        local = now.astimezone(ZoneInfo(self.timezone))
        if self.quiet_hours is None or not self.quiet_hours.covers(local.time()):
            return now
        end = local.replace(
            hour=self.quiet_hours.end.hour,
            minute=self.quiet_hours.end.minute,
            second=0,
            microsecond=0,
        )
        if end <= local:
            next_day = date.fromordinal(local.date().toordinal() + 1)
            end = datetime.combine(next_day, self.quiet_hours.end, local.tzinfo)
        return end.astimezone(now.tzinfo)


def may_not(person: Staff, allowed: Iterable[StaffRole]) -> UserError:
    """What somebody reads who asks for what is theirs alone who have another role."""
    return UserError(
        "{name} ({code}) has the role {role} and may not do this; type somebody into "
        "`by` who is one of {allowed}.",
        name=person.name,
        code=person.code,
        role=person.role,
        allowed=sorted(allowed),
    )


Directory = Mapping[str, Staff]
"""Everybody we know, by code."""


def above(code: str, people: Directory) -> tuple[str, ...]:
    """Who stands above somebody: supervisors up to the top, and heads named on the way."""
    found: dict[str, None] = {}
    waiting = [code]
    while waiting:
        person = people.get(waiting.pop(0))
        for one in (person.supervisor, person.department_head) if person else ():
            if one and one in people and one != code and one not in found:
                found[one] = None
                waiting.append(one)
    return tuple(found)
