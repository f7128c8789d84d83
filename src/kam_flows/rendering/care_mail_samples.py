"""Mails about care, of made-up people: prepared, late, without a letter, held, the week."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kam_flows.domain.care_letters import Letter
from kam_flows.domain.care_mails import (
    CareHeld,
    CareLine,
    CareLinks,
    CarePrepared,
    CareWeek,
    HoldingTicket,
    StepLine,
)
from kam_flows.domain.care_plans import CareState, Skip
from kam_flows.domain.care_rules import Action
from kam_flows.domain.cares import Care, Task
from kam_flows.domain.errors import Phrase
from kam_flows.domain.gift_rules import GiftIdea
from kam_flows.domain.gifts import Gift
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skip as PassedOver
from kam_flows.domain.notices import Skipped
from kam_flows.domain.people import TeamRole
from kam_flows.rendering.care_letters import draft
from kam_flows.rendering.care_samples import letter_facts
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said

ON = date(2026, 10, 26)


def prepared(language: str) -> CarePrepared:
    """Three years together: a letter to approve, a gift to choose, a call."""
    steps = (
        ("修改信件初稿", "Go over the draft of the letter", date(2026, 10, 21)),
        ("选定并订购礼品", "Choose and order the gift", date(2026, 10, 21)),
        ("批准信件", "Approve the letter", date(2026, 10, 23)),
        ("送达礼品并登记", "Hand over the gift and record it", ON),
        ("当天致电", "Call on the day", ON),
    )
    return CarePrepared(
        **reader(language),
        dedup_key="care.prepared:12",
        care=care(language),
        account_name=account(language),
        title=said(language, "合作周年", "Cooperation anniversary"),
        addressee=f"{person(language)} <zhang.wei@example.com>",
        links=links(language, 12, ON),
        steps=tuple(step(language, *one) for one in steps),
        left_out=(),
        ideas=(
            idea(
                language, ("明前龙井礼盒", "First-flush Longjing tea"), 480, "茶", "tea"
            ),
            idea(
                language,
                ("三号车间检测线模型", "Model of the line in hall 3"),
                760,
                "定制",
                "made for them",
            ),
            idea(language, ("苏绣书签", "Embroidered bookmark"), 220, "书", "books"),
        ),
        preferences=(said(language, "茶", "tea"), said(language, "跑步", "running")),
        given=(
            gift(language, ("景德镇茶具", "Jingdezhen tea set"), 620, 2025),
            gift(language, ("定制钢笔", "Engraved pen"), 380, 2024),
        ),
        currency="CNY",
        skips=(),
        policy=said(language, "推荐服务标准", "Recommended service standard"),
        as_of=NOW,
    )


def late(language: str) -> CarePrepared:
    """Found two days before its day, by who stands in for whoever prepares it."""
    full, on = prepared(language), date(2026, 10, 21)
    zhou = said(language, "周航", "Zhou Hang")
    shorter = replace(
        full.care,
        on=on,
        deliver_on=on,
        prepare_on=date(2026, 10, 14),
        late=True,
        actions=(Action.LETTER, Action.CALL),
        letter=letter(language, on),
        tasks=(task(Action.LETTER, date(2026, 10, 19), is_approval=True),),
    )
    return replace(
        full,
        dedup_key="care.prepared:14",
        care=shorter,
        copies=("li.lei@example.com",),
        steps=(
            step(language, "批准信件", "Approve the letter", date(2026, 10, 19)),
            step(language, "当天致电", "Call on the day", on),
        ),
        left_out=(
            said(language, "选定并订购礼品", "Choose and order the gift"),
            said(language, "送达礼品并登记", "Hand over the gift and record it"),
        ),
        ideas=(),
        preferences=(),
        given=(),
        skips=(
            Skipped(
                place="lead_manager", staff="E02", name=zhou, reason=PassedOver.ABSENT
            ),
        ),
    )


def without_letter(language: str) -> CarePrepared:
    """The wording names what nobody has entered; nothing fits as a gift."""
    full = prepared(language)
    return replace(
        full,
        dedup_key="care.prepared:15",
        care=replace(
            full.care,
            kind="work_anniversary",
            years=None,
            letter=None,
            trouble=trouble(language, "work_anniversary"),
        ),
        title=said(language, "入职周年", "Work anniversary"),
        links=replace(full.links, approve=None, edit=None),
        ideas=(),
        preferences=(),
        given=(),
    )


def event(language: str) -> CarePrepared:
    """A summit of ours: steps of many people, no account, no letter."""
    full, on = prepared(language), date(2026, 12, 18)
    zhou, lei = said(language, "周航", "Zhou Hang"), said(language, "李雷", "Li Lei")
    theme, venue = date(2026, 10, 23), date(2026, 10, 30)
    return replace(
        full,
        dedup_key="care.prepared:16",
        care=replace(
            full.care,
            account="",
            contact="",
            contact_code="",
            kind="summit",
            about=said(language, "同行十年", "Ten years together"),
            on=on,
            deliver_on=on,
            years=None,
            actions=(),
            budget=Decimal(0),
            letter=None,
            tasks=(),
        ),
        account_name="",
        title=said(language, "年度客户峰会", "Yearly summit"),
        addressee="",
        links=replace(full.links, approve=None, edit=None, gift=None, page=None),
        steps=(
            step(language, "确定主题与预算", "Fix theme and budget", theme, zhou),
            step(language, "预订场地", "Book the venue", venue, lei),
            step(
                language, "邀请演讲嘉宾", "Invite the speakers", date(2026, 11, 6), ""
            ),
        ),
        ideas=(),
        preferences=(),
        given=(),
    )


def held(language: str) -> CareHeld:
    """An approved letter that meets two open tickets on its morning."""
    full = prepared(language)
    today = NOW.date()
    return CareHeld(
        **reader(language),
        dedup_key="care.held:12:T-1024, T-1037",
        care=replace(
            full.care,
            on=today,
            deliver_on=today,
            state=CareState.HELD,
            held_because="T-1024, T-1037",
            approved_by="E0104",
            approved_at=at(16, 15),
            letter=letter(language, today),
        ),
        account_name=full.account_name,
        title=full.title,
        addressee=full.addressee,
        links=full.links,
        tickets=(
            HoldingTicket(
                number="T-1024",
                title=said(
                    language,
                    "登录失败，产线看板无法打开",
                    "Login fails on the line board",
                ),
                since=at(16, 15),
            ),
            HoldingTicket(
                number="T-1037",
                title=said(language, "十月批次交货延期", "October batch late"),
                since=at(18, 9),
            ),
        ),
        as_of=NOW,
    )


def not_sendable(language: str) -> CareHeld:
    """An approved letter whose reader has no mail address any more."""
    full = held(language)
    found = Phrase(
        "{contact} of {account} has no mail address; add it to the contacts and import "
        "them, then release the care.",
        contact=person(language),
        account=full.account_name,
    )
    return replace(
        full,
        dedup_key="care.held:12:trouble",
        care=replace(full.care, held_because="trouble", trouble=found),
        tickets=(),
        addressee="",
    )


def overslept(language: str) -> CareHeld:
    """Its day is over, and nobody has approved it."""
    full = held(language)
    on = date(2026, 10, 15)
    return replace(
        full,
        dedup_key="care.held:12:too late",
        care=replace(
            full.care,
            on=on,
            deliver_on=on,
            held_because="too late",
            approved_by=None,
            approved_at=None,
            letter=letter(language, on),
        ),
        tickets=(),
    )


def week(language: str) -> CareWeek:
    """A manager's own occasions, those of the team, and what was missed."""
    fang, zhou = (
        said(language, "王芳", "Wang Fang"),
        said(language, "周航", "Zhou Hang"),
    )
    chenxi = said(language, "苏州晨曦医疗器械", "Suzhou Chenxi Medical")
    cooperation = said(language, "合作周年", "Cooperation anniversary")
    birthday = said(language, "生日", "Birthday")
    launch = said(language, "新品发布", "Product launch")
    approve = said(language, "批准信件", "Approve the letter")
    first = line(language, 12, ON, cooperation, years=3, contact=person(language))
    waits = replace(
        first,
        waits_for=approve,
        waits_until=date(2026, 10, 23),
        links=links(language, 12, ON),
    )
    held_back = replace(
        line(language, 9, date(2026, 10, 20), birthday, owner=zhou),
        state=CareState.HELD,
        links=links(language, 9, date(2026, 10, 20)),
        account_name=chenxi,
        contact=said(language, "刘洋", "Liu Yang"),
    )
    approved = replace(
        line(language, 11, date(2026, 10, 22), birthday),
        state=CareState.APPROVED,
        contact=said(language, "李娜", "Li Na"),
        waits_for=said(language, "当天致贺", "Congratulate on the day"),
        waits_until=date(2026, 10, 22),
    )
    overdue = replace(
        waits,
        number="C-10",
        owner=zhou,
        account_name=chenxi,
        contact="",
        on=date(2026, 10, 21),
        years=None,
        title=said(language, "企业周年庆", "Founding day"),
        waits_until=date(2026, 10, 16),
        late=True,
    )
    ahead = replace(
        line(language, 0, date(2026, 11, 12), launch, owner=zhou),
        number="",
        about=said(language, "影像仪二代", "Imaging II"),
        state=None,
        account_name=chenxi,
    )
    gone = line(language, 7, date(2026, 10, 14), birthday, owner=zhou)
    return CareWeek(
        **reader(language),
        dedup_key="care.week:2026-W43:E0104",
        first=NOW.date(),
        last=date(2026, 11, 18),
        coming=((fang, (approved, waits)), (zhou, (held_back, overdue, ahead))),
        missed=(
            replace(gone, state=CareState.SKIPPED, skip=Skip.TOO_LATE),
            replace(gone, number="C-8", state=CareState.DROPPED, account_name=chenxi),
            replace(gone, number="C-6", state=CareState.DONE, late=True),
        ),
        as_of=NOW,
    )


