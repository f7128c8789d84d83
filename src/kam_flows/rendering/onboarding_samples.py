"""Sample mails of onboarding."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kam_flows.domain.accounts import Tier
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.onboarding import Progress, StepKind
from kam_flows.domain.onboarding_mails import (
    BoardLine,
    ChecklistFacts,
    MissingItem,
    OnboardingBegun,
    OnboardingMorning,
    OpenChecklist,
    StillOpen,
    ToldItem,
)
from kam_flows.domain.onboarding_rules import ItemKind
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.domain.telling import Tell
from kam_flows.rendering.onboarding_letter_samples import LETTER_SAMPLES
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said

HAILAN = ("HAILAN", "上海海岚精密仪器", "Shanghai Hailan Instruments")
YUNFAN = ("YUNFAN", "杭州云帆网络科技", "Hangzhou Yunfan Networks")
CHENXI = ("CHENXI", "苏州晨曦医疗器械", "Suzhou Chenxi Medical")


def reminder(language: str) -> StillOpen:
    """Two items of one account, a day before the deadline."""
    facts = checklist(language, CHENXI, progress=Progress.ON_TRACK)
    told = (
        told_item(
            language,
            ItemKind.SURVEY,
            ("需求调研", "Needs survey"),
            (Dimension.RED_LINES, Dimension.GROWTH_PLANS),
        ),
        told_item(
            language, ItemKind.AGREEMENT, ("服务承诺（SLA 协议）", "SLA agreement")
        ),
    )
    return digest(language, "reminder", facts_and(facts, told))


def overdue(language: str) -> StillOpen:
    """What a supervisor reads who stands in, beside an item of their own."""
    hu, lei = said(language, "胡军", "Hu Jun"), said(language, "李雷", "Li Lei")
    skips = (
        Skipped(place="supervisor", staff="E0107", name=lei, reason=Skip.ABSENT),
        Skipped(place="deputy of supervisor", staff=None, name="", reason=Skip.NOBODY),
    )
    late = checklist(
        language,
        HAILAN,
        tier=Tier.STRATEGIC,
        progress=Progress.OVERDUE,
        settled=3,
        signed=14,
        due=18,
        moved=True,
    )
    team = told_item(
        language,
        ItemKind.TEAM,
        ("服务小组到位", "Service team complete"),
        (TeamRole.TECHNICAL, TeamRole.AFTER_SALES),
        owner=hu,
        skips=skips,
    )
    pack = told_item(
        language,
        ItemKind.TASK,
        ("送达欢迎包", "Welcome pack delivered"),
        owner=hu,
        skips=skips,
    )
    soon = checklist(language, CHENXI, progress=Progress.BEHIND, provisional=True)
    own = told_item(language, ItemKind.SURVEY, ("需求调研", "Needs survey"))
    return digest(
        language,
        "overdue",
        facts_and(late, (team, pack)),
        facts_and(soon, (own,)),
        more=3,
    )


def morning(language: str) -> OnboardingMorning:
    """Three that run below a supervisor: late, behind, on hold."""
    return OnboardingMorning(
        **reader(language),
        dedup_key="sample:morning",
        lines=board(language),
        more=0,
        as_of=NOW,
        policy=said(language, "企业大客户服务", "Enterprise key accounts"),
        board=form_link(UI, FORM, {}),
    )


def board(language: str) -> tuple[BoardLine, ...]:
    late = checklist(
        language,
        HAILAN,
        tier=Tier.STRATEGIC,
        progress=Progress.OVERDUE,
        settled=3,
        signed=15,
        due=18,
    )
    survey = told_item(
        language,
        ItemKind.SURVEY,
        ("需求调研", "Needs survey"),
        (Dimension.RED_LINES, Dimension.GROWTH_PLANS),
    )
    agreement = told_item(
        language, ItemKind.AGREEMENT, ("服务承诺（SLA 协议）", "SLA agreement")
    )
    held = checklist(language, YUNFAN, progress=Progress.ON_HOLD, due=None)
    return (
        BoardLine(facts=late, missing=(survey.item, agreement.item)),
        BoardLine(
            facts=checklist(language, CHENXI, progress=Progress.BEHIND, settled=4),
            missing=(agreement.item,),
        ),
        BoardLine(facts=held, missing=(survey.item,)),
    )


def digest(
    language: str, name: str, *checklists: OpenChecklist, more: int = 0
) -> StillOpen:
    return StillOpen(
        **reader(language),
        dedup_key=f"sample:{name}",
        checklists=checklists,
        more=more,
        as_of=NOW,
        policy=said(language, "企业大客户服务", "Enterprise key accounts"),
        board=form_link(UI, FORM, {}),
    )


def facts_and(facts: ChecklistFacts, told: tuple[ToldItem, ...]) -> OpenChecklist:
    account = f"{facts.account} · {facts.account_name}"
    return OpenChecklist(
        facts=facts,
        told=told,
        show=form_link(UI, FORM, {"account": account}),
        hold=form_link(UI, FORM, {"account": account, "by": "E0104"}),
    )


def checklist(
    language: str,
    account: tuple[str, str, str],
    *,
    tier: Tier = Tier.CORE,
    progress: Progress,
    settled: int = 2,
    signed: int = 17,
    due: int | None = 20,
    moved: bool = False,
    provisional: bool = False,
) -> ChecklistFacts:
    return ChecklistFacts(
        account=account[0],
        account_name=said(language, *account[1:]),
        tier=tier,
        lead_manager=said(language, "王芳", "Wang Fang"),
        progress=progress,
        settled=settled,
        required=5,
        signed_at=at(signed, 17),
        started_at=at(signed, 18),
        due_at=None if due is None else at(due, 17),
        due_in="72h",
        moved=moved,
        provisional=provisional,
    )


def told_item(
    language: str,
    kind: ItemKind,
    title: tuple[str, str],
    lacking: tuple[Dimension | TeamRole, ...] = (),
    *,
    owner: str = "",
    skips: tuple[Skipped, ...] = (),
) -> ToldItem:
    """A reminder to its owner, or with `skips` something overdue that was passed on."""
    return ToldItem(
        item=MissingItem(
            title=said(language, *title),
            kind=kind,
            owner=owner or said(language, "王芳", "Wang Fang"),
            lacking=lacking,
        ),
        step=StepKind.CLIMB if skips else StepKind.REMINDER,
        number=0,
        tell=Tell.SUPERVISOR if skips else Tell.OWNER,
        skips=skips,
        link=form_link(UI, FORM, {"by": "E0104"}),
        waive=form_link(UI, FORM, {"by": "E0104"}) if skips else None,
    )


def begun(language: str) -> OnboardingBegun:
    """What the lead manager of a new account reads, who also stands in for somebody."""
    skipped = (
        Skipped(
            place="owner",
            staff="E0109",
            name=said(language, "何静", "He Jing"),
            reason=Skip.ABSENT,
        ),
    )
    survey = told_item(
        language,
        ItemKind.SURVEY,
        ("需求调研", "Needs survey"),
        (Dimension.RED_LINES, Dimension.GROWTH_PLANS),
    )
    agreement = told_item(
        language, ItemKind.AGREEMENT, ("服务承诺（SLA 协议）", "SLA agreement")
    )
    team = told_item(
        language,
        ItemKind.TEAM,
        ("服务小组到位", "Service team complete"),
        (TeamRole.TECHNICAL,),
    )
    pack = told_item(
        language,
        ItemKind.TASK,
        ("送达欢迎包", "Welcome pack delivered"),
        skips=skipped,
    )
    pack = replace(
        pack,
        step=StepKind.REMINDER,
        tell=Tell.OWNER,
        waive=None,
        item=replace(
            pack.item,
            is_required=False,
            evidence=said(
                language,
                "寄出日期和培训时间",
                "day of sending and dates of the course",
            ),
        ),
    )
    team = replace(team, item=replace(team.item, due_at=at(19, 17)))
    facts = checklist(
        language, CHENXI, progress=Progress.ON_TRACK, settled=1, signed=18, due=21
    )
    return OnboardingBegun(
        **reader(language),
        dedup_key="sample:begun",
        checklist=facts_and(facts, (survey, agreement, team, pack)),
        by=said(language, "陈静", "Chen Jing"),
        predecessor=said(language, "李雷", "Li Lei"),
        as_of=NOW,
        policy=said(language, "企业大客户服务", "Enterprise key accounts"),
    )


ONBOARDING_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "onboarding/begun": begun,
    "onboarding/still_open": reminder,
    "onboarding/still_open.overdue": overdue,
    "onboarding/morning": morning,
    **LETTER_SAMPLES,
}
