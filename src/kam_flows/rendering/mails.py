"""Write a decided mail out: one dataclass, three templates (subject, text, HTML)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from kam_flows.domain.account_pages import AccountBrief
from kam_flows.domain.care_mails import CareHeld, CarePrepared, CareWeek
from kam_flows.domain.event_mails import EventDue, EventInvitation, EventPlan
from kam_flows.domain.house_mails import HouseFindings, RunTrouble
from kam_flows.domain.mails import CalendarPart, Mail, RenderedMail
from kam_flows.domain.notices import RungsClimbed
from kam_flows.domain.onboarding_mails import (
    OnboardingBegun,
    OnboardingComplete,
    OnboardingMorning,
    StillOpen,
)
from kam_flows.domain.visit_follow_up_mails import VisitFollowUp
from kam_flows.domain.visit_mails import VisitBrief, VisitInvitation, VisitWeek
from kam_flows.domain.visit_report_mails import VisitReport
from kam_flows.rendering import agreement_words, handover_words
from kam_flows.rendering.account_pages import Page
from kam_flows.rendering.care_held import HeldPage
from kam_flows.rendering.care_letters import laid_out
from kam_flows.rendering.care_prepared import PreparedPage
from kam_flows.rendering.care_weeks import CareWeekPage
from kam_flows.rendering.catalog import catalog
from kam_flows.rendering.checklists import (
    ChecklistWords,
    begun_checklist,
    board_lines,
    open_checklists,
)
from kam_flows.rendering.cleaning import cleaned, clipped, one_line
from kam_flows.rendering.event_letters import EventLetter
from kam_flows.rendering.event_mails import EventDuePage, EventPlanPage
from kam_flows.rendering.house_mails import HousePage, RunPage
from kam_flows.rendering.inlining import InliningLoader
from kam_flows.rendering.invitations import InvitationPage, calendar_part
from kam_flows.rendering.letters import promised, roles
from kam_flows.rendering.lines import FULL, by_reason, lines
from kam_flows.rendering.remedies import detail, grouped, remedy
from kam_flows.rendering.sandbox import Sandbox, filling_in, refused
from kam_flows.rendering.sentences import Sentences
from kam_flows.rendering.visit_briefs import BriefPage
from kam_flows.rendering.visit_follow_up import FollowUpPage
from kam_flows.rendering.visit_reports import ReportPage
from kam_flows.rendering.visit_weeks import WeekPage
from kam_flows.rendering.words import spoken
from kam_flows.settings import settings

LONGEST_SUBJECT = 120
PEOPLE_SHOWN = 20
"""In a report; the rest are counted (a body stays below 100 KB)."""
Words = Callable[[Any, Sentences], Mapping[str, object]]


def _shown(page: Callable[[Any], object]) -> Words:
    """What is worded by the mail alone."""
    return lambda mail, _: {"shown": page(mail)}


WORDS: Mapping[type[Mail], Words] = {
    RungsClimbed: lambda mail, say: {
        "lines": lines(mail.rungs, say),
        "provisional": any(rung.ticket.provisional for rung in mail.rungs),
    },
    OnboardingBegun: lambda mail, say: {"checklist": begun_checklist(mail, say)},
    OnboardingMorning: lambda mail, say: {
        "lines": board_lines(mail, say),
        "provisional": any(line.facts.provisional for line in mail.lines),
    },
    OnboardingComplete: lambda mail, say: {
        "checklist": ChecklistWords(mail.facts, say)
    },
    StillOpen: lambda mail, say: {
        "checklists": open_checklists(mail, say),
        "provisional": any(one.facts.provisional for one in mail.checklists),
    },
    AccountBrief: lambda mail, _: {
        "shown": Page(mail.page, mail.language, mail.timezone, one_line)
    },
    VisitBrief: lambda mail, _: {
        "shown": BriefPage(mail.brief, mail.language, mail.timezone, one_line)
    },
    VisitReport: lambda mail, _: {
        "shown": ReportPage(
            mail.figures, mail.titles, mail.language, mail.timezone, mail.as_of
        ),
        "most": PEOPLE_SHOWN,
    },
    VisitFollowUp: lambda mail, say: {"shown": FollowUpPage(mail, say)},
    EventDue: lambda mail, say: {"shown": EventDuePage(mail, say)},
    VisitInvitation: _shown(InvitationPage),
    VisitWeek: _shown(WeekPage),
    CarePrepared: _shown(PreparedPage),
    CareHeld: _shown(HeldPage),
    CareWeek: _shown(CareWeekPage),
    EventPlan: _shown(EventPlanPage),
    EventInvitation: _shown(EventLetter),
    HouseFindings: _shown(HousePage),
    RunTrouble: _shown(RunPage),
}
"""What the templates of a mail are given beside its fields."""
MANY = re.compile(r"\n{3,}")


def render(mail: Mail) -> RenderedMail:
    """The mail as its reader sees it, in the reader's language and time zone.

    Every string of it is shown as typed, on one line, without directional marks.
    Raises UserError naming the template, where it names a field that the mail lacks.
    """
    folder = settings().templates
    mail = cleaned(mail)
    context: dict[str, object] = {f.name: getattr(mail, f.name) for f in fields(mail)}
    say = Sentences(
        catalog(folder, mail.language),
        mail.language,
        mail.timezone,
        getattr(mail, "as_of", None),
    )
    context |= {"mail": mail, "say": say}
    if words := WORDS.get(type(mail)):
        context |= words(mail, say)
    env = environment(folder, spoken(mail.language))

    def part(name: str) -> str:
        return env.get_template(f"{mail.template}.{name}.j2").render(context).strip()

    try:
        with filling_in(mail.template):
            subject = " ".join(one_line(part("subject.txt")).split())
            context["subject"] = subject = clipped(subject, LONGEST_SUBJECT)
            text, html = MANY.sub("\n\n", part("txt")), part("html")
    except TemplateError as error:
        raise refused(mail.template, error) from error
    return RenderedMail(
        mail=mail, subject=subject, text=text, html=html, calendar=calendar_of(mail)
    )


def calendar_of(mail: Mail) -> CalendarPart | None:
    """The calendar file that goes with it."""
    if isinstance(mail, VisitInvitation):
        return calendar_part(mail)
    if isinstance(mail, EventInvitation):
        # Most mails have none: what writes calendars is loaded when one does.
        from kam_flows.rendering.event_calendars import event_calendar

        return event_calendar(mail)
    return None


@cache
def environment(folder: Path, language: int) -> Sandbox:
    """Only HTML is escaped. One per language."""
    texts = catalog(folder, ("zh_CN", "en")[language])
    env = Sandbox(
        loader=InliningLoader(folder, texts),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        texts.gettext, texts.ngettext, newstyle=True
    )
    env.policies["ext.i18n.trimmed"] = True
    env.globals |= {
        "full": FULL,
        "gap": ("", " ")[language],
        "colon": ("：", ": ")[language],
    }
    env.filters |= {
        "clip": clipped,
        "by_reason": by_reason,
        "grouped": grouped,
        "detail": detail,
        "remedy": remedy,
        "promised": promised,
        "roles": roles,
        "laid_out": laid_out,
        **handover_words.FILTERS,
        **agreement_words.FILTERS,
    }
    return env