def quiet_week(language: str) -> CareWeek:
    """Nothing comes, and only one thing went wrong."""
    full = week(language)
    return replace(full, coming=(), missed=full.missed[:1])


def care(language: str) -> Care:
    return Care(
        id=12,
        occasion=31,
        edition=2026,
        account="HAILAN",
        contact=person(language),
        contact_code="C-HAILAN-01",
        kind="cooperation_anniversary",
        about="",
        on=ON,
        years=3,
        prepare_on=date(2026, 10, 19),
        deliver_on=ON,
        state=CareState.PREPARED,
        late=False,
        actions=(Action.LETTER, Action.GIFT, Action.CALL),
        budget=Decimal(800),
        approval=True,
        owner="E0104",
        prepared_at=NOW,
        letter=letter(language, ON),
        tasks=(
            task(Action.LETTER, date(2026, 10, 21)),
            task(Action.LETTER, date(2026, 10, 23), is_approval=True),
        ),
    )


def trouble(language: str, kind: str) -> Phrase:
    return Phrase(
        "The letter {letter} to {contact} of {account} names '{field}', which is not on "
        "record; add it, or correct the wording in templates/care/letters.",
        letter=f"{kind}.together.{language}",
        contact=person(language),
        account=account(language),
        field="since",
    )


def letter(language: str, on: date) -> Letter:
    facts = letter_facts("cooperation_anniversary", language)
    since = on.replace(year=on.year - 3)
    return draft(replace(facts, on=on, dated=on, since=since), "together", language)


