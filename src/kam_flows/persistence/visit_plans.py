"""Plans of visits: which accounts have to be planned again, and what is written then."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Account
from kam_flows.domain.touchpoints import TouchpointState
from kam_flows.domain.visit_plans import Change, Plan
from kam_flows.persistence.bulk import add_rows, among, change_rows, take_ids
from kam_flows.persistence.invitations import check_again
from kam_flows.persistence.models import AccountRow, StaffRow, TeamMemberRow, table_of
from kam_flows.persistence.touchpoints import PLANS, TOUCHPOINTS

ACCOUNTS = table_of(AccountRow)
TEAMS = table_of(TeamMemberRow)
STAFF = table_of(StaffRow)
PLAN_COLUMNS = ("made_from", "planned_until", "served", "next_slot_on")
AS_THEY_ARE = (
    "cadence",
    "slot",
    "kind",
    "nominal",
    "on",
    "starts",
    "minutes",
    "owner",
    "participants",
    "with_customer",
    "state",
    "pinned",
    "why",
    "title",
    "policy_id",
    "moves",
    "concluded_on",
)
"""Columns that a touchpoint has under the same name and in the same form."""
TOUCHPOINT_COLUMNS = (*AS_THEY_ARE, "account_id", "merged_into")
READ = attrgetter(*AS_THEY_ARE)
AHEAD = (TOUCHPOINTS.c.state == TouchpointState.PLANNED, TOUCHPOINTS.c.minutes > 0)
"""What takes somebody's time."""


class Standing(NamedTuple):
    """One account: what its plan depends on, and what its last one was made from."""

    account_id: int
    code: str
    calendar: str
    is_planned: bool
    """It is served, or has a plan."""
    traits: str
    team: tuple[str, ...]
    """Codes of the staff who serve it, in the order of the team."""
    made_from: str
    next_slot_on: date | None


class LastPlan(NamedTuple):
    id: int
    made_from: str
    planned_until: date
    served: frozenset[str]
    next_slot_on: date | None


class Kept(NamedTuple):
    """A change, and the id under which its touchpoint is stored."""

    account_id: int
    id: int
    change: Change


