"""Guests on a real database: invited once, let go by a person, told of every change."""

from datetime import date
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import select

from kam_flows.domain.accounts import Contact, Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.events import Event, Reply
from kam_flows.domain.mails import Decision, Fate
from kam_flows.domain.people import StaffRole
from kam_flows.mail.mime import read
from kam_flows.persistence.models import ContentRow, OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.outboxes import waits_for
from tasks.event_guests import Invited, invite, record_reply, release
from tasks.events import cancel_event, move_event, plan_event
from tests.builders import a_person, an_account, at
from tests.calendars import Component, read_calendar
from tests.portfolio import store, use_policy, watching

NOW = at("2026-09-28 09:00")
LATER = date(2026, 12, 17)


@pytest.fixture(autouse=True)
def event(database: str) -> Event:
    use_policy("default")
    people = [
        a_person("mara", name="张敏"),
        a_person("dai"),
        a_person("sun", role=StaffRole.SUPERVISOR),
    ]
    accounts = [
        an_account(),
        an_account("BOLT", name="Bolt", tier=Tier.STRATEGIC),
        an_account("MUTE", name="无人", tier=Tier.STRATEGIC),
        an_account("OLD", tier=Tier.STRATEGIC, active=False),
    ]
    store(people, accounts)
    with unit_of_work() as uow:
        uow.accounts.save_contacts(
            [
                a_contact("C1", "ACME", "张伟", is_decision_maker=True),
                a_contact("C2", "ACME", "李娜"),
                a_contact("B1", "BOLT", "Ann Lee", language="en"),
                a_contact("M1", "MUTE", "王五", email=""),
                a_contact("O1", "OLD", "赵六"),
            ]
        )
    return plan_event.fn(
        kind="summit",
        name="2026 客户峰会",
        on=date(2026, 12, 10),
        organiser="mara",
        by="mara",
        now=NOW,
        starts="09:30",
        minutes=420,
        place="上海国际会议中心",
    ).event


def a_contact(code: str, account: str, name: str, **fields: Any) -> Contact:
    email = f"{code.lower()}@example.com"
    return Contact(code=code, account=account, name=name, **{"email": email} | fields)


def ask(event: Event, **chosen: Any) -> Invited:
    who: dict[str, Any] = chosen or {"accounts": ["ACME"]}
    return invite.fn(event=event.number, by="mara", now=NOW, **who)


def let_go(event: Event, decision: Decision = Decision.SEND, by: str = "mara") -> int:
    released = release.fn(event=event.number, decision=decision, by=by, now=NOW)
    return released.mails


def fates(event: Event) -> dict[str, Fate | None]:
    with unit_of_work(read_only=True) as uow:
        return {one.contact: one.fate for one in uow.events.guests(event.id)}


def letters() -> list[tuple[str, Fate, bytes]]:
    """Address, fate and bytes of all that was written to accounts, oldest first."""
    with watching() as session:
        rows = session.execute(
            select(OutboxRow.addresses, OutboxRow.fate, ContentRow.content)
            .join(ContentRow, ContentRow.id == OutboxRow.id)
            .where(OutboxRow.reader == "account")
            .order_by(OutboxRow.id)
        )
        return [(addresses[0], fate, content) for addresses, fate, content in rows]


def entry_in(content: bytes) -> tuple[str, Component]:
    message = message_from_bytes(content, policy=policy.default)
    whole, _ = message.iter_parts()
    calendar = read_calendar(list(whole.iter_parts())[-1].get_content())
    [entry] = calendar.parts_named("VEVENT")
    return calendar.value("METHOD"), entry


def test_decision_makers_get_a_letter_with_a_calendar_file_held_for_a_person(
    event: Event,
):
    invited = ask(event, accounts=["ACME"], contacts="Ann Lee，M1")
    (to, fate, content), (other, _, english) = letters()
    message, words = message_from_bytes(content, policy=policy.default), read(content)
    method, entry = entry_in(content)

    assert (to, other) == ("c1@example.com", "b1@example.com")
    assert fate is Fate.HELD
    assert invited.unreachable == ("王五",)
    assert words.sender == "张敏 <kam@example.com>"
    assert message["Reply-To"] == "张敏 <mara@example.com>"
    assert "诚邀您出席“2026 客户峰会”" in words.text
    assert "Dear Ann Lee" in read(english).text
    for said in (words.text, words.html, read(english).text):
        assert "http" not in said.replace("http-equiv", "")
        assert event.number not in said
    assert method == "REQUEST"
    assert entry.value("UID") == f"event-{event.number.lower()}@example.com"
    assert entry.value("ORGANIZER") == "mailto:mara@example.com"
    assert [one.value for one in entry.all("ATTENDEE")] == ["mailto:c1@example.com"]


def test_each_contact_is_invited_once_by_account_tier_or_name(event: Event):
    ask(event)
    again = ask(event, accounts=["ACME"], contacts="C1, C2")
    tier = ask(event, tier="strategic")

    assert [one.contact for one in again.guests] == ["C2"]
    assert again.again == 1
    assert [one.contact for one in tier.guests] == ["B1"]
    assert tier.unreachable == ("无人",)
    assert len(letters()) == 3


