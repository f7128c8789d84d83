"""Care in Markdown: a care as one page, and a month as a sheet of days."""

from calendar import Calendar
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time

from kam_flows.domain.care_mails import CareLine, StepLine, waiting
from kam_flows.domain.care_pages import CareOnRecord, CarePage, possible
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.gifts import Gift
from kam_flows.domain.histories import MailAbout
from kam_flows.rendering import words
from kam_flows.rendering.answers import told
from kam_flows.rendering.care_letters import laid_out
from kam_flows.rendering.care_lines import LONG, CareWords
from kam_flows.rendering.care_page_words import PAGE, SHEET
from kam_flows.rendering.care_words import MONTHS
from kam_flows.rendering.cleaning import cell, one_line
from kam_flows.rendering.pages import table

SUBJECT = 80
"""Letters shown of a mail's subject."""
LINES = 500
"""Rows of a month sheet at the most; the rest are counted."""

Rows = Iterable[Sequence[str]]


class Page(CareWords):
    """Writes a page in one language and time zone, typed words by `typed`."""

    def __init__(
        self,
        page: CarePage,
        language: str,
        timezone: str,
        typed: Callable[[str], str],
    ) -> None:
        super().__init__(PAGE, language, timezone, page.as_of, typed)
        self.page, self.care = page, page.care

    def lines(self) -> Iterator[str]:
        page, care = self.page, self.care
        yield f"# {care.number} · {self.occasion(page.title, care.about, care.years)}"
        about = (care.account, page.account_name, care.contact)
        if any(about):
            yield ""
            yield " · ".join(self.short(name) for name in about if name)
        yield ""
        yield from self.facts()
        yield from self.letter()
        yield from self.section("steps", map(self.step, page.steps))
        yield from self.section("gifts", map(self.gift, page.gifts))
        yield from self.section("mails", map(self.mail, page.mails))
        yield from self.section("trail", map(self.on_record, page.trail))
        yield from self.forms()
        yield ""
        zone = words.zone(self.timezone, self.language)
        yield self.say("as_of", when=self.at(page.as_of), zone=zone)

    def headed(self, title: str, body: Iterable[str]) -> Iterator[str]:
        yield from ("", f"## {self.say(title)}", "", *body)

    def section(self, title: str, rows: Rows) -> Iterator[str]:
        """A table; without rows it is left out."""
        if body := list(rows):
            heads = self.say(f"{title}_heads").split("|")
            yield from self.headed(title, table(heads, body))

    # How far it is.

    def facts(self) -> Iterator[str]:
        page, care = self.page, self.care
        yield f"- {self.bold(self.state())}"
        distance = self.distance((care.on - self.today).days)
        yield self.fact("day", f"{self.on(care.on)} · {distance}")
        yield self.fact("schedule", self.joined(self.schedule()))
        yield self.fact("prepares", self.short(page.owner) or self.say("no_owner"))
        if care.actions:
            yield self.fact("deeds", self.joined(self.deeds()))
        if care.wants_letter:
            yield self.fact("to", self.addressed())
            yield self.fact("approval", self.approval())
        if page.policy:
            yield self.fact("policy", self.short(page.policy))

    def fact(self, label: str, value: str) -> str:
        return f"- {self.say(label)}{self.say('colon')}{value}"

    def state(self) -> str:
        """With what explains it."""
        care = self.care
        parts = [self.word(care.state)]
        if care.skip:
            parts.append(self.word(care.skip))
        if care.state is CareState.HELD:
            parts.append(self.kept_back(care))
        if care.late:
            parts.append(self.say("began_late"))
        return " · ".join(filter(None, parts))

    def schedule(self) -> Iterator[str]:
        care = self.care
        yield self.say("from_on", begins=self.on(care.prepare_on))
        if care.wants_letter:
            yield self.say("leaves_on", day=self.on(care.deliver_on))

    def deeds(self) -> Iterator[str]:
        yield from map(self.word, self.care.actions)
        if self.care.budget:
            amount = self.amount(self.care.budget, self.page.currency)
            yield self.say("budget", amount=amount)

    def addressed(self) -> str:
        return self.short(self.page.addressee, SUBJECT) or self.say("no_address")

    def approval(self) -> str:
        care = self.care
        if care.approved_at:
            who = self.short(self.page.approved_by or care.approved_by or "")
            return self.say("approved", who=who, when=self.at(care.approved_at))
        return self.say("not_approved" if care.approval else "needs_none")

    # The letter, and what else is done.

    def letter(self) -> Iterator[str]:
        """Quoted as it will be read; every line of it stays one."""
        letter, trouble = self.care.letter, self.care.trouble
        if letter:
            subject = self.say("letter_subject", subject=self.typed(letter.subject))
            written = map(self.typed, laid_out(letter))
            quoted = (f"> {line}  " if line else ">" for line in written)
            yield from self.headed("letter_head", (subject, "", *quoted))
        elif trouble:
            why = self.short(told(trouble, self.language), LONG)
            yield from self.headed("letter_head", [self.say("no_letter", why=why)])

    def step(self, step: StepLine) -> Sequence[str]:
        who = self.short(step.who) or self.say("no_owner")
        return self.short(step.title), self.on(step.due_on), who, self.done(step)

    def done(self, step: StepLine) -> str:
        if step.done_at:
            who, when = self.short(step.done_by), self.at(step.done_at)
            return self.say("done_by", when=when, who=who)
        if step.done:
            return self.say("is_done")
        late = self.overdue(step.due_on)
        return self.bold(late) if late else self.say("is_open")

    def gift(self, gift: Gift) -> Sequence[str]:
        return (
            self.on(gift.on),
            self.short(gift.item),
            self.amount(gift.value, self.page.currency),
            self.short(gift.recipient_name),
            self.short(gift.reason, LONG),
        )

    def mail(self, mail: MailAbout) -> Sequence[str]:
        fate = [self.word(mail.fate)]
        if mail.finished_at:
            fate.append(self.at(mail.finished_at))
        if mail.reason:
            fate.append(self.short(mail.reason, LONG))
        name = self.short(mail.name) or self.say("duty")
        to = f"{name} · {self.short(', '.join(mail.addresses), SUBJECT)}"
        return str(mail.id), " · ".join(fate), to, self.short(mail.subject, SUBJECT)

    def on_record(self, entry: CareOnRecord) -> Sequence[str]:
        what, who = self.word(entry.what), self.short(entry.who)
        return self.at(entry.at), what, who, self.short(entry.note, LONG)

    def forms(self) -> Iterator[str]:
        """Links of a page; a terminal has no use for them."""
        found = (
            f"- [{self.say(f'do_{name}')}]({link})"
            for name in possible(self.care)
            if (link := getattr(self.page.links, name))
        )
        if self.typed is cell and (body := list(found)):
            yield from self.headed("forms", body)


