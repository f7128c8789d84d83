"""A ticket's history as one page: clocks, events, ladder, mails, and what comes next."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from kam_flows.domain.accounts import Tier
from kam_flows.domain.escalation import Outcome
from kam_flows.domain.histories import (
    Ahead,
    Climb,
    Happened,
    MailAbout,
    Promise,
    TicketHistory,
    Told,
    Why,
)
from kam_flows.domain.mails import Fate
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.tickets import Happening, Priority
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import cell, clipped, one_line
from kam_flows.rendering.history_words import COLUMNS, PHRASES
from kam_flows.rendering.pages import table

AT_ONCE = timedelta(minutes=5)
"""Recorded within this time counts as recorded when it happened."""
MINUTE = timedelta(minutes=1)
NOTE, SUBJECT = 600, 80
"""Letters that are shown of a note and of a mail's subject."""


class Page:
    """Writes a history in one language and time zone, typed words by `typed`."""

    def __init__(
        self,
        history: TicketHistory,
        language: str,
        timezone: str,
        typed: Callable[[str], str],
    ) -> None:
        self.history, self.timezone, self.typed = history, timezone, typed
        self.language = words.LANGUAGES[words.spoken(language)]
        self.phrases = PHRASES[self.language]
        self.fates = {mail.id: mail.fate for mail in history.mails}

    def say(self, phrase: str, **values: object) -> str:
        return self.phrases[phrase].format(**values)

    def at(self, moment: datetime) -> str:
        return words.moment(
            moment, self.timezone, self.language, near=self.history.as_of
        )

    def lapse(self, length: timedelta) -> str:
        return words.lapse(length, self.language)

    def lines(self) -> Iterator[str]:
        history = self.history
        yield from self.head()
        yield from self.table("clocks", map(self.promise, history.promises))
        if history.ticket.provisional:
            yield from ("", self.say("provisional"))
        yield from ("", self.waiting())
        yield from (f"\n## {self.say('next')}", "", self.next_step(history.ahead))
        yield f"\n## {self.say('history')}"
        yield from self.table("history", map(self.event, history.events))
        yield f"\n## {self.say('ladder')}"
        yield from self.table("ladder", map(self.climb, history.climbs))
        yield f"\n## {self.say('mails')}"
        yield from self.table("mails", map(self.mail, history.mails))
        when, zone = self.at(history.as_of), words.zone(self.timezone, self.language)
        yield from ("", self.say("as_of", when=when, zone=zone))

    def head(self) -> Iterator[str]:
        ticket = self.history.ticket
        yield f"# {self.typed(ticket.number)} · {self.typed(ticket.title)}"
        yield ""
        about = (
            self.typed(ticket.account_name),
            words.word(ticket.tier, self.language),
            self.typed(ticket.scene),
            words.word(ticket.priority, self.language),
        )
        yield self.say("account", about=" · ".join(about))
        yield ""
        owner = self.typed(ticket.owner) or self.say("nobody")
        state = words.word(ticket.state, self.language)
        episode, policy = self.history.episode, self.typed(self.history.policy)
        yield self.say("owner", owner=owner, state=state) + (
            self.say("episode", episode=episode) if episode > 1 else ""
        )
        yield ""
        yield self.say("policy", policy=policy)

    def table(self, name: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
        heads, body = COLUMNS[self.language][name], list(rows)
        yield ""
        if not body:
            yield self.say(f"no_{name}")
            return
        yield from table(heads, body)

    def promise(self, promise: Promise) -> Sequence[str]:
        name = words.word(promise.target, self.language)
        if promise.episode < self.history.episode:
            name += self.say("episode", episode=promise.episode)
        mark = " \\*" if self.history.ticket.provisional else ""
        span = promise.written and words.span(promise.written, self.language)
        due = self.at(promise.due_at) + mark if promise.due_at else ""
        met = self.at(promise.met_at) if promise.met_at else ""
        return name, span, due, met, self.kept(promise)

    def kept(self, promise: Promise) -> str:
        due, met = promise.due_at, promise.met_at
        if due is None:
            return self.say("met") if met else self.say("still")
        if met is None:
            left = due - self.history.as_of
            phrase = "left" if left >= timedelta() else "late"
            return self.say(phrase, time=self.lapse(abs(left)))
        if met <= due:
            return self.say("in_time")
        return self.say("met_late", time=self.lapse(met - due))

    def waiting(self) -> str:
        waited, since = self.history.waited, self.history.waiting_since
        if since is not None:
            still = self.history.as_of - since
            said = self.say("waits", since=self.at(since), time=self.lapse(still))
            before = self.say("before", time=self.lapse(waited))
            return said + before if waited >= MINUTE else said
        if waited < MINUTE:
            return self.say("never_waited")
        return self.say("waited", time=self.lapse(waited))

    def next_step(self, ahead: Ahead | None) -> str:
        if ahead is None:
            stands_still = self.history.waiting_since is not None
            return self.say("stands_still" if stands_still else "nothing_next")
        is_due = ahead.due_at <= self.history.as_of
        said = self.say(
            "ahead_due" if is_due else "ahead",
            rung=ahead.rung,
            when=self.at(ahead.due_at),
            place=self.place(ahead.meant_for),
        )
        if ahead.tell_at > max(ahead.due_at, self.history.as_of):
            said += self.say("told_from", when=self.at(ahead.tell_at))
        said += self.say("reached", name=self.name(ahead.name))
        if ahead.skips:
            said += self.say("passed", who=self.passed_over(ahead.skips))
        return said + self.say("stop")

    def event(self, event: Happened) -> Sequence[str]:
        when = self.at(event.at)
        if event.recorded_at - event.at > AT_ONCE:
            when += self.say("recorded", when=self.at(event.recorded_at))
        what, value = words.word(event.kind, self.language), self.value(event)
        note = self.typed(clipped(event.note, NOTE))
        who = self.typed(event.who) or self.say("itself")
        return (
            when,
            self.say("to", what=what, value=value) if value else what,
            who,
            note,
        )

    def value(self, event: Happened) -> str:
        kind = {
            Happening.PRIORITY_CHANGED: Priority,
            Happening.TIER_CHANGED: Tier,
        }.get(event.kind)
        if kind is not None and event.value in list(kind):
            return words.word(kind(event.value), self.language)
        return self.typed(event.value)

    def climb(self, climb: Climb) -> Sequence[str]:
        place = self.place(climb.meant_for) if climb.meant_for else ""
        return (
            str(climb.episode),
            f"{climb.rung} · {place}" if place else str(climb.rung),
            self.at(climb.due_at) if climb.due_at else self.say("still"),
            self.became(climb),
            words.listed(map(self.told, climb.told), self.language),
            self.passed_over(climb.skips),
        )

    def became(self, climb: Climb) -> str:
        """What became of the rung, in words, with its moment."""
        decided = self.at(climb.decided_at) if climb.decided_at else ""
        stopped = self.at(climb.stopped_at) if climb.stopped_at else ""
        if climb.outcome is None:
            return self.say("settled", when=stopped) if stopped else self.say("not_due")
        if climb.outcome is Outcome.STOPPED:
            return self.say("stopped", when=stopped or decided)
        if climb.outcome is Outcome.HELD:
            until = self.at(climb.deliver_at) if climb.deliver_at else decided
            return self.say("held", when=until, name=self.name(climb.held_for))
        said = self.say(climb.outcome.value, when=decided)
        ended = climb.outcome is Outcome.TOLD and stopped
        return said + self.say("then_settled", when=stopped) if ended else said

    def told(self, told: Told) -> str:
        where = self.say("in_mail", mail=told.mail) if told.mail else self.say("unsent")
        fate = self.fates.get(told.mail or 0, Fate.SENT)
        if fate is not Fate.SENT:
            where += self.say("but", fate=words.word(fate, self.language))
        why = "" if told.why is Why.ALERT else self.say(told.why.value)
        return self.name(told.name) + self.say("of_mail", why=why, where=where)

    def passed_over(self, skips: Iterable[Skipped]) -> str:
        return self.say("and").join(map(self.skipped, skips))

    def skipped(self, skip: Skipped) -> str:
        place = self.place(skip.place)
        named = skip.name and skip.reason is not Skip.NOBODY
        who = f"{place} {self.typed(skip.name)}" if named else place
        return self.say(
            "skipped", who=who, reason=words.word(skip.reason, self.language)
        )

    def mail(self, mail: MailAbout) -> Sequence[str]:
        to = f"{self.name(mail.name)} · {self.typed(', '.join(mail.addresses))}"
        subject = self.typed(clipped(mail.subject, SUBJECT))
        return str(mail.id), self.fate(mail), to, subject

    def fate(self, mail: MailAbout) -> str:
        said = words.word(mail.fate, self.language)
        if mail.finished_at is not None:
            said += f" {self.at(mail.finished_at)}"
        elif mail.fate is Fate.QUEUED and mail.not_before > self.history.as_of:
            said += self.say("leaves", when=self.at(mail.not_before))
        if mail.attempts > 1:
            said += self.say("attempts", count=mail.attempts)
        if mail.reason:
            said += self.say("reason", words=self.typed(mail.reason))
        return said

    def name(self, name: str) -> str:
        return self.typed(name) or self.say("duty")

    def place(self, place: str) -> str:
        return self.typed(words.place(place, self.language))


def ticket_page(history: TicketHistory, language: str, timezone: str) -> str:
    """The page in Markdown; whatever people typed is shown as typed, never as markup."""
    return "\n".join(Page(history, language, timezone, cell).lines())


def ticket_text(history: TicketHistory, language: str, timezone: str) -> str:
    """The same for a terminal, where letters stand for themselves."""
    return "\n".join(Page(history, language, timezone, one_line).lines())
