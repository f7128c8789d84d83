"""Handovers: what passes on, what is drawn, what is accepted, and when it climbs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kam_flows.domain.account_file import (
    EntryKind,
    FileEntry,
    Transaction,
    TransactionKind,
)
from kam_flows.domain.accounts import Contact, TeamMember
from kam_flows.domain.agreements import Agreement, Signature
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Reach
from kam_flows.domain.handover_items import OnRecord, OpenTicket, draw_items, yearly
from kam_flows.domain.handovers import (
    Case,
    Detail,
    Handover,
    HandoverItem,
    HandoverKind,
    Step,
    accepted,
    decide,
    passed_on,
    places,
)
from kam_flows.domain.onboarding_rules import Climb
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Target
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.domain.tickets import TicketState
from tests.builders import a_person, an_account, at, away, std

TODAY = date(2026, 10, 19)
LEAD, TECHNICAL = TeamRole.LEAD_MANAGER, TeamRole.TECHNICAL
TWICE = Climb(
    tell=(Tell.SUPERVISOR, Tell.DEPARTMENT_HEAD),
    every=Duration.parse("1bd"),
    at_most=3,
)


def member(staff: str, role: TeamRole = LEAD) -> TeamMember:
    return TeamMember(staff=staff, role=role)


def a_handover(count: int = 3, *, climbed: int = 0) -> Handover:
    return Handover(
        id=3,
        account="ACME",
        leaving="mara",
        successor="noel",
        started_at=at("2026-10-12 09:00"),
        started_by="mara",
        policy_id=1,
        accept_by=at("2026-10-14 09:00"),
        recording="",
        climbed=climbed,
        items=tuple(
            HandoverItem(place=place, kind=HandoverKind.NEED, text=f"need {place}")
            for place in range(1, count + 1)
        ),
    )


def answer(dimension: Dimension, text: str) -> Answer:
    moment = at("2026-10-01 10:00")
    return Answer(dimension=dimension, text=text, at=moment, by="mara", source="a.xlsx")


def entry(kind: EntryKind, text: str, **fields: object) -> FileEntry:
    values: dict[str, object] = {
        "id": 1,
        "account": "ACME",
        "at": at("2026-10-01 10:00"),
        "by": "mara",
        "recorded_at": at("2026-10-01 10:00"),
    }
    return FileEntry(kind=kind, text=text, **values | fields)  # type: ignore[arg-type]


def drawn(**known: object) -> list[tuple[HandoverKind, str]]:
    record = OnRecord(account=an_account(), **known)  # type: ignore[arg-type]
    return [
        (item.kind, item.text)
        for item in draw_items(record, TODAY)
        if item.kind is not HandoverKind.AGREEMENT
    ]


def test_the_successor_takes_every_place_of_the_one_who_leaves():
    team = [member("mara"), member("otto", TECHNICAL), member("mara", TECHNICAL)]

    assert passed_on(team, "mara", "noel") == (
        member("noel"),
        member("otto", TECHNICAL),
        member("noel", TECHNICAL),
    )


def test_nobody_stands_twice_in_one_role_and_the_first_place_counts():
    team = [member("mara"), member("otto"), member("noel"), member("noel", TECHNICAL)]

    assert passed_on(team, "mara", "noel") == (
        member("noel"),
        member("otto"),
        member("noel", TECHNICAL),
    )


def test_red_lines_come_first_whatever_order_they_were_told_in():
    answers = {
        one.dimension: one
        for one in (
            answer(Dimension.GOALS, "grow"),
            answer(Dimension.RED_LINES, "zero tolerance for late delivery"),
        )
    }

    assert drawn(answers=answers) == [
        (HandoverKind.RED_LINE, "zero tolerance for late delivery"),
        (HandoverKind.NEED, "grow"),
    ]


def test_promises_come_with_the_longest_overdue_first_and_undated_ones_last():
    promises = [
        entry(EntryKind.PROMISE, "some day"),
        entry(EntryKind.PROMISE, "later", due_on=date(2026, 11, 1)),
        entry(EntryKind.PROMISE, "late", due_on=date(2026, 10, 1)),
        entry(EntryKind.PROMISE, "kept", kept_at=at("2026-10-02 09:00")),
    ]

    assert [text for _, text in drawn(entries=promises)] == [
        "late",
        "later",
        "some day",
    ]


def test_of_touchpoints_the_last_five_are_told_and_special_needs_are_needs():
    said = [entry(EntryKind.COMMUNICATION, f"call {n}", id=n) for n in range(9)]
    special = entry(EntryKind.SPECIAL_NEED, "invoices by post")

    assert drawn(entries=[*said, special]) == [
        (HandoverKind.NEED, "invoices by post"),
        *((HandoverKind.TOUCHPOINT, f"call {n}") for n in range(5)),
    ]


def test_tickets_come_with_the_next_due_first():
    tickets = [
        OpenTicket("T-1", "no clock", TicketState.WAITING, "Mara"),
        OpenTicket(
            "T-2",
            "soon",
            TicketState.PENDING,
            "Mara",
            respond_by=at("2026-10-19 11:00"),
            resolve_by=at("2026-10-23 11:00"),
        ),
        OpenTicket(
            "T-3",
            "late",
            TicketState.IN_PROGRESS,
            "",
            resolve_by=at("2026-10-18 11:00"),
        ),
    ]

    assert [text for _, text in drawn(tickets=tickets)] == ["late", "soon", "no clock"]


def test_dates_of_the_next_ninety_days_come_in_their_order():
    contacts = [
        Contact(code="c1", account="ACME", name="Liu", birthday=date(1970, 11, 3)),
        Contact(code="c2", account="ACME", name="Sun", birthday=date(1970, 10, 18)),
    ]
    contracts = [
        Transaction(
            account="ACME",
            reference=reference,
            kind=TransactionKind.CONTRACT,
            on=date(2025, 1, 1),
            amount=0,  # type: ignore[arg-type]
            ends_on=ends_on,
        )
        for reference, ends_on in (
            ("C-1", date(2026, 10, 25)),
            ("C-2", date(2026, 10, 18)),
            ("C-3", date(2027, 3, 1)),
        )
    ]
    record = OnRecord(
        account=an_account(signed_on=date(2024, 12, 1)),
        contacts=contacts,
        transactions=contracts,
    )

    found = [
        (item.text, dict(item.details)[Detail.FALLS_ON])
        for item in draw_items(record, TODAY)
        if item.kind is HandoverKind.DATE
    ]
    assert found == [("C-1", "2026-10-25"), ("Liu", "2026-11-03"), ("", "2026-12-01")]


@pytest.mark.parametrize(
    ("born", "today", "falls_on"),
    [
        ("1980-10-19", "2026-10-19", "2026-10-19"),
        ("1980-10-18", "2026-10-19", "2027-10-18"),
        ("1980-02-29", "2027-01-01", "2027-02-28"),
        ("1980-02-29", "2027-03-01", "2028-02-29"),
    ],
)
def test_a_day_comes_round_every_year(born: str, today: str, falls_on: str):
    day = yearly(date.fromisoformat(born), date.fromisoformat(today))

    assert day == date.fromisoformat(falls_on)


def test_the_day_of_the_signing_itself_is_no_anniversary():
    assert drawn(answers={}) == []
    record = OnRecord(account=an_account(signed_on=TODAY))

    assert [item.kind for item in draw_items(record, TODAY)] == [HandoverKind.AGREEMENT]


def test_the_record_of_the_agreement_counts_what_was_late():
    agreement = Agreement(
        id=1,
        account="ACME",
        version=2,
        language="en",
        tier=an_account().tier,
        policy_id=1,
        terms={},
        drafted_at=at("2026-03-01 09:00"),
        drafted_by="mara",
        signature=Signature(
            on=date(2026, 3, 12), by="Liu", for_us="mara", place="", face_to_face=True
        ),
    )
    record = OnRecord(
        account=an_account(), agreement=agreement, breaches={Target.RESOLVE: 2}
    )

    [item] = draw_items(record, TODAY)
    assert item.details == (
        (Detail.VERSION, "2"),
        (Detail.SIGNED_ON, "2026-03-12"),
        (Detail.SIGNED_BY, "Liu"),
        (Detail.LATE_SOLUTIONS, "2"),
    )


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("", (1, 2, 3, 4, 5)),
        ("  ", (1, 2, 3, 4, 5)),
        ("1, 3-5", (1, 3, 4, 5)),
        ("1，3－5".replace("－", "–"), (1, 3, 4, 5)),
        ("2、4 5", (2, 4, 5)),
        ("3 - 4;1,", (1, 3, 4)),
        ("2至3", (2, 3)),
        ("2 2 2", (2,)),
    ],
)
def test_items_are_named_as_people_write_numbers(typed: str, chosen: tuple[int, ...]):
    assert places(typed, a_handover(5)) == chosen


@pytest.mark.parametrize(
    "typed", ["all", "1-", "3-1", "1.5", "-2", "１２３４５６７８９", "1-2-3"]
)
def test_what_is_no_number_is_refused_in_one_sentence(typed: str):
    with pytest.raises(UserError, match="no item"):
        places(typed, a_handover(5))


@pytest.mark.parametrize("typed", ["6", "0", "1-6", "1-999999"])
def test_an_item_that_is_not_there_is_named(typed: str):
    with pytest.raises(UserError, match=r"H-3 has no item .* its items are 1 to 5"):
        places(typed, a_handover(5))


def test_what_is_accepted_already_is_not_accepted_again():
    moment = at("2026-10-13 09:00")
    first = accepted(a_handover(), [1], at=moment, by="noel", note="read")
    again = accepted(first, [1, 2], at=at("2026-10-13 10:00"), by="dora", note="")

    assert [item.accepted_by for item in again.items] == ["noel", "dora", None]
    assert again.items[0].note == "read"
    assert places("1-3", first) == (2, 3)
    with pytest.raises(UserError, match="accepted already; nothing was changed"):
        places("1", first)


def test_the_last_item_closes_the_handover():
    moment = at("2026-10-13 09:00")
    first = accepted(a_handover(), [1, 3], at=moment, by="noel", note="")

    assert first.accepted_at is None
    assert accepted(first, [2], at=moment, by="noel", note="").accepted_at == moment


PEOPLE = {
    person.code: person
    for person in (
        a_person("noel", supervisor="sun", department_head="head"),
        a_person("sun", deputy="dora"),
        a_person("dora"),
        a_person("head"),
    )
}


def decided(when: str, *, climbed: int = 0, **changed: object):
    people = PEOPLE | {
        code: replace(PEOPLE[code], **fields)  # type: ignore[arg-type]
        for code, fields in changed.items()
    }
    case = Case(a_handover(climbed=climbed), TWICE, std(), "noel", None)
    return decide(case, Reach(people, at(when)))


def test_nobody_is_told_before_the_time_to_accept_has_passed():
    told = decided("2026-10-14 08:59")

    assert (told.step, told.reached) == (None, None)
    assert told.look_at == at("2026-10-14 09:00")


def test_the_supervisor_is_told_first_then_the_head_and_at_last_nobody():
    first = decided("2026-10-14 09:00")
    second = decided("2026-10-15 10:00", climbed=1)
    third = decided("2026-10-16 10:00", climbed=2)
    over = decided("2026-10-20 10:00", climbed=3)

    assert first.step == Step(1, at("2026-10-14 09:00"))
    assert first.reached.recipient == "sun"
    assert first.look_at == second.step.due_at == at("2026-10-15 09:00")
    assert second.reached.recipient == third.reached.recipient == "head"
    assert third.look_at is None
    assert (over.step, over.look_at) == (None, None)


def test_after_an_outage_only_the_highest_step_is_told():
    told = decided("2026-10-15 14:00")

    assert told.step == Step(2, at("2026-10-15 09:00"))
    assert told.look_at == at("2026-10-16 09:00")


def test_what_falls_due_outside_working_time_waits_for_it():
    told = decided("2026-10-14 20:00")

    assert told.step is None
    assert told.look_at == at("2026-10-15 09:00")


def test_at_once_means_at_once():
    case = Case(
        a_handover(), replace(TWICE, delivery=Delivery.AT_ONCE), std(), None, None
    )

    assert decide(case, Reach(PEOPLE, at("2026-10-14 20:00"))).step is not None


def test_the_deputy_of_an_absent_supervisor_is_told():
    told = decided(
        "2026-10-14 09:00", sun={"absences": away("2026-10-14", "2026-10-16")}
    )

    assert told.reached.recipient == "dora"
    assert [skip.staff for skip in told.reached.skips] == ["sun"]


def test_an_accepted_handover_climbs_no_more():
    whole = accepted(
        a_handover(), [1, 2, 3], at=at("2026-10-13 09:00"), by="x", note=""
    )
    later = at("2026-10-13 09:00") + timedelta(days=30)

    told = decide(Case(whole, TWICE, std(), None, None), Reach(PEOPLE, later))
    assert (told.step, told.look_at) == (None, None)
