"""Valid values with one line each; tests spell out only what they are about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from kam_flows.domain.accounts import Account, TeamMember, Tier
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.clocks import Clock, read_clock
from kam_flows.domain.durations import Duration
from kam_flows.domain.people import Absence, Staff, StaffRole, TeamRole
from kam_flows.domain.policy import (
    Anchor,
    Ladder,
    Policy,
    Rung,
    TargetRule,
    Targets,
    Until,
)
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.domain.tickets import Happening, Priority, TicketEvent
from kam_flows.policies.care import usual_care
from kam_flows.policies.load import load_preset
from kam_flows.policies.onboarding import usual_handover, usual_onboarding
from kam_flows.policies.retention import usual_retention
from kam_flows.policies.visits import usual_visits

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """`2026-10-16 15:00` on the wall in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def std() -> WorkCalendar:
    """09:00-18:00 with the official Chinese days of 2026 (scenarios: STD)."""
    return load_preset("retention").calendar("office")


def a_rung(number: int, after: str | None = "24h", **fields: Any) -> Rung:
    defaults: dict[str, Any] = {
        "number": number,
        "anchor": Anchor.OPENED,
        "after": Duration.parse(after) if after else None,
        "until": Until.TAKEN_UP,
        "tell": Tell.SUPERVISOR,
        "delivery": Delivery.AT_ONCE,
    }
    return Rung(**defaults | fields)


def a_policy(
    times: Mapping[Tier | None, Targets] | None = None,
    rungs: tuple[Rung, ...] = (),
    **fields: Any,
) -> Policy:
    """One scene, STD hours; `times` by tier (`None`: all), and one ladder."""
    rules = tuple(
        TargetRule(targets=targets, tiers=(tier,) if tier else ())
        for tier, targets in (times or {}).items()
    )
    base = load_preset("retention")
    return replace(
        base,
        target_rules=rules,
        tier_shares={},
        ladders=(Ladder(name="standard", rungs=rungs),),
        grace=Fraction(1, 4),
        **the_usual() | fields,
    )


def targets(respond: str = "", plan: str = "", resolve: str = "") -> Targets:
    def read(text: str) -> Duration | None:
        return Duration.parse(text) if text else None

    return Targets(respond=read(respond), plan=read(plan), resolve=read(resolve))


def happened(when: str | datetime, kind: Happening, value: str = "") -> TicketEvent:
    moment = at(when) if isinstance(when, str) else when
    return TicketEvent(at=moment, kind=kind, value=value)


def clock(policy: Policy, *events: TicketEvent, tier: Tier = Tier.CORE) -> Clock:
    """The clock of a routine ticket of an account of this tier."""
    return read_clock(
        events,
        policy=policy,
        calendar=policy.calendar("office"),
        scene=policy.default_scene,
        priority=Priority.NORMAL,
        tier=tier,
    )


def a_person(code: str, **fields: Any) -> Staff:
    defaults: dict[str, Any] = {
        "name": code.title(),
        "email": f"{code}@example.com",
        "role": StaffRole.ACCOUNT_MANAGER,
    }
    return Staff(code=code, **defaults | fields)


def away(first: str, last: str) -> tuple[Absence, ...]:
    return (Absence(first=date.fromisoformat(first), last=date.fromisoformat(last)),)


def an_account(code: str = "ACME", lead: str = "mara", **fields: Any) -> Account:
    defaults: dict[str, Any] = {
        "name": "华东精密科技",
        "tier": Tier.CORE,
        "team": (TeamMember(staff=lead, role=TeamRole.LEAD_MANAGER),),
    }
    return Account(code=code, **defaults | fields)


def the_usual() -> dict[str, Any]:
    """What a policy says of onboarding, visits and care where its file says nothing."""
    return {
        "onboarding": usual_onboarding().to_rules(),
        "handover": usual_handover().to_rules(),
        "visits": usual_visits().to_rules(),
        "care": usual_care().to_rules(usual_visits().peaks),
        "retention": usual_retention().to_rules(),
    }
