"""A mail of every kind with made-up people and accounts, to look at and to test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from kam_flows.domain.accounts import Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.findings import Check, Finding, PortfolioFindings
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import (
    Cause,
    ClimbedRung,
    Links,
    NextRung,
    OvernightTicket,
    RungsClimbed,
    Skip,
    Skipped,
    TicketFacts,
    TicketYours,
)
from kam_flows.domain.policy import Anchor, Until
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import Priority, TicketState
from kam_flows.rendering.account_samples import account_brief
from kam_flows.rendering.agreement_samples import AGREEMENT_SAMPLES
from kam_flows.rendering.care_mail_samples import CARE_MAIL_SAMPLES
from kam_flows.rendering.care_samples import CARE_SAMPLES
from kam_flows.rendering.door_samples import DOOR_SAMPLES
from kam_flows.rendering.event_samples import EVENT_SAMPLES
from kam_flows.rendering.follow_up_samples import FOLLOW_UP_SAMPLES
from kam_flows.rendering.handover_samples import HANDOVER_SAMPLES
from kam_flows.rendering.house_samples import HOUSE_SAMPLES
from kam_flows.rendering.onboarding_samples import ONBOARDING_SAMPLES
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said
from kam_flows.rendering.visit_report_samples import REPORT_SAMPLES
from kam_flows.rendering.visit_samples import VISIT_SAMPLES
from kam_flows.rendering.visit_week_samples import WEEK_SAMPLES


def templates() -> list[str]:
    """Names that can be previewed; what follows a dot is another sample of the same."""
    return sorted(SAMPLES)


def sample(template: str, language: str) -> Mail:
    """The sample of that name, its texts in the reader's language."""
    if template not in SAMPLES:
        raise UserError(
            f"There is no mail '{template}'; type one of {', '.join(templates())}."
        )
    return SAMPLES[template](language)


def digest(language: str) -> RungsClimbed:
    """Three tickets on different rungs, one of them passed on twice, one overnight."""
    login = climbed(language)
    delivery = ClimbedRung(
        ticket=facts(
            language,
            number="T-1037",
            title=(
                "十月批次交货延期，要求书面说明",
                "October batch late, wants a reason",
            ),
            account=("CHENXI", "苏州晨曦医疗器械", "Suzhou Chenxi Medical"),
            tier=Tier.CORE,
            priority=Priority.HIGH,
            scene=("售中", "In-sales"),
            owner="",
            state=TicketState.PENDING,
            opened_at=at(16, 15),
            respond_by=at(16, 16),
            resolve_by=at(20, 15),
        ),
        episode=1,
        rung=1,
        until=Until.TAKEN_UP,
        anchor=Anchor.OPENED,
        after="24h",
        anchored_at=at(16, 15),
        since=at(16, 15),
        due_at=at(17, 15),
        late=timedelta(hours=42),
        calendar="",
        tell=Tell.SUPERVISOR,
        skips=(),
        following=NextRung(at(19, 15), Tell.DEPARTMENT_HEAD, Until.RESOLVED),
        links=links("T-1037"),
    )
    invoice = ClimbedRung(
        ticket=facts(
            language,
            number="T-1043",
            title=("发票抬头更正", "Wrong name on an invoice"),
            account=("YUNFAN", "杭州云帆网络科技", "Hangzhou Yunfan Networks"),
            tier=Tier.POTENTIAL,
            priority=Priority.NORMAL,
            scene=("售后", "After-sales"),
            owner=said(language, "周婷", "Zhou Ting"),
            state=TicketState.IN_PROGRESS,
            opened_at=at(16, 10),
            resolve_by=at(19, 12),
            responded=True,
        ),
        episode=1,
        rung=1,
        until=Until.RESOLVED,
        anchor=Anchor.RESOLVE_BY,
        after="75%",
        anchored_at=at(19, 12),
        since=at(16, 10),
        due_at=at(19, 9),
        late=timedelta(),
        calendar=said(language, "办公时间", "office hours"),
        tell=Tell.SUPERVISOR,
        skips=(),
        following=NextRung(at(19, 12), Tell.DEPARTMENT_HEAD, Until.RESOLVED),
        links=links("T-1043"),
    )
    return RungsClimbed(
        **reader(language),
        dedup_key="sample:rungs_climbed",
        rungs=(invoice, delivery, login),
        overnight=(slept_through(language),),
        more=0,
        as_of=NOW,
        policy=said(language, "关系维护与服务质量方案", "Retention"),
        board=f"{UI}/artifacts/key/ladder-board",
    )


