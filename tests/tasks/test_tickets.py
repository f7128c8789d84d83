"""Tickets as staff open and change them, and who is told whose ticket it is."""

from datetime import time
from typing import Any

import pytest
from sqlalchemy import func, select

from kam_flows.domain.accounts import TeamMember, Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import QuietHours, TeamRole
from kam_flows.domain.tickets import Action, Happening, Priority, TicketState
from kam_flows.mail.mime import read
from kam_flows.persistence.models import (
    AccountRow,
    AuditRow,
    LookRow,
    OutboxRow,
    TicketEventRow,
    TicketRow,
)
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.promises import change_promises
from tasks.tickets import change_ticket, open_ticket
from tests.builders import a_person, an_account, at, away
from tests.portfolio import change, opened, store, use_policy, watching


@pytest.fixture
def session(database: str):
    use_policy("retention")
    store(
        [
            a_person("mara", supervisor="sun"),
            a_person("sun"),
            a_person("left", active=False),
        ],
        [an_account(lead="mara"), an_account("BETA", lead="left", name="北辰物流")],
    )
    with watching() as opened_session:
        yield opened_session


def test_an_opened_ticket_has_its_clocks_and_its_owner(session):
    done = open_ticket.fn(
        account="华东精密科技",
        title="  无法\n登录 ",
        by="sun@example.com",
        now=at("2026-10-09 17:50"),
        scene="售后故障",
    )

    ticket = done.ticket
    assert ticket.record.number == "T-0001"
    assert ticket.record.title == "无法 登录"
    assert ticket.owner == "mara"
    # Core accounts have half of the four business hours; Saturday is made up for.
    assert ticket.respond_by == at("2026-10-10 10:50")
    assert ticket.next_look_at == at("2026-10-10 17:50")
    assert done.mailed == "Mara"


def test_the_owner_is_told_unless_it_was_they_who_opened_it(session):
    opened("2026-10-12 10:00", by="mara")
    assert session.scalars(select(OutboxRow)).all() == []

    opened("2026-10-12 10:00", by="sun")
    [mail] = session.scalars(select(OutboxRow))
    assert mail.addresses == ["mara@example.com"]
    page = read(mail.content)
    assert page.subject == "新工单：华东精密科技“无法登录（2）”"
    assert "T-0002" in page.text


def test_of_an_owner_who_is_away_the_deputy_is_told(session):
    trip = away("2026-10-12", "2026-10-16")
    mara = a_person("mara", supervisor="sun", deputy="dai", absences=trip)
    store([mara, a_person("dai")], [])

    number = opened("2026-10-12 10:00", by="sun")

    [mail] = session.scalars(select(OutboxRow))
    assert mail.addresses == ["dai@example.com"]
    page = read(mail.content)
    assert page.subject == "Mara的工单：华东精密科技“无法登录”"
    assert "原应通知负责人Mara：请假中。因此转由您处理。" in page.text
    assert opened("2026-10-12 10:00", by="dai") != number
    assert len(session.scalars(select(OutboxRow)).all()) == 1


def test_an_owner_to_whom_no_mail_can_be_sent_is_named_and_nothing_is_written(session):
    store([a_person("mara", supervisor="sun", email="mara(at)example.com")], [])

    with pytest.raises(UserError, match=r"Mara at 'mara\(at\)example.com'; correct"):
        opened("2026-10-12 10:00", by="sun")

    assert session.scalars(select(TicketRow)).all() == []


def test_nobody_is_mailed_in_quiet_hours_about_a_new_ticket(session):
    nights = QuietHours(start=time(22), end=time(8))
    store([a_person("mara", supervisor="sun", quiet_hours=nights)], [])

    opened("2026-10-12 23:00", by="sun")

    not_before = session.scalar(select(OutboxRow.not_before))
    assert not_before == at("2026-10-13 08:00")


def test_a_ticket_without_anybody_to_own_it_is_opened_all_the_same(session):
    number = opened("2026-10-12 10:00", account="BETA")

    owner = session.scalar(select(TicketRow.owner).where(TicketRow.number == number))
    assert owner is None


def test_opening_one_that_waits_for_the_customer_starts_no_clock(session):
    done = open_ticket.fn(
        account="ACME",
        title="等客户提供日志",
        by="mara",
        now=at("2026-10-12 10:00"),
        waiting=True,
    )

    assert done.ticket.state is TicketState.WAITING
    assert done.ticket.respond_by is None
    assert done.ticket.next_look_at is None


