"""A made-up account with everything a page can show."""

from datetime import date
from fractions import Fraction

from kam_flows.domain.account_file import (
    EntryKind,
    FileEntry,
    Transaction,
    TransactionKind,
)
from kam_flows.domain.account_pages import (
    AccountBrief,
    AccountPage,
    Colleague,
    OnboardingNow,
    Promised,
    SlaRecord,
    in_reading_order,
    turnover,
)
from kam_flows.domain.accounts import Contact, Tier
from kam_flows.domain.agreements import Agreement, Signature
from kam_flows.domain.links import form_link
from kam_flows.domain.onboarding import Progress
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Target
from kam_flows.domain.survey import Answer, Dimension, missing
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said

CODE = "CHENXI"


def account_brief(language: str) -> AccountBrief:
    page = account_page(language)
    return AccountBrief(
        **reader(language),
        dedup_key=f"account.brief:{CODE}:E0104:{NOW.isoformat()}",
        page=page,
        as_of=NOW,
        link=form_link(UI, FORM, {"account": f"{CODE} · {page.name}"}),
    )


def account_page(language: str) -> AccountPage:
    def words(chinese: str, english: str) -> str:
        return said(language, chinese, english)

    answers = {
        dimension: Answer(
            dimension=dimension,
            text=words(*told),
            at=at(9, 10),
            by="E0211",
            source=source,
        )
        for dimension, told, source in (
            (
                Dimension.RED_LINES,
                ("交期零容忍：延误一天即停线。", "Zero tolerance for late delivery."),
                "",
            ),
            (
                Dimension.GOALS,
                ("明年把交付周期缩短三成。", "Cut lead times by 30 % next year."),
                "survey-chenxi.xlsx",
            ),
            (
                Dimension.DECISION_CHAIN,
                ("采购提名，总经理拍板。", "Purchasing proposes, the GM decides."),
                "survey-chenxi.xlsx",
            ),
        )
    }
    dealings = (
        dealing("PO-2231", TransactionKind.ORDER, date(2026, 9, 3), "486000.50"),
        dealing("PO-2107", TransactionKind.ORDER, date(2026, 3, 12), "1280000"),
        dealing("RT-0031", TransactionKind.RETURN, date(2026, 4, 2), "36000"),
    )
    return AccountPage(
        code=CODE,
        name=words("苏州晨曦医疗器械", "Suzhou Chenxi Medical"),
        tier=Tier.CORE,
        industry=words("医疗器械", "Medical devices"),
        city=words("苏州", "Suzhou"),
        signed_on=date(2026, 10, 8),
        active=True,
        policy=words("推荐服务标准", "Recommended service standard"),
        team=(
            Colleague(
                role=TeamRole.LEAD_MANAGER,
                name=words("赵敏", "Zhao Min"),
                email="zhao.min@example.com",
                is_here=True,
            ),
        ),
        vacant=(TeamRole.TECHNICAL,),
        contacts=(
            Contact(
                code="C031",
                account=CODE,
                name=words("林雪", "Lin Xue"),
                title=words("总经理", "General manager"),
                email="lin.xue@example.com",
                phone="+86 512 5555 0101",
                is_decision_maker=True,
            ),
            Contact(code="C032", account=CODE, name=words("顾平", "Gu Ping")),
        ),
        answers=in_reading_order(answers),
        answered_by={"E0211": words("赵敏", "Zhao Min")},
        unanswered=missing(answers, Dimension),
        agreement=Agreement(
            id=1,
            account=CODE,
            version=2,
            language=language,
            tier=Tier.CORE,
            policy_id=1,
            terms={},
            drafted_at=at(9, 15),
            drafted_by="E0211",
            signature=Signature(
                on=date(2026, 10, 10),
                by=words("林雪", "Lin Xue"),
                for_us="E0211",
                place=words("苏州", "Suzhou"),
                face_to_face=True,
            ),
        ),
        onboarding=OnboardingNow(
            progress=Progress.OVERDUE, share=Fraction(4, 5), deadline=at(11, 10)
        ),
        handing_over=(),
        contracts=(
            Transaction(
                account=CODE,
                reference="HT-2026-018",
                kind=TransactionKind.CONTRACT,
                on=date(2026, 10, 8),
                amount=Fraction(3_600_000),
                text=words("三年框架合同", "Three-year frame contract"),
                ends_on=date(2029, 10, 7),
            ),
        ),
        dealings=dealings,
        turnover=turnover(dealings),
        promises=(
            Promised(
                entry=entry(
                    EntryKind.PROMISE,
                    words("提供备用检测设备", "Lend a spare test bench"),
                    due_on=date(2026, 10, 15),
                ),
                owner=words("赵敏", "Zhao Min"),
                is_late=True,
            ),
        ),
        needs=(
            entry(
                EntryKind.SPECIAL_NEED,
                words("送货须提前一天预约", "Deliveries must be booked a day ahead"),
            ),
        ),
        said=(
            entry(
                EntryKind.COMMUNICATION,
                words(
                    "电话：确认十月批次的验收标准", "Call: agreed on October's tests"
                ),
            ),
        ),
        tickets=(),
        sla=SlaRecord(opened=14, late={Target.RESPOND: 1, Target.RESOLVE: 1}),
        as_of=NOW,
    )


def dealing(
    reference: str, kind: TransactionKind, on: date, amount: str
) -> Transaction:
    return Transaction(
        account=CODE, reference=reference, kind=kind, on=on, amount=Fraction(amount)
    )


def entry(kind: EntryKind, text: str, due_on: date | None = None) -> FileEntry:
    return FileEntry(
        id=12,
        account=CODE,
        kind=kind,
        at=at(12, 14),
        text=text,
        by="E0211",
        recorded_at=at(12, 15),
        owner="E0211" if kind is EntryKind.PROMISE else None,
        due_on=due_on,
    )
