"""Invitations on a real database: who is told what, once, and again when it changes."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time
from email import message_from_bytes, policy
from threading import Event
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select

from kam_flows.domain.accounts import Contact
from kam_flows.domain.errors import UserError
from kam_flows.domain.invitations import Method
from kam_flows.domain.mails import Reader
from kam_flows.domain.people import Staff
from kam_flows.domain.touchpoints import Reason, TouchpointState, Why
from kam_flows.domain.visit_mails import VisitInvitation
from kam_flows.mail.mime import read
from kam_flows.persistence.models import ContentRow, OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.persistence.visit_models import TouchpointStepRow
from kam_flows.policies.load import preset_text
from tasks.visit_calendars import calendar_of
from tasks.visit_invitations import invitations_to_check, send_invitations
from tests.builders import a_person, an_account, at
from tests.calendars import read_calendar
from tests.explained import explained
from tests.portfolio import store, use_policy, use_text, watching
from tests.visits import planned, touchpoint

MONDAY = at("2026-11-02 09:00")
"""Ten working days before Monday the 16th."""
SOON = 0.3
"""Seconds in which the other of two gets as far as it can."""
CANCELLED, MERGED = TouchpointState.CANCELLED, TouchpointState.MERGED


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("default")
    store(people(), [an_account()])


def people(**mara: Any) -> list[Staff]:
    return [
        a_person("mara", name="张敏", **mara),
        a_person("dai", name="戴维"),
        a_person("sun"),
    ]


def visit(on: str = "2026-11-16", **fields: Any) -> int:
    return planned(on, **{"slot": on} | fields).id


def changed(id_: int, **fields: Any) -> None:
    with unit_of_work() as uow:
        uow.touchpoints.keep(replace(touchpoint(id_), **fields))


def send(now: datetime = MONDAY, *, dry_run: bool = False) -> list[VisitInvitation]:
    written = send_invitations.fn(invitations_to_check(now), now, dry_run=dry_run)
    return [m.mail for m in written if isinstance(m.mail, VisitInvitation)]


def told(mails: Iterable[VisitInvitation]) -> list[tuple[Method, int, list[str]]]:
    """Method, sequence and whom it goes to, without what stands behind the @."""
    return [
        (
            mail.method,
            mail.entry.sequence,
            [one.partition("@")[0] for one in (mail.address, *mail.copies)],
        )
        for mail in mails
    ]


def test_who_goes_is_invited_ten_working_days_ahead_and_once():
    visit(participants=("dai",))
    early, due = send(at("2026-10-30 09:00")), send()

    assert early == []
    assert told(due) == [(Method.REQUEST, 0, ["mara", "dai"])]
    assert send() == []
    assert invitations_to_check(at("2026-11-03 09:00")) == []


def test_a_dry_run_keeps_nothing():
    visit()

    assert len(send(dry_run=True)) == 1
    assert len(send()) == 1


def test_the_mail_carries_the_invitation_twice_and_says_what_it_asks():
    visit()
    send()
    with watching() as session:
        (content,) = session.scalars(select(ContentRow.content))
    message = message_from_bytes(content, policy=policy.default)
    assert "10:00–11:30" in read(content).text
    whole, attached = message.iter_parts()
    alternatives = list(whole.iter_parts())
    calendar = alternatives[-1]

    assert message.get_content_type() == "multipart/mixed"
    assert [one.get_content_type() for one in alternatives] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert attached.get_filename() == "invite.ics"
    assert read_calendar(calendar.get_content()).value("METHOD") == "REQUEST"
    assert attached.get_content().decode() == calendar.get_content()


def test_a_change_of_day_time_or_people_is_told_under_the_next_number():
    id_ = visit()
    (first,) = send()
    changed(
        id_,
        on=date(2026, 12, 1),
        moves=1,
        why=(Reason(why=Why.SLOT), Reason(why=Why.BY_HAND, note="客户盘点")),
    )
    (second,) = send()
    changed(id_, starts=time(14))
    (third,) = send()
    changed(id_, participants=("dai",))
    (fourth,) = send()

    assert [m.entry.sequence for m in (first, second, third, fourth)] == [0, 1, 2, 3]
    assert first.reason is None
    assert second.reason == Reason(why=Why.BY_HAND, note="客户盘点")
    assert told([fourth]) == [(Method.REQUEST, 3, ["mara", "dai"])]
    assert send() == []


def test_a_change_that_calendars_do_not_show_is_not_told():
    id_ = visit()
    send()
    changed(id_, moves=4, pinned=True, title="季度拜访")

    assert send() == []


def test_who_does_not_go_any_more_is_told_and_who_goes_instead_is_invited():
    id_ = visit()
    send()
    changed(id_, owner="dai")
    mails = send()

    assert told(mails) == [(Method.REQUEST, 1, ["dai"]), (Method.CANCEL, 1, ["mara"])]
    assert [mail.left_out for mail in mails] == [False, True]
    assert send() == []


@pytest.mark.parametrize("state", [CANCELLED, MERGED, TouchpointState.CREDITED])
def test_what_does_not_take_place_is_taken_back_once(state):
    id_ = visit(participants=("dai",))
    other = visit("2026-11-30")
    send()
    changed(id_, state=state, merged_into=other if state is MERGED else None)

    assert told(send()) == [(Method.CANCEL, 1, ["mara", "dai"])]
    assert send() == []


def test_what_was_never_invited_to_is_not_taken_back():
    visit(state=CANCELLED)

    assert send() == []


def test_what_comes_back_is_invited_to_again_under_a_higher_number():
    id_ = visit()
    send()
    changed(id_, state=MERGED)
    send()
    changed(id_, state=TouchpointState.PLANNED)

    assert told(send()) == [(Method.REQUEST, 2, ["mara"])]


def test_what_is_over_is_left_as_it_was_and_what_was_done_before_its_day_goes():
    done, early = visit("2026-11-03"), visit()
    send()
    changed(done, state=TouchpointState.DONE, concluded_on=date(2026, 11, 3))
    changed(early, state=TouchpointState.DONE, concluded_on=date(2026, 11, 4))

    assert [mail.entry.id for mail in send(at("2026-11-05 09:00"))] == [early]


def test_what_was_told_is_not_looked_at_again_until_something_changes():
    visit("2026-11-12")
    visit("2026-11-13", participants=("dai",))
    far = visit("2027-02-01")
    send()
    quiet = invitations_to_check(MONDAY)
    changed(far, title="季度拜访")
    of_the_far_one = invitations_to_check(MONDAY)
    store(people(), [])
    by_an_import = len(invitations_to_check(MONDAY))

    assert quiet == of_the_far_one == []
    assert by_an_import == 2
    assert send() == []
    assert invitations_to_check(MONDAY) == []


def test_who_has_another_address_is_invited_under_it():
    visit("2026-11-12")
    visit("2026-11-13", owner="sun", participants=("mara",))
    send()
    store(people(email="zhang@example.com"), [])

    assert told(send()) == [
        (Method.REQUEST, 1, ["zhang"]),
        (Method.CANCEL, 1, ["mara"]),
        (Method.REQUEST, 1, ["sun", "zhang"]),
        (Method.CANCEL, 1, ["mara"]),
    ]
    assert send() == []


def test_a_calendar_in_another_time_zone_is_followed():
    def begins() -> list[str]:
        return [f"{mail.entry.begins_at:%H:%M %Z}" for mail in send()]

    visit("2026-11-12")
    at_first = begins()
    store([], [an_account(calendar="new_york")])
    of_the_account = begins()
    policy = preset_text("default").replace("America/New_York", "Asia/Dubai")
    use_text(policy, at("2026-11-01 09:00"))

    assert (at_first, of_the_account) == (["02:00 UTC"], ["15:00 UTC"])
    assert (begins(), begins()) == (["06:00 UTC"], [])


def test_who_of_the_customer_takes_part_is_followed_from_one_account_to_another():
    def gu(account: str) -> Contact:
        return Contact(code="C1", account=account, name="顾平", email="gu@x.example")

    store([], [an_account("OTHER")])
    visit(with_customer=True)
    visit("2026-11-13", account="OTHER", with_customer=True)
    send()
    for account, heard in ("ACME", [1, 0]), ("OTHER", [0, 1]):
        with unit_of_work() as uow:
            uow.accounts.save_contacts([gu(account)])
        last = {mail.entry.id: len(mail.entry.theirs) for mail in send()}

        assert [last.get(id_, 0) for id_ in (1, 2)] == heard


def test_what_is_to_be_told_is_found_by_an_index():
    visit()
    first, until = date(2026, 11, 1), date(2026, 11, 13)
    [plan] = explained(lambda uow: uow.invitations.to_check(first, until))

    assert "ix_touchpoints_not_in_calendars" in plan
    assert "ix_touchpoints_to_check" in plan


def test_what_takes_no_time_or_nobody_goes_to_is_not_invited_to():
    store(people(active=False), [])
    visit(participants=("nobody",))
    visit(minutes=0, owner="dai", slot="x")

    assert send() == []


def test_who_left_is_not_told_that_it_is_taken_back():
    id_ = visit()
    send()
    store(people(active=False), [])
    changed(id_, state=CANCELLED)

    assert send() == []
    assert invitations_to_check(MONDAY) == []
    with watching() as session:
        last = session.scalars(
            select(TouchpointStepRow).order_by(TouchpointStepRow.number.desc())
        ).first()
    assert last
    assert (last.number, last.mail_id, last.said) == (1, None, "taken back")


def test_the_customer_stands_in_it_and_is_not_written_to():
    with unit_of_work() as uow:
        uow.accounts.save_contacts(
            [
                Contact(code="C1", account="ACME", name="顾平", email="gu@x.example"),
                Contact(
                    code="C2",
                    account="ACME",
                    name="林雪",
                    email="lin@x.example",
                    is_decision_maker=True,
                ),
                Contact(code="C3", account="ACME", name="没有邮箱", email=""),
            ]
        )
    visit(with_customer=True)
    (mail,) = send()

    assert [one.name for one in mail.entry.theirs] == ["林雪", "顾平"]
    assert (mail.address, mail.copies) == ("mara@example.com", ())
    with watching() as session:
        (row,) = session.scalars(select(OutboxRow))
    assert (row.reader, row.addresses) == (Reader.STAFF, ["mara@example.com"])


def test_two_runs_at_once_invite_once():
    visit()
    due = invitations_to_check(MONDAY)
    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(send_invitations.fn, due, MONDAY) for _ in range(2)]
        written = sum(len(run.result()) for run in runs)

    assert written == 1


def test_an_import_and_a_form_never_wait_for_each_other():
    """The form holds the account and wants the visit, the import wants both."""
    id_ = visit()
    send()
    imported = Event()

    def import_people() -> None:
        with unit_of_work() as uow:
            imported.set()
            uow.people.save(people(email="zhang@example.com"))
            uow.accounts.lock("ACME")

    with ThreadPoolExecutor(1) as aside:
        with unit_of_work() as uow:
            uow.accounts.lock("ACME")
            running = aside.submit(import_people)
            imported.wait(SOON)
            sleep(SOON)
            assert uow.touchpoints.get(id_, lock=True)
        running.result()

    assert told(send())[0] == (Method.REQUEST, 1, ["zhang"])


def test_more_than_the_guard_allows_are_not_written():
    visit()
    visit(slot="x")

    with pytest.raises(UserError, match="would write 2 mails, more than the 1"):
        send_invitations.fn(invitations_to_check(MONDAY), MONDAY, 1)
    assert len(send()) == 2


def test_a_subscription_has_all_that_somebody_goes_to():
    visit()
    visit("2027-01-18", owner="dai", participants=("mara",))
    visit("2026-11-20", minutes=0, slot="survey")
    visit("2026-11-19", owner="dai", slot="x")
    visit("2026-11-17", state=CANCELLED, slot="y")
    calendar = read_calendar(calendar_of.fn("张敏", MONDAY))

    events = calendar.parts_named("VEVENT")
    assert calendar.value("METHOD") == "PUBLISH"
    assert [event.value("DTSTART") for event in events] == [
        "20261116T100000",
        "20261120",
        "20270118T100000",
    ]


def test_an_unknown_owner_is_answered_with_those_who_come_near():
    with pytest.raises(UserError, match="did you mean mara"):
        calendar_of.fn("marra", MONDAY)
