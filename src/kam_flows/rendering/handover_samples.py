"""Mails of a handover: an account with red lines, a late promise and a late ticket."""

from collections.abc import Callable
from datetime import date, timedelta

from kam_flows.domain.accounts import Tier
from kam_flows.domain.handover_mails import (
    AccountsToHandOver,
    BriefItem,
    HandoverAccepted,
    HandoverBrief,
    HandoversLate,
    LateHandover,
    LeftAccount,
    Passed,
    Reading,
)
from kam_flows.domain.handovers import (
    Detail,
    HandoverItem,
    HandoverKind,
    NextDate,
)
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import TicketState
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said


def brief(language: str) -> HandoverBrief:
    """As the successor reads it."""
    return _brief(language, Reading.SUCCESSOR)


def brief_for_supervisor(language: str) -> HandoverBrief:
    return _brief(language, Reading.SUPERVISOR)


def _brief(language: str, reading: Reading) -> HandoverBrief:
    mine = reading is Reading.SUCCESSOR
    hers, his = said(language, "陈静", "Chen Jing"), said(language, "王芳", "Wang Fang")
    return HandoverBrief(
        **reader(language),
        dedup_key=f"sample:handover_brief:{reading}",
        reading=reading,
        number="H-3",
        account_name=_account(language),
        tier=Tier.STRATEGIC,
        leaving=hers,
        successor=his,
        by=hers,
        passed=Passed(
            roles=(TeamRole.LEAD_MANAGER, TeamRole.SUPPORT),
            tickets=("T-1024", "T-1037"),
            promises=1,
            handovers=(),
            mails=0,
        ),
        recording="REC-2026-1019-07",
        note=said(
            language,
            "刘总周三下午最容易接电话。",
            "Mr Liu is best reached on Wednesday afternoons.",
        ),
        accept_by=at(21, 9),
        accept_within="2bd",
        calendar=said(language, "办公时间", "office hours"),
        provisional=False,
        items=tuple(
            BriefItem(item=item, link=_link(items=str(item.place)) if mine else None)
            for item in items(language)
        ),
        more=0,
        accept_all=_link() if mine else None,
        account_page=form_link(UI, FORM, {"account": "HAILAN"}),
        policy=said(language, "企业级大客户服务方案", "Enterprise key-account scheme"),
        as_of=NOW,
    )


def late(language: str) -> HandoversLate:
    """Two handovers, one of them passed on as the supervisor is away."""
    zhou = said(language, "周航", "Zhou Hang")
    first = LateHandover(
        number="H-3",
        account_name=_account(language),
        leaving=said(language, "陈静", "Chen Jing"),
        successor=said(language, "李雷", "Li Lei"),
        accept_by=at(16, 18),
        times=1,
        at_most=5,
        open_items=items(language)[:4],
        of=13,
        tell=Tell.SUPERVISOR,
        skips=(
            Skipped(place="supervisor", staff="E02", name=zhou, reason=Skip.ABSENT),
        ),
        next_at=at(20, 9),
        accept=_link(),
        hand_over=form_link(UI, FORM, {"account": "HAILAN", "leaving": "E0107"}),
    )
    second = LateHandover(
        number="H-2",
        account_name=said(language, "成都绿野食品", "Chengdu Lvye Foods"),
        leaving=said(language, "陈静", "Chen Jing"),
        successor=said(language, "赵敏", "Zhao Min"),
        accept_by=at(12, 18),
        times=5,
        at_most=5,
        open_items=items(language)[2:],
        of=13,
        tell=Tell.DEPARTMENT_HEAD,
        skips=(),
        next_at=None,
        accept=_link(),
        hand_over=None,
    )
    return HandoversLate(
        **reader(language),
        dedup_key="sample:handovers_late",
        late=(first, second),
        more=0,
        policy=said(language, "企业级大客户服务方案", "Enterprise key-account scheme"),
        as_of=NOW,
    )


def accepted(language: str) -> HandoverAccepted:
    return HandoverAccepted(
        **reader(language),
        dedup_key="sample:handover_accepted",
        number="H-3",
        account_name=_account(language),
        leaving=said(language, "陈静", "Chen Jing"),
        successor=said(language, "李雷", "Li Lei"),
        by=said(language, "李雷", "Li Lei"),
        started_at=at(15, 14),
        accept_by=at(19, 14),
        count=13,
        note=said(language, "已与刘总通过电话。", "I have spoken to Mr Liu."),
        account_page=form_link(UI, FORM, {"account": "HAILAN"}),
        as_of=NOW,
    )


def left(language: str) -> AccountsToHandOver:
    lvye = said(language, "成都绿野食品", "Chengdu Lvye Foods")
    return AccountsToHandOver(
        **reader(language),
        dedup_key="sample:accounts_to_hand_over",
        code="E0102",
        left=said(language, "陈静", "Chen Jing"),
        by=said(language, "马琳", "Ma Lin"),
        accounts=(
            LeftAccount(
                code="HAILAN",
                account_name=_account(language),
                roles=(TeamRole.LEAD_MANAGER, TeamRole.SUPPORT),
                tickets=2,
                promises=1,
                handovers=(),
                is_under_way=False,
                link=form_link(UI, FORM, {"account": "HAILAN", "leaving": "E0102"}),
            ),
            LeftAccount(
                code="LVYE",
                account_name=lvye,
                roles=(TeamRole.TECHNICAL,),
                tickets=0,
                promises=0,
                handovers=("H-2",),
                is_under_way=True,
                link=form_link(UI, FORM, {"account": "LVYE", "leaving": "E0102"}),
            ),
        ),
        more=0,
        skips=(),
        as_of=NOW,
    )


