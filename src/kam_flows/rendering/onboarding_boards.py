"""The onboarding board: what runs, how far, what is missing and with whom."""

from collections.abc import Sequence
from datetime import datetime

from kam_flows.domain.onboarding import Progress
from kam_flows.domain.onboarding_mails import BoardLine, MissingItem
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import cell, clipped

SHOWN = 200
"""Onboardings that the page lists; the rest are counted."""
COLUMNS = {
    "zh_CN": ("客户", "进度", "截止时间", "状态", "还缺什么、在谁手里"),
    "en": ("Account", "Done", "Deadline", "State", "What is missing, and with whom"),
}
PHRASES = {
    "zh_CN": {
        "count": "**{running} 个接入进行中，{late} 个已超期。** {when}，{zone}。",
        "empty": "没有进行中的接入。{when}，{zone}。",
        "late": "{when} **已超 {time}**",
        "left": "{when}，还剩 {time}",
        "lead": "主客户经理 {name}",
        "no_lead": "未指定主客户经理",
        "item": "{title}：{owner}",
        "pieces": "{title}（{lacking}）：{owner}",
        "nobody": "暂无",
        "more": "另有 {count} 个未列出。",
        "provisional": "标 * 的时间为暂定：该年度法定节假日安排尚未公布。",
    },
    "en": {
        "count": "**{running} onboardings run, {late} overdue.** {when}, {zone}.",
        "empty": "No onboarding runs. {when}, {zone}.",
        "late": "{when} **{time} late**",
        "left": "{when}, {time} left",
        "lead": "lead manager {name}",
        "no_lead": "no lead manager",
        "item": "{title}: {owner}",
        "pieces": "{title} ({lacking}): {owner}",
        "nobody": "nobody yet",
        "more": "{count} more are not listed.",
        "provisional": "Times with * are provisional: the official holidays of that "
        "year are not published yet.",
    },
}


class Board:
    """Writes the lines in one language and time zone."""

    def __init__(self, as_of: datetime, language: str, timezone: str) -> None:
        self.as_of, self.timezone = as_of, timezone
        self.language = words.LANGUAGES[words.spoken(language)]
        self.phrases = PHRASES[self.language]

    def at(self, moment: datetime) -> str:
        return words.moment(moment, self.timezone, self.language, self.as_of)

    def line(self, line: BoardLine) -> str:
        facts = line.facts
        lead = self.phrases["no_lead"]
        if facts.lead_manager:
            name = cell(clipped(facts.lead_manager, 40))
            lead = self.phrases["lead"].format(name=name)
        account = cell(clipped(facts.account_name, 40))
        share = facts.settled / facts.required if facts.required else 1
        return _line(
            (
                f"**{account}** {words.word(facts.tier, self.language)} · {lead}",
                f"{share:.0%} ({facts.settled}/{facts.required})",
                self.due(line),
                words.word(facts.progress, self.language),
                "<br>".join(map(self.item, line.missing)),
            )
        )

    def due(self, line: BoardLine) -> str:
        due_at = line.facts.due_at
        if due_at is None:
            return ""
        when = self.at(due_at) + (" \\*" if line.facts.provisional else "")
        phrase = "left" if due_at > self.as_of else "late"
        time = words.lapse(abs(due_at - self.as_of), self.language)
        return self.phrases[phrase].format(when=when, time=time)

    def item(self, item: MissingItem) -> str:
        pieces = [words.word(piece, self.language) for piece in item.lacking]
        return self.phrases["pieces" if pieces else "item"].format(
            title=cell(clipped(item.title, 60)),
            lacking=words.listed(pieces, self.language),
            owner=cell(clipped(item.owner, 40)) or self.phrases["nobody"],
        )


def onboarding_board(
    lines: Sequence[BoardLine],
    as_of: datetime,
    language: str,
    timezone: str = "Asia/Shanghai",
) -> str:
    """The board in Markdown, in the order of the lines."""
    board = Board(as_of, language, timezone)
    named = {"when": board.at(as_of), "zone": words.zone(timezone, language)}
    if not lines:
        return board.phrases["empty"].format(**named)
    late = sum(line.facts.progress is Progress.OVERDUE for line in lines)
    heads = COLUMNS[board.language]
    page = [
        board.phrases["count"].format(running=len(lines), late=late, **named),
        "",
        _line(heads),
        _line(["---"] * len(heads)),
        *map(board.line, lines[:SHOWN]),
    ]
    if len(lines) > SHOWN:
        page += ["", board.phrases["more"].format(count=len(lines) - SHOWN)]
    if any(line.facts.provisional for line in lines[:SHOWN]):
        page += ["", board.phrases["provisional"].replace("*", "\\*")]
    return "\n".join(page)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
