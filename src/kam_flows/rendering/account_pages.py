"""An account's page: red lines first, then needs, people, agreement, dealings, open matters."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kam_flows.domain.account_file import FileEntry, Transaction, promise_code
from kam_flows.domain.account_pages import AccountPage
from kam_flows.domain.accounts import Contact
from kam_flows.domain.agreements import Agreement
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.rendering import words
from kam_flows.rendering.account_words import PHRASES
from kam_flows.rendering.cleaning import cell, clipped, one_line
from kam_flows.rendering.phrasebook import Phrasebook

ANSWER, NOTE = 1200, 400
"""Letters that are shown of an answer and of an entry."""


class Section(NamedTuple):
    """A headed part of the page; `alarm` parts stand out."""

    title: str
    lines: tuple[str, ...]
    empty: str = ""
    """What stands there if there is nothing to list."""
    alarm: bool = False


class Page(Phrasebook):
    """Writes a page in one language and time zone; what people typed by `typed`."""

    def __init__(
        self,
        page: AccountPage,
        language: str,
        timezone: str,
        typed: Callable[[str], str],
    ) -> None:
        super().__init__(PHRASES, language, timezone, typed, page.as_of)
        self.page = page

    def about(self) -> str:
        page = self.page
        parts = [page.code, self.word(page.tier), page.industry, page.city]
        if page.signed_on:
            parts.append(self.say("signed", day=page.signed_on))
        if not page.active:
            parts.append(self.say("ended"))
        return " · ".join(self.typed(part) for part in parts if part)

    def sections(self) -> Iterator[Section]:
        page = self.page
        red = [a for a in page.answers if a.dimension is Dimension.RED_LINES]
        others = [a for a in page.answers if a.dimension is not Dimension.RED_LINES]
        yield self.section("red_lines", map(self.answer, red), alarm=bool(red))
        yield self.section("open", self.open_matters())
        yield self.section("needs", map(self.answer, others))
        if page.unanswered:
            unanswered = self.listed(page.unanswered)
            yield Section(
                self.say("gaps"), (self.say("unanswered", dimensions=unanswered),)
            )
        yield self.section("special_needs", map(self.entry, page.needs))
        yield self.section("people", map(self.contact, page.contacts))
        yield self.section("team", self.team())
        yield self.section("agreement", self.agreement(page.agreement))
        yield self.section("contracts", map(self.contract, page.contracts))
        yield self.section(
            "dealings", [*self.turnover(), *map(self.dealing, page.dealings)]
        )
        yield self.section("said", map(self.entry, page.said))

    def section(
        self, name: str, lines: Iterable[str], *, alarm: bool = False
    ) -> Section:
        return Section(
            self.say(name), tuple(lines), self.say(f"no_{name}"), alarm=alarm
        )

    def answer(self, answer: Answer) -> str:
        said = self.typed(clipped(answer.text, ANSWER))
        source = self.typed(answer.source) if answer.source else self.say("form")
        who = self.typed(self.page.answered_by.get(answer.by, answer.by))
        when = self.day(answer.at)
        where = self.say("recorded", who=who, when=when, source=source)
        return (
            f"{self.bold(self.word(answer.dimension))}{self.say('colon')}{said} {where}"
        )

    def day(self, moment: datetime) -> str:
        return f"{moment.astimezone(ZoneInfo(self.timezone)):%Y-%m-%d}"

    def entry(self, entry: FileEntry) -> str:
        who = self.typed(self.page.answered_by.get(entry.by, entry.by))
        head = f"{self.day(entry.at)} {who}"
        return f"{head}{self.say('colon')}{self.typed(clipped(entry.text, NOTE))}"

    def open_matters(self) -> Iterator[str]:
        page = self.page
        if page.onboarding:
            state = self.word(page.onboarding.progress)
            share = page.onboarding.share
            line = self.say("onboarding", state=state, percent=int(share * 100))
            if page.onboarding.deadline and share < 1:
                when = self.at(page.onboarding.deadline)
                line += self.say("until", when=when)
            yield line
        for name in page.handing_over:
            yield self.say("handover", name=self.typed(name))
        for one in page.promises:
            text = self.typed(clipped(one.entry.text, NOTE))
            line = self.say(
                "promise",
                number=promise_code(one.entry.id),
                text=text,
                day=one.entry.due_on,
                who=self.typed(one.owner),
            )
            yield line + (self.bold(self.say("late")) if one.is_late else "")
        for ticket in page.tickets:
            line = self.say(
                "ticket",
                number=self.typed(ticket.number),
                title=self.typed(clipped(ticket.title, NOTE)),
                state=self.word(ticket.state),
                owner=self.typed(ticket.owner) or self.say("nobody"),
            )
            if ticket.resolve_by:
                late = ticket.resolve_by < page.as_of
                when = self.at(ticket.resolve_by)
                line += (
                    self.bold(self.say("was_due", when=when))
                    if late
                    else self.say("until", when=when)
                )
            yield line

    def contact(self, contact: Contact) -> str:
        parts = [contact.name, contact.title, contact.email, contact.phone]
        line = " · ".join(self.typed(part) for part in parts if part)
        return line + (self.say("decides") if contact.is_decision_maker else "")

    def team(self) -> Iterator[str]:
        for one in self.page.team:
            gone = "" if one.is_here else self.say("left")
            who = self.typed(" · ".join(p for p in (one.name, one.email) if p))
            yield f"{self.word(one.role)}{self.say('colon')}{who}{gone}"
        for role in self.page.vacant:
            yield f"{self.word(role)}{self.say('colon')}{self.bold(self.say('vacant'))}"

    def agreement(self, agreement: Agreement | None) -> Iterator[str]:
        sla = self.page.sla
        if agreement is not None:
            signature = agreement.signature
            drafted = self.say(
                "version", number=agreement.version, when=self.day(agreement.drafted_at)
            )
            if signature is None:
                yield drafted + self.say("unsigned")
            else:
                yield drafted + self.say(
                    "signed_by", name=self.typed(signature.by), day=signature.on
                )
            if agreement.outdated_at:
                why = self.typed(agreement.outdated_why)
                yield self.bold(self.say("outdated", why=why))
        if sla.opened:
            late = sum(sla.late.values())
            yield self.say("sla", opened=sla.opened, late=late)

    def contract(self, one: Transaction) -> str:
        line = self.dealing(one)
        return line + (self.say("ends", day=one.ends_on) if one.ends_on else "")

    def turnover(self) -> Iterator[str]:
        for one in self.page.turnover:
            yield self.say(
                "turnover",
                year=one.year,
                amount=money(one.amount, one.currency),
                count=one.count,
            )

    def dealing(self, one: Transaction) -> str:
        parts = [str(one.on), self.word(one.kind), self.typed(one.reference)]
        line = f"{' '.join(parts)}{self.say('colon')}{money(one.amount, one.currency)}"
        return line + (f" · {self.typed(clipped(one.text, NOTE))}" if one.text else "")

    def foot(self) -> str:
        when, zone = self.at(self.page.as_of), words.zone(self.timezone, self.language)
        return self.say("as_of", when=when, zone=zone)


def money(amount: Fraction, currency: str) -> str:
    """`CNY 1,280,000.50`."""
    return f"{currency} {float(amount):,.2f}"


def page_markdown(page: AccountPage, language: str, timezone: str) -> str:
    """In Markdown; whatever people typed is shown as typed, never as markup."""
    return "\n".join(_lines(Page(page, language, timezone, cell), "# ", "## ", "- "))


def page_text(page: AccountPage, language: str, timezone: str) -> str:
    """For a terminal and for plain mail, where letters stand for themselves."""
    return "\n".join(_lines(Page(page, language, timezone, one_line), "", "\n", "  "))


def _lines(page: Page, top: str, head: str, item: str) -> Iterator[str]:
    yield f"{top}{page.typed(page.page.name)}"
    yield ""
    yield page.about()
    for section in page.sections():
        yield f"{head}{section.title}" if top == "" else f"\n{head}{section.title}\n"
        lines: Sequence[str] = section.lines or (section.empty,)
        yield from (f"{item}{line}" for line in lines)
    yield ""
    yield page.foot()