HANDOVER_SAMPLES: dict[str, Callable[[str], Mail]] = {
    "onboarding/handover_brief": brief,
    "onboarding/handover_brief.supervisor": brief_for_supervisor,
    "onboarding/handovers_late": late,
    "onboarding/handover_accepted": accepted,
    "onboarding/accounts_to_hand_over": left,
}


def items(language: str) -> tuple[HandoverItem, ...]:
    """At least one item of every kind."""
    wang, chen = (
        said(language, "王芳", "Wang Fang"),
        said(language, "陈静", "Chen Jing"),
    )
    by = (Detail.RECORDED_BY, chen)
    drawn: tuple[
        tuple[HandoverKind, tuple[str, str], tuple[tuple[Detail, str], ...]], ...
    ]
    drawn = (
        (
            HandoverKind.RED_LINE,
            (
                "交货零容忍延迟；不得直接联系其终端客户。",
                "Zero tolerance for late delivery; never contact their customers directly.",
            ),
            (_dimension(Dimension.RED_LINES), _on(2), by),
        ),
        (
            HandoverKind.PROMISE,
            (
                "补寄两套备用传感器，运费由我方承担。",
                "Send two spare sensors, freight at our cost.",
            ),
            ((Detail.DUE_ON, "2026-10-16"), (Detail.OWNER, wang), _on(8)),
        ),
        (
            HandoverKind.PROMISE,
            ("第四季度培训安排两天。", "Two days of training in the fourth quarter."),
            ((Detail.DUE_ON, "2026-11-20"), (Detail.OWNER, chen), _on(9)),
        ),
        (
            HandoverKind.NEED,
            (
                "产线夜间停机，值班电话必须 3 分钟内有人接。",
                "Lines stop at night: the duty phone must be answered within 3 minutes.",
            ),
            (
                _dimension(Dimension.PAIN_POINTS),
                _on(2),
                by,
                (Detail.SOURCE, said(language, "需求调研.xlsx", "survey.xlsx")),
            ),
        ),
        (
            HandoverKind.NEED,
            (
                "采购部初审，刘总终审；预算每年 11 月定稿。",
                "Purchasing screens, Mr Liu decides; budgets are closed in November.",
            ),
            (_dimension(Dimension.DECISION_CHAIN), _on(2), by),
        ),
        (
            HandoverKind.NEED,
            (
                "发票须写明采购订单号。",
                "Invoices must carry the purchase order number.",
            ),
            (_on(6), by),
        ),
        (
            HandoverKind.CONTACT,
            ("刘建国", "Liu Jianguo"),
            (
                (Detail.DECISION_MAKER, "True"),
                (Detail.JOB_TITLE, said(language, "生产副总", "VP Production")),
                (Detail.EMAIL, "liu.jianguo@example.com"),
                (Detail.PHONE, "021-5550 1024"),
            ),
        ),
        (
            HandoverKind.CONTACT,
            ("孙悦", "Sun Yue"),
            (
                (Detail.JOB_TITLE, said(language, "采购经理", "Purchasing manager")),
                (Detail.EMAIL, "sun.yue@example.com"),
            ),
        ),
        (
            HandoverKind.TOUCHPOINT,
            (
                "上门回访：对看板改版满意，希望增加班次对比。",
                "Visit: happy with the new board, would like to compare shifts.",
            ),
            (_on(13), by),
        ),
        (
            HandoverKind.TICKET,
            ("登录失败，产线看板无法打开", "Login fails on the line board"),
            (
                (Detail.NUMBER, "T-1024"),
                (Detail.STATE, TicketState.IN_PROGRESS.value),
                (Detail.OWNER, wang),
                (Detail.RESOLVE_BY, at(18, 15).isoformat()),
            ),
        ),
        (
            HandoverKind.AGREEMENT,
            ("", ""),
            (
                (Detail.VERSION, "2"),
                (Detail.SIGNED_ON, "2026-03-12"),
                (Detail.SIGNED_BY, said(language, "刘建国", "Liu Jianguo")),
                (Detail.LATE_RESPONSES, "1"),
                (Detail.LATE_SOLUTIONS, "2"),
            ),
        ),
        (
            HandoverKind.DATE,
            ("刘建国", "Liu Jianguo"),
            (
                (Detail.OCCASION, NextDate.BIRTHDAY.value),
                (Detail.FALLS_ON, "2026-11-03"),
            ),
        ),
        (
            HandoverKind.DATE,
            ("看板年度服务合同 C-2026-11", "Yearly service contract C-2026-11"),
            (
                (Detail.OCCASION, NextDate.CONTRACT_END.value),
                (
                    Detail.FALLS_ON,
                    (date(2026, 10, 19) + timedelta(days=73)).isoformat(),
                ),
            ),
        ),
    )
    return tuple(
        HandoverItem(
            place=place, kind=kind, text=said(language, *text), details=details
        )
        for place, (kind, text, details) in enumerate(drawn, 1)
    )


def _account(language: str) -> str:
    return said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments")


def _dimension(dimension: Dimension) -> tuple[Detail, str]:
    return Detail.DIMENSION, dimension.value


def _on(day: int) -> tuple[Detail, str]:
    return Detail.SAID_ON, at(day, 10).isoformat()


def _link(items: str = "") -> str | None:
    filled = {"handover": "H-3 · HAILAN", "by": "E0104"}
    return form_link(UI, FORM, filled | ({"items": items} if items else {}))
