"""Sample of the monthly report on touchpoints: follow-ups at 68 %, which is bad."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from kam_flows.domain.accounts import Tier
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.domain.visit_figures import Counts, Line, Report, last_month
from kam_flows.domain.visit_report_mails import VisitReport
from kam_flows.rendering.sample_reader import FORM, NOW, UI, reader, said

GOAL = Fraction(9, 10)
FOLLOW_UPS = {
    "2026-01": Counts(done=21, credited=2, missed=1),
    "2026-02": Counts(done=17, merged=1, missed=4, moved=6),
    "2026-03": Counts(done=22, missed=2, moved=1),
    "2026-04": Counts(done=23, credited=1, missed=1),
    "2026-05": Counts(done=20, missed=3, cancelled=2, moved=4),
    "2026-06": Counts(done=24, merged=1),
    "2026-07": Counts(done=21, missed=4, moved=2),
    "2026-08": Counts(done=19, credited=1, missed=5),
    "2026-09": Counts(
        done=15, credited=1, merged=1, missed=6, unrecorded=2, cancelled=1, moved=3
    ),
}
SEPTEMBER = FOLLOW_UPS["2026-09"]
SEPTEMBER_IN_ALL = Counts(21, 1, 1, 7, 2, 2, 1, 3)
EARLIER = {month: one for month, one in FOLLOW_UPS.items() if month < "2026-09"}
YEAR = Counts(done=182, credited=5, merged=3, missed=26, unrecorded=2, cancelled=3)


def visits_of_the_month(language: str) -> VisitReport:
    """September below a supervisor, as it comes in October."""
    zhou, chen = (
        said(language, "周航", "Zhou Hang"),
        said(language, "陈静", "Chen Jing"),
    )
    reviews = Counts(done=6, missed=1, ahead=2)
    return VisitReport(
        **reader(language),
        dedup_key="sample:report",
        figures=Report(
            stretch=last_month(date(2026, 10, 19)),
            headline=("follow_up",),
            first=line("", SEPTEMBER, YEAR),
            trend=tuple(line(month, counts) for month, counts in FOLLOW_UPS.items()),
            total=line("", SEPTEMBER_IN_ALL, YEAR),
            months=(
                *(
                    line(month, with_reviews(counts))
                    for month, counts in EARLIER.items()
                ),
                line("2026-09", SEPTEMBER_IN_ALL),
            ),
            tiers=(
                line(Tier.STRATEGIC, Counts(done=9), Counts(done=78, missed=2)),
                line(
                    Tier.CORE, Counts(7, 1, 1, 3, 1, 2, 0, 2), Counts(done=60, missed=9)
                ),
                line(
                    Tier.GROWTH,
                    Counts(5, 0, 0, 4, 1, 0, 1, 1),
                    Counts(done=31, missed=12),
                ),
            ),
            owners=(
                line("E0102", Counts(6, 0, 1, 5, 2), Counts(50, 2, 1, 20), chen),
                line(
                    "E0103",
                    Counts(15, 1, 0, 2, 0, 2, 1, 3),
                    Counts(done=99, missed=6),
                    zhou,
                ),
            ),
            kinds=(
                line(TouchpointKind.CALL, SEPTEMBER, YEAR),
                line(TouchpointKind.REVIEW, reviews, Counts(done=19, missed=2)),
            ),
            extra=4,
        ),
        titles=(said(language, "月度跟进", "Monthly follow-up"),),
        asked=False,
        as_of=NOW,
        policy=said(language, "客户价值与健康度方案", "Value, urgency and health"),
        form=form_link(UI, FORM, {"by": "E0104"}),
    )


def with_reviews(follow_ups: Counts) -> Counts:
    """With the reviews of that month."""
    return replace(follow_ups, done=follow_ups.done + 6, missed=follow_ups.missed + 1)


def line(key: str, counts: Counts, whole: Counts | None = None, name: str = "") -> Line:
    return Line(key=key, name=name, counts=counts, whole=whole or counts, goal=GOAL)


REPORT_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "visits/report": visits_of_the_month,
}
