"""Plans in a real database: once however often, red for whom nothing can be decided."""

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from kam_flows.domain.accounts import Account, TeamMember, Tier
from kam_flows.domain.people import Staff, TeamRole
from kam_flows.domain.touchpoints import (
    Reason,
    Touchpoint,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_house import Agenda, House
from kam_flows.domain.visit_plans import Act, Standard
from kam_flows.persistence.models import AuditRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.persistence.visit_models import TouchpointRow, VisitPlanRow
from kam_flows.persistence.visit_plans import standing
from kam_flows.policies.load import load_preset, preset_text
from tasks import visits
from tasks.touchpoints import cancel_visit, plan_visit, reschedule_visit
from tasks.visit_diaries import Diary
from tasks.visits import Planned, plan_due, rehearse
from tests.builders import a_person, an_account, at, away
from tests.portfolio import store, use_policy, use_text

NOW = at("2026-10-08 05:30")
DAY = timedelta(days=1)
PLANNED, MERGED = TouchpointState.PLANNED, TouchpointState.MERGED
CANCELLED, CREDITED = TouchpointState.CANCELLED, TouchpointState.CREDITED

pytestmark = pytest.mark.usefixtures("database")


def house(
    *accounts: Account, people: Iterable[Staff] = (), policy: str = "default"
) -> None:
    use_policy(policy)
    staff = {"mara": a_person("mara"), "dai": a_person("dai")}
    store(
        [*(staff | {one.code: one for one in people}).values()],
        accounts or [an_account(tier=Tier.STRATEGIC)],
    )


def planned(now: datetime = NOW) -> Planned:
    done = plan_due.fn(now)
    assert done.set_aside == []
    return done


def all_of(account: str = "ACME") -> list[Touchpoint]:
    with unit_of_work(read_only=True) as uow:
        id_ = uow.accounts.ids()[account]
        return uow.touchpoints.of([id_], date.min, date.max)


def of_cadence(cadence: str, *states: TouchpointState) -> list[str]:
    return [
        f"{one.on:%m-%d}"
        for one in all_of()
        if one.cadence == cadence and one.state in (states or (PLANNED,))
    ]


def acts(done: Planned) -> dict[Act, int]:
    counts: dict[Act, int] = {}
    for (act, _), count in done.acts.items():
        counts[act] = counts.get(act, 0) + count
    return counts


def audited(subject: str) -> list[tuple[str, dict[str, str]]]:
    with unit_of_work(read_only=True) as uow:
        return [(row.action, row.detail) for row in uow.audit.about(subject)]


def test_a_plan_is_stored_as_it_was_decided_and_made_once():
    team = (
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="dai", role=TeamRole.EXECUTIVE_SPONSOR),
    )
    house(an_account(tier=Tier.STRATEGIC, team=team))
    first = planned()
    before = all_of()

    assert acts(first) == {Act.PLANNED: 16, Act.MERGED: 2}
    assert planned().looked_at == 0
    assert all_of() == before
    meeting = next(one for one in before if one.cadence == "executive_meeting")
    assert (meeting.on, meeting.participants) == (date(2026, 12, 10), ("dai",))
    review = next(one for one in before if one.cadence == "quarterly_review")
    assert review.why == (
        Reason(why=Why.SLOT, what="2026-12-20"),
        Reason(why=Why.DAY_OFF, what="2026-12-20"),
    )


def test_what_falls_on_one_day_points_at_what_it_is_merged_into():
    house()
    planned()
    sync, visit = [one for one in all_of() if one.on == date(2026, 10, 15)]

    assert {sync.state, visit.state} == {PLANNED, MERGED}
    host, merged = (sync, visit) if sync.state is PLANNED else (visit, sync)
    assert (host.cadence, merged.merged_into) == ("weekly_sync", host.id)
    assert host.minutes == 150


def test_a_dry_run_keeps_nothing():
    house()
    rehearsed = rehearse.fn(NOW)

    assert acts(rehearsed)[Act.PLANNED] == 16
    assert all_of() == []
    assert acts(planned()) == acts(rehearsed)


