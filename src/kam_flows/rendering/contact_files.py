"""All that is on record about a contact, to be read: as a page, and as a workbook."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kam_flows.domain.contact_files import ContactFile
from kam_flows.rendering.answers import local
from kam_flows.rendering.cleaning import cell, one_line
from kam_flows.rendering.pages import table
from kam_flows.rendering.words import spoken, word

Titles = tuple[str, str]
Row = Sequence[str]

TABLES: Mapping[str, Titles] = {
    "accounts": ("客户", "Accounts"),
    "agreements": ("SLA 协议", "SLA agreements"),
    "audit": ("审计记录", "Audit trail"),
    "care_marks": ("关怀节点的状态", "State of occasions"),
    "care_steps": ("关怀步骤", "Steps of care"),
    "cares": ("关怀", "Care"),
    "checklist_items": ("接入清单", "Checklists"),
    "checklist_steps": ("接入清单的通知", "Reminders of checklists"),
    "contacts": ("联系人", "Contacts"),
    "erasures": ("删除记录", "Erasures"),
    "escalations": ("升级", "Escalations"),
    "event_guests": ("活动嘉宾", "Guests of events"),
    "event_steps": ("活动步骤", "Steps of events"),
    "events": ("活动", "Events"),
    "file_entries": ("客户档案", "Account file"),
    "gifts": ("礼品", "Gifts"),
    "handover_items": ("交接内容", "Items of handovers"),
    "handovers": ("交接", "Handovers"),
    "heartbeats": ("系统心跳", "Signs of life"),
    "house_findings": ("系统检查", "Findings"),
    "notices": ("升级通知", "Notices"),
    "occasions": ("关怀节点", "Occasions"),
    "onboardings": ("接入", "Onboardings"),
    "outbox": ("发件箱", "Outbox"),
    "promise_steps": ("承诺的提醒", "Reminders of promises"),
    "restores": ("恢复的备份", "Restored backups"),
    "signals": ("预警信号", "Warning signals"),
    "survey_answers": ("需求调研", "Survey answers"),
    "ticket_events": ("工单经过", "Ticket events"),
    "tickets": ("工单", "Tickets"),
    "touchpoint_outcomes": ("触达结果", "What came of visits"),
    "touchpoint_steps": ("触达的通知", "Reminders of visits"),
    "touchpoints": ("触达", "Visits"),
    "transactions": ("交易", "Transactions"),
    "used_links": ("用过的链接", "Used links"),
    "visit_plans": ("触达排期", "Plans of visits"),
}
"""What staff and the contact call the tables in which somebody may be named."""
PERSON: Sequence[tuple[str, Titles]] = (
    ("code", ("编号", "Code")),
    ("name", ("姓名", "Name")),
    ("title", ("职务", "Title")),
    ("email", ("邮箱", "Mail address")),
    ("phone", ("电话", "Telephone")),
    ("birthday", ("生日", "Birthday")),
    ("language", ("语言", "Language")),
    ("is_decision_maker", ("决策人", "Decides")),
)
TITLE = (
    "{name}（{account}）的全部资料",
    "All that is on record about {name} of {account}",
)
NONE = ("没有资料。", "Nothing is on record.")


class Section(NamedTuple):
    title: Titles
    heads: Sequence[Titles]
    rows: Sequence[Row]


def called(table_name: str, language: str) -> str:
    """What a table is to people."""
    return TABLES[table_name][spoken(language)]


def page(file: ContactFile, language: str, timezone: str) -> str:
    """In Markdown; whatever people typed is shown as typed, never as markup."""
    return "\n".join(_lines(file, language, timezone))


def sheets(
    file: ContactFile, language: str, timezone: str
) -> dict[str, list[Sequence[str]]]:
    """A sheet a section."""
    side = spoken(language)
    return {
        section.title[side]: [
            [head[side] for head in section.heads],
            *(list(map(one_line, row)) for row in section.rows),
        ]
        for section in sections(file, language, timezone)
    }


def _lines(file: ContactFile, language: str, timezone: str) -> Iterator[str]:
    side = spoken(language)
    said = TITLE[side].format(name=file.contact.name, account=file.account_name)
    yield f"# {cell(said)}"
    for section in sections(file, language, timezone):
        yield from ("", f"## {section.title[side]}", "")
        if not section.rows:
            yield NONE[side]
            continue
        heads = [head[side] for head in section.heads]
        yield from table(heads, (list(map(cell, row)) for row in section.rows))
    yield ""


def sections(file: ContactFile, language: str, timezone: str) -> list[Section]:
    day, about = ("日期", "Day"), ("说明", "About")
    what, state = ("事项", "What"), ("状态", "State")
    return [
        Section(
            ("联系人", "Contact"),
            (what, ("内容", "Value")),
            [
                (names[spoken(language)], _written(getattr(file.contact, name)))
                for name, names in PERSON
            ],
        ),
        Section(
            ("关怀节点", "Occasions"),
            (what, about, ("规则", "Rule")),
            [(one.kind, one.about, str(one.rule)) for one in file.occasions],
        ),
        Section(
            ("关怀和信函", "Care and letters"),
            (("编号", "Number"), day, state, ("信函", "Letter")),
            [
                (
                    one.number,
                    one.on.isoformat(),
                    word(one.state, language),
                    "\n".join((one.letter.salutation, *one.letter.paragraphs))
                    if one.letter
                    else "",
                )
                for one in file.cares
            ],
        ),
        Section(
            ("礼品", "Gifts"),
            (day, ("礼品", "Gift"), ("金额", "Value"), ("登记人", "By")),
            [
                (one.on.isoformat(), one.item, f"{one.value:.2f}", one.by)
                for one in file.gifts
            ],
        ),
        Section(
            ("活动邀请", "Invitations"),
            (day, ("活动", "Event"), ("回复", "Reply"), ("备注", "Note")),
            [
                (
                    one.on.isoformat(),
                    one.event,
                    word(one.reply, language) if one.reply else "",
                    one.note,
                )
                for one in file.invitations
            ],
        ),
        Section(
            ("写给本人的邮件", "Mails to them"),
            (("时间", "When"), ("主题", "Subject"), state, ("正文", "Text")),
            [
                (
                    local(one.at, timezone),
                    one.subject,
                    word(one.fate, language),
                    one.text,
                )
                for one in file.letters
            ],
        ),
        Section(
            ("提到本人的记录", "Where they are named"),
            (
                ("记录", "Record"),
                ("编号", "Number"),
                ("字段", "Field"),
                ("内容", "Text"),
            ),
            [
                (
                    called(one.where, language),
                    str(one.number),
                    one.field,
                    one.text,
                )
                for one in file.mentions
            ],
        ),
    ]


def _written(value: object) -> str:
    return "" if value is None else str(value)