def task(action: Action, due_on: date, *, is_approval: bool = False) -> Task:
    return Task(
        code="letter_approval" if is_approval else "letter_draft",
        action=action,
        due_on=due_on,
        role=TeamRole.LEAD_MANAGER,
        owner="E0104",
        is_approval=is_approval,
    )


def step(
    language: str, chinese: str, english: str, due_on: date, who: str | None = None
) -> StepLine:
    name = said(language, "王芳", "Wang Fang") if who is None else who
    return StepLine(title=said(language, chinese, english), due_on=due_on, who=name)


def idea(language: str, title: tuple[str, str], value: int, *tags: str) -> GiftIdea:
    return GiftIdea(
        code=title[1].casefold(),
        title=said(language, *title),
        value=Decimal(value),
        tags=(said(language, *tags),),
    )


def gift(language: str, item: tuple[str, str], value: int, year: int) -> Gift:
    return Gift(
        account="HAILAN",
        account_name=account(language),
        recipient="C-HAILAN-01",
        recipient_name=person(language),
        item=said(language, *item),
        value=Decimal(value),
        on=ON.replace(year=year),
        by="E0104",
        recorded_at=NOW,
    )


def line(
    language: str,
    number: int,
    on: date,
    title: str,
    *,
    years: int | None = None,
    contact: str = "",
    owner: str = "",
) -> CareLine:
    return CareLine(
        number=f"C-{number}",
        account_name=account(language),
        contact=contact,
        title=title,
        on=on,
        years=years,
        owner=owner or said(language, "王芳", "Wang Fang"),
        state=CareState.PREPARED,
    )


def links(language: str, number: int, on: date) -> CareLinks:
    shown = f"C-{number} · {on} {account(language)} {person(language)}"

    def to(**more: str) -> str | None:
        return form_link(UI, FORM, {"care": shown, "by": "E0104"} | more)

    return CareLinks(
        edit=to(),
        approve=to(),
        hold=to(),
        release=to(),
        drop=to(),
        done=to(),
        gift=to(account="HAILAN"),
        page=form_link(UI, FORM, {"account": "HAILAN"}),
    )


def account(language: str) -> str:
    return said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments")


def person(language: str) -> str:
    return said(language, "张伟", "Zhang Wei")


CARE_MAIL_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "care/prepared": prepared,
    "care/prepared.late": late,
    "care/prepared.no_letter": without_letter,
    "care/prepared.event": event,
    "care/held": held,
    "care/held.no_letter": not_sendable,
    "care/held.too_late": overslept,
    "care/week": week,
    "care/week.quiet": quiet_week,
}
