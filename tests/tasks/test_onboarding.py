"""Starting an onboarding: what is drawn, what is on record already, and only once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from kam_flows.domain.accounts import TeamMember, Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.persistence.onboarding_models import ChecklistItemRow, OnboardingRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import preset_text
from tasks.onboarding import Started, start_onboarding
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy, use_text

SIGNED = "2026-09-30 17:00"


@pytest.fixture
def house(database: str) -> None:
    """Mara leads ACME under Sun; Ops steers; Old served it before and has left."""
    use_policy("enterprise")
    store(
        [
            a_person("mara", supervisor="sun"),
            a_person("sun", role=StaffRole.SUPERVISOR),
            a_person("ops", role=StaffRole.OPERATIONS),
            a_person("else"),
            a_person("old", active=False),
        ],
        [an_account(lead="mara"), an_account("GONE", active=False, name="旧客户")],
    )


def started(when: str = SIGNED, **fields: Any) -> Started:
    defaults: dict[str, Any] = {"account": "ACME", "by": "mara"}
    return start_onboarding.fn(now=at(when), **defaults | fields)


def answer(dimension: Dimension) -> Answer:
    when = at("2026-09-29 09:00")
    return Answer(dimension=dimension, text="交付零延误", at=when, by="mara")


def codes(onboarding: Started) -> list[str]:
    return [item.code for item in onboarding.onboarding.items]


pytestmark = pytest.mark.usefixtures("house")


def test_o1_the_deadline_runs_over_the_holiday_and_the_start_warns_of_it():
    ours = started()

    assert ours.is_new
    assert ours.deadline == at("2026-10-03 17:00")
    assert [(r.written, r.due_at, r.is_working_day) for r in ours.readings] == [
        ("72h", at("2026-10-03 17:00"), False),
        ("3bd", at("2026-10-10 17:00"), True),
        ("72bh", at("2026-10-16 17:00"), True),
    ]


def test_o1_a_policy_of_three_business_days_ends_after_the_holiday():
    text = preset_text("enterprise")
    assert "deadline: 72h" in text
    use_text(text.replace("deadline: 72h", "deadline: 3bd"), at("2026-02-01 09:00"))

    ours = started()

    assert ours.deadline == at("2026-10-10 17:00")
    assert ours.readings[0].is_working_day


def test_what_the_records_show_is_done_from_the_start():
    with unit_of_work() as uow:
        account = uow.accounts.lock("ACME")
        uow.surveys.add(account, [answer(dimension) for dimension in Dimension])

    items = {item.code: item.state for item in started().onboarding.items}

    assert items["survey"] is ItemState.DONE
    assert items["agreement"] is ItemState.OPEN


def test_an_inheritance_is_drawn_only_where_there_was_a_predecessor():
    with_nobody = started(dry_run=True)
    with_somebody = started(predecessor="old · Old")

    assert "inheritance" not in codes(with_nobody)
    assert "inheritance" in codes(with_somebody)
    assert with_somebody.onboarding.predecessor == "old"


def test_a_dry_run_keeps_nothing():
    started(dry_run=True)

    with unit_of_work(read_only=True) as uow:
        assert uow.onboardings.running() == []


def test_o3_a_second_start_says_so_and_keeps_all_answers():
    first = started()
    with unit_of_work() as uow:
        account = uow.accounts.lock("ACME")
        uow.surveys.add(account, [answer(Dimension.RED_LINES)])

    second = started("2026-10-01 10:00", by="ops", predecessor="old")

    assert not second.is_new
    assert second.onboarding == first.onboarding
    assert second.started_by == "Mara"
    with unit_of_work(read_only=True) as uow:
        answers = uow.surveys.answers([account])[account]
        assert answers[Dimension.RED_LINES].text == "交付零延误"


def test_o3_starts_in_the_same_moment_make_one_checklist():
    together = Barrier(4)

    def start(by: str) -> Started:
        together.wait()
        return started(by=by)

    with ThreadPoolExecutor(4) as threads:
        all_started = list(threads.map(start, ["mara", "ops", "sun", "mara"]))

    assert sorted(one.is_new for one in all_started) == [False, False, False, True]
    assert len({one.onboarding.id for one in all_started}) == 1
    with unit_of_work(read_only=True) as uow:
        count = select(func.count())
        lines = uow.session.scalar(count.select_from(ChecklistItemRow))
        assert uow.session.scalar(count.select_from(OnboardingRow)) == 1
        assert lines == len(all_started[0].onboarding.items)


def test_o4_a_start_three_weeks_after_the_signing_is_marked_late():
    late = started("2026-10-21 17:00", signed_at=at(SIGNED))

    assert late.is_late
    with unit_of_work(read_only=True) as uow:
        [running] = uow.onboardings.running()
        assert running.signed_at == at(SIGNED)
        # One look, at which whoever is above hears of it once.
        assert uow.onboardings.next_due() == at("2026-10-21 17:00")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"by": "else"}, r"Else \(else\) is not on the team of 华东精密科技"),
        ({"by": "old"}, "has left"),
        ({"account": "GONE", "by": "ops"}, "旧客户 is no longer an account"),
        ({"account": "ACNE"}, "did you mean ACME"),
        ({"predecessor": "mara"}, "Mara is the lead manager of 华东精密科技 now"),
        ({"predecessor": "nobody"}, "There is no person 'nobody'"),
        ({"signed_at": at("2026-10-01 09:00")}, "cannot be later than the start"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(fields, said):
    with pytest.raises(UserError, match=said):
        started(**fields)

    with unit_of_work(read_only=True) as uow:
        assert uow.session.scalars(select(OnboardingRow)).all() == []


def test_anybody_of_the_team_may_start_and_the_record_says_who():
    team = (
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="else", role=TeamRole.TECHNICAL),
    )
    store([], [an_account(team=team, tier=Tier.CORE)])

    started(by="else@example.com")

    with unit_of_work(read_only=True) as uow:
        done = [(r.actor, r.action) for r in uow.audit.about("account ACME")]
    assert done == [("else", "onboarding started"), ("else", "checklist item done")]