def overnight(language: str) -> RungsClimbed:
    """The quiet note of a morning on which nothing is left to do."""
    return RungsClimbed(
        **reader(language),
        dedup_key="sample:overnight",
        rungs=(),
        overnight=(slept_through(language),),
        more=0,
        as_of=NOW,
        policy=said(language, "关系维护与服务质量方案", "Retention"),
        board=f"{UI}/artifacts/key/ladder-board",
    )


def yours(language: str) -> TicketYours:
    """A ticket that a colleague handed over, with a note."""
    return TicketYours(
        **reader(language),
        dedup_key="sample:ticket_yours",
        ticket=facts(
            language,
            respond_by=at(19, 11),
            resolve_by=at(20, 9),
            respond_in="2bh",
            resolve_in="24h",
            calendar=said(language, "办公时间", "office hours"),
            opened_at=at(19, 9),
            state=TicketState.PENDING,
            owner=said(language, "王芳", "Wang Fang"),
        ),
        cause=Cause.ASSIGNED,
        by=said(language, "陈静", "Chen Jing"),
        note=said(
            language,
            "客户今天下午要给董事会演示，请先电话联系刘总。",
            "They present to their board this afternoon; please call Mr Liu first.",
        ),
        as_of=NOW,
        policy=said(language, "企业大客户方案", "Enterprise"),
        links=links("T-1024"),
    )


def theirs(language: str) -> TicketYours:
    """The same to the deputy: its owner is away."""
    mail, owner = yours(language), said(language, "李雷", "Li Lei")
    away = Skipped(place="owner", staff="E03", name=owner, reason=Skip.ABSENT)
    return replace(mail, ticket=replace(mail.ticket, owner=owner), skips=(away,))


def findings(language: str) -> PortfolioFindings:
    """One finding of every kind, two of one."""
    chen, lei = said(language, "陈静", "Chen Jing"), said(language, "李雷", "Li Lei")
    calendar = said(language, "办公时间", "office hours")
    hailan = said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments")
    yunfan = said(language, "杭州云帆网络科技", "Hangzhou Yunfan Networks")
    found = (
        (Check.LADDER_ENDS_NOWHERE, "HAILAN", hailan, "E0102, E0107"),
        (Check.NO_ADDRESS, "E0102", chen, "chen.jing@"),
        (Check.DEPUTY_CYCLE, "E0102", chen, f"{chen} → {lei} → {chen}"),
        (Check.SUPERVISOR_CYCLE, "E0107", lei, f"{lei} → {chen} → {lei}"),
        (Check.NO_LEAD_MANAGER, "YUNFAN", yunfan, ""),
        (Check.MISSING_TEAM_ROLE, "HAILAN", hailan, "technical, after_sales"),
        (Check.MISSING_TEAM_ROLE, "YUNFAN", yunfan, "delivery"),
        (Check.LEFT_BUT_NAMED, "HAILAN", hailan, "E0107"),
        (Check.UNKNOWN_PERSON, "YUNFAN", yunfan, "E0199"),
        (Check.TIER_NOT_IN_POLICY, "HAILAN", hailan, "growth"),
        (Check.CALENDAR_NOT_IN_POLICY, "YUNFAN", yunfan, "newyork"),
        (Check.PROVISIONAL_CALENDAR, "office", calendar, "2027"),
    )
    return PortfolioFindings(
        **reader(language),
        dedup_key="sample:findings",
        findings=tuple(
            Finding(
                check=check,
                subject=subject,
                name=name,
                detail=detail,
                people=((detail, lei),) if check is Check.LEFT_BUT_NAMED else (),
            )
            for check, subject, name, detail in found
        ),
        as_of=NOW,
        link=form_link(UI, FORM, {"by": "E0101"}),
    )