def test_a_day_in_the_life_of_a_ticket(session):
    number = opened("2026-10-12 10:00")
    states = []
    for when, action in (
        ("2026-10-12 10:30", Action.TAKE_UP),
        ("2026-10-12 11:00", Action.WAIT),
        ("2026-10-12 15:00", Action.RESUME),
        ("2026-10-12 16:00", Action.RESOLVE),
        ("2026-10-13 09:00", Action.REOPEN),
        ("2026-10-13 10:00", Action.TAKE_UP),
        ("2026-10-13 11:00", Action.RESOLVE),
        ("2026-10-14 09:00", Action.CONFIRM),
    ):
        change(when, number, action)
        states.append(session.scalar(select(TicketRow.state)))

    assert states == [
        TicketState.IN_PROGRESS,
        TicketState.WAITING,
        TicketState.IN_PROGRESS,
        TicketState.RESOLVED,
        TicketState.PENDING,
        TicketState.IN_PROGRESS,
        TicketState.RESOLVED,
        TicketState.CONFIRMED,
    ]
    assert session.scalar(select(TicketRow.episode)) == 2
    assert session.scalar(select(LookRow.at)) is None


def test_whoever_takes_a_ticket_up_owns_it_from_then_on(session):
    number = opened("2026-10-12 10:00")

    change("2026-10-12 10:30", number, Action.TAKE_UP, by="sun")

    assert session.scalar(select(TicketRow.owner)) == "sun"
    change("2026-10-12 10:40", number, Action.TAKE_UP, by="mara")
    assert session.scalar(select(TicketRow.owner)) == "mara"


@pytest.mark.parametrize(
    ("action", "value"), [(Action.TAKE_UP, ""), (Action.ASSIGN, "mara")]
)
def test_what_is_so_already_is_not_done_again(session, action, value):
    number = opened("2026-10-12 10:00")
    change("2026-10-12 10:30", number, Action.TAKE_UP)

    with pytest.raises(UserError, match="already"):
        change("2026-10-12 10:31", number, action, value=value)

    assert session.scalars(select(OutboxRow)).all() == []


def test_an_assigned_ticket_has_a_new_owner_who_is_told_with_the_note(session):
    number = opened("2026-10-12 10:00")

    done = change_ticket.fn(
        ticket=f"{number} · 华东精密科技 · 无法登录",
        action=Action.ASSIGN,
        by="mara",
        value="sun · Sun",
        now=at("2026-10-12 11:00"),
        note="熟悉这个接口",
    )

    assert (done.ticket.owner, done.mailed) == ("sun", "Sun")
    [mail] = session.scalars(select(OutboxRow))
    assert "熟悉这个接口" in read(mail.content).text


REFUSED = [
    ({"ticket": "T-9999"}, "T-9999"),
    ({"by": "nobody"}, "nobody"),
    ({"by": "left"}, "left"),
    ({"by": " "}, "who you are"),
    ({"action": Action.RESUME}, "take_up"),
    ({"action": Action.REOPEN}, "pending"),
    ({"action": Action.ASSIGN, "value": ""}, "assign_to"),
    ({"action": Action.ASSIGN, "value": "left"}, "has left"),
    ({"action": Action.CHANGE_SCENE, "value": "moon"}, "moon"),
]


@pytest.mark.parametrize(("typed", "says"), REFUSED)
def test_what_cannot_be_done_is_said_in_one_sentence_and_changes_nothing(
    session, typed, says
):
    number = opened("2026-10-12 10:00")
    events = session.scalar(select(func.count(TicketEventRow.id)))
    form = {"ticket": number, "action": Action.TAKE_UP, "by": "mara"} | typed

    with pytest.raises(UserError) as refused:
        change_ticket.fn(now=at("2026-10-12 11:00"), **form)

    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert session.scalar(select(func.count(TicketEventRow.id))) == events
    assert session.scalar(select(TicketRow.state)) is TicketState.PENDING


@pytest.mark.parametrize("title", ["", "  \n ", "x" * 500])
def test_a_ticket_needs_a_title_of_one_line(session, title):
    with pytest.raises(UserError):
        open_ticket.fn(
            account="ACME", title=title, by="mara", now=at("2026-10-12 10:00")
        )

    assert session.scalars(select(TicketRow)).all() == []


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(session):
    number = opened("2026-10-12 10:00")

    done = change_ticket.fn(
        ticket=number,
        action=Action.TAKE_UP,
        by="mara",
        now=at("2026-10-12 11:00"),
        dry_run=True,
    )

    assert done.ticket.state is TicketState.IN_PROGRESS
    assert session.scalar(select(TicketRow.state)) is TicketState.PENDING


