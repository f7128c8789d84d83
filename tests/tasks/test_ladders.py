"""Ladders climbed on a real database: scenarios L1 to L8, on SQLite and PostgreSQL."""

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Account, TeamMember, Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Outcome
from kam_flows.domain.mails import DUTY, Fate
from kam_flows.domain.people import QuietHours, Staff, TeamRole
from kam_flows.domain.tickets import Action, Priority
from kam_flows.mail.mime import read
from kam_flows.persistence.models import (
    AuditRow,
    BreachRow,
    EscalationRow,
    LookRow,
    NoticeRow,
    OutboxRow,
    TicketRow,
)
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import preset_text
from tasks.escalation import (
    Digests,
    climb_due,
    is_anything_due,
    rehearse,
    write_digests,
)
from tests.builders import SHANGHAI, a_person, an_account, at, away
from tests.portfolio import (
    change,
    opened,
    store,
    use_policy,
    use_text,
    watching,
)

FIVE_MINUTES = timedelta(minutes=5)


def people(**changes: dict[str, object]) -> list[Staff]:
    """Mara owns, Sun supervises, Hu heads the department, Dai stands in for Sun."""
    everybody: dict[str, dict[str, object]] = {
        "mara": {"supervisor": "sun", "department_head": "hu"},
        "sun": {"supervisor": "hu", "department_head": "hu", "deputy": "dai"},
        "hu": {},
        "dai": {},
    }
    for code, change_ in changes.items():
        everybody[code] = everybody.get(code, {}) | change_
    return [a_person(code, **fields) for code, fields in everybody.items()]


def house(staff: list[Staff] | None = None, *accounts: Account) -> None:
    use_policy("retention")
    store(staff or people(), accounts or [an_account(lead="mara")])


def sweep(when: str | datetime) -> list[str]:
    """One sweep; who was mailed."""
    now = at(when) if isinstance(when, str) else when
    climbed = climb_due.fn(now)
    assert climbed.set_aside == []
    return [mail.recipient for mail in write_digests.fn(now).mails]


def sweep_from(first: str, last: str) -> list[tuple[str, str]]:
    """A sweep every five minutes; (Shanghai time, recipient) of every mail."""
    now, end, told = at(first), at(last), []
    while now <= end:
        told += [(f"{now:%m-%d %H:%M}", reader) for reader in sweep(now)]
        now += FIVE_MINUTES
    return told


def ledger(session: Session) -> list[tuple[str, int, int, Outcome]]:
    statement = (
        select(
            TicketRow.number,
            EscalationRow.episode,
            EscalationRow.rung,
            EscalationRow.outcome,
        )
        .join(TicketRow, TicketRow.id == EscalationRow.ticket_id)
        .order_by(TicketRow.number, EscalationRow.episode, EscalationRow.rung)
    )
    return [tuple(row) for row in session.execute(statement)]


@pytest.fixture
def session(database: str):
    with watching() as opened_session:
        yield opened_session


def test_l1_over_a_weekend_one_mail_goes_to_the_head_on_monday_at_nine(session):
    house()
    number = opened("2026-10-16 15:00")

    told = sweep_from("2026-10-16 15:00", "2026-10-19 10:00")

    assert told == [("10-19 09:00", "hu")]
    assert ledger(session) == [
        (number, 1, 1, Outcome.SUPERSEDED),
        (number, 1, 2, Outcome.TOLD),
    ]
    [mail] = session.scalars(select(OutboxRow).where(OutboxRow.recipient == "hu"))
    assert mail.addresses == ["hu@example.com", "sun@example.com"]
    due = session.scalars(select(EscalationRow.due_at).order_by(EscalationRow.rung))
    assert list(due) == [at("2026-10-17 15:00"), at("2026-10-18 15:00")]