def test_day_by_day_nothing_is_planned_twice_and_no_plan_made_for_nothing():
    house()
    looked_at = [planned(NOW + number * DAY).looked_at for number in range(15)]

    # Ninety days later are a Thursday, the next one, and a 15th.
    assert looked_at == [1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    slots = [(one.cadence, one.slot) for one in all_of()]
    assert len(slots) == len(set(slots))


def test_v5_an_outage_of_months_is_made_up_for_once():
    house()
    planned()
    planned(NOW + 120 * DAY)

    missed = [one for one in all_of() if one.state is TouchpointState.MISSED]
    assert {one.cadence for one in missed} == {"weekly_sync", "monthly_visit"}
    assert all(one.why[-1].why is Why.LATE for one in missed)
    assert planned(NOW + 120 * DAY).looked_at == 0


def test_a_tier_that_falls_is_planned_anew_and_says_so_in_the_audit_trail():
    house()
    planned()
    with unit_of_work() as uow:
        uow.accounts.save([an_account(tier=Tier.POTENTIAL)])
    done = planned(at("2026-10-14 05:30"))

    assert of_cadence("weekly_sync") == ["10-08"]  # past, and not recorded yet
    assert of_cadence("fortnightly_call")[0] == "10-28"
    sync = next(
        o for o in all_of() if (o.cadence, o.slot) == ("weekly_sync", "2026-W42")
    )
    assert sync.state is CANCELLED
    [(action, detail)] = audited(f"touchpoint {sync.number}")
    assert (action, detail["reason"], detail["what"]) == (
        "visit cancelled",
        "tier",
        "potential",
    )
    assert detail["before"] == "planned 2026-10-15 10:00 mara"
    assert acts(done)[Act.CANCELLED] == 17


def test_what_is_new_stands_in_the_audit_trail_of_its_account():
    house()
    planned()

    [detail] = [
        detail
        for action, detail in audited("account ACME")
        if action == "visits planned"
    ]
    assert len(detail) == 18
    first = all_of()[0]
    assert detail[first.number] == "weekly_sync 2026-10-08"


@pytest.mark.parametrize(
    "changed",
    [
        {"absences": away("2026-10-15", "2026-10-15")},
        {"active": False},
    ],
)
def test_somebody_who_is_away_or_gone_makes_their_accounts_due(changed):
    house()
    planned()
    with unit_of_work() as uow:
        uow.people.save([a_person("mara", **changed)])

    assert plan_due.fn(NOW).looked_at == 1


def test_the_absence_of_somebody_elsewhere_makes_nothing_due():
    house()
    planned()
    with unit_of_work() as uow:
        uow.people.save([a_person("dai", absences=away("2026-10-15", "2026-10-15"))])

    assert planned().looked_at == 0


def test_another_team_passes_what_lies_ahead_on():
    house()
    planned()
    with unit_of_work() as uow:
        team = (TeamMember(staff="dai", role=TeamRole.LEAD_MANAGER),)
        uow.accounts.replace_teams({"ACME": team})
    done = planned()

    assert acts(done) == {Act.PASSED_ON: 18}
    assert {one.owner for one in all_of()} == {"dai"}


def test_another_policy_plans_everything_anew():
    house()
    planned()
    use_text(preset_text("enterprise"), at("2026-10-09 09:00"))
    planned(at("2026-10-10 05:30"))

    assert of_cadence("monthly_visit") == []
    assert of_cadence("weekly_sync")[:2] == ["10-08", "10-15"]


def test_what_people_do_by_hand_is_planned_around_the_next_morning():
    house()
    planned()
    syncs = [one for one in all_of() if one.cadence == "weekly_sync"]
    reschedule_visit.fn(
        touchpoint=syncs[1].number,
        on=date(2026, 10, 16),
        reason="出差",
        by="mara",
        now=NOW,
    )
    cancel_visit.fn(touchpoint=syncs[2].number, reason="停产", by="mara", now=NOW)
    plan_visit.fn(
        account="ACME",
        kind=TouchpointKind.VISIT,
        on=date(2026, 10, 7),
        by="mara",
        now=NOW,
    )
    planned(NOW + DAY)

    by_id = {one.id: one for one in all_of()}
    assert by_id[syncs[1].id].on == date(2026, 10, 16)
    assert by_id[syncs[2].id].state is CANCELLED
    assert of_cadence("monthly_visit", CREDITED) == []  # eight days before the 15th
    assert "10-15" in of_cadence("monthly_visit")
    assert planned(NOW + DAY).looked_at == 0


def test_a_visit_by_hand_on_a_full_day_moves_somebody_else():
    text = preset_text("retention").replace("per_day: 4", "per_day: 1")
    use_text(text)
    store([a_person("mara")], [an_account(), an_account("BETA", name="北辰")])
    planned()
    assert of_cadence("monthly_visit")[0] == "10-15"

    plan_visit.fn(
        account="BETA",
        kind=TouchpointKind.MEETING,
        on=date(2026, 10, 15),
        by="mara",
        now=NOW,
    )
    done = planned(NOW + DAY)

    assert acts(done)[Act.MOVED] == 1
    assert of_cadence("monthly_visit")[0] != "10-15"
    assert planned(NOW + DAY).looked_at == 0


def test_an_account_that_cannot_be_planned_is_named_and_the_others_are():
    text = preset_text("retention").replace("per_day: 4", "per_day: 1")
    use_text(text)
    store(
        [a_person("mara"), a_person("lin")], [an_account(), an_account("BETA", "lin")]
    )
    with unit_of_work() as uow:
        id_ = uow.accounts.ids()["ACME"]
        policy_id = uow.policies.current_id(NOW)
        for number in range(740):
            day = NOW.date() + number * DAY
            uow.touchpoints.add(
                id_,
                Touchpoint(
                    account="ACME",
                    slot=f"u{number}",
                    kind=TouchpointKind.MEETING,
                    nominal=day,
                    on=day,
                    starts=NOW.time(),
                    minutes=60,
                    owner="mara",
                    pinned=True,
                    policy_id=policy_id,
                ),
            )
    store([], [an_account("GAMMA", name="第三家")])
    done = plan_due.fn(NOW)

    assert [code for code, _ in done.set_aside] == ["GAMMA"]
    assert "mara has no room" in done.set_aside[0][1]
    assert all_of("GAMMA") == []
    assert all_of("BETA")
    assert plan_due.fn(NOW).looked_at == 1


def test_two_plans_at_once_are_one():
    house(*(an_account(f"K{n}", name=f"客户{n}") for n in range(30)))
    done: list[Planned] = []
    threads = [
        threading.Thread(target=lambda: done.append(plan_due.fn(NOW))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 4
    with unit_of_work(read_only=True) as uow:
        slots = uow.session.execute(
            select(TouchpointRow.account_id, TouchpointRow.cadence, TouchpointRow.slot)
        ).all()
        plans = uow.session.scalar(select(func.count()).select_from(VisitPlanRow))
        audit = uow.session.scalar(
            select(func.count())
            .select_from(AuditRow)
            .where(AuditRow.action == "visits planned")
        )
    assert (len(slots), plans, audit) == (len(set(slots)), 30, 30)


def test_chunks_of_accounts_share_the_limit_of_their_owner(monkeypatch):
    monkeypatch.setattr(visits, "CHUNK", 3)
    house(
        *(an_account(f"K{n}", name=f"客户{n}") for n in range(10)), policy="retention"
    )
    planned()

    with unit_of_work(read_only=True) as uow:
        ahead = uow.touchpoints.planned(date.min, date.max)
    per_day: dict[tuple[str | None, date], int] = {}
    for one in ahead:
        if one.minutes:
            per_day[one.owner, one.on] = per_day.get((one.owner, one.on), 0) + 1
    assert max(per_day.values()) == 4
    starts = [(one.on, one.starts) for one in ahead if one.minutes]
    assert len(starts) == len(set(starts))


def test_one_account_at_hand_stands_as_it_does_among_all():
    team = [
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="dai", role=TeamRole.PRODUCT_MANAGER),
    ]
    signed = an_account(team=tuple(team), signed_on=date(2024, 2, 29), industry="船舶")
    house(signed, an_account("BETA", name="北辰", active=False, team=()))
    planned()

    with unit_of_work() as uow:
        ids = uow.accounts.ids().values()
        last = uow.visit_plans.last(ids)
        each = [
            standing(id_, account, last.get(id_))
            for id_, account in uow.accounts.lock_all(ids).items()
        ]
        every = sorted(uow.visit_plans.standings())
    assert each == every


def test_today_can_be_planned_until_its_first_touchpoints_begin():
    house(an_account(), policy="retention")
    planned(at("2026-10-15 10:00"))
    assert of_cadence("monthly_visit")[0] == "11-16"

    store([], [an_account("BETA", name="北辰")])
    planned(at("2026-10-15 09:59"))
    assert all_of("BETA")[0].on == date(2026, 10, 15)


def test_what_is_cancelled_in_the_afternoon_is_cancelled_that_day():
    house()
    planned()
    with unit_of_work() as uow:
        uow.accounts.save([replace(an_account(tier=Tier.STRATEGIC), active=False)])
    planned(at("2026-10-09 15:00"))

    assert {o.concluded_on for o in all_of() if o.state is CANCELLED} == {
        date(2026, 10, 9)
    }


def test_an_account_that_was_never_served_has_no_plan():
    house(replace(an_account(), active=False))

    assert planned().looked_at == 0


def test_what_is_stored_day_by_day_is_what_the_planner_decides_in_memory():
    accounts = [
        an_account(f"K{number}", f"m{number}", name=f"客户{number}", tier=tier)
        for number, tier in enumerate(Tier)
    ]
    people = {one.team[0].staff: a_person(one.team[0].staff) for one in accounts}
    house(*accounts, people=people.values())
    policy = load_preset("default")
    standard = Standard(
        policy="default", policy_id=1, house=House(policy.visits, people, Agenda())
    )
    diaries = [Diary(account=one) for one in accounts]
    for number in range(0, 60, 5):
        now = NOW + number * DAY
        take_place(now.date())
        planned(now)
        for diary in diaries:
            diary.take_place(now.date())
            diary.plan_ahead(now.date(), policy.calendar(""), standard)

    for diary in diaries:
        assert told(all_of(diary.account.code)) == told(diary.touchpoints.values())


def take_place(before: date) -> None:
    with unit_of_work() as uow:
        ids = uow.accounts.ids()
        for one in uow.touchpoints.planned(date.min, before - DAY):
            done = replace(one, state=TouchpointState.DONE, concluded_on=one.on)
            uow.touchpoints.keep(done)
            uow.touchpoints.unplan(ids[one.account])


def told(touchpoints: Iterable[Touchpoint]) -> list[Touchpoint]:
    """Without numbers, which a database gives as it likes."""
    every = list(touchpoints)
    slots = {one.id: f"{one.cadence} {one.slot}" for one in every}
    return sorted(
        (
            replace(
                one, id=0, merged_into=None, title=slots.get(one.merged_into or 0, "")
            )
            for one in every
        ),
        key=lambda one: (one.cadence, one.slot),
    )
