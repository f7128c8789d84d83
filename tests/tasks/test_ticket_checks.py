"""Histories read anew: whatever work leaves behind agrees, whatever a hand changed is found."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from kam_flows.domain.accounts import Tier
from kam_flows.domain.tickets import Action
from kam_flows.persistence.database import engine
from kam_flows.persistence.models import AuditRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.event_maps import load_event_map
from kam_flows.policies.load import preset_text
from tasks.escalation import climb_due, write_digests
from tasks.event_logs import import_events, lines_of
from tasks.ticket_checks import compare
from tests.builders import a_person, an_account, at
from tests.portfolio import change, opened, store, use_policy

LOG = Path(__file__).parent.parent / "data" / "helpdesk_200.csv"


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("retention")
    people = [
        a_person("mara", supervisor="sun", department_head="hu"),
        a_person("sun"),
        a_person("hu", role="department_head"),
    ]
    store(people, [an_account(lead="mara", tier=Tier.STRATEGIC)])


def swept(when: str) -> None:
    climb_due.fn(at(when))
    write_digests.fn(at(when))


def changed(statement: str) -> None:
    with engine().begin() as connection:
        connection.execute(text(statement))


def differs(when: str) -> dict[str, str]:
    with unit_of_work(read_only=True) as uow:
        numbers = uow.tickets.numbers()
    return {f.subject: f.values["differs"] for f in compare(numbers, at(when))}


def test_what_an_import_sweeps_and_people_leave_behind_agrees_with_its_history():
    mapping = load_event_map("helpdesk")
    import_events.fn(
        lines=lines_of(LOG, mapping),
        mapping=mapping,
        account="ACME",
        by="mara",
        now=at("2026-10-12 09:00"),
    )
    settled, waiting, late = (opened("2026-10-12 10:00") for _ in range(3))
    swept("2026-10-12 21:00")
    change("2026-10-12 21:10", settled, Action.TAKE_UP)
    change("2026-10-12 21:20", settled, Action.RESOLVE)
    change("2026-10-12 21:30", waiting, Action.WAIT)
    swept("2026-10-13 10:05")
    change("2026-10-12 10:30", late, Action.TAKE_UP)
    change("2026-10-13 11:00", settled, Action.REOPEN)
    swept("2026-10-16 23:00")

    assert differs("2026-10-16 23:10") == {}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE tickets SET respond_by = NULL", "respond_by"),
        ("UPDATE tickets SET armed = '[]', owner = 'hu'", "owner, armed"),
        ("UPDATE looks SET at = NULL", "look"),
        ("DELETE FROM ticket_events", "history"),
        ("UPDATE tickets SET calendar = 'office' || ''", ""),
    ],
)
def test_what_a_hand_changed_is_found_by_its_name(statement: str, what: str):
    number = opened("2026-10-12 10:00")

    changed(statement)

    expected = {number: what} if what else {}
    assert differs("2026-10-12 10:10") == expected


def test_a_rung_that_vanished_from_the_ledger_is_looked_for_and_found():
    number = opened("2026-10-12 10:00")
    swept("2026-10-13 10:05")
    changed("DELETE FROM notices")
    changed("DELETE FROM escalations")

    assert differs("2026-10-13 10:10") == {number: "look"}


def test_a_rung_that_was_late_and_settled_must_stand_in_the_ledger():
    number = opened("2026-10-12 10:00")
    swept("2026-10-13 10:05")
    change("2026-10-13 10:10", number, Action.RESOLVE)
    changed("UPDATE escalations SET stopped_at = NULL")

    assert differs("2026-10-13 10:20") == {number: "ledger"}


def test_s11_a_list_loaded_since_moves_what_leant_on_the_year_without_one():
    number = opened("2026-12-31 17:00")
    # Strategic accounts have half of the four business hours: plain Friday is worked.
    assert due(number) == (at("2027-01-01 10:00"), True)
    listed = preset_text("retention").replace(
        "    public_holidays: CN        #",
        "    official:\n"
        "      2027: {days_off: [2027-01-01..2027-01-03], working_days: [2027-01-04]}\n"
        "    public_holidays: CN        #",
        1,
    )
    # As a newer package would: the same policy knows more days.
    with unit_of_work() as uow:
        id_ = uow.policies.store(listed, at("2026-12-31 18:00"))
    changed(f"UPDATE tickets SET policy_id = {id_}")

    assert differs("2026-12-31 18:10") == {}
    assert due(number) == (at("2027-01-04 10:00"), False)
    with unit_of_work(read_only=True) as uow:
        [audit] = uow.session.scalars(
            select(AuditRow).where(AuditRow.action == "official days loaded")
        )
        assert audit.subject == f"ticket {number}"
        assert audit.detail["respond_by"] == [
            "2027-01-01T02:00:00+00:00",
            "2027-01-04T02:00:00+00:00",
        ]


def due(number: str) -> tuple[datetime | None, bool]:
    with unit_of_work(read_only=True) as uow:
        view = uow.tickets.views([number])[number]
    return view.respond_by, view.provisional


def test_a_note_reads_the_clocks_of_a_ticket_anew():
    number = opened("2026-10-12 10:00")
    changed("UPDATE tickets SET respond_by = NULL")
    changed("UPDATE looks SET at = NULL")
    assert differs("2026-10-12 10:10") == {number: "respond_by, look"}

    change("2026-10-12 10:20", number, Action.NOTE)

    assert differs("2026-10-12 10:30") == {}
