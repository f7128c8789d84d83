"""A touchpoint as one page: why on that day, who was told, what came of it, the record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from kam_flows.domain.account_file import FileEntry, promise_code
from kam_flows.domain.accounts import Tier
from kam_flows.domain.histories import MailAbout
from kam_flows.domain.touchpoints import Outcome, Reason, TouchpointKind, Why
from kam_flows.domain.visit_pages import (
    VisitLine,
    VisitOnRecord,
    VisitPage,
    VisitTold,
)
from kam_flows.domain.visit_records import Satisfaction
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import cell, clipped, one_line
from kam_flows.rendering.pages import table
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.visit_page_words import BY_HAND_ONLY, PHRASES, STEPS

LONGEST, NOTE, SUBJECT = 2000, 300, 80
"""Letters shown of what was learned, of a note, and of a mail's subject."""

Rows = Iterable[Sequence[str]]


class Page(Phrasebook):
    """Writes a page in one language and time zone, typed words by `typed`."""

    def __init__(
        self,
        page: VisitPage,
        language: str,
        timezone: str,
        typed: Callable[[str], str],
    ) -> None:
        super().__init__(PHRASES, language, timezone, typed, page.as_of)
        self.page = page

    def lines(self) -> Iterator[str]:
        page = self.page
        yield f"# {page.number} · {self.what(page.title, page.kind)}"
        yield ""
        yield f"{self.typed(page.account)} · {self.typed(page.account_name)}"
        yield ""
        yield from self.facts()
        yield from self.headed("why", map(self.step, page.why))
        yield from self.headed("outcome", self.outcome())
        yield from self.section("told", map(self.told, page.told))
        yield from self.section("mails", map(self.mail, page.mails))
        yield from self.section("trail", map(self.on_record, page.trail))
        yield from self.headed("forms", self.forms())
        yield ""
        yield self.say(
            "as_of",
            when=self.at(page.as_of),
            zone=words.zone(self.timezone, self.language),
        )

    def headed(self, title: str, lines: Iterable[str]) -> Iterator[str]:
        body = list(lines)
        if body:
            yield from ("", f"## {self.say(title)}", "", *(f"- {one}" for one in body))

    def section(self, title: str, rows: Rows) -> Iterator[str]:
        """A table; without rows it is left out."""
        body = list(rows)
        if body:
            heads = self.say(f"{title}_heads").split("|")
            yield from ("", f"## {self.say(title)}", "", *table(heads, body))

    def what(self, title: str, kind: TouchpointKind) -> str:
        return self.typed(clipped(title, NOTE)) or self.word(kind)

    # Where it stands.

    def facts(self) -> Iterator[str]:
        page = self.page
        yield f"- {self.bold(self.standing())}"
        yield self.fact("when", " · ".join(self.when()))
        yield self.fact("goes", self.going())
        if page.serves:
            yield self.fact("serves", words.listed(page.serves, self.language))
        if page.counts_for:
            yield self.fact("counts_for", words.listed(page.counts_for, self.language))
        if page.policy:
            yield self.fact("policy", self.typed(page.policy))

    def fact(self, label: str, value: str) -> str:
        return f"- {self.say(label)}{self.say('colon')}{value}"

    def standing(self) -> str:
        page, state = self.page, self.word(self.page.state)
        if page.merged_into:
            part = self.say("part_of", number=page.merged_into)
            return f"{state} · {part}"
        if page.concluded_on is None:
            return state
        return self.say("settled_on", state=state, day=self.on(page.concluded_on))

    def when(self) -> Iterator[str]:
        page = self.page
        starts = datetime.combine(page.on, page.starts)
        ends = starts + timedelta(minutes=page.minutes)
        if page.minutes:
            yield self.say(
                "span",
                day=self.on(page.on),
                starts=f"{starts:%H:%M}",
                ends=f"{ends:%H:%M}",
                zone=words.zone(page.zone, self.language),
            )
        else:
            yield self.on(page.on)
        if page.moves:
            yield self.say("moves", count=page.moves)
        if page.pinned:
            yield self.say("pinned")

    def going(self) -> str:
        page = self.page
        owner = self.typed(page.owner) or self.say("nobody")
        if page.participants:
            others = words.listed(map(self.typed, page.participants), self.language)
            owner = self.say("goes_with", owner=owner, others=others)
        return f"{owner} · {self.say('invited')}" if page.with_customer else owner

    # Why it is there.

    def step(self, reason: Reason) -> str:
        template = STEPS[reason.why]
        if reason.why is Why.BY_HAND and not reason.what:
            template = BY_HAND_ONLY
        what = self.typed(clipped(self.named(reason), NOTE))
        said = template[words.spoken(self.language)].format(what=what)
        return f"{said} {self.typed(clipped(reason.note, NOTE))}".rstrip()

    def named(self, reason: Reason) -> str:
        """What a reason names: a day with its weekday, a person by name, a tier."""
        if reason.why is Why.TIER and reason.what in set(Tier):
            return self.word(Tier(reason.what))
        try:
            return self.on(date.fromisoformat(reason.what))
        except ValueError:
            return self.page.names.get(reason.what, reason.what)

    # What came of it.

    def outcome(self) -> Iterator[str]:
        page, outcome = self.page, self.page.outcome
        if outcome is None:
            yield self.say("no_outcome")
            return
        who = self.typed(page.names.get(outcome.recorded_by, outcome.recorded_by))
        recorded = self.say("recorded", who=who, when=self.at(outcome.recorded_at))
        yield f"{self.say('took_place', day=self.on(outcome.on))} · {recorded}"
        for label, text in self.told_there(outcome):
            if text:
                yield f"{self.bold(label)}{self.say('colon')}{text}"
        for promise in page.promises:
            number = self.say("promise", number=promise_code(promise.id))
            yield f"{self.bold(number)}{self.say('colon')}{self.promise(promise)}"

    def told_there(self, outcome: Outcome) -> Iterator[tuple[str, str]]:
        def typed(text: str, length: int = LONGEST) -> str:
            return self.typed(clipped(text, length))

        yield self.say("present"), typed(outcome.present, NOTE)
        yield self.say("learned"), typed(outcome.learned)
        if outcome.satisfaction:
            degree = Satisfaction(str(outcome.satisfaction))
            yield self.say("satisfaction"), self.word(degree)
        yield self.say("next_step"), typed(outcome.next_step, NOTE)
        for need in self.page.needs:
            yield self.word(need.dimension), typed(need.text, NOTE)
        for signal in self.page.signals:
            yield (
                self.word(signal.kind),
                typed(signal.text, NOTE) or self.on(self.day_of(signal.at)),
            )

    def promise(self, promise: FileEntry) -> str:
        is_late = promise.due_on is not None and promise.due_on < self.today
        state = self.say("late" if is_late else "open")
        if promise.kept_at:
            state = self.say("kept", day=self.on(self.day_of(promise.kept_at)))
        return self.say(
            "promise_line",
            text=self.typed(clipped(promise.text, NOTE)),
            day=self.on(promise.due_on) if promise.due_on else "",
            who=self.typed(self.page.names.get(promise.owner or "", "")),
            state=state,
        )

    # Who heard of it, and who did what.

    def told(self, told: VisitTold) -> Sequence[str]:
        name = self.typed(told.name) or self.say("duty")
        return self.at(told.at), self.word(told.kind), name, str(told.mail or "")

    def mail(self, mail: MailAbout) -> Sequence[str]:
        fate = self.word(mail.fate)
        if mail.finished_at:
            fate += f" {self.at(mail.finished_at)}"
        if mail.reason:
            fate += f" · {self.typed(mail.reason)}"
        name = self.typed(mail.name) or self.say("duty")
        to = f"{name} · {self.typed(', '.join(mail.addresses))}"
        return str(mail.id), fate, to, self.typed(clipped(mail.subject, SUBJECT))

    def on_record(self, entry: VisitOnRecord) -> Sequence[str]:
        change = f"{entry.before} → {entry.after}" if entry.after else ""
        reason = entry.reason
        if reason in set(Why):
            reason = self.word(Why(reason))
        notes = (self.typed(change), self.typed(clipped(reason, NOTE)))
        return (
            self.at(entry.at),
            self.word(entry.what),
            self.typed(entry.who),
            " · ".join(filter(None, notes)),
        )

    def forms(self) -> Iterator[str]:
        """Buttons of a page; a terminal has no use for them."""
        if self.typed is not cell:
            return
        for label in ("record", "correct", "reschedule", "cancel"):
            if link := getattr(self.page.forms, label):
                yield f"[{self.say(label)}]({link})"


def visit_markdown(page: VisitPage, language: str, timezone: str) -> str:
    """In Markdown; whatever people typed is shown as typed, never as markup."""
    return "\n".join(Page(page, language, timezone, cell).lines())


def visit_text(page: VisitPage, language: str, timezone: str) -> str:
    """The same for a terminal, where letters stand for themselves."""
    return "\n".join(Page(page, language, timezone, one_line).lines())


def visit_list(lines: Sequence[VisitLine], language: str) -> str:
    """Touchpoints as a table for a terminal, in the order given."""
    say = PHRASES[words.LANGUAGES[words.spoken(language)]]
    term = partial(words.word, language=language)
    rows = [
        (
            one.number,
            f"{one.on}",
            f"{one.starts:%H:%M}",
            term(one.state),
            one_line(one.title) or term(one.kind),
            one_line(f"{one.account} {one.account_name}"),
            one_line(one.owner),
        )
        for one in lines
    ]
    if not rows:
        return say["no_visits"]
    return "\n".join(table(say["list_heads"].split("|"), rows))
