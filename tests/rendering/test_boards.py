"""The ladder board: order, next reader, marks, and cells that stay cells."""

import re
from dataclasses import replace

from kam_flows.domain.notices import BoardRow
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import TicketState
from kam_flows.rendering.boards import ladder_board
from kam_flows.rendering.sample_reader import NOW, at
from kam_flows.rendering.samples import facts


def a_row(**changes) -> BoardRow:
    facts_changes = changes.pop("ticket", {})
    row = BoardRow(
        ticket=replace(facts("en", resolve_by=at(20, 9)), **facts_changes),
        rung=2,
        next_at=at(19, 15),
        next_tell=Tell.DEPARTMENT_HEAD,
        next_name="Chen Jing",
    )
    return replace(row, **changes)


def cells(board: str, number: int = 0) -> list[str]:
    rows = [line for line in board.splitlines() if line.startswith("|")][2:]
    return [cell.strip() for cell in rows[number].strip("|").split("|")]


def test_a_row_says_what_is_due_when_and_who_is_told_next():
    assert cells(ladder_board([a_row()], NOW, "en")) == [
        "**T-1024** Login fails on the line board",
        "Shanghai Hailan Instruments · Strategic",
        "Zhao Min · In progress",
        "responded",
        "Tue 20 Oct 2026, 09:00",
        "Mon 19 Oct 2026, 15:00: Department head Chen Jing (rung 2)",
    ]


def test_late_tickets_come_first_then_what_happens_next():
    rows = [
        a_row(ticket={"number": "A"}, next_at=at(19, 12)),
        a_row(ticket={"number": "B"}, next_at=at(19, 10)),
        a_row(ticket={"number": "C"}, rung=None, next_at=None, late=True),
        a_row(ticket={"number": "D"}, rung=None, next_at=None),
    ]
    board = ladder_board(rows, NOW, "en")

    assert [cells(board, n)[0][:5] for n in range(4)] == [
        "**C**",
        "**B**",
        "**A**",
        "**D**",
    ]
    assert "4 open tickets, 1 late" in board
    assert cells(board, 3)[5:] == ["no further rung"]


def test_a_broken_promise_says_by_how_much():
    row = a_row(ticket={"resolve_by": at(18, 15)}, late=True)

    assert "**已超 18 小时**" in ladder_board([row], NOW, "zh_CN")


def test_nobody_to_reach_means_the_duty_mailbox():
    assert cells(ladder_board([a_row(next_name="")], NOW, "zh_CN"))[5] == (
        "10月19日 周一 15:00 通知部门负责人 值班邮箱（第 2 级）"
    )


def test_a_ticket_that_waits_for_the_customer_is_not_at_the_end_of_its_ladder():
    waiting = a_row(ticket={"state": TicketState.WAITING}, rung=None, next_at=None)

    assert cells(ladder_board([waiting], NOW, "zh_CN"))[5] == "等待客户，时钟暂停"


def test_a_provisional_time_is_marked_and_explained():
    board = ladder_board([a_row(ticket={"provisional": True})], NOW, "en")

    assert "09:00 \\*" in board
    assert "not published yet" in board


def test_what_people_typed_cannot_leave_its_cell_or_become_markup():
    hostile = "a|b\nc <img src=x> [x](http://example.com) `d` **e** www.example.com"
    plain = ladder_board([a_row(ticket={"title": "x"})], NOW, "en")
    board = ladder_board(
        [a_row(ticket={"title": hostile, "owner": "| x"}, next_name="<b>")], NOW, "en"
    )

    assert board.count("\n") == plain.count("\n")
    assert unescaped(board).count("|") == plain.count("|")
    title = cells(unescaped(board))[0].removeprefix("**T-1024** ")
    assert title
    assert not set("<>[]()*`_.") & set(title)


def unescaped(markdown: str) -> str:
    """Without what stands for itself."""
    return re.sub(r"\\.", "", markdown)


def test_an_empty_board_says_so():
    assert ladder_board([], NOW, "zh_CN") == (
        "没有未结工单。10月19日 周一 09:00，北京时间。"
    )
