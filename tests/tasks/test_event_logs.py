"""Importing the event log of another help desk: mapped, all or nothing, and only once."""

import csv
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kam_flows.domain.errors import UserError
from kam_flows.domain.tickets import TicketState
from kam_flows.persistence.models import LookRow, TicketEventRow, TicketRow
from kam_flows.policies.event_maps import load_event_map
from kam_flows.rendering.answers import refusal
from tasks.event_logs import import_events, lines_of
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy, watching

HEADER = ["ticket", "activity", "agent", "at"]


@pytest.fixture
def session(database: str):
    use_policy("retention")
    store([a_person("mara")], [an_account(lead="mara"), an_account("BETA")])
    with watching() as opened_session:
        yield opened_session


def write(path: Path, rows: list[list[str]], header: list[str] = HEADER) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def bring(path: Path, account: str = "ACME", **fields):
    mapping = load_event_map("helpdesk")
    return import_events.fn(
        lines=lines_of(path, mapping),
        mapping=mapping,
        account=account,
        by="mara",
        now=at("2026-11-01 09:00"),
        **fields,
    )


def ticket(session: Session, number: str) -> TicketRow:
    session.expire_all()
    row = session.scalar(select(TicketRow).where(TicketRow.number == number))
    assert row is not None
    return row


def look(session: Session, ticket: TicketRow) -> datetime | None:
    return session.scalar(select(LookRow.at).where(LookRow.id == ticket.id))


LIFE = [
    ["HD-1", "Assign seriousness", "agent-1", "2026-10-12 09:00:00"],
    ["HD-1", "Take in charge ticket", "agent-1", "2026-10-12 10:00:00"],
    ["HD-1", "Wait", "agent-1", "2026-10-12 11:00:00"],
    ["HD-1", "Resolve ticket", "agent-1", "2026-10-13 11:00:00"],
    ["HD-1", "Closed", "agent-1", "2026-10-20 11:00:00"],
]


def test_a_log_becomes_a_history(session, tmp_path):
    brought = bring(write(tmp_path / "log.csv", LIFE))

    assert (brought.opened, brought.recorded, brought.known) == (1, 5, 0)
    row = ticket(session, "HD-1")
    assert row.state is TicketState.CONFIRMED
    assert row.opened_at == at("2026-10-12 09:00")
    assert row.responded_at == at("2026-10-12 10:00")
    assert row.resolved_at == at("2026-10-13 11:00")
    assert row.owner == "mara"


@pytest.mark.parametrize("ending", ["RESOLVED", "INVALID", "DUPLICATE", "VERIFIED"])
def test_every_word_for_an_end_ends_it(session, tmp_path, ending):
    rows = [*LIFE[:2], ["HD-1", ending, "agent-1", "2026-10-12 12:00:00"]]

    bring(write(tmp_path / "log.csv", rows))

    assert ticket(session, "HD-1").state is TicketState.RESOLVED


def test_work_after_the_end_opens_a_ticket_again_and_a_note_does_not(session, tmp_path):
    note = ["HD-1", "Assign seriousness", "agent-2", "2026-10-21 09:00:00"]
    bring(write(tmp_path / "log.csv", [*LIFE, note]))
    assert ticket(session, "HD-1").state is TicketState.CONFIRMED

    again = ["HD-1", "Take in charge ticket", "agent-2", "2026-10-22 09:00:00"]
    bring(write(tmp_path / "more.csv", [again]))
    row = ticket(session, "HD-1")
    assert row.state is TicketState.IN_PROGRESS
    assert row.episode == 2


def test_a_second_import_changes_nothing(session, tmp_path):
    path = write(tmp_path / "log.csv", [*LIFE, LIFE[1]])
    first = bring(path)
    second = bring(path)

    assert first.recorded == 6
    assert (second.opened, second.recorded, second.known) == (0, 0, 6)
    assert session.scalar(select(func.count(TicketEventRow.id))) == 8


def test_s12_a_log_in_two_halves_in_the_wrong_order_gives_the_same_clock(
    session, tmp_path
):
    rows = [
        LIFE[0],
        ["HD-1", "Resolve ticket", "agent-1", "2026-10-12 10:00:00"],
        ["HD-1", "Take in charge ticket", "agent-1", "2026-10-12 11:00:00"],
    ]
    bring(write(tmp_path / "whole.csv", [[r[0] + "x", *r[1:]] for r in rows]))
    bring(write(tmp_path / "late.csv", [rows[0], rows[2]]))
    bring(write(tmp_path / "early.csv", [rows[1]]))

    whole, halves = ticket(session, "HD-1x"), ticket(session, "HD-1")
    for name in ("state", "episode", "respond_by", "responded_at"):
        assert getattr(whole, name) == getattr(halves, name), name
    assert look(session, whole) == look(session, halves)
    assert halves.episode == 2


def test_bad_rows_are_all_named_and_nothing_is_imported(session, tmp_path):
    rows = [
        *LIFE,
        ["", "Wait", "a", "2026-10-12 09:00:00"],
        ["HD-2", "Wait", "a", "soon"],
    ]

    with pytest.raises(UserError) as refused:
        bring(write(tmp_path / "log.csv", rows))

    problems = getattr(refused.value, "problems")  # noqa: B009
    assert [(p.row, p.column, p.value) for p in problems] == [
        (7, "ticket", ""),
        (8, "at", "soon"),
    ]
    assert session.scalars(select(TicketRow)).all() == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["x" * 201, ""], "Row 3: The title has 201 characters; "),
        (["", "zz"], "Row 3: The policy retention has no scene 'zz'; choose "),
    ],
)
def test_what_no_ticket_can_have_is_named_with_its_row(session, tmp_path, wrong, says):
    rows = [[*LIFE[0], "", ""], ["HD-2", *LIFE[0][1:], *wrong]]
    path = write(tmp_path / "log.csv", rows, header=[*HEADER, "title", "scene"])

    with pytest.raises(UserError) as refused:
        bring(path)

    assert str(refused.value).startswith(says)
    assert refusal(refused.value, "zh_CN").startswith("第 3 行：")
    assert session.scalars(select(TicketRow)).all() == []


def test_a_log_that_names_accounts_needs_none_chosen(session, tmp_path):
    path = write(
        tmp_path / "log.csv", [[*LIFE[0], "BETA"]], header=[*HEADER, "account"]
    )
    bring(path, account="")
    assert session.scalar(select(func.count(TicketRow.id))) == 1

    unnamed = write(tmp_path / "other.csv", [["HD-9", *LIFE[0][1:]]])
    with pytest.raises(UserError, match="HD-9"):
        bring(unnamed, account="")


def test_a_missing_column_is_named_with_those_that_are_there(session, tmp_path):
    path = write(tmp_path / "log.csv", [["HD-1"]], header=["ticket"])

    with pytest.raises(UserError, match="activity"):
        bring(path)
