"""Made-up visits, one with everything a brief can show and one with nothing on record."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time
from fractions import Fraction

from kam_flows.domain.account_file import Transaction, TransactionKind
from kam_flows.domain.account_pages import Promised
from kam_flows.domain.accounts import Contact, Tier
from kam_flows.domain.invitations import Attendee, Entry, Method
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skip, Skipped, TicketFacts
from kam_flows.domain.survey import Answer, Dimension, missing
from kam_flows.domain.tickets import Priority, TicketState
from kam_flows.domain.touchpoints import (
    Outcome,
    Reason,
    Signal,
    SignalKind,
    TouchpointKind,
    Why,
)
from kam_flows.domain.visit_briefs import (
    Brief,
    NearDate,
    NearDateKind,
    Past,
    Served,
    Trend,
)
from kam_flows.domain.visit_mails import VisitBrief, VisitInvitation, VisitLinks
from kam_flows.rendering.account_samples import CODE, account_page
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said

ON = date(2026, 10, 21)


def visit_brief(language: str) -> VisitBrief:
    """A monthly visit that serves a review too; much is open."""
    return VisitBrief(
        **reader(language),
        dedup_key="visits.brief:412:0",
        brief=brief(language),
        skips=(),
        ahead="2bd",
        policy=said(language, "推荐服务标准", "Recommended service standard"),
        links=links(language, "V-412"),
        as_of=NOW,
    )


def empty_brief(language: str) -> VisitBrief:
    """The first call at an account of which nothing is known, by the deputy."""
    lei = said(language, "李雷", "Li Lei")
    full = visit_brief(language)
    return replace(
        full,
        copies=("li.lei@example.com",),
        dedup_key="visits.brief:415:1",
        skips=(Skipped(place="owner", staff="E02", name=lei, reason=Skip.ABSENT),),
        brief=Brief(
            number="V-415",
            kind=TouchpointKind.CALL,
            title="",
            account="YUNFAN",
            account_name=said(language, "杭州云帆网络科技", "Hangzhou Yunfan Networks"),
            tier=Tier.NEW,
            industry="",
            city="",
            signed_on=None,
            on=ON,
            starts=time(14),
            minutes=20,
            zone="America/New_York",
            owner=lei,
            participants=(),
            with_customer=False,
            again=True,
            served=(),
            contacts=(),
            ways=(),
            red_lines=None,
            needs=(),
            past=(),
            tickets=(),
            promises=(),
            contracts=(),
            trends=(),
            gaps=(),
            dates=(),
            signals=(),
            as_of=NOW,
        ),
        links=VisitLinks(),
    )


def invitation(language: str) -> VisitInvitation:
    """A workshop that the customer takes part in, moved to another day."""

    def person(chinese: str, english: str, address: str, *, ours: bool) -> Attendee:
        name = said(language, chinese, english)
        return Attendee(name=name, address=f"{address}@example.com", is_ours=ours)

    return VisitInvitation(
        **reader(language),
        dedup_key="visits.invitation:421:1",
        copies=("zhou.hang@example.com",),
        entry=Entry(
            id=421,
            sequence=1,
            kind=TouchpointKind.WORKSHOP,
            title=said(language, "需求诊断工作坊", "Needs-diagnosis workshop"),
            account_name=account_page(language).name,
            city=said(language, "苏州", "Suzhou"),
            on=date(2026, 10, 28),
            starts=time(14),
            minutes=180,
            zone="Asia/Shanghai",
            attendees=(
                person("王芳", "Wang Fang", "wang.fang", ours=True),
                person("周航", "Zhou Hang", "zhou.hang", ours=True),
                person("林雪", "Lin Xue", "lin.xue", ours=False),
            ),
        ),
        method=Method.REQUEST,
        reason=Reason(
            why=Why.BY_HAND, note=said(language, "客户盘点", "They take stock")
        ),
        left_out=False,
        links=links(language, "V-421"),
        as_of=NOW,
    )


def cancelled(language: str) -> VisitInvitation:
    """The same, merged into a visit on that day."""
    moved = invitation(language)
    return replace(
        moved,
        dedup_key="visits.invitation:421:2",
        method=Method.CANCEL,
        reason=Reason(why=Why.MERGED),
        links=VisitLinks(),
    )


def brief(language: str) -> Brief:
    def words(chinese: str, english: str) -> str:
        return said(language, chinese, english)

    page = account_page(language)
    known = {answer.dimension: answer for answer in page.answers}
    ways = {
        Dimension.COMMUNICATION: words(
            "只接电话，不回邮件；上午开会，下午三点以后联系。",
            "By phone, never by mail; in meetings all morning, call after three.",
        ),
        Dimension.DECISION_CHAIN: known[Dimension.DECISION_CHAIN].text,
    }
    answers = {
        dimension: Answer(dimension=dimension, text=text, at=at(9, 10), by="E0211")
        for dimension, text in ways.items()
    }
    zhao = words("赵敏", "Zhao Min")
    soon = replace(
        page.promises[0].entry,
        id=14,
        text=words("十月批次的检验报告", "Test report of October's batch"),
        due_on=date(2026, 10, 30),
    )
    return Brief(
        number="V-412",
        kind=TouchpointKind.VISIT,
        title=words("月度拜访", "Monthly visit"),
        account=CODE,
        account_name=page.name,
        tier=page.tier,
        industry=page.industry,
        city=page.city,
        signed_on=date(2023, 11, 8),
        on=ON,
        starts=time(10),
        minutes=150,
        zone="Asia/Shanghai",
        owner=words("王芳", "Wang Fang"),
        participants=(words("周航", "Zhou Hang"), zhao),
        with_customer=True,
        again=False,
        served=(
            Served(
                number="V-409",
                kind=TouchpointKind.REVIEW,
                title=words("季度评审", "Quarterly review"),
            ),
        ),
        contacts=(
            *page.contacts,
            Contact(
                code="C033",
                account=CODE,
                name=words("欧阳震华", "Alexandra Papadopoulos-Featherstone"),
                title=words("质量与法规事务总监", "Director, quality and regulation"),
            ),
        ),
        ways=tuple(answers.values()),
        red_lines=known[Dimension.RED_LINES],
        needs=page.needs,
        past=pasts(language),
        tickets=(
            TicketFacts(
                number="T-1037",
                title=words(
                    "十月批次交货延期，要求书面说明",
                    "October batch late, wants a reason",
                ),
                account=CODE,
                account_name=page.name,
                tier=page.tier,
                scene=words("售中", "In-sales"),
                priority=Priority.HIGH,
                state=TicketState.IN_PROGRESS,
                owner=zhao,
                opened_at=at(16, 15),
                resolve_by=at(18, 15),
            ),
            TicketFacts(
                number="T-1043",
                title=words("发票抬头更正", "Wrong name on an invoice"),
                account=CODE,
                account_name=page.name,
                tier=page.tier,
                scene=words("售后", "After-sales"),
                priority=Priority.NORMAL,
                state=TicketState.PENDING,
                owner="",
                opened_at=at(19, 8),
                respond_by=at(19, 11),
                resolve_by=at(20, 12),
            ),
        ),
        promises=(
            *page.promises,
            Promised(entry=soon, owner=words("王芳", "Wang Fang"), is_late=False),
        ),
        contracts=(
            Transaction(
                account=CODE,
                reference="HT-2023-018",
                kind=TransactionKind.CONTRACT,
                on=date(2023, 11, 8),
                amount=Fraction(3_600_000),
                ends_on=date(2026, 12, 31),
            ),
        ),
        trends=(
            Trend(currency="CNY", now=Fraction(1_730_000), before=Fraction(2_650_000)),
        ),
        gaps=missing({**known, **answers}, Dimension),
        dates=(
            NearDate(kind=NearDateKind.ANNIVERSARY, on=date(2026, 11, 8), years=3),
            NearDate(
                kind=NearDateKind.BIRTHDAY,
                on=date(2026, 11, 12),
                name=words("林雪", "Lin Xue"),
            ),
        ),
        signals=(
            Signal(
                account=CODE,
                kind=SignalKind.COMPETITOR,
                text=words("展会上与友商洽谈", "Talked to a competitor at the fair"),
                at=at(12, 9),
                by=zhao,
            ),
        ),
        as_of=NOW,
    )


def pasts(language: str) -> tuple[Past, ...]:
    def words(chinese: str, english: str) -> str:
        return said(language, chinese, english)

    monthly, fang = words("月度拜访", "Monthly visit"), words("王芳", "Wang Fang")
    september, august = date(2026, 9, 15), date(2026, 8, 17)
    return (
        Past(
            number="V-371",
            kind=TouchpointKind.VISIT,
            title=monthly,
            on=september,
            owner=fang,
            outcome=Outcome(
                touchpoint=371,
                on=september,
                present=words("顾平、王芳", "Gu Ping, Wang Fang"),
                learned=words(
                    "新产线十一月投产，担心交期；对九月的两次延误不满。",
                    "A new line starts in November; two delays in September annoyed them.",
                ),
                satisfaction=3,
                next_step=words(
                    "带技术同事看新产线", "Bring a technician to see the new line"
                ),
                recorded_at=at(1, 9),
                recorded_by="E0104",
            ),
        ),
        Past(
            number="V-340",
            kind=TouchpointKind.VISIT,
            title=monthly,
            on=august,
            owner=fang,
            outcome=Outcome(
                touchpoint=340,
                on=august,
                present=words("顾平", "Gu Ping"),
                learned=words("验收标准已谈妥。", "Acceptance tests are agreed."),
                satisfaction=4,
                recorded_at=at(1, 9),
                recorded_by="E0104",
            ),
        ),
        Past(
            number="V-318",
            kind=TouchpointKind.CALL,
            title="",
            on=date(2026, 7, 15),
            owner=words("赵敏", "Zhao Min"),
            outcome=None,
        ),
    )


def links(language: str, number: str) -> VisitLinks:
    by = f"E0104 · {said(language, '王芳', 'Wang Fang')}"
    filled = {"touchpoint": f"{number} · {ON}", "by": by}
    return VisitLinks(
        record=form_link(UI, FORM, filled),
        reschedule=form_link(UI, FORM, filled),
        page=form_link(UI, FORM, {"account": CODE}),
    )


VISIT_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "visits/brief": visit_brief,
    "visits/brief.empty": empty_brief,
    "visits/invitation": invitation,
    "visits/invitation.cancelled": cancelled,
}
