"""Who hears of a run that went wrong, how often, and which runs are gone for good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule

from kam_flows.domain.errors import UserError
from kam_flows.domain.house_mails import Trouble
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.serving.deployments import entries
from tasks.forms import choices, have_lost_titles, shown_form
from tasks.run_troubles import Run, read_run, tell_of, trouble_of
from tasks.schedules import last_of
from tasks.stranded_runs import is_gone
from tests.builders import a_person, at
from tests.portfolio import store

NOW = at("2026-10-12 10:30").astimezone(UTC)
MINUTE = timedelta(minutes=1)
FAILED = Run(
    id=UUID(int=1),
    name="escalate tickets",
    deployment="escalate-tickets",
    state=StateType.FAILED,
    said="disk is full",
    planned_at=NOW - MINUTE,
    started_at=NOW - MINUTE,
)


def test_what_is_wrong_is_read_off_the_state_it_has_by_now():
    crashed = replace(FAILED, state=StateType.CRASHED)
    retried = replace(FAILED, state=StateType.COMPLETED)

    assert trouble_of(FAILED, NOW, late=False) is Trouble.FAILED
    assert trouble_of(crashed, NOW, late=False) is Trouble.CRASHED
    assert trouble_of(retried, NOW, late=False) is None


@pytest.mark.parametrize(
    ("started_at", "is_late"),
    [(NOW - 29 * MINUTE, False), (NOW - 5 * MINUTE, True), (None, True)],
)
def test_a_run_is_late_if_it_began_or_is_still_to_begin_ten_minutes_after_its_time(
    started_at: datetime | None, is_late: bool
):
    run = replace(FAILED, planned_at=NOW - 30 * MINUTE, started_at=started_at)

    assert (trouble_of(run, NOW, late=True) is Trouble.LATE) is is_late


@pytest.mark.usefixtures("database")
def test_of_one_deployment_there_is_one_mail_an_hour_for_each_reader():
    store([a_person(code, role=StaffRole.OPERATIONS) for code in ("olga", "otto")], [])

    assert tell_of.fn(FAILED, Trouble.FAILED, NOW, dry_run=True) != []
    told = tell_of.fn(FAILED, Trouble.FAILED, NOW)
    again = replace(FAILED, id=UUID(int=2))

    assert set(told) == {"olga@example.com", "otto@example.com"}
    assert tell_of.fn(again, Trouble.FAILED, NOW + 29 * MINUTE) == []
    assert len(tell_of.fn(again, Trouble.FAILED, NOW + 31 * MINUTE)) == 2
    other = replace(FAILED, deployment="dispatch-mail")
    assert len(tell_of.fn(other, Trouble.FAILED, NOW)) == 2


async def test_what_is_no_run_is_refused():
    with pytest.raises(UserError, match="'T-0001' is no run"):
        await read_run("T-0001", NOW)


@pytest.mark.parametrize(
    ("kind", "since", "heard", "gone"),
    [
        (StateType.RUNNING, 60, 11, True),
        (StateType.RUNNING, 60, 1, False),
        (StateType.RUNNING, 60, None, False),
        (StateType.RUNNING, 5, None, False),
        (StateType.PENDING, 11, None, True),
        (StateType.PENDING, 9, None, False),
        (StateType.CANCELLING, 60, 30, True),
        (StateType.CANCELLING, 60, 2, False),
    ],
)
def test_a_run_is_gone_when_nothing_was_heard_of_it_for_ten_minutes(
    kind: StateType, since: int, heard: int | None, gone: bool
):
    state = State(type=kind, timestamp=NOW - since * MINUTE)
    run = FlowRun(flow_id=uuid4(), state=state)

    assert is_gone(run, None if heard is None else NOW - heard * MINUTE, NOW) is gone


@pytest.mark.parametrize(
    ("cron", "last"),
    [
        ("* * * * *", "2026-10-12 10:30"),
        ("*/30 7-20 * * *", "2026-10-12 10:30"),
        ("10 6 * * *", "2026-10-12 06:10"),
        ("15 7 * * 5", "2026-10-09 07:15"),
        ("0 8 1 * *", "2026-10-01 08:00"),
    ],
)
async def test_the_last_moment_of_a_schedule_is_found(cron: str, last: str):
    schedule = CronSchedule(cron=cron, timezone="Asia/Shanghai")

    assert await last_of(schedule, NOW) == at(last)


@pytest.mark.usefixtures("sqlite_database")
def test_forms_that_a_deploy_left_bare_are_noticed():
    [entry] = [one for one in entries() if one.name == "take-up-a-ticket"]
    bare = entry.flow().parameters.model_dump_for_openapi()
    with unit_of_work(read_only=True) as uow:
        offered = choices(uow, NOW, "zh_CN")

    def deployed(schema: dict[str, object]) -> DeploymentResponse:
        return DeploymentResponse.model_construct(
            name=entry.name, parameter_openapi_schema=schema
        )

    assert have_lost_titles([deployed(bare)])
    assert not have_lost_titles([deployed(shown_form(entry.name, bare, offered))])