def test_l2_a_strategic_account_is_told_at_once(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    opened("2026-10-16 15:00")

    told = sweep_from("2026-10-17 14:00", "2026-10-19 10:00")

    assert told == [("10-17 15:00", "sun"), ("10-18 15:00", "hu")]


STRATEGIC, CORE, NEW = Tier.STRATEGIC, Tier.CORE, Tier.NEW
UNTOUCHED = [
    ("enterprise", CORE, "12 12:00 sun, 13 09:00 mara, 13 10:00 hu"),
    ("enterprise", STRATEGIC, "12 11:30 mara, 12 12:00 sun, 13 10:00 hu, 14 10:00 eva"),
    ("retention", CORE, "13 10:00 sun, 14 10:00 hu"),
    ("key-account", CORE, "12 11:00 sun, 14 10:00 hu"),
    ("key-account", STRATEGIC, "12 11:00 sun, 14 10:00 hu, 15 10:00 eva"),
    ("care", CORE, "13 10:00 sun, 14 09:00 mara, 14 10:00 hu"),
    ("care", NEW, "12 12:00 sun, 13 10:00 hu, 14 10:00 @duty"),
    ("value-tiers", CORE, "12 10:30 mara, 13 09:00 sun, 14 10:00 hu"),
    (
        "value-tiers",
        STRATEGIC,
        "12 10:30 mara, 12 14:00 sun, 12 18:00 hu, 13 18:00 eva",
    ),
]
"""Policy, tier, and who is told when (day of October 2026, a Monday the 12th)."""


@pytest.mark.parametrize(("policy", "tier", "told"), UNTOUCHED)
def test_a_ticket_of_its_lead_manager_that_nobody_touches_climbs_as_its_scheme_says(
    session, policy, tier, told
):
    team = (
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="eva", role=TeamRole.EXECUTIVE_SPONSOR),
    )
    house(people(eva={}), an_account(tier=tier, team=team))
    use_policy(policy, at("2026-10-01 09:00"))
    opened("2026-10-12 10:00")

    mailed = []
    while due := session.scalar(select(LookRow.at)):
        mailed += [f"{due.astimezone(SHANGHAI):%d %H:%M} {who}" for who in sweep(due)]

    assert ", ".join(mailed) == told


