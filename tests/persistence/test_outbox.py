"""The outbox: each mail once, in one hand at a time, with one fate in the end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

import pytest
from sqlalchemy import JSON, Boolean, Enum, Integer, event, select, update
from sqlalchemy.orm import Session, joinedload

from kam_flows.domain.delivery import Answer, Delivery, Refusal
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Fate
from kam_flows.persistence.database import engine
from kam_flows.persistence.models import (
    AccountRow,
    AuditRow,
    EscalationRow,
    NoticeKind,
    NoticeRow,
    OutboxRow,
    PolicyVersionRow,
    Row,
    TicketRow,
    UtcDateTime,
)
from kam_flows.persistence.outbox import Outbox, Posting
from tests.explained import explained
from tests.mail.builders import MONDAY, ToAccount, ToStaff, a_mail

pytestmark = pytest.mark.usefixtures("database")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=15)
SENT = Delivery(answer=Answer.ANSWERED)
LOST = Delivery(answer=Answer.LOST, error="connection lost")
NOT_TRIED = Delivery(answer=Answer.NOT_TRIED)


@contextmanager
def an_outbox() -> Iterator[Outbox]:
    with Session(engine()) as session, session.begin():
        yield Outbox(session)


def a_posting(key="test:1", *, content=b"bytes", kind=ToStaff, **when) -> Posting:
    return Posting(
        mail=a_mail(key, kind=kind, copies=("copy@example.com",)),
        content=content,
        message_id=f"<{key}@example.com>",
        **when,
    )


def queue(*postings: Posting, now=MONDAY) -> list[int]:
    with an_outbox() as outbox:
        return list(outbox.enqueue_many(postings, now).values())


def claim(now=MONDAY, worker="one", limit=100, clock=None) -> list[int]:
    with an_outbox() as outbox:
        return [
            mail.id for mail in outbox.claim(now, worker, limit, LEASE, clock).mails
        ]


def record(deliveries, now=MONDAY, worker="one") -> None:
    with an_outbox() as outbox:
        outbox.record(deliveries, now, worker)


def row(mail_id: int) -> OutboxRow:
    with Session(engine()) as session:
        statement = select(OutboxRow).options(joinedload(OutboxRow.bytes_))
        return session.scalars(statement.where(OutboxRow.id == mail_id)).one()


def trail() -> list[tuple[str, str, str]]:
    with Session(engine()) as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id))
        return [(row.actor, row.action, row.subject) for row in rows]


def test_a_dedup_key_is_put_in_once():
    with an_outbox() as outbox:
        first = outbox.enqueue(
            mail=a_mail(), content=b"first", message_id="<1>", now=MONDAY
        )
    with an_outbox() as outbox:
        second = outbox.enqueue(
            mail=a_mail(), content=b"second", message_id="<1>", now=MONDAY + HOUR
        )

    assert first == second
    assert row(first).content == b"first"


def test_many_mails_are_put_in_by_few_statements():
    postings = [a_posting(f"test:{n}") for n in range(300)]
    queue(a_posting("test:7", content=b"old"))
    statements = []
    event.listen(engine(), "before_cursor_execute", lambda *a: statements.append(a[2]))

    with an_outbox() as outbox:
        ids = outbox.enqueue_many(postings, MONDAY)

    assert set(ids) == {f"test:{n}" for n in range(300)}
    assert row(ids["test:7"]).content == b"old"
    assert len([s for s in statements if "BEGIN" not in s]) <= 4


def test_the_longest_due_is_claimed_first_and_nothing_too_early():
    late, early, future = queue(
        a_posting("late", not_before=MONDAY),
        a_posting("early", not_before=MONDAY - HOUR),
        a_posting("future", not_before=MONDAY + MINUTE),
    )

    assert claim() == [early, late]
    assert claim(MONDAY + MINUTE) == [future]


def test_a_claimed_mail_carries_what_is_sent():
    queue(a_posting())

    with an_outbox() as outbox:
        (mail,) = outbox.claim(MONDAY, "one", 10, LEASE).mails
    assert mail.content == b"bytes"
    assert mail.addresses == ("li.wei@example.com", "copy@example.com")
    assert mail.message_id == "<test:1@example.com>"


def test_each_of_many_claimed_mails_carries_its_own_bytes():
    queue(*[a_posting(str(n), content=f"bytes {n}".encode()) for n in range(3)])

    with an_outbox() as outbox:
        mails = outbox.claim(MONDAY, "one", 10, LEASE).mails
    assert [(mail.dedup_key, mail.content) for mail in mails] == [
        ("0", b"bytes 0"),
        ("1", b"bytes 1"),
        ("2", b"bytes 2"),
    ]


def test_whatever_bytes_are_put_in_come_out_and_its_words_with_them():
    every = bytes(range(256)) * 80
    queue(a_posting("test:一", content=every))

    with an_outbox() as outbox:
        (mail,) = outbox.claim(MONDAY, "one", 10, LEASE).mails
    assert mail.content == every
    assert mail.message_id == "<test:一@example.com>"
    assert mail.addresses == ("li.wei@example.com", "copy@example.com")


def test_a_mail_in_one_hand_is_in_no_other():
    queue(*[a_posting(f"test:{n}") for n in range(5)])

    one, two = claim(worker="one", limit=3), claim(worker="two", limit=3)
    assert (len(one), len(two)) == (3, 2)
    assert not set(one) & set(two)


def test_claiming_at_the_same_moment_gives_each_mail_to_one():
    ids = queue(*[a_posting(f"test:{n}") for n in range(120)])
    claimed: list[int] = []
    start = threading.Barrier(4)

    def work(worker: str) -> None:
        start.wait()
        while some := claim(worker=worker, limit=7):
            claimed.extend(some)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == sorted(ids)


def test_a_sent_mail_is_finished_and_never_claimed_again():
    (mail_id,) = queue(a_posting())
    claim()
    record({mail_id: SENT})

    assert claim(MONDAY + HOUR) == []
    assert row(mail_id).fate is Fate.SENT
    assert row(mail_id).finished_at == MONDAY
    assert row(mail_id).attempts == 1
    assert trail() == []


def test_a_refused_mail_fails_with_the_servers_words_and_on_record():
    (mail_id,) = queue(a_posting())
    claim()
    refusal = Refusal(address="li.wei@example.com", code=550, words="no such user")
    record({mail_id: Delivery(answer=Answer.ANSWERED, refusals=(refusal,))})

    assert row(mail_id).fate is Fate.FAILED
    assert row(mail_id).error == "li.wei@example.com: 550 no such user"
    assert trail() == [("dispatch", "mail failed", "mail test:1")]


def test_a_mail_put_off_comes_back_after_its_delay():
    (mail_id,) = queue(a_posting())
    claim()
    refusal = Refusal(address="copy@example.com", code=451, words="later")
    record({mail_id: Delivery(answer=Answer.ANSWERED, refusals=(refusal,))})

    assert claim(MONDAY + timedelta(seconds=59)) == []
    with an_outbox() as outbox:
        (mail,) = outbox.claim(MONDAY + MINUTE, "one", 10, LEASE).mails
    assert mail.addresses == ("copy@example.com",)


def test_a_mail_whose_turn_did_not_come_leaves_no_trace():
    (mail_id,) = queue(a_posting())
    claim()
    record({mail_id: NOT_TRIED})

    assert claim() == [mail_id]
    assert row(mail_id).attempts == 0
    assert trail() == []


def test_a_lost_staff_mail_is_repeated_once_with_the_same_message_id():
    (mail_id,) = queue(a_posting())
    claim()
    record({mail_id: LOST})
    with an_outbox() as outbox:
        (again,) = outbox.claim(MONDAY + MINUTE, "one", 10, LEASE).mails
    record({mail_id: LOST}, MONDAY + MINUTE)

    assert again.message_id == "<test:1@example.com>"
    assert row(mail_id).fate is Fate.UNKNOWN
    assert claim(MONDAY + 24 * HOUR) == []


def test_a_lost_account_mail_waits_for_a_person():
    (mail_id,) = queue(a_posting(kind=ToAccount))
    claim()
    record({mail_id: LOST})

    assert row(mail_id).fate is Fate.UNKNOWN
    assert claim(MONDAY + 24 * HOUR) == []


def test_mails_of_a_dispatcher_that_died_are_treated_as_lost():
    staff, account = queue(a_posting("staff"), a_posting("account", kind=ToAccount))
    claim()

    assert claim(MONDAY + LEASE, "two") == []
    assert row(staff).fate is row(account).fate is Fate.SENDING
    later = MONDAY + LEASE + timedelta(seconds=1)
    assert claim(later, "two") == []
    assert claim(later + MINUTE, "two") == [staff]
    assert row(account).fate is Fate.UNKNOWN


def test_a_lease_runs_on_the_real_clock_even_if_the_run_decides_for_another_day():
    (mail_id,) = queue(a_posting())
    claim(MONDAY, clock=MONDAY + 30 * HOUR)

    assert claim(MONDAY + 24 * HOUR, "two", clock=MONDAY + 30 * HOUR) == []
    assert row(mail_id).fate is Fate.SENDING


def test_news_that_a_mail_was_sent_counts_even_after_its_lease():
    (mail_id,) = queue(a_posting())
    claim()
    claim(MONDAY + HOUR, "two")
    record({mail_id: SENT}, MONDAY + HOUR)

    assert row(mail_id).fate is Fate.SENT


def test_late_news_does_not_take_a_mail_out_of_another_hand():
    (mail_id,) = queue(a_posting())
    claim()
    claim(MONDAY + HOUR, "two")
    claim(MONDAY + 2 * HOUR, "two")
    record({mail_id: LOST}, MONDAY + 2 * HOUR)
    record({mail_id: SENT}, MONDAY + 2 * HOUR)

    assert row(mail_id).fate is Fate.SENDING
    assert row(mail_id).leased_by == "two"


def test_a_mail_past_its_time_expires_visibly_held_or_queued():
    queued, held, _ = queue(
        a_posting("queued", expires_at=MONDAY + HOUR),
        a_posting("held", expires_at=MONDAY + HOUR, held_for="approval"),
        a_posting("in time", expires_at=MONDAY + 2 * HOUR),
    )

    assert len(claim(MONDAY + HOUR)) == 1
    assert row(queued).fate is row(held).fate is Fate.EXPIRED
    assert row(queued).finished_at == MONDAY + HOUR
    assert trail() == [
        ("dispatch", "mail expired", "mail queued"),
        ("dispatch", "mail expired", "mail held"),
    ]


def test_what_kept_an_expired_mail_from_leaving_stays_readable():
    (mail_id,) = queue(a_posting(expires_at=MONDAY + HOUR))
    claim()
    record({mail_id: Delivery(answer=Answer.NOT_SENT, error="no answer in time")})
    claim(MONDAY + HOUR)

    assert row(mail_id).error == "not sent in time; before that: no answer in time"


RUNGS = count(1)
R = TypeVar("R", bound=Row)


def tell(mail_id: int, *, stopped: bool, kind=NoticeKind.ALERT) -> None:
    """A line of this mail, about a rung that is stopped or is not."""
    with Session(engine()) as session, session.begin():
        ticket_id = session.scalar(select(TicketRow.id)) or a_ticket(session)
        rung = any_row(
            EscalationRow,
            ticket_id=ticket_id,
            rung=next(RUNGS),
            stopped_at=MONDAY if stopped else None,
        )
        session.add(rung)
        session.flush()
        session.add(
            any_row(NoticeRow, escalation_id=rung.id, kind=kind, mail_id=mail_id)
        )


def a_ticket(session: Session) -> int:
    account = any_row(AccountRow)
    policy = any_row(PolicyVersionRow)
    session.add_all([account, policy])
    session.flush()
    ticket = any_row(TicketRow, account_id=account.id, policy_id=policy.id)
    session.add(ticket)
    session.flush()
    return ticket.id


def any_row(row: type[R], **given: object) -> R:
    """A row with something in every column that must hold something."""
    must = [c for c in row.__table__.columns if not (c.nullable or c.primary_key)]
    return row(**{c.name: anything(c.type) for c in must} | given)


def anything(column_type) -> object:
    if isinstance(column_type, Enum) and column_type.enum_class:
        return next(iter(column_type.enum_class))
    if isinstance(column_type, UtcDateTime):
        return MONDAY
    return {Boolean: False, Integer: 1, JSON: []}.get(type(column_type), "x")


def test_a_mail_that_is_no_longer_true_is_cancelled_when_claimed():
    untrue, partly, other = queue(
        a_posting("untrue"), a_posting("partly"), a_posting("other")
    )
    tell(untrue, stopped=True)
    tell(untrue, stopped=True)
    tell(partly, stopped=True)
    tell(partly, stopped=False)

    assert claim() == [partly, other]
    assert row(untrue).fate is Fate.CANCELLED
    assert trail() == [("dispatch", "mail cancelled", "mail untrue")]


def test_a_line_about_last_night_stays_true():
    (mail_id,) = queue(a_posting())
    tell(mail_id, stopped=True, kind=NoticeKind.OVERNIGHT)

    assert claim() == [mail_id]


def test_untrue_mails_do_not_use_up_the_places_of_true_ones():
    ids = queue(*[a_posting(f"test:{n}") for n in range(6)])
    for mail_id in ids[:3]:
        tell(mail_id, stopped=True)

    assert claim(limit=3) == ids[3:]


def test_a_repeat_is_cancelled_if_it_became_untrue_meanwhile():
    (mail_id,) = queue(a_posting())
    claim()
    record({mail_id: LOST})
    tell(mail_id, stopped=True)

    assert claim(MONDAY + MINUTE) == []
    assert row(mail_id).fate is Fate.CANCELLED


def test_a_held_mail_leaves_when_a_person_releases_it():
    (mail_id,) = queue(a_posting(held_for="approval"))

    assert claim() == []
    with an_outbox() as outbox:
        outbox.release(mail_id, "K01", MONDAY)
    assert claim() == [mail_id]
    assert trail() == [("K01", "mail released", "mail test:1")]


def test_a_failed_mail_is_repeated_by_hand_with_a_new_lifetime():
    (mail_id,) = queue(a_posting(expires_at=MONDAY + HOUR, kind=ToAccount))
    claim()
    record({mail_id: LOST})
    with an_outbox() as outbox:
        outbox.retry(mail_id, "K01", MONDAY + 5 * HOUR)

    assert claim(MONDAY + 5 * HOUR) == [mail_id]
    assert row(mail_id).expires_at == MONDAY + 6 * HOUR


def test_a_mail_is_taken_back_only_before_it_leaves():
    waiting, sent = queue(a_posting("waiting", not_before=MONDAY + HOUR), a_posting())
    record({mail_id: SENT for mail_id in claim()})
    with an_outbox() as outbox:
        outbox.cancel(waiting, "K01", MONDAY)

    assert row(waiting).fate is Fate.CANCELLED
    with an_outbox() as outbox, pytest.raises(UserError, match=f"Mail {sent} is sent;"):
        outbox.cancel(sent, "K01", MONDAY)
    with an_outbox() as outbox, pytest.raises(UserError, match="There is no mail '99'"):
        outbox.retry(99, "K01", MONDAY)


def test_a_mail_that_came_to_nothing_is_given_up_with_what_was_known_of_it():
    (mail_id,) = queue(a_posting(kind=ToAccount))
    claim()
    record({mail_id: LOST})
    with an_outbox() as outbox:
        assert [mail.id for mail in outbox.waiting(10)] == [mail_id]
        outbox.cancel(mail_id, "K01", MONDAY, note="they rang us")

    with an_outbox() as outbox:
        assert outbox.waiting(10) == []
        given_up = outbox.get(mail_id)
        [written] = [
            entry.detail
            for entry in outbox.audit.about("mail test:1")
            if entry.actor == "K01"
        ]
    assert given_up.fate is Fate.CANCELLED
    assert given_up.error == "cancelled by K01; before that unknown: connection lost"
    assert written == {"was": "unknown", "id": mail_id, "note": "they rang us"}


def test_mails_are_found_by_number_and_by_the_beginning_of_their_key():
    by_id, by_key, like_it, _ = queue(
        a_posting("a"), a_posting("mail:T_1:x"), a_posting("mail:T-1:x"), a_posting("b")
    )

    with an_outbox() as outbox:
        found = outbox.about([by_id], ["mail:T_1:", "none"])
    assert [mail.id for mail in found] == [by_id, by_key]
    assert like_it not in [mail.id for mail in found]


def test_the_outbox_says_how_many_mails_have_which_fate():
    sent, *_ = queue(a_posting("a"), a_posting("b"), a_posting("c", held_for="x"))
    claim(limit=1)
    record({sent: SENT})

    with an_outbox() as outbox:
        assert outbox.counts() == {Fate.SENT: 1, Fate.QUEUED: 1, Fate.HELD: 1}
        assert [posted.fate for posted in outbox.recent(2)] == [Fate.HELD, Fate.QUEUED]


def test_a_look_says_whether_a_dispatcher_would_find_anything():
    def look(now: datetime) -> bool:
        with an_outbox() as outbox:
            return outbox.is_anything_due(now)

    assert not look(MONDAY)
    (mail_id,) = queue(a_posting(not_before=MONDAY + HOUR))
    assert not look(MONDAY)
    assert look(MONDAY + HOUR)
    claim(MONDAY + HOUR)
    assert not look(MONDAY + HOUR)
    assert look(MONDAY + HOUR + 2 * LEASE)
    record({mail_id: SENT})
    assert not look(MONDAY + 24 * HOUR)


def test_a_hundred_mails_take_few_statements():
    ids = queue(*[a_posting(f"test:{n}") for n in range(100)])
    refusal = Refusal(address="li.wei@example.com", code=550, words="no")
    deliveries = {mail_id: SENT for mail_id in ids}
    deliveries[ids[0]] = Delivery(answer=Answer.ANSWERED, refusals=(refusal,))
    statements = []
    event.listen(engine(), "before_cursor_execute", lambda *a: statements.append(a[2]))

    claim()
    record(deliveries)

    assert len([s for s in statements if "BEGIN" not in s]) <= 10


def test_what_is_due_is_found_by_an_index():
    queue(*[a_posting(f"test:{n}") for n in range(50)])
    with Session(engine()) as session, session.begin():
        session.execute(update(OutboxRow).values(fate=Fate.SENT))
    plans = explained(lambda uow: uow.outbox.is_anything_due(MONDAY))

    assert ["ix_outbox_" in plan for plan in plans] == [True] * 3
