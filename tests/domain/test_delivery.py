"""Every attempt ends in one fate: what the server said, or what we cannot know."""

from datetime import UTC, datetime, timedelta

import pytest

from kam_flows.domain.delivery import (
    Answer,
    Attempted,
    Delivery,
    Refusal,
    retry_delay,
    settle,
    settle_lost_lease,
)
from kam_flows.domain.mails import Fate, Reader

MONDAY = datetime(2026, 10, 12, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HEAD, COPY = "head@example.com", "copy@example.com"


def a_mail(
    reader=Reader.STAFF, addresses=(HEAD, COPY), attempts=0, repeated=False
) -> Attempted:
    return Attempted(
        reader=reader, addresses=addresses, attempts=attempts, repeated=repeated
    )


def answered(*refusals: tuple[str, int]) -> Delivery:
    return Delivery(
        answer=Answer.ANSWERED,
        refusals=tuple(Refusal(address=a, code=c, words="no") for a, c in refusals),
    )


LOST = Delivery(answer=Answer.LOST, error="connection lost")


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (5000, 60)],
)
def test_the_delay_doubles_from_a_minute_to_an_hour(attempts, minutes):
    assert retry_delay(attempts) == minutes * MINUTE


def test_a_mail_everybody_accepted_is_sent():
    end = settle(a_mail(attempts=2), answered(), MONDAY)

    assert (end.fate, end.attempts, end.error) == (Fate.SENT, 3, None)


def test_a_mail_refused_for_good_fails_with_the_servers_words():
    end = settle(a_mail(), answered((HEAD, 550), (COPY, 550)), MONDAY)

    assert end.fate is Fate.FAILED
    assert end.error == "head@example.com: 550 no; copy@example.com: 550 no"


def test_a_copy_refused_for_good_does_not_make_the_mail_a_failure():
    end = settle(a_mail(), answered((COPY, 550)), MONDAY)

    assert end.fate is Fate.SENT
    assert end.error == "copy@example.com: 550 no"


def test_a_mail_is_a_failure_if_only_its_copy_arrived():
    assert settle(a_mail(), answered((HEAD, 550)), MONDAY).fate is Fate.FAILED


def test_a_mail_put_off_is_queued_again_after_a_delay():
    end = settle(a_mail(attempts=1), answered((HEAD, 451), (COPY, 451)), MONDAY)

    assert end.fate is Fate.QUEUED
    assert end.not_before == MONDAY + 2 * MINUTE
    assert end.addresses == (HEAD, COPY)


def test_whoever_accepted_the_mail_is_not_sent_it_again():
    end = settle(a_mail(), answered((COPY, 451)), MONDAY)

    assert end.fate is Fate.QUEUED
    assert end.addresses == (COPY,)


def test_a_mail_whose_turn_did_not_come_keeps_its_place_and_its_attempts():
    end = settle(a_mail(attempts=3), Delivery(answer=Answer.NOT_TRIED), MONDAY)

    assert (end.fate, end.attempts, end.not_before) == (Fate.QUEUED, 3, None)


def test_a_connection_lost_before_the_mail_was_handed_over_is_tried_again():
    not_sent = Delivery(answer=Answer.NOT_SENT, error="connection lost")

    end = settle(a_mail(Reader.ACCOUNT), not_sent, MONDAY)

    assert (end.fate, end.repeated) == (Fate.QUEUED, False)
    assert end.not_before == MONDAY + MINUTE


def test_a_staff_mail_that_may_have_arrived_is_repeated_once():
    first = settle(a_mail(), LOST, MONDAY)
    second = settle(a_mail(attempts=1, repeated=first.repeated), LOST, MONDAY)

    assert (first.fate, first.repeated) == (Fate.QUEUED, True)
    assert second.fate is Fate.UNKNOWN


def test_an_account_mail_that_may_have_arrived_waits_for_a_person():
    assert settle(a_mail(Reader.ACCOUNT), LOST, MONDAY).fate is Fate.UNKNOWN


@pytest.mark.parametrize(
    ("reader", "fate"), [(Reader.STAFF, Fate.QUEUED), (Reader.ACCOUNT, Fate.UNKNOWN)]
)
def test_a_mail_whose_dispatcher_died_may_have_arrived(reader, fate):
    assert settle_lost_lease(a_mail(reader), MONDAY).fate is fate
