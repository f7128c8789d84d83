"""A mail about two signed agreements that are outdated."""

from collections.abc import Callable
from datetime import date

from kam_flows.domain.agreement_mails import AgreementOutdated, OutdatedAgreement
from kam_flows.domain.agreements import Outdated, Term, TermChange
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.tickets import Priority
from kam_flows.rendering.sample_reader import FORM, NOW, UI, reader, said


def outdated(language: str) -> AgreementOutdated:
    """One by its tier, one by the standard and passed on, as its manager is away."""
    before = said(language, "售前咨询", "Before the sale")
    fault = said(language, "售后故障", "After-sales fault")
    first = OutdatedAgreement(
        account="HAILAN",
        account_name=said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments"),
        version=2,
        signed_on=date(2026, 3, 18),
        signed_by=said(language, "刘建国，采购总监", "Liu Jianguo, head of purchasing"),
        why=Outdated.TIER,
        changes=(
            TermChange(term=Term.RESPOND, scene=before, old="1bh", new="30bmin"),
            TermChange(
                term=Term.RESOLVE,
                scene=fault,
                priorities=(Priority.HIGH, Priority.URGENT),
                old="",
                new="24h",
            ),
            TermChange(term=Term.LADDER),
        ),
        skips=(),
        draft=form_link(UI, FORM, {"account": "HAILAN", "by": "E0104"}),
    )
    zhou = said(language, "周航", "Zhou Hang")
    second = OutdatedAgreement(
        account="LVYE",
        account_name=said(language, "成都绿野食品", "Chengdu Lvye Foods"),
        version=1,
        signed_on=date(2025, 11, 2),
        signed_by=said(language, "何芳", "He Fang"),
        why=Outdated.POLICY,
        changes=(TermChange(term=Term.HOURS),),
        skips=(
            Skipped(place="lead_manager", staff="E02", name=zhou, reason=Skip.ABSENT),
        ),
        draft=None,
    )
    return AgreementOutdated(
        **reader(language),
        dedup_key="sample:agreement_outdated",
        agreements=(first, second),
        more=0,
        by=said(language, "马琳", "Ma Lin"),
        policy=said(language, "企业级大客户服务方案", "Enterprise key-account scheme"),
        as_of=NOW,
    )


AGREEMENT_SAMPLES: dict[str, Callable[[str], Mail]] = {
    "onboarding/agreement_outdated": outdated,
}
