"""What counts as wrong with the house, and when it is right again."""

from datetime import UTC, datetime, timedelta

import pytest

from kam_flows.domain.findings import Check, Finding
from kam_flows.domain.house_watch import (
    LARGEST_SHARE,
    DoubtfulMail,
    HouseCheck,
    HouseFinding,
    Look,
    Scheduled,
    Waiting,
    cleared,
    differing,
    disk_full,
    has_slept,
    in_doubt,
    looks_too_late,
    not_as_history_says,
    of_the_portfolio,
    overdue,
    share,
    silent,
    waits_too_long,
)

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
GB = 2**30


def planned(
    due_at: datetime | None = NOW - HOUR,
    last_begun_at: datetime | None = None,
    since: datetime = NOW - 100 * HOUR,
) -> Scheduled:
    return Scheduled("plan-visits", due_at, last_begun_at, since)


def test_a_run_is_overdue_if_none_has_completed_since_it_had_to_start():
    assert overdue(planned()) is not None
    assert overdue(planned(last_begun_at=NOW - 2 * HOUR)) is not None
    assert overdue(planned(last_begun_at=NOW - HOUR)) is None


def test_a_deployment_without_a_schedule_or_newer_than_its_time_is_not_overdue():
    assert overdue(planned(due_at=None)) is None
    assert overdue(planned(since=NOW - HOUR / 2)) is None


def test_a_mail_may_wait_a_quarter_of_an_hour():
    def late(minutes: int) -> HouseFinding | None:
        waiting = Waiting(2, NOW - timedelta(minutes=minutes))
        return waits_too_long(HouseCheck.QUEUE, waiting, NOW)

    assert late(15) is None
    assert (found := late(16)) is not None
    assert (found.key, found.values["count"]) == ("queue:outbox", "2")
    assert waits_too_long(HouseCheck.LEASES, Waiting(0, None), NOW) is None


@pytest.mark.parametrize(
    ("free", "total", "known", "is_full"),
    [
        (6, 1000, False, False),
        (4, 1000, False, True),
        (6, 1000, True, True),
        (8, 1000, True, False),
        (2, 20, False, False),
        (0.9, 20, False, True),
    ],
)
def test_a_disk_is_full_below_five_gigabytes_or_a_twentieth_and_not_at_once_well_again(
    free: float, total: int, known: bool, is_full: bool
):
    assert (disk_full(int(free * GB), total * GB, known=known) is not None) is is_full


def test_only_other_parts_of_the_house_are_found_silent():
    beats = {"watch-the-house": NOW - 90 * HOUR, "backup": NOW - 27 * HOUR, "x": NOW}

    assert [finding.subject for finding in silent(beats, NOW)] == ["backup"]


def test_a_house_that_did_not_look_for_half_an_hour_has_slept():
    assert has_slept(None, NOW)
    assert has_slept(NOW - HOUR, NOW)
    assert not has_slept(NOW - HOUR / 2, NOW)


def test_every_open_ticket_is_seen_twice_a_day_and_a_look_stays_bounded():
    assert share(10) == 200
    assert share(1_000_000) * 72 >= 1_000_000
    assert share(100_000_000) == LARGEST_SHARE


def test_what_differs_is_named_and_a_look_too_early_does_no_harm():
    assert differing({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ("b",)
    assert looks_too_late(None, NOW)
    assert looks_too_late(NOW + HOUR, NOW)
    assert not looks_too_late(NOW - HOUR, NOW)
    assert not looks_too_late(NOW, None)


def test_only_what_was_looked_at_and_not_found_again_has_cleared():
    ticket, other = (not_as_history_says(number, ["owner"]) for number in ("1", "2"))
    mail = in_doubt(DoubtfulMail(7, "C1", "Hello"))
    look = Look(
        found=[mail],
        checks=frozenset({HouseCheck.UNKNOWN_MAIL, HouseCheck.DISK}),
        keys=frozenset({ticket.key}),
    )

    known = [
        ticket.key,
        other.key,
        mail.key,
        "unknown_mail:6",
        "disk:var",
        "queue:outbox",
    ]
    assert cleared(known, look) == {ticket.key, "unknown_mail:6", "disk:var"}


def test_of_the_portfolio_only_lost_alerts_and_provisional_years_are_the_house_s_affair():
    found = of_the_portfolio(
        [
            Finding(check=Check.LADDER_ENDS_NOWHERE, subject="ACME", name="Acme"),
            Finding(check=Check.NO_ADDRESS, subject="mara", name="Mara"),
            Finding(
                check=Check.PROVISIONAL_CALENDAR,
                subject="office",
                name="office",
                detail="2027",
            ),
        ]
    )

    assert [finding.key for finding in found] == ["ladder:ACME", "calendar:office"]
