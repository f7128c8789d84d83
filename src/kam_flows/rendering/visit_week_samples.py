"""Made-up weeks: of somebody who goes and manages, and of a manager who only looks on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time

from kam_flows.domain.account_pages import Promised
from kam_flows.domain.mails import Mail
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.domain.visit_mails import VisitWeek
from kam_flows.domain.visit_weeks import OwedPromise, TeamMember, WeekVisit
from kam_flows.rendering.account_samples import account_page
from kam_flows.rendering.sample_reader import NOW, reader, said
from kam_flows.rendering.visit_samples import invitation, links


def week(language: str) -> VisitWeek:
    """Three touchpoints, one as a companion; much is owed."""

    def words(chinese: str, english: str) -> str:
        return said(language, chinese, english)

    fang, hang = words("王芳", "Wang Fang"), words("周航", "Zhou Hang")
    page = account_page(language)
    (late,) = page.promises
    soon = replace(late.entry, id=14, due_on=date(2026, 10, 22))
    yunfan = words("杭州云帆网络科技", "Hangzhou Yunfan Networks")
    return VisitWeek(
        **reader(language),
        dedup_key="visits.week:2026-W43:E0104",
        first=date(2026, 10, 19),
        last=date(2026, 10, 25),
        visits=(
            visit(language, 412, date(2026, 10, 21), is_briefed=True),
            visit(
                language,
                418,
                date(2026, 10, 21),
                kind=TouchpointKind.CALL,
                account=yunfan,
                owner=hang,
                starts=time(15, 30),
                minutes=20,
            ),
            visit(
                language,
                423,
                date(2026, 10, 23),
                kind=TouchpointKind.SURVEY,
                account=yunfan,
                minutes=0,
            ),
            visit(language, 421, date(2026, 10, 23), brief_on=date(2026, 10, 21)),
        ),
        unrecorded=(
            visit(
                language,
                399,
                date(2026, 10, 16),
                record=links(language, "V-399").record,
            ),
        ),
        promises=(
            OwedPromise(promise=late, account_name=page.name),
            OwedPromise(
                promise=Promised(entry=soon, owner=fang, is_late=False),
                account_name=page.name,
            ),
        ),
        team=(
            TeamMember(name=hang, visits=4, unrecorded=2, missed=1),
            TeamMember(name=words("李雷", "Li Lei"), visits=0, unrecorded=0, missed=0),
        ),
        missed=(visit(language, 388, date(2026, 10, 12), owner=hang),),
        as_of=NOW,
    )


def looking_on(language: str) -> VisitWeek:
    """A head of department, who goes nowhere."""
    full = week(language)
    return replace(
        full,
        dedup_key="visits.week:2026-W43:E0101",
        visits=(),
        unrecorded=(),
        promises=(),
        missed=(),
    )


def visit(
    language: str,
    id_: int,
    on: date,
    *,
    kind: TouchpointKind = TouchpointKind.VISIT,
    account: str = "",
    owner: str = "",
    starts: time = time(10),
    minutes: int = 90,
    brief_on: date | None = None,
    is_briefed: bool = False,
    record: str | None = None,
) -> WeekVisit:
    sample = invitation(language).entry
    named = kind is TouchpointKind.VISIT
    return WeekVisit(
        number=f"V-{id_}",
        entry=replace(
            sample,
            id=id_,
            kind=kind,
            title=said(language, "月度拜访", "Monthly visit") if named else "",
            account_name=account or sample.account_name,
            on=on,
            starts=starts,
            minutes=minutes,
            attendees=sample.ours[: 2 if named else 1],
        ),
        owner=owner or said(language, "王芳", "Wang Fang"),
        brief_on=brief_on,
        is_briefed=is_briefed,
        record=record,
    )


WEEK_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "visits/week": week,
    "visits/week.team": looking_on,
}