def test_a_changed_priority_or_scene_moves_the_clock_and_says_so_on_record(session):
    number = opened("2026-10-12 09:00")
    change("2026-10-12 09:10", number, Action.CHANGE_SCENE, value="pre_sales")
    change("2026-10-12 09:20", number, Action.CHANGE_PRIORITY, value=Priority.URGENT)

    # Half of one business hour.
    assert session.scalar(select(TicketRow.respond_by)) == at("2026-10-12 09:30")
    changes = session.scalars(
        select(AuditRow.detail).where(AuditRow.action == "scene_changed")
    ).all()
    assert changes[0]["respond_by"] == [
        "2026-10-12T03:00:00+00:00",
        "2026-10-12T01:30:00+00:00",
    ]


def test_s9_an_account_that_rises_takes_its_open_tickets_along(session):
    number = opened("2026-10-12 09:00", account="BETA")
    change("2026-10-12 09:10", number, Action.CHANGE_SCENE, value="pre_sales")
    old = an_account("BETA", lead="left", tier=Tier.BASIC)
    with unit_of_work() as uow:
        new = uow.accounts.get("BETA")
        change_promises(uow, old, new, actor="sun", now=at("2026-10-12 09:20"))

    rows = session.scalars(
        select(AuditRow.action).where(AuditRow.subject == f"ticket {number}")
    ).all()
    assert "tier_changed" in rows
    assert session.scalar(select(TicketRow.tier)) is Tier.CORE


def test_what_is_recorded_later_counts_from_when_it_happened_and_says_so(session):
    number = opened("2026-10-12 10:00")

    change_ticket.fn(
        ticket=number,
        action=Action.TAKE_UP,
        by="mara",
        at=at("2026-10-12 10:30"),
        now=at("2026-10-12 17:00"),
    )

    assert session.scalar(select(TicketRow.responded_at)) == at("2026-10-12 10:30")
    [recorded] = session.scalars(
        select(TicketEventRow.recorded_at).where(
            TicketEventRow.kind == Happening.TAKEN_UP
        )
    )
    assert recorded == at("2026-10-12 17:00")


def test_hostile_titles_are_kept_as_they_were_typed(session):
    title = "<script>alert(1)</script> {{7*7}} =cmd|' /C calc'!A0 \u202ereversed"

    done = open_ticket.fn(
        account="ACME", title=title, by="sun", now=at("2026-10-12 10:00")
    )

    assert done.ticket.record.title == title
    [mail] = session.scalars(select(OutboxRow))
    page = read(mail.content)
    assert "<script>" not in page.html
    assert "49" not in page.subject
    assert "\u202e" not in page.subject + page.html


def test_a_second_team_role_is_asked_when_the_first_has_left(session):
    team = (
        TeamMember(staff="left", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="sun", role=TeamRole.LEAD_MANAGER),
    )
    store([], [an_account("GAMMA", team=team)])

    number = opened("2026-10-12 10:00", account="GAMMA")

    owner = session.scalar(select(TicketRow.owner).where(TicketRow.number == number))
    assert owner == "sun"
    assert session.scalar(select(func.count(AccountRow.id))) == 3


def test_a_form_submitted_twice_opens_one_ticket(session):
    asked: dict[str, Any] = {"account": "ACME", "title": "登录失败", "by": "mara"}
    first = open_ticket.fn(**asked, now=at("2026-10-12 10:00"))
    number = first.ticket.record.number

    with pytest.raises(UserError, match=f"just opened {number}"):
        open_ticket.fn(**asked, now=at("2026-10-12 10:01"))
    again = open_ticket.fn(**asked, now=at("2026-10-12 10:03"))

    assert again.ticket.record.number != number


def test_who_has_a_ticket_already_is_not_told_again(session):
    number = opened("2026-10-12 10:00")
    change("2026-10-12 10:05", number, Action.ASSIGN, value="sun")
    mails = len(session.scalars(select(OutboxRow)).all())

    with pytest.raises(UserError, match="already"):
        change("2026-10-12 10:06", number, Action.ASSIGN, value="sun")

    assert len(session.scalars(select(OutboxRow)).all()) == mails
