"""Mails about a made-up summit: its plan, what is late, the invitation and its changes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time

from kam_flows.domain.event_mails import (
    EventDue,
    EventFacts,
    EventInvitation,
    EventLine,
    EventLinks,
    EventPlan,
)
from kam_flows.domain.events import EventChange
from kam_flows.domain.invitations import Method
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.rendering.sample_reader import FORM, NOW, UI, reader, said


def plan(language: str) -> EventPlan:
    """Begun in good time; a venue that a colleague books."""
    return EventPlan(
        **reader(language),
        dedup_key="events.plan:3:0:E0104",
        event=facts(language),
        change=EventChange.PLANNED,
        reason="",
        mine=(
            line(
                language, "确定主题与预算", "Fix theme and budget", date(2026, 10, 22)
            ),
            line(language, "发出邀请函", "Send the invitations", date(2026, 11, 12)),
        ),
        others=(venue(language),),
        late=False,
        left_out=(),
        links=EventLinks(invite=link("E-3"), move=link("E-3"), show=link("E-3")),
        as_of=NOW,
    )


def late_plan(language: str) -> EventPlan:
    """Begun so late that the rehearsal no longer fits."""
    return replace(
        plan(language),
        dedup_key="events.plan:3:0:late",
        late=True,
        left_out=(said(language, "彩排", "Rehearse"),),
    )


def moved_plan(language: str) -> EventPlan:
    reason = said(language, "原场地不可用", "The venue is not available")
    return replace(
        plan(language),
        dedup_key="events.plan:3:1:E0104",
        change=EventChange.MOVED,
        reason=reason,
        mine=(),
    )


def cancelled_plan(language: str) -> EventPlan:
    return replace(
        moved_plan(language),
        dedup_key="events.plan:3:2:E0104",
        change=EventChange.CANCELLED,
        links=EventLinks(show=link("E-3")),
    )


def due(language: str) -> EventDue:
    """One step is late, another due soon."""
    theme = line(language, "确定主题与预算", "Fix theme and budget", date(2026, 10, 15))
    speakers = line(language, "邀请演讲嘉宾", "Invite the speakers", date(2026, 10, 21))
    return EventDue(
        **reader(language),
        dedup_key="events.due:E0104:2026-10-19",
        events=((facts(language), (replace(theme, days_late=4), speakers)),),
        told=said(language, "孙莉", "Sun Li"),
        skips=(),
        as_of=NOW,
    )


def due_for_another(language: str) -> EventDue:
    """Its owner is away; nothing is late yet."""
    speakers = line(language, "邀请演讲嘉宾", "Invite the speakers", date(2026, 10, 21))
    away = Skipped(
        place="owner",
        staff="E0103",
        name=said(language, "李雷", "Li Lei"),
        reason=Skip.ABSENT,
    )
    return replace(
        due(language),
        dedup_key="events.due:E0104:2026-10-20",
        events=((facts(language), (speakers,)),),
        told="",
        skips=(away,),
    )


def invitation(language: str) -> EventInvitation:
    organiser = said(language, "王芳", "Wang Fang")
    return EventInvitation(
        recipient="C-HAILAN-01",
        address="zhang.wei@example.com",
        name=said(language, "张伟", "Zhang Wei"),
        language=language,
        timezone="Asia/Shanghai",
        dedup_key="events.invitation:3:C-HAILAN-01:1",
        from_name=organiser,
        answers_to=(organiser, "wang.fang@example.com"),
        event=facts(language),
        sequence=0,
        method=Method.REQUEST,
        moved=False,
        title=said(language, "采购总监", "Purchasing Director"),
        house=said(language, "东岳智能装备", "Dongyue Smart Machines"),
        dated=date(2026, 10, 19),
        as_of=NOW,
    )


def moved_invitation(language: str) -> EventInvitation:
    before = invitation(language)
    event = replace(before.event, on=date(2026, 12, 24), starts=time(13, 30))
    key = "events.invitation:3:C-HAILAN-01:2"
    return replace(before, dedup_key=key, event=event, sequence=1, moved=True)


def cancelled_invitation(language: str) -> EventInvitation:
    before = moved_invitation(language)
    key = "events.invitation:3:C-HAILAN-01:3"
    return replace(before, dedup_key=key, sequence=2, method=Method.CANCEL)


def facts(language: str) -> EventFacts:
    return EventFacts(
        number="E-3",
        name=said(language, "2026 年度客户峰会", "Customer Summit 2026"),
        on=date(2026, 12, 17),
        starts=time(9, 30),
        minutes=420,
        zone="Asia/Shanghai",
        place=said(
            language, "上海国际会议中心 3 楼", "Shanghai Convention Centre, hall 3"
        ),
        organiser=said(language, "王芳", "Wang Fang"),
    )


def line(language: str, chinese: str, english: str, due_on: date) -> EventLine:
    return EventLine(
        title=said(language, chinese, english),
        due_on=due_on,
        owner=said(language, "王芳", "Wang Fang"),
        complete=link("E-3", step="summit_theme"),
    )


def venue(language: str) -> EventLine:
    return EventLine(
        title=said(language, "预订场地", "Book the venue"),
        due_on=date(2026, 10, 29),
        owner=said(language, "李雷", "Li Lei"),
        is_settled=True,
    )


def link(number: str, **filled: str) -> str | None:
    return form_link(UI, FORM, {"event": number, "by": "E0104", **filled})


EVENT_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "events/plan": plan,
    "events/plan.late": late_plan,
    "events/plan.moved": moved_plan,
    "events/plan.cancelled": cancelled_plan,
    "events/due": due,
    "events/due.for_another": due_for_another,
    "events/invitation": invitation,
    "events/invitation.moved": moved_invitation,
    "events/invitation.cancelled": cancelled_invitation,
}
