"""Sample mails of a complete onboarding: the team's brief, and the letter to the account."""

from collections.abc import Callable, Mapping
from datetime import date

from kam_flows.domain.accounts import Tier
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.onboarding import Progress
from kam_flows.domain.onboarding_mails import (
    ChecklistFacts,
    Counterpart,
    HeldLetter,
    Need,
    NoLetter,
    OnboardingComplete,
    PromisedTimes,
    Signed,
    Waived,
    Welcome,
)
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said


def welcome(language: str) -> Welcome:
    lead, *others = team(language)
    return Welcome(
        recipient="C-HAILAN-01",
        address="zhang.wei@example.com",
        name=said(language, "张伟", "Zhang Wei"),
        language=language,
        timezone="Asia/Shanghai",
        dedup_key="sample:welcome",
        answers_to=(lead.name, lead.email),
        account_name=account_name(language),
        lead_manager=lead,
        team=tuple(others),
        signed=signed(language),
    )


def bare(language: str) -> Welcome:
    """Of an account of which little is on record."""
    name = said(language, "王芳", "Wang Fang")
    return Welcome(
        recipient="C-HAILAN-01",
        address="zhang.wei@example.com",
        name=said(language, "张伟", "Zhang Wei"),
        language=language,
        timezone="Asia/Shanghai",
        dedup_key="sample:welcome bare",
        account_name=account_name(language),
        lead_manager=Counterpart(name=name, roles=(TeamRole.LEAD_MANAGER,), email=""),
        team=(),
        signed=None,
    )


def complete(language: str) -> OnboardingComplete:
    """As the lead manager reads it, who is to let the letter go."""
    written = welcome(language)
    lines = (
        said(language, f"尊敬的{written.name}：", f"Dear {written.name},"),
        said(
            language,
            "感谢贵公司选择与我们合作。",
            "Thank you for choosing to work with us.",
        ),
    )
    letter = HeldLetter(
        name=written.name,
        title=said(language, "采购总监", "Purchasing director"),
        address=written.address,
        subject=said(
            language,
            f"{written.account_name}：您的服务联系人",
            f"{written.account_name}: whom to turn to",
        ),
        lines=lines,
        decide=form_link(UI, FORM, {"mail": "12", "by": "E0104"}),
    )
    return brief(language, letters=(letter,))


def for_the_manager(language: str) -> OnboardingComplete:
    """Late, with a role missing, and no letter."""
    return brief(
        language,
        letters=(),
        no_letter=NoLetter.NO_CONTACT,
        missing=(TeamRole.AFTER_SALES,),
        due=18,
    )


def brief(
    language: str,
    *,
    letters: tuple[HeldLetter, ...],
    no_letter: NoLetter | None = None,
    missing: tuple[TeamRole, ...] = (),
    due: int = 19,
) -> OnboardingComplete:
    lead = said(language, "王芳", "Wang Fang")
    return OnboardingComplete(
        **reader(language),
        dedup_key="sample:complete",
        facts=ChecklistFacts(
            account="HAILAN",
            account_name=account_name(language),
            tier=Tier.STRATEGIC,
            lead_manager=lead,
            progress=Progress.COMPLETE,
            settled=5,
            required=5,
            signed_at=at(due - 3, 17),
            started_at=at(due - 3, 18),
            due_at=at(due, 17),
            due_in="72h",
        ),
        needs=(
            Need(
                dimension=Dimension.RED_LINES,
                text=said(
                    language,
                    "对延迟交付零容忍；未经书面同意不得更换现场工程师。",
                    "Zero tolerance for late delivery; no change of the engineer on "
                    "site without written consent.",
                ),
                at=at(17, 10),
                by=lead,
            ),
            Need(
                dimension=Dimension.PAIN_POINTS,
                text=said(
                    language,
                    "视觉检测工位误报率高，停线一次损失约四万元。",
                    "False alarms at visual inspection; a stop costs about CNY 40,000.",
                ),
                at=at(17, 10),
                by=lead,
            ),
        ),
        team=team(language),
        missing_roles=missing,
        signed=signed(language),
        waived=(
            Waived(
                title=said(language, "需求传承", "Needs inherited"),
                note=said(
                    language,
                    "前任已于三年前离职，没有记录可交接。",
                    "The predecessor left three years ago; nothing is on record.",
                ),
                by=said(language, "胡军", "Hu Jun"),
                at=at(18, 11),
            ),
        ),
        letters=letters,
        no_letter=no_letter,
        decides=lead,
        as_of=NOW,
        policy=said(language, "企业大客户服务", "Enterprise key accounts"),
        show=form_link(UI, FORM, {"account": "HAILAN"}),
        account_page=form_link(UI, FORM, {"account": "HAILAN"}),
    )


def account_name(language: str) -> str:
    return said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments")


def team(language: str) -> tuple[Counterpart, ...]:
    people = (
        ("王芳", "Wang Fang", (TeamRole.LEAD_MANAGER,), "wang.fang@example.com"),
        (
            "李雷",
            "Li Lei",
            (TeamRole.TECHNICAL, TeamRole.DELIVERY),
            "li.lei@example.com",
        ),
        ("周航", "Zhou Hang", (TeamRole.EXECUTIVE_SPONSOR,), ""),
    )
    return tuple(
        Counterpart(name=said(language, chinese, english), roles=roles, email=email)
        for chinese, english, roles, email in people
    )


def signed(language: str) -> Signed:
    return Signed(
        version=2,
        on=date(2026, 10, 17),
        by=said(language, "张伟", "Zhang Wei"),
        face_to_face=True,
        promises=(
            PromisedTimes(
                scenes=(said(language, "售后故障", "After-sales fault"),),
                respond="30min",
                plan="2h",
                resolve="8bh",
            ),
            PromisedTimes(
                scenes=(
                    said(language, "常规需求", "Routine request"),
                    said(language, "来电", "Call"),
                ),
                respond="2h",
                plan="",
                resolve="24h",
            ),
        ),
    )


LETTER_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "onboarding/welcome": welcome,
    "onboarding/welcome.bare": bare,
    "onboarding/complete": complete,
    "onboarding/complete.manager": for_the_manager,
}