class VisitPlans:
    def __init__(self, session: Session) -> None:
        self.session = session

    def standings(self) -> list[Standing]:
        """Of all accounts; of those at hand `standing` tells the same."""
        statement = select(
            ACCOUNTS.c.id,
            ACCOUNTS.c.code,
            ACCOUNTS.c.calendar,
            ACCOUNTS.c.industry,
            ACCOUNTS.c.active,
            # As text: ten thousand tiers and days need not be made for a digest.
            type_coerce(ACCOUNTS.c.tier, String).label("tier"),
            type_coerce(ACCOUNTS.c.signed_on, String).label("signed"),
            PLANS.c.made_from,
            PLANS.c.next_slot_on,
        ).outerjoin(PLANS, PLANS.c.account_id == ACCOUNTS.c.id)
        teams, nobody = self._teams(), ((), "")
        found = []
        # Ten thousand of them every morning: told apart by place, not by name.
        for (
            id_,
            code,
            calendar,
            industry,
            active,
            tier,
            signed,
            made_from,
            look_on,
        ) in self.session.execute(statement):
            team, roles = teams.get(id_, nobody)
            traits = _traits(tier, signed, active, calendar, industry, roles)
            is_planned = active or made_from is not None
            found.append(
                Standing(
                    id_,
                    code,
                    calendar,
                    is_planned,
                    traits,
                    team,
                    made_from or "",
                    look_on,
                )
            )
        return found

    def _teams(self) -> dict[int, tuple[tuple[str, ...], str]]:
        """By account: the codes of its team, and a text of who does what."""
        role = type_coerce(TEAMS.c.role, String)
        statement = (
            select(TEAMS.c.account_id, STAFF.c.code, role)
            .join(STAFF, STAFF.c.id == TEAMS.c.staff_id)
            .order_by(TEAMS.c.id)
        )
        teams: dict[int, tuple[tuple[str, ...], str]] = {}
        for id_, code, does in self.session.execute(statement):
            team, roles = teams.get(id_, ((), ""))
            teams[id_] = (*team, code), f"{roles} {code} {does}"
        return teams

    def overfull(self, since: date, per_day: int) -> set[int]:
        """Accounts with something to move from a day on which somebody has too much."""
        owner, on = TOUCHPOINTS.c.owner, TOUCHPOINTS.c.on
        full = (
            select(owner, on)
            .where(*AHEAD, on >= since)
            .group_by(owner, on)
            .having(func.count() > per_day)
            .subquery()
        )
        statement = (
            select(TOUCHPOINTS.c.account_id)
            .join(full, (full.c.owner == owner) & (full.c.on == on))
            .where(*AHEAD, TOUCHPOINTS.c.pinned.is_(False))
        )
        return set(self.session.scalars(statement))

    def last(self, account_ids: Collection[int]) -> dict[int, LastPlan]:
        """By account id."""
        these = among(self.session, PLANS.c.account_id, account_ids)
        return {
            row.account_id: LastPlan(
                row.id,
                row.made_from,
                row.planned_until,
                frozenset(row.served),
                row.next_slot_on,
            )
            for row in self.session.execute(select(PLANS).where(these))
        }

    def highest(
        self, account_ids: Collection[int], cadences: Collection[str]
    ) -> dict[int, dict[str, str]]:
        """By account: the last slot there ever was of each of these cadences."""
        one, cadence = TOUCHPOINTS.c.account_id, TOUCHPOINTS.c.cadence
        statement = (
            select(one, cadence, func.max(TOUCHPOINTS.c.slot))
            .where(among(self.session, one, account_ids), cadence.in_(list(cadences)))
            .group_by(one, cadence)
        )
        found: dict[int, dict[str, str]] = {}
        for id_, code, slot in self.session.execute(statement):
            found.setdefault(id_, {})[code] = slot
        return found

    def agenda(
        self, owners: Collection[str], since: date
    ) -> Iterable[tuple[str, date, time]]:
        """What takes these people's time: who, which day, from when."""
        columns = (TOUCHPOINTS.c.owner, TOUCHPOINTS.c.on, TOUCHPOINTS.c.starts)
        statement = select(*columns).where(
            *AHEAD,
            TOUCHPOINTS.c.on >= since,
            TOUCHPOINTS.c.owner.in_(list(owners)),
        )
        return self.session.execute(statement).tuples()

    def keep(
        self,
        plans: Mapping[int, Plan],
        last: Mapping[int, LastPlan],
        made_from: Mapping[int, str],
    ) -> list[Kept]:
        """Write these plans, by account id; what changes in each."""
        new, again = [], []
        for id_, plan in plans.items():
            until, served = plan.planned_until, _in_order(plan.served)
            line = (made_from[id_], until, served, plan.look_on)
            if id_ in last:
                again.append((*line, last[id_].id))
            else:
                new.append((*line, id_))
        add_rows(self.session, PLANS, (*PLAN_COLUMNS, "account_id"), new)
        change_rows(self.session, PLANS, PLAN_COLUMNS, again)
        return self._write(plans)

    def _write(self, plans: Mapping[int, Plan]) -> list[Kept]:
        new = {
            id_: [one.after.id for one in plan.changes if one.before is None]
            for id_, plan in plans.items()
        }
        count = sum(map(len, new.values()))
        taken = iter(take_ids(self.session, TOUCHPOINTS, count) if count else ())
        added: list[Sequence[Any]] = []
        merged: list[Sequence[Any]] = []
        changed: list[Sequence[Any]] = []
        kept = []
        for account_id, plan in plans.items():
            ids: dict[int | None, int] = {one: next(taken) for one in new[account_id]}
            for change in plan.changes:
                after = change.after
                id_ = ids.get(after.id, after.id)
                into = ids.get(after.merged_into, after.merged_into)
                line = (*READ(after), account_id, into, id_)
                # Into what something is merged has to be there before it.
                where = changed if change.before else merged if into else added
                where.append(line)
                kept.append(Kept(account_id, id_, change))
        columns = (*TOUCHPOINT_COLUMNS, "id")
        add_rows(self.session, TOUCHPOINTS, columns, added + merged)
        change_rows(self.session, TOUCHPOINTS, TOUCHPOINT_COLUMNS, changed)
        if ids_changed := [line[-1] for line in changed]:
            these = among(self.session, TOUCHPOINTS.c.id, ids_changed)
            check_again(self.session, these)
        return kept


def standing(account_id: int, account: Account, last: LastPlan | None) -> Standing:
    """The same of an account that is at hand, and of its last plan."""
    roles = "".join(f" {member.staff} {member.role}" for member in account.team)
    return Standing(
        account_id,
        account.code,
        account.calendar,
        account.active or last is not None,
        _traits(
            account.tier,
            account.signed_on,
            account.active,
            account.calendar,
            account.industry,
            roles,
        ),
        tuple(member.staff for member in account.team),
        last.made_from if last else "",
        last.next_slot_on if last else None,
    )


def _traits(*traits: object) -> str:
    """The text by which a plan knows an account again: another one, another plan."""
    return " ".join(map(str, traits))


@cache
def _in_order(served: frozenset[str]) -> list[str]:
    """Accounts of a tier share it, so that it is written as JSON but once."""
    return sorted(served)
