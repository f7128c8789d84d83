"""One account's plan as it is made day by day, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from kam_flows.domain.accounts import Account, Tier
from kam_flows.domain.cadences import Cadence, Mode, Unit
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.people import Staff
from kam_flows.domain.touchpoints import (
    Reason,
    Touchpoint,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_house import Agenda, House
from kam_flows.domain.visit_plans import Change, Standard
from kam_flows.domain.visit_rules import VisitRules
from kam_flows.policies.load import load_preset
from tasks.visit_diaries import Diary
from tests.builders import a_person, an_account, std


def day(text: str) -> date:
    """`10-15` of 2026, or a whole date."""
    return date.fromisoformat(text if text.count("-") > 1 else f"2026-{text}")


def a_rhythm(code: str, every: int, unit: Unit, **fields: Any) -> Cadence:
    defaults: dict[str, Any] = {"kind": TouchpointKind.VISIT, "tolerance": 7}
    return Cadence(code=code, titles={}, every=every, unit=unit, **defaults | fields)


def weekly(code: str = "sync", **fields: Any) -> Cadence:
    """Thursdays."""
    defaults = {"kind": TouchpointKind.MEETING, "day": 4}
    return a_rhythm(code, 1, Unit.WEEKS, **defaults | fields)


def monthly(code: str = "visit", **fields: Any) -> Cadence:
    """On the 15th."""
    return a_rhythm(code, 1, Unit.MONTHS, **{"day": 15} | fields)


def fortnightly(**fields: Any) -> Cadence:
    """A call two weeks after the last one."""
    rolling = {"mode": Mode.ROLLING, "kind": TouchpointKind.CALL, "minutes": 20}
    return a_rhythm("call", 2, Unit.WEEKS, **rolling | fields)


def some_rules(*cadences: Cadence, **fields: Any) -> VisitRules:
    base = load_preset("retention").visits
    return replace(base, cadences=cadences, peaks={}, **fields)


@dataclass(kw_only=True)
class Book(Diary):
    """An account, and what its plan is made from."""

    account: Account = field(default_factory=an_account)
    rules: VisitRules
    people: dict[str, Staff] = field(default_factory=lambda: {"mara": a_person("mara")})
    calendar: WorkCalendar = field(default_factory=std)
    others: list[tuple[str, date, time]] = field(default_factory=list)
    """What stands on the days of our people because of other accounts."""
    policy: str = "test"
    policy_id: int = 1

    def plan(self, today: str | date) -> list[Change]:
        on = day(today) if isinstance(today, str) else today
        agenda = Agenda([*self.others, *self.ahead()])
        house = House(self.rules, self.people, agenda)
        standard = Standard(policy=self.policy, policy_id=self.policy_id, house=house)
        return list(self.plan_ahead(on, self.calendar, standard))

    def ahead(self) -> list[tuple[str, date, time]]:
        """What takes the time of our people."""
        return [
            (one.owner, one.on, one.starts)
            for one in self.touchpoints.values()
            if one.is_open and one.minutes and one.owner
        ]

    def add(self, on: str, kind: TouchpointKind, **fields: Any) -> Touchpoint:
        """A touchpoint that no cadence asked for: it took place, if nothing else is said."""
        self.last_id += 1
        number = self.last_id
        defaults: dict[str, Any] = {
            "state": TouchpointState.DONE,
            "concluded_on": day(on),
            "minutes": 60,
            "owner": "mara",
        }
        if fields.get("state") is TouchpointState.PLANNED:
            defaults["concluded_on"] = None
        self.touchpoints[number] = added = Touchpoint(
            id=number,
            account=self.account.code,
            slot=f"u{number:04}",
            kind=kind,
            nominal=day(on),
            on=day(on),
            starts=time(9),
            pinned=True,
            why=(Reason(why=Why.BY_HAND, what=day(on).isoformat()),),
            **defaults | fields,
        )
        return added

    def change(self, code: str, slot: str, **fields: Any) -> Touchpoint:
        one = self.at(code, slot)
        self.touchpoints[one.id] = changed = replace(one, **fields)
        return changed

    def at(self, code: str, slot: str) -> Touchpoint:
        [found] = [
            one
            for one in self.touchpoints.values()
            if (one.cadence, one.slot) == (code, slot)
        ]
        return found

    def done(self, code: str, slot: str, on: str = "") -> Touchpoint:
        """It took place, on its day if no other is named."""
        when = day(on) if on else self.at(code, slot).on
        return self.change(
            code, slot, state=TouchpointState.DONE, on=when, concluded_on=when
        )

    def all_done(self, before: str) -> None:
        for one in list(self.touchpoints.values()):
            if one.is_open and one.on < day(before) and one.cadence:
                self.done(one.cadence, one.slot)

    def days(self, code: str, *states: TouchpointState) -> list[str]:
        """`10-15` of each of its touchpoints in one of these states; none: planned."""
        wanted = states or (TouchpointState.PLANNED,)
        found = [
            one
            for one in self.touchpoints.values()
            if one.cadence == code and one.state in wanted
        ]
        return [f"{one.on:%m-%d}" for one in sorted(found, key=lambda one: one.on)]

    def slots(self, code: str) -> Mapping[str, TouchpointState]:
        found = {
            one.slot: one.state
            for one in self.touchpoints.values()
            if one.cadence == code
        }
        return dict(sorted(found.items()))

    def become(self, tier: Tier) -> None:
        self.account = replace(self.account, tier=tier)


def whys(touchpoint: Touchpoint) -> list[Why]:
    return [one.why for one in touchpoint.why]