def care_page(page: CarePage, language: str, timezone: str) -> str:
    """In Markdown; whatever people typed is shown as typed, never as markup."""
    return "\n".join(Page(page, language, timezone, cell).lines())


def care_text(page: CarePage, language: str, timezone: str) -> str:
    """The same for a terminal, where letters stand for themselves."""
    return "\n".join(Page(page, language, timezone, one_line).lines())


class Sheet(CareWords):
    """Writes a month; years are those of its first day."""

    def __init__(self, lines: Iterable[CareLine], month: date, language: str) -> None:
        begins = datetime.combine(month.replace(day=1), time(12), tzinfo=UTC)
        super().__init__(SHEET, language, "UTC", begins, cell)
        inside = (one for one in lines if self.is_inside(one.on))
        self.here = sorted(inside, key=lambda one: (one.on, one.account_name))

    def is_inside(self, day: date) -> bool:
        return (day.year, day.month) == (self.today.year, self.today.month)

    def lines(self) -> Iterator[str]:
        year, month = self.today.year, self.today.month
        name = MONTHS[month - 1]
        yield f"# {self.say('title', year=year, month=month, name=name)}"
        yield ""
        if not self.here:
            yield self.say("empty")
            return
        yield self.say(
            "count",
            count=len(self.here),
            waiting=len(waiting(self.here)),
            late=sum(one.late for one in self.here),
        )
        yield ""
        yield from table(self.say("days").split("|"), self.weeks())
        yield ""
        yield from table(self.say("heads").split("|"), self.rows())
        if (left := len(self.here) - LINES) > 0:
            yield ""
            yield self.say("more", count=left)

    def weeks(self) -> Rows:
        """How much comes on each day."""
        counts: dict[date, int] = {}
        for one in self.here:
            counts[one.on] = counts.get(one.on, 0) + 1
        for week in Calendar().monthdatescalendar(self.today.year, self.today.month):
            yield [self.square(day, counts.get(day, 0)) for day in week]

    def square(self, day: date, count: int) -> str:
        if not self.is_inside(day):
            return ""
        return f"**{day.day}** · {count}" if count else f"{day.day}"

    def rows(self) -> Rows:
        """A day is named where it begins."""
        before = None
        for one in self.here[:LINES]:
            day = "" if one.on == before else self.bold(self.on(one.on))
            before = one.on
            yield (
                day,
                self.whose(one.account_name, one.contact),
                self.occasion(one.title, one.about, one.years),
                self.short(one.owner) or self.say("no_owner"),
                self.how_far(one),
            )

    def how_far(self, line: CareLine) -> str:
        parts = [line.number, self.standing(line)]
        if line.late:
            parts.append(self.bold(self.say("began_late")))
        return " · ".join(filter(None, parts))


def month_sheet(lines: Iterable[CareLine], month: date, language: str) -> str:
    """The occasions of the month of this day, in Markdown; those of others are left out."""
    return "\n".join(Sheet(lines, month, language).lines())


def care_list(lines: Sequence[CareLine], as_of: datetime, language: str) -> str:
    """Cares as a table for a terminal, in the order given."""
    words = CareWords(SHEET, language, "UTC", as_of)
    if not lines:
        return words.say("none")
    rows = (
        (
            f"{one.on}",
            words.whose(one.account_name, one.contact),
            words.occasion(one.title, one.about, one.years),
            words.short(one.owner),
            f"{one.number} · {words.standing(one)}",
        )
        for one in lines
    )
    return "\n".join(table(words.say("heads").split("|"), rows))
