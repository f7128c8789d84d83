"""The plan of one account in memory: for simulations, and whoever tries a policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kam_flows.domain.accounts import Account
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.touchpoints import Touchpoint, TouchpointState
from kam_flows.domain.visit_plans import Change, Standard
from kam_flows.domain.visit_slots import Known
from kam_flows.domain.visits import plan_visits


@dataclass(kw_only=True)
class Diary:
    """What is on record of an account."""

    account: Account
    touchpoints: dict[int, Touchpoint] = field(default_factory=dict)
    past: list[Touchpoint] = field(default_factory=list)
    """What is too old to decide about anything."""
    served: frozenset[str] = frozenset()
    planned_until: date | None = None
    look_on: date | None = None
    last_id: int = 0
    _next_on: date = date.max
    """The day of the first that is planned."""

    def is_due(self, today: date) -> bool:
        """There is another slot to plan."""
        return self.look_on is not None and self.look_on <= today

    def plan_ahead(
        self, today: date, calendar: WorkCalendar, standard: Standard
    ) -> Sequence[Change]:
        known = Known.of(
            self.account,
            today,
            list(self.touchpoints.values()),
            served=self.served,
            planned_until=self.planned_until,
        )
        plan = plan_visits(known, calendar, standard)
        self.served, self.planned_until = plan.served, plan.planned_until
        self.look_on = plan.look_on
        self._take(plan.changes)
        return plan.changes

    def take_place(self, before: date) -> bool:
        """All that was planned for earlier days took place; False if nothing was."""
        if before <= self._next_on:
            return False
        over = [o for o in self.touchpoints.values() if o.is_open and o.on < before]
        for one in over:
            self.touchpoints[one.id] = replace(
                one, state=TouchpointState.DONE, concluded_on=one.on
            )
        self._look_ahead()
        return bool(over)

    def _look_ahead(self) -> None:
        planned = (one.on for one in self.touchpoints.values() if one.is_open)
        self._next_on = min(planned, default=date.max)

    def forget(self, before: date) -> None:
        """Put away what is older."""
        old = [one for one in self.touchpoints.values() if one.on < before]
        self.past += old
        for one in old:
            del self.touchpoints[one.id]

    def _take(self, changes: Iterable[Change]) -> None:
        ids: dict[int, int] = {}
        for change in changes:
            if change.before is None:
                self.last_id += 1
                ids[change.after.id] = self.last_id
        for _, after, _, _ in changes:
            into = after.merged_into
            self.touchpoints[ids.get(after.id, after.id)] = replace(
                after,
                id=ids.get(after.id, after.id),
                merged_into=ids.get(into, into) if into else None,
            )
        self._look_ahead()
