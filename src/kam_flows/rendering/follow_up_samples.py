"""Mails that follow visits: a full one, one of a single visit, of a promise, of a miss."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.domain.visit_follow_up_mails import (
    DuePromise,
    UnrecordedVisit,
    VisitFollowUp,
)
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said


def full(language: str) -> VisitFollowUp:
    """Who both visits accounts and supervises: something of every sort."""
    zhou = said(language, "周航", "Zhou Hang")
    away = Skipped(place="owner", staff="E02", name=zhou, reason=Skip.ABSENT)
    return VisitFollowUp(
        **reader(language),
        dedup_key="visits.follow_up:E0104",
        unrecorded=(
            _visit(language),
            replace(
                _visit(language),
                number="V-409",
                kind=TouchpointKind.CALL,
                title="",
                account_name=said(
                    language, "杭州云帆网络科技", "Hangzhou Yunfan Networks"
                ),
                owner=zhou,
                skips=(away,),
            ),
        ),
        promises=(_promise(language), _late_promise(language)),
        missed=(_missed(language),),
        broken=(
            replace(
                _late_promise(language),
                number="P-31",
                owner=said(language, "李雷", "Li Lei"),
                due_on=date(2026, 10, 9),
                days_late=10,
            ),
        ),
        more=(0, 0, 3, 0),
        remind_after="1bd",
        missed_after="3bd",
        policy=said(language, "推荐服务标准", "Recommended service standard"),
        as_of=NOW,
    )


def one_visit(language: str) -> VisitFollowUp:
    return _only(language, unrecorded=(_visit(language),))


def visits(language: str) -> VisitFollowUp:
    """Several of one sort."""
    return _only(language, unrecorded=full(language).unrecorded)


def one_promise(language: str) -> VisitFollowUp:
    return _only(language, promises=(_late_promise(language),))


def one_missed(language: str) -> VisitFollowUp:
    return _only(language, missed=(_missed(language),))


def _only(
    language: str,
    unrecorded: tuple[UnrecordedVisit, ...] = (),
    promises: tuple[DuePromise, ...] = (),
    missed: tuple[UnrecordedVisit, ...] = (),
) -> VisitFollowUp:
    return replace(
        full(language),
        unrecorded=unrecorded,
        promises=promises,
        missed=missed,
        broken=(),
        more=(0, 0, 0, 0),
    )


def _visit(language: str) -> UnrecordedVisit:
    return UnrecordedVisit(
        number="V-412",
        kind=TouchpointKind.VISIT,
        title=said(language, "月度拜访", "Monthly visit"),
        account_name=said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments"),
        on=date(2026, 10, 16),
        owner=said(language, "王芳", "Wang Fang"),
        is_missed=False,
        missed_at=at(21, 11),
        skips=(),
        record=_link(touchpoint="V-412 · 2026-10-16"),
        reschedule=_link(touchpoint="V-412 · 2026-10-16"),
        cancel=_link(touchpoint="V-412 · 2026-10-16"),
        show=form_link(UI, FORM, {"touchpoint": "V-412"}),
    )


def _missed(language: str) -> UnrecordedVisit:
    return replace(
        _visit(language),
        number="V-398",
        account_name=said(language, "成都绿野食品", "Chengdu Lvye Foods"),
        on=date(2026, 10, 13),
        owner=said(language, "李雷", "Li Lei"),
        is_missed=True,
        missed_at=at(16, 11),
        reschedule=None,
        cancel=None,
    )


def _promise(language: str) -> DuePromise:
    return DuePromise(
        number="P-40",
        text=said(
            language,
            "补寄两套备用传感器，运费由我方承担。",
            "Send two spare sensors, freight at our cost.",
        ),
        account_name=said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments"),
        owner=said(language, "王芳", "Wang Fang"),
        due_on=date(2026, 10, 20),
        days_late=0,
        is_last=False,
        skips=(),
        keep=_link(promise="P-40"),
        account_page=form_link(UI, FORM, {"account": "HAILAN"}),
    )


def _late_promise(language: str) -> DuePromise:
    return replace(
        _promise(language),
        number="P-36",
        text=said(language, "给出培训日期。", "Name a day for the training."),
        due_on=date(2026, 10, 16),
        days_late=3,
    )


def _link(**filled: object) -> str | None:
    return form_link(UI, FORM, filled | {"by": "E0104"})


FOLLOW_UP_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "visits/follow_up": full,
    "visits/follow_up.visit": one_visit,
    "visits/follow_up.visits": visits,
    "visits/follow_up.promise": one_promise,
    "visits/follow_up.missed": one_missed,
}
