"""The ladder board: open tickets, what is due when, and who is told next."""

from collections.abc import Sequence
from datetime import UTC, datetime

from kam_flows.domain.notices import BoardRow, TicketFacts
from kam_flows.domain.tickets import TicketState
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import cell, clipped
from kam_flows.rendering.pages import table

NEVER = datetime.max.replace(tzinfo=UTC)
COLUMNS = {
    "zh_CN": ("工单", "客户", "负责人", "响应时限", "解决时限", "下一步"),
    "en": ("Ticket", "Account", "Owner", "Respond by", "Resolve by", "Next"),
}
PHRASES = {
    "zh_CN": {
        "count": "**{open} 张未结工单，{late} 张已超时。** {when}，{zone}。",
        "empty": "没有未结工单。{when}，{zone}。",
        "late": "{when} **已超 {time}**",
        "met": "已响应",
        "nobody": "暂无",
        "rung": "{when} 通知{place} {who}（第 {rung} 级）",
        "top": "已到最高一级",
        "waiting": "等待客户，时钟暂停",
        "duty": "值班邮箱",
        "provisional": "标 * 的时间为暂定：该年度法定节假日安排尚未公布。",
    },
    "en": {
        "count": "**{open} open tickets, {late} late.** {when}, {zone}.",
        "empty": "No open tickets. {when}, {zone}.",
        "late": "{when} **{time} late**",
        "met": "responded",
        "nobody": "nobody yet",
        "rung": "{when}: {place} {who} (rung {rung})",
        "top": "no further rung",
        "waiting": "waiting for the customer, the clock stands",
        "duty": "duty mailbox",
        "provisional": "Times with * are provisional: the official holidays of that "
        "year are not published yet.",
    },
}


class Board:
    """Writes the rows in one language and time zone."""

    def __init__(self, as_of: datetime, language: str, timezone: str) -> None:
        self.as_of, self.timezone = as_of, timezone
        self.language = words.LANGUAGES[words.spoken(language)]
        self.phrases = PHRASES[self.language]

    def at(self, moment: datetime) -> str:
        return words.moment(moment, self.timezone, self.language, self.as_of)

    def row(self, row: BoardRow) -> Sequence[str]:
        ticket = row.ticket
        owner = cell(clipped(ticket.owner, 40)) or self.phrases["nobody"]
        account = cell(clipped(ticket.account_name, 40))
        respond_by = self.due(ticket, ticket.respond_by)
        return (
            f"**{cell(ticket.number)}** {cell(clipped(ticket.title, 60))}",
            f"{account} · {words.word(ticket.tier, self.language)}",
            f"{owner} · {words.word(ticket.state, self.language)}",
            self.phrases["met"] if ticket.responded else respond_by,
            self.due(ticket, ticket.resolve_by),
            self.next_step(row),
        )

    def due(self, ticket: TicketFacts, moment: datetime | None) -> str:
        if moment is None:
            return ""
        when = self.at(moment) + (" \\*" if ticket.provisional else "")
        if moment >= self.as_of:
            return when
        time = words.lapse(self.as_of - moment, self.language)
        return self.phrases["late"].format(when=when, time=time)

    def next_step(self, row: BoardRow) -> str:
        if row.ticket.state is TicketState.WAITING and row.next_at is None:
            return self.phrases["waiting"]
        if row.rung is None or row.next_at is None or row.next_tell is None:
            return self.phrases["top"]
        return self.phrases["rung"].format(
            rung=row.rung,
            when=self.at(row.next_at),
            place=words.word(row.next_tell, self.language),
            who=cell(row.next_name) or self.phrases["duty"],
        )


def ladder_board(
    rows: Sequence[BoardRow],
    as_of: datetime,
    language: str,
    timezone: str = "Asia/Shanghai",
) -> str:
    """The board in Markdown: late tickets first, then by what happens next."""
    board = Board(as_of, language, timezone)
    named = {"when": board.at(as_of), "zone": words.zone(timezone, language)}
    if not rows:
        return board.phrases["empty"].format(**named)
    late = sum(row.late for row in rows)
    heads = COLUMNS[board.language]
    lines = [
        board.phrases["count"].format(open=len(rows), late=late, **named),
        "",
        *table(heads, map(board.row, sorted(rows, key=_order))),
    ]
    if any(row.ticket.provisional for row in rows):
        lines += ["", board.phrases["provisional"].replace("*", "\\*")]
    return "\n".join(lines)


def _order(row: BoardRow) -> tuple[bool, datetime, str]:
    return (not row.late, row.next_at or NEVER, row.ticket.number)