def test_a_mail_says_what_the_next_rung_waits_for(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    opened("2026-10-12 10:00")

    [mail] = write_for("2026-10-13 10:00")

    # Who takes it up ends this rung, and not the one of what is not resolved.
    assert "已 24 小时未接手" in mail
    assert "到 10月14日 周三 10:00 仍未解决，将通知部门负责人。" in mail


def test_l3_taken_up_two_minutes_late_tells_nobody_and_is_on_record(session):
    house()
    number = opened("2026-10-12 10:00")
    change("2026-10-13 10:02", number, Action.TAKE_UP)

    told = sweep_from("2026-10-13 10:05", "2026-10-13 12:00")

    assert told == []
    [entry] = session.scalars(select(EscalationRow))
    assert entry.outcome is Outcome.STOPPED
    assert entry.stopped_at - entry.due_at == timedelta(minutes=2)
    assert session.scalar(select(LookRow.at)) == at("2026-10-14 10:00")


def test_l3_a_late_first_response_is_a_breach(session):
    house()
    number = opened("2026-10-12 10:00")
    change("2026-10-12 12:02", number, Action.TAKE_UP)

    # Core accounts have half of the four business hours.
    [breach] = session.scalars(select(BreachRow))
    assert breach.met_at - breach.due_at == timedelta(minutes=2)


def test_l4_after_an_outage_one_digest_each_and_only_the_highest_rung(session):
    house()
    old = [opened("2026-10-17 11:00") for _ in range(25)]
    young = [opened("2026-10-18 11:00") for _ in range(15)]

    told = sweep("2026-10-19 12:00")

    assert sorted(told) == ["hu", "sun"]
    outcomes = Counter((rung, outcome) for _, _, rung, outcome in ledger(session))
    assert outcomes == {
        (1, Outcome.SUPERSEDED): 25,
        (1, Outcome.TOLD): 15,
        (2, Outcome.TOLD): 25,
    }
    digests = {m.recipient: m for m in session.scalars(select(OutboxRow))}
    for reader, mine, others in (("hu", old, young), ("sun", young, old)):
        text = read(digests[reader].content).text
        assert all(number in text for number in mine)
        assert not any(number in text for number in others)
    assert sweep("2026-10-19 12:05") == []
    assert len(ledger(session)) == 65


def test_l5_what_a_killed_run_had_decided_is_mailed_by_the_next_one_once(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    opened("2026-10-12 10:00")

    climb_due.fn(at("2026-10-13 10:00"))  # killed before its digests
    assert session.scalars(select(OutboxRow)).all() == []

    assert sweep("2026-10-13 10:05") == ["sun"]
    assert sweep("2026-10-13 10:10") == []
    [notice] = session.scalars(select(NoticeRow))
    assert notice.mail_id is not None


def test_l6_with_nobody_left_the_duty_mailbox_is_told_at_once(session):
    house(
        people(
            mara={"active": False},
            hu={"supervisor": "sun", "department_head": "hu"},
            sun={"active": False},
            dai={"absences": away("2026-10-12", "2026-10-18")},
        ),
        an_account(lead="hu"),
    )
    opened("2026-10-16 15:00", by="dai")

    assert sweep("2026-10-17 15:00") == [DUTY]
    [entry] = session.scalars(select(EscalationRow))
    assert [skip[0::3] for skip in entry.skips] == [
        ["supervisor", "inactive"],
        ["deputy of supervisor", "absent"],
        ["department_head", "owner"],
    ]
    [mail] = session.scalars(select(OutboxRow).where(OutboxRow.recipient == DUTY))
    assert mail.addresses == ["duty@example.com"]


def test_l7_a_refused_solution_starts_an_episode_and_tells_only_the_owner(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    number = opened("2026-10-12 10:00")
    assert sweep("2026-10-13 10:00") == ["sun"]
    assert sweep("2026-10-14 10:00") == ["hu"]
    change("2026-10-14 11:00", number, Action.RESOLVE)
    change("2026-10-17 11:00", number, Action.REOPEN, by="dai")

    told = sweep_from("2026-10-17 11:00", "2026-10-18 10:55")

    assert told == []
    mails = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
    assert [m.recipient for m in mails] == ["sun", "hu", "mara"]
    assert {episode for _, episode, _, _ in ledger(session)} == {1}
    assert sweep("2026-10-18 11:00") == ["sun"]


def test_l8_dealt_with_during_quiet_hours_is_one_line_in_the_morning(session):
    nights = QuietHours(start=time(22), end=time(8))
    house(people(sun={"quiet_hours": nights}), an_account(tier=Tier.STRATEGIC))
    number = opened("2026-10-12 01:00")
    assert sweep_from("2026-10-13 01:00", "2026-10-13 01:55") == []
    change("2026-10-13 02:00", number, Action.RESOLVE)

    told = sweep_from("2026-10-13 02:00", "2026-10-13 09:00")

    assert told == [("10-13 08:00", "sun")]
    assert ledger(session)[0][3] is Outcome.STOPPED
    [mail] = session.scalars(select(OutboxRow))
    assert number in read(mail.content).text
    assert "X-Priority" not in mail.content.decode()


def test_a_told_rung_stays_told_when_earlier_events_are_recorded_later(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    number = opened("2026-10-12 10:00")
    assert sweep("2026-10-13 10:00") == ["sun"]
    change("2026-10-12 12:00", number, Action.TAKE_UP)

    assert sweep("2026-10-13 10:05") == []
    [entry] = session.scalars(select(EscalationRow))
    assert entry.outcome is Outcome.TOLD
    assert entry.stopped_at == at("2026-10-12 12:00")


def test_a_run_over_its_guard_writes_nothing_and_says_what_to_do(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    opened("2026-10-12 10:00")
    climb_due.fn(at("2026-10-13 10:00"))

    with pytest.raises(UserError, match="allow_mails=1"):
        write_digests.fn(at("2026-10-13 10:00"), 0)

    assert session.scalars(select(OutboxRow)).all() == []
    assert len(write_digests.fn(at("2026-10-13 10:05"), 1).mails) == 1


def test_a_rehearsal_shows_everything_and_keeps_nothing(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    opened("2026-10-12 10:00")

    climbed, digests = rehearse.fn(at("2026-10-13 10:00"))

    assert climbed.outcomes == {(1, Outcome.TOLD): 1}
    assert [mail.recipient for mail in digests.mails] == ["sun"]
    assert ledger(session) == []
    assert sweep("2026-10-13 10:05") == ["sun"]


def test_a_ticket_that_cannot_be_decided_does_not_keep_the_others_waiting(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    broken, healthy = opened("2026-10-12 10:00"), opened("2026-10-12 10:00")
    row = session.scalar(select(TicketRow).where(TicketRow.number == broken))
    row.armed = [[7, at("2026-10-12 11:00").timestamp()]]
    session.commit()

    climbed = climb_due.fn(at("2026-10-13 10:00"))

    assert [number for number, _ in climbed.set_aside] == [broken]
    session.expire_all()
    assert [number for number, *_ in ledger(session)] == [healthy]


@pytest.mark.parametrize("after", ["90min", "3d", "2bd", "16bh"])
def test_a_rung_may_be_written_in_any_unit(session, after):
    text = preset_text("retention").replace("after: 24h", f"after: {after}")
    use_text(text.replace("after: 48h", "after: 9d"))
    store(people(), [an_account(tier=Tier.STRATEGIC)])
    number = opened("2026-10-12 10:00")
    change("2026-10-12 10:10", number, Action.WAIT)
    change("2026-10-12 10:40", number, Action.RESUME)

    due = session.scalar(select(LookRow.at))
    assert due is not None
    assert sweep(due - FIVE_MINUTES) == []
    assert sweep(due) == ["sun"]


def test_a_mail_names_the_calendar_as_its_reader_does(session):
    text = preset_text("retention").replace("after: 24h", "after: 4bh")
    use_text(text.replace("after: 48h", "after: 9d"))
    store(people(sun={"language": "en"}), [an_account(tier=Tier.STRATEGIC)])
    opened("2026-10-12 10:00")

    [mail] = write_for("2026-10-12 14:00")

    assert "4 business hours on the calendar “office hours”" in mail


def test_every_decision_can_be_explained_from_the_audit_trail_and_the_ledger(session):
    house(
        people(sun={"absences": away("2026-10-12", "2026-10-18")}),
        an_account(tier=Tier.STRATEGIC),
    )
    number = opened("2026-10-12 10:00")
    sweep("2026-10-13 10:00")

    trail = session.scalars(
        select(AuditRow)
        .where(AuditRow.subject == f"ticket {number}")
        .order_by(AuditRow.id)
    ).all()
    assert [row.action for row in trail] == ["opened", "assigned"]
    [decision] = session.scalars(select(EscalationRow))
    assert decision.recipient == "dai"
    assert [skip[0::3] for skip in decision.skips] == [["supervisor", "absent"]]
    assert decision.due_at == at("2026-10-13 10:00")
    assert decision.decided_at == decision.deliver_at == at("2026-10-13 10:00")


def test_a_held_decision_stays_on_record_when_another_takes_its_place(session):
    nights = QuietHours(start=time(22), end=time(8))
    house(people(sun={"quiet_hours": nights}), an_account(tier=Tier.STRATEGIC))
    number = opened("2026-10-12 01:00")
    sweep("2026-10-13 01:00")
    store(people(sun={"active": False}), [])

    assert sweep("2026-10-13 08:00") == ["dai"]
    [held] = session.scalars(select(AuditRow).where(AuditRow.action == "rung 1 held"))
    assert held.subject == f"ticket {number}"
    assert held.detail["recipient"] == "sun"
    assert held.detail["deliver_at"] == at("2026-10-13 08:00").isoformat()
    [decision] = session.scalars(select(EscalationRow))
    assert (decision.outcome, decision.recipient) == (Outcome.TOLD, "dai")


def test_a_long_digest_lists_the_most_urgent_and_counts_the_rest(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    numbers = [opened(f"2026-10-12 10:{n:02d}") for n in range(45)]
    urgent = numbers[-1]
    change(
        "2026-10-12 11:00", urgent, Action.CHANGE_PRIORITY, value=Priority.URGENT.value
    )

    [mail] = write_for("2026-10-13 11:00")

    shown = dict.fromkeys(re.findall(r"T-\d{4}", mail.replace("history-", "")))
    assert list(shown) == [urgent, *numbers[:39]]
    assert "另有 5 张，请看升级看板。" in mail
    owed = session.scalars(select(NoticeRow.mail_id)).all()
    assert len(owed) == 45
    assert None not in owed


def write_for(when: str) -> list[str]:
    """The words of every mail."""
    climb_due.fn(at(when))
    write_digests.fn(at(when))
    with unit_of_work(read_only=True) as uow:
        rows = uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        return [read(row.content).text for row in rows if row.content]


def test_a_line_owed_to_somebody_who_left_reaches_the_next_one(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    opened("2026-10-12 10:00")
    climb_due.fn(at("2026-10-13 10:00"))

    store(people(sun={"active": False}), [])

    assert sweep("2026-10-13 10:05") == ["dai"]
    [entry] = session.scalars(select(EscalationRow))
    assert entry.recipient == "dai"
    assert [skip[0::3] for skip in entry.skips] == [["supervisor", "inactive"]]


def test_a_mail_to_somebody_who_left_is_called_back_and_decided_again(session):
    house(None, an_account(tier=Tier.STRATEGIC))
    opened("2026-10-12 10:00")
    assert sweep("2026-10-13 10:00") == ["sun"]
    store(people(sun={"active": False}), [])

    now = at("2026-10-13 10:01")
    with unit_of_work() as uow:
        claim = uow.outbox.claim(now, "one", 100, FIVE_MINUTES)

    assert claim.mails == []
    assert [mail.fate for mail in claim.settled] == [Fate.CANCELLED]
    assert sweep("2026-10-13 10:05") == ["dai"]
    assert [line.recipient for line in session.scalars(select(NoticeRow))] == ["dai"]


def corrupt(code: str, address: str) -> None:
    """No import lets such an address in; a hand in the database might."""
    with unit_of_work() as uow:
        uow.people.save([replace(uow.people.get(code), email=address)])


def test_an_address_that_is_none_keeps_nobody_else_from_their_mail(session):
    teams = [an_account("BETA", lead="lia", tier=Tier.STRATEGIC)]
    house(people(lia={"supervisor": "hu"}), an_account(tier=Tier.STRATEGIC), *teams)
    for account in ("ACME", "BETA"):
        opened("2026-10-12 10:00", account)
    corrupt("sun", "sun(at)example.com")
    climb_due.fn(at("2026-10-13 10:00"))

    digests = write_digests.fn(at("2026-10-13 10:00"))

    assert [mail.recipient for mail in digests.mails] == ["hu"]
    assert [person.code for person in digests.unaddressed] == ["sun"]
    assert is_anything_due(at("2026-10-13 10:05"))
    corrupt("sun", "sun@example.com")
    assert sweep("2026-10-13 10:05") == ["sun"]


def test_a_copy_to_an_address_that_is_none_is_left_out_and_told_once(session):
    house()
    opened("2026-10-16 15:00")
    corrupt("sun", "sun(at)example.com")
    climb_due.fn(at("2026-10-19 09:00"))

    digests = write_digests.fn(at("2026-10-19 09:00"))

    [mail] = session.scalars(select(OutboxRow))
    assert mail.addresses == ["hu@example.com"]
    assert [person.code for person in digests.unaddressed] == ["sun"]
    assert write_digests.fn(at("2026-10-19 09:05")) == Digests(mails=[])


def test_somebody_who_left_is_not_copied_on_a_mail_that_waits(session):
    house()
    opened("2026-10-16 15:00")
    assert sweep("2026-10-19 09:00") == ["hu"]
    store(people(sun={"active": False}), [])

    with unit_of_work() as uow:
        claim = uow.outbox.claim(at("2026-10-19 09:01"), "one", 100, FIVE_MINUTES)

    assert [mail.addresses for mail in claim.mails] == [("hu@example.com",)]
    assert session.scalar(select(OutboxRow.addresses)) == ["hu@example.com"]
    [left_out] = session.scalars(
        select(AuditRow).where(AuditRow.action == "copy left out")
    )
    assert left_out.detail == {"addresses": ["sun@example.com"]}


def test_a_mail_about_their_new_ticket_does_not_reach_somebody_who_left(session):
    house()
    opened("2026-10-16 15:00", by="sun")
    store(people(mara={"active": False}), [])

    with unit_of_work() as uow:
        claim = uow.outbox.claim(at("2026-10-16 15:01"), "one", 100, FIVE_MINUTES)

    assert claim.mails == []
    assert [(mail.recipient, mail.fate) for mail in claim.settled] == [
        ("mara", Fate.CANCELLED)
    ]


def test_a_rung_below_one_that_was_told_is_not_told_again_for_somebody_who_left(
    session,
):
    house(None, an_account(tier=Tier.STRATEGIC))
    number = opened("2026-10-12 10:00")
    assert sweep("2026-10-13 12:00") == ["sun"]
    assert sweep("2026-10-14 10:00") == ["hu"]
    store(people(sun={"active": False}), [])

    with unit_of_work() as uow:
        claim = uow.outbox.claim(at("2026-10-14 10:01"), "one", 100, FIVE_MINUTES)

    assert [mail.recipient for mail in claim.mails] == ["hu"]
    assert sweep("2026-10-14 10:05") == []
    assert ledger(session) == [
        (number, 1, 1, Outcome.SUPERSEDED),
        (number, 1, 2, Outcome.TOLD),
    ]