SAMPLES: dict[str, Callable[[str], Mail]] = {
    "escalation/rungs_climbed": digest,
    "escalation/rungs_climbed.overnight": overnight,
    "escalation/ticket_yours": yours,
    "escalation/ticket_yours.deputy": theirs,
    "portfolio/findings": findings,
    **HANDOVER_SAMPLES,
    **ONBOARDING_SAMPLES,
    "onboarding/account_brief": account_brief,
    **AGREEMENT_SAMPLES,
    **VISIT_SAMPLES,
    **WEEK_SAMPLES,
    **REPORT_SAMPLES,
    **FOLLOW_UP_SAMPLES,
    **CARE_SAMPLES,
    **CARE_MAIL_SAMPLES,
    **EVENT_SAMPLES,
    **HOUSE_SAMPLES,
    **DOOR_SAMPLES,
}


def climbed(language: str) -> ClimbedRung:
    """A strategic account's ticket that two people could not be told about."""
    zhou, lei = said(language, "周航", "Zhou Hang"), said(language, "李雷", "Li Lei")
    return ClimbedRung(
        ticket=facts(language),
        episode=1,
        rung=2,
        until=Until.RESOLVED,
        anchor=Anchor.OPENED,
        after="48h",
        anchored_at=at(16, 15),
        since=at(16, 15),
        due_at=at(18, 18),
        late=timedelta(hours=15),
        calendar="",
        paused=timedelta(hours=3),
        tell=Tell.LEAD_MANAGER,
        skips=(
            Skipped(place="lead_manager", staff="E02", name=zhou, reason=Skip.ABSENT),
            Skipped(
                place="deputy of lead_manager",
                staff="E03",
                name=lei,
                reason=Skip.ABSENT,
            ),
        ),
        links=links("T-1024"),
    )


def slept_through(language: str) -> OvernightTicket:
    return OvernightTicket(
        ticket=facts(
            language,
            number="T-1041",
            title=("报表导出超时", "Report export times out"),
            account=("LVYE", "成都绿野食品", "Chengdu Lvye Foods"),
            tier=Tier.CORE,
            state=TicketState.RESOLVED,
            responded=True,
        ),
        due_at=at(18, 23),
        stopped_at=at(19, 2),
    )


def facts(
    language: str,
    *,
    number: str = "T-1024",
    title: tuple[str, str] = (
        "登录失败，产线看板无法打开",
        "Login fails on the line board",
    ),
    account: tuple[str, str, str] = (
        "HAILAN",
        "上海海岚精密仪器",
        "Shanghai Hailan Instruments",
    ),
    tier: Tier = Tier.STRATEGIC,
    scene: tuple[str, str] = ("售后故障", "After-sales fault"),
    priority: Priority = Priority.URGENT,
    state: TicketState = TicketState.IN_PROGRESS,
    owner: str | None = None,
    opened_at: datetime | None = None,
    respond_by: datetime | None = None,
    resolve_by: datetime | None = None,
    respond_in: str = "",
    resolve_in: str = "",
    responded: bool = False,
    calendar: str = "",
) -> TicketFacts:
    """A ticket; texts as (Chinese, English), the account as (code, Chinese, English)."""
    return TicketFacts(
        number=number,
        title=said(language, *title),
        account=account[0],
        account_name=said(language, *account[1:]),
        tier=tier,
        scene=said(language, *scene),
        priority=priority,
        state=state,
        owner=said(language, "赵敏", "Zhao Min") if owner is None else owner,
        opened_at=opened_at or at(16, 15),
        respond_by=respond_by,
        resolve_by=resolve_by or at(18, 15),
        respond_in=respond_in,
        resolve_in=resolve_in,
        responded=responded or respond_by is None,
        calendar=calendar,
    )


def links(number: str) -> Links:
    def to(action: str) -> str | None:
        return form_link(UI, FORM, {"ticket": number, "action": action, "by": "E0104"})

    return Links(
        take_up=to("take_up"),
        resolve=to("resolve"),
        assign=to("assign"),
        history=form_link(UI, FORM, {"ticket": number}),
    )
