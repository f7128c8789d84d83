"""A visit brief on one page: what to talk about and why, red lines, people, open matters."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from kam_flows.domain.talking_points import talking_points
from kam_flows.domain.visit_briefs import LATEST, WAYS, Brief
from kam_flows.domain.visit_mails import VisitBrief, VisitLinks
from kam_flows.rendering import words
from kam_flows.rendering.brief_lines import (
    LONG,
    contact_line,
    past_line,
    promise_line,
    ticket_line,
)
from kam_flows.rendering.cleaning import cell
from kam_flows.rendering.lines import passed_over
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sections import Line, Section
from kam_flows.rendering.sentences import Action, Fact
from kam_flows.rendering.speech import Speech
from kam_flows.rendering.talking_points import (
    figures,
    near_values,
    talking_lines,
    turnover,
)
from kam_flows.rendering.visit_words import PHRASES

TALK, PEOPLE, OPEN, NEEDS = 7, 4, 5, 2
ALONG, DATES, GAPS = 4, 3, 4
"""What a section lists at the most, so that a brief stays one page."""
PREVIEWED = 3


class BriefPage(Phrasebook):
    """Writes a brief in one language and time zone."""

    def __init__(
        self,
        brief: Brief,
        language: str,
        timezone: str,
        typed: Callable[[str], str],
    ) -> None:
        super().__init__(PHRASES, language, timezone, typed, brief.as_of)
        self.brief = brief

    @property
    def name(self) -> str:
        return self.called(self.brief.title, self.brief.kind)

    @property
    def subject(self) -> str:
        day = self.on(self.brief.on)
        return self.say("subject", account=self.account, what=self.name, day=day)

    @property
    def heading(self) -> str:
        return self.say("heading", account=self.account, what=self.name)

    @property
    def account(self) -> str:
        return self.short(self.brief.account_name)

    @property
    def lead(self) -> str:
        brief = self.brief
        about = (
            self.word(brief.tier),
            self.short(brief.industry),
            self.short(brief.account),
        )
        return " · ".join(filter(None, about))

    def when(self) -> str:
        brief = self.brief
        return self.hours(brief.on, brief.starts, brief.minutes, brief.zone)

    @cached_property
    def facts(self) -> Sequence[Fact]:
        """Text and HTML have the same."""
        return tuple(self._facts())

    @cached_property
    def sections(self) -> Sequence[Section]:
        return tuple(self._sections())

    def _facts(self) -> Iterator[Fact]:
        brief = self.brief
        moved = self.say("moved") if brief.again else ""
        yield Fact(self.say("when"), self.when(), moved)
        yield Fact(self.say("where"), self.short(brief.city) or self.say("no_where"))
        yield Fact(self.say("goes"), self.going())
        if brief.served:
            also = (
                f"{self.called(one.title, one.kind)} {one.number}"
                for one in brief.served
            )
            yield Fact(self.say("serves"), words.listed(also, self.language))
        yield Fact(self.say("trend"), self.trend())
        yield Fact(self.say("contract"), self.contract())
        if brief.dates:
            yield Fact(self.say("dates"), self.dates())
        if brief.gaps:
            unknown = [
                *map(self.word, brief.gaps[:GAPS]),
                self.more(len(brief.gaps) - GAPS),
            ]
            yield Fact(self.say("unknown"), self.joined(unknown))

    def going(self) -> str:
        brief = self.brief
        owner = self.short(brief.owner) or self.say("nobody")
        others = [self.short(name) for name in brief.participants[:ALONG]]
        others.append(self.more(len(brief.participants) - ALONG))
        if brief.with_customer:
            others.append(self.say("invited"))
        along = self.joined(others)
        return self.say("goes_with", owner=owner, others=along) if along else owner

    def trend(self) -> str:
        rated = self.brief.satisfaction
        said = [self.say("rated", figures=figures(rated))] if rated else []
        for trend in self.brief.trends[:1]:
            phrase = "turned_new" if trend.change is None else "turned"
            said.append(self.say(phrase, **turnover(trend)))
        return self.say("then").join(said) or self.say("no_trend")

    def contract(self) -> str:
        for one in self.brief.contracts:
            if one.ends_on:
                phrase = "ended" if one.ends_on < self.today else "ends"
                reference, day = self.short(one.reference), self.on(one.ends_on)
                return self.say(phrase, reference=reference, day=day)
        return self.say("no_contract")

    def dates(self) -> str:
        said = [
            self.say(f"date_of_{one.kind}", **near_values(one, self))
            for one in self.brief.dates[:DATES]
        ]
        said.append(self.more(len(self.brief.dates) - DATES))
        return self.joined(said)

    def _sections(self) -> Iterator[Section]:
        brief = self.brief
        points = talking_lines(talking_points(brief), brief, self)
        yield self.section("talk", points, TALK, numbered=True)
        red = bool(brief.red_lines)
        yield self.section("red_lines", self.red_lines(), 1 + NEEDS, alarm=red)
        yield self.section("people", self.people(), PEOPLE + len(WAYS))
        yield self.section("open", self.open_matters(), OPEN)
        past = (past_line(one, self) for one in brief.past)
        yield self.section("past", past, LATEST)

    def preview(self) -> str:
        """What a mail program shows beside the subject: the first things to talk about."""
        talk = self.sections[0]
        return " · ".join(line.text for line in talk.lines[:PREVIEWED]) or talk.empty

    def actions(self, links: VisitLinks) -> list[Action]:
        forms = (
            ("record", links.record),
            ("reschedule", links.reschedule),
            ("page", links.page),
        )
        return [Action(self.say(label), url) for label, url in forms if url]

    def why(self, mail: VisitBrief, say: Speech) -> Iterator[str]:
        """Why this reader gets it, and when such mails come."""
        if mail.skips:
            yield self.say("why_passed", steps=passed_over(mail.skips, say))
        else:
            yield self.say("why_owner")
        if mail.copies:
            people = words.listed(mail.copies, self.language)
            yield self.say("copied", people=people)
        ahead = words.span(mail.ahead, self.language)
        yield self.say("policy", policy=mail.policy, ahead=ahead)

    def section(
        self, name: str, lines: Iterable[Line], shown: int, **looks: bool
    ) -> Section:
        lines = tuple(lines)
        return Section(
            self.say(name),
            lines[:shown],
            self.say(f"no_{name}"),
            self.more(len(lines) - shown),
            **looks,
        )

    def more(self, left: int) -> str:
        return self.say("more", count=left) if left > 0 else ""

    def red_lines(self) -> Iterator[Line]:
        if self.brief.red_lines:
            yield Line(self.short(self.brief.red_lines.text, LONG))
        elif self.brief.needs:
            yield Line(self.say("no_red_lines"))
        for need in self.brief.needs:
            yield Line(self.say("special_need", text=self.short(need.text, LONG)))

    def people(self) -> Iterator[Line]:
        """How they like to be dealt with, then who they are."""
        for answer in self.brief.ways:
            said = self.short(answer.text, LONG)
            yield Line(f"{self.word(answer.dimension)}{self.say('colon')}{said}")
        for contact in self.brief.contacts:
            yield contact_line(contact, self)

    def open_matters(self) -> list[Line]:
        """Ours that are late, tickets whose time has passed, then the rest."""
        promises = [promise_line(one, self) for one in self.brief.promises]
        tickets = [ticket_line(one, self) for one in self.brief.tickets]
        return sorted([*promises, *tickets], key=lambda line: not line.flag)


def brief_markdown(brief: Brief, language: str, timezone: str) -> str:
    """In Markdown; whatever people typed is shown as typed, never as markup."""
    return "\n".join(_lines(BriefPage(brief, language, timezone, cell)))


def _lines(page: BriefPage) -> Iterator[str]:
    yield f"# {page.heading}"
    yield f"\n{page.lead}\n"
    for fact in page.facts:
        yield f"- **{fact.label}** {fact.value} {fact.nearness}".rstrip()
    for section in page.sections:
        yield f"\n## {section.title}\n"
        for number, line in enumerate(section.lines, 1):
            mark = f"{number}." if section.numbered else "-"
            rest = " · ".join(
                filter(None, (line.note, line.flag and f"**{line.flag}**"))
            )
            yield f"{mark} {line.text}" + (f"  \n   {rest}" if rest else "")
        if not section.lines:
            yield section.empty
        if section.more:
            yield f"\n{section.more}"
    yield ""
    yield page.say("as_of", when=page.at(page.as_of))