def test_a_dry_run_shows_the_letters_and_keeps_none(event: Event):
    shown = ask(event, accounts=["ACME"], dry_run=True)

    assert "诚邀您出席" in shown.mails[0].subject
    assert letters() == []
    assert fates(event) == {}


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"accounts": []}, "Nobody was chosen"),
        ({"contacts": "C9"}, "no contact 'C9'"),
        ({"tier": "gold"}, "no tier 'gold'"),
        ({"accounts": ["ACME"], "allow_mails": 0}, "more than the 0 allowed"),
    ],
)
def test_what_cannot_be_invited_is_one_sentence(
    event: Event, chosen: dict[str, Any], said: str
):
    with pytest.raises(UserError, match=said):
        ask(event, **chosen)
    assert letters() == []


def test_one_decision_lets_all_of_them_go_and_only_organiser_and_steering_take_it(
    event: Event,
):
    ask(event, accounts=["ACME", "BOLT"])
    with pytest.raises(UserError, match="does not organise"):
        let_go(event, by="dai")

    assert let_go(event, by="sun") == 2
    assert set(fates(event).values()) == {Fate.QUEUED}
    with pytest.raises(UserError, match="No invitation to 2026 客户峰会 waits"):
        let_go(event)


def test_the_outbox_says_what_an_invitation_waits_for(event: Event):
    ask(event)
    with unit_of_work(read_only=True) as uow:
        *_, mail = uow.outbox.waiting(9)

    assert waits_for(mail.held_for, "zh_CN") == f"等待放行{event.number}的邀请函"
    assert event.number in waits_for(mail.held_for, "en")


def test_who_was_told_stays_told_when_a_later_mail_is_given_up(event: Event):
    ask(event)
    let_go(event)
    move: dict[str, Any] = {"event": event.number, "reason": "x", "by": "mara"}
    move_event.fn(**move, on=LATER, now=NOW)
    with unit_of_work() as uow:
        [guest] = uow.events.guests(event.id)
        assert guest.mail_id
        uow.outbox.cancel(guest.mail_id, "mara", NOW)

    assert ask(event).guests == ()
    back = move_event.fn(**move, on=event.on, now=NOW)
    assert back.guests.told == 1


def test_an_invitation_never_speaks_for_an_organiser_who_has_left(event: Event):
    ask(event)
    with unit_of_work() as uow:
        uow.people.save([a_person("mara", name="张敏", active=False)])
    with pytest.raises(UserError, match="张敏 organises 2026 客户峰会 and has left"):
        let_go(event, by="sun")
    passed = move_event.fn(
        event=event.number, on=event.on, organiser="dai", reason="x", by="sun", now=NOW
    )

    assert (passed.guests.rewritten, passed.organiser) == (1, "Dai")
    assert let_go(event, by="dai") == 1
    *_, (_, _, content) = letters()
    assert read(content).sender == "Dai <kam@example.com>"


def test_who_was_dropped_may_be_invited_after_all(event: Event):
    ask(event)
    let_go(event, Decision.DROP)
    again = ask(event)

    assert [one.contact for one in again.guests] == ["C1"]
    assert fates(event) == {"C1": Fate.HELD}


def test_moving_tells_who_knows_and_rewrites_what_waits(event: Event):
    ask(event)
    let_go(event)
    record_reply.fn(event=event.number, guest="C1", reply=Reply.YES, by="dai", now=NOW)
    ask(event, accounts=["BOLT"])
    moved = move_event.fn(
        event=event.number, on=LATER, reason="内部原因", by="mara", now=NOW
    )
    _, (_, waited, _), (to, fate, _), (told, left, content) = letters()
    method, entry = entry_in(content)

    assert (moved.guests.told, moved.guests.rewritten, moved.guests.outdated) == (
        1,
        1,
        1,
    )
    assert waited is Fate.CANCELLED
    assert (to, fate) == ("b1@example.com", Fate.HELD)
    assert (told, left) == ("c1@example.com", Fate.QUEUED)
    assert (method, entry.value("SEQUENCE")) == ("REQUEST", "1")
    assert entry.value("UID") == f"event-{event.number.lower()}@example.com"
    assert "内部原因" not in read(content).text
    with unit_of_work(read_only=True) as uow:
        assert [one.reply for one in uow.events.guests(event.id)] == [None, None]


def test_cancelling_clears_the_calendars_of_those_who_were_told(event: Event):
    ask(event)
    let_go(event)
    ask(event, accounts=["BOLT"])
    done = cancel_event.fn(event=event.number, reason="延期", by="mara", now=NOW)
    *_, (to, fate, content) = letters()
    method, entry = entry_in(content)

    assert (done.guests.told, done.guests.taken_back) == (1, 1)
    assert (to, fate, method) == ("c1@example.com", Fate.QUEUED, "CANCEL")
    assert (entry.value("STATUS"), entry.value("SEQUENCE")) == ("CANCELLED", "1")
    assert fates(event) == {"B1": Fate.CANCELLED, "C1": Fate.QUEUED}


def test_a_reply_is_counted_once_invited(event: Event):
    ask(event)
    reply: dict[str, Any] = {"event": event.number, "guest": "张伟", "by": "dai"}
    with pytest.raises(UserError, match="was not invited yet"):
        record_reply.fn(**reply, reply=Reply.YES, now=NOW)
    let_go(event)
    record_reply.fn(**reply, reply=Reply.PERHAPS, now=NOW)
    last = record_reply.fn(**reply, reply=Reply.YES, now=NOW, note_="带两位同事")

    assert last.counts == {Reply.YES: 1}
    with unit_of_work(read_only=True) as uow:
        [guest] = uow.events.guests(event.id)
    assert (guest.reply, guest.note, guest.recorded_by) == (
        Reply.YES,
        "带两位同事",
        "dai",
    )
