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
PAGES: Mapping[type[Mail], Callable[[Any], object]] = {
    VisitInvitation: InvitationPage,
    VisitWeek: WeekPage,
    CarePrepared: PreparedPage,
    CareHeld: HeldPage,
    CareWeek: CareWeekPage,
    EventPlan: EventPlanPage,
    EventInvitation: EventLetter,
    HouseFindings: HousePage,
    RunTrouble: RunPage,
}
"""What words a mail that needs nothing beside itself."""
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
    if isinstance(mail, RungsClimbed):
        context["lines"] = lines(mail.rungs, say)
    if isinstance(mail, OnboardingBegun):
        context["checklist"] = begun_checklist(mail, say)
    if isinstance(mail, StillOpen):
        context["checklists"] = open_checklists(mail, say)
    if isinstance(mail, AccountBrief):
        context["shown"] = Page(mail.page, mail.language, mail.timezone, one_line)
    if isinstance(mail, VisitBrief):
        context["shown"] = BriefPage(mail.brief, mail.language, mail.timezone, one_line)
    if isinstance(mail, VisitFollowUp):
        context["shown"] = FollowUpPage(mail, say)
    if isinstance(mail, EventDue):
        context["shown"] = EventDuePage(mail, say)
    if page := PAGES.get(type(mail)):
        context["shown"] = page(mail)
    if isinstance(mail, OnboardingMorning):
        context["lines"] = board_lines(mail, say)
    if isinstance(mail, OnboardingComplete):
        context["checklist"] = ChecklistWords(mail.facts, say)
    if isinstance(mail, VisitReport):
        context |= {
            "shown": ReportPage(
                mail.figures, mail.titles, mail.language, mail.timezone, mail.as_of
            ),
            "most": PEOPLE_SHOWN,
        }
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
