"""The mail that follows visits in words: what to record, to keep, and what was missed."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from kam_flows.domain.notices import Skipped
from kam_flows.domain.visit_follow_up_mails import (
    DuePromise,
    UnrecordedVisit,
    VisitFollowUp,
)
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import clipped, one_line
from kam_flows.rendering.follow_up_words import PHRASES
from kam_flows.rendering.lines import passed_over
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sentences import Action
from kam_flows.rendering.speech import Speech

NAME, TEXT, IN_SUBJECT = 60, 300, 40
"""Letters shown of a name, of a promise, and of either in a subject."""


class Card(NamedTuple):
    """One matter: what is the matter, what to do, and why this reader is told."""

    head: str
    is_late: bool
    name: str
    about: str
    actions: tuple[Action, ...]
    notes: tuple[str, ...]


class Section(NamedTuple):
    title: str
    lead: str
    cards: tuple[Card, ...]
    more: str
    """How many there was no room for."""


class FollowUpPage(Phrasebook):
    """Writes such a mail in its reader's language and time zone."""

    def __init__(self, mail: VisitFollowUp, speech: Speech) -> None:
        super().__init__(PHRASES, mail.language, mail.timezone, one_line, mail.as_of)
        self.mail, self.speech = mail, speech

    @property
    def subject(self) -> str:
        counts = [count for count in self.mail.counts.values() if count]
        if sum(counts) == 1:
            return self.alone()
        if len(counts) > 1:
            return self.summary
        mail = self.mail
        visits = [one.account_name for one in (*mail.unrecorded, *mail.missed)]
        promises = [one.account_name for one in (*mail.promises, *mail.broken)]
        account = clipped([*visits, *promises][0], IN_SUBJECT)
        return self.say("first_of", summary=self.summary, account=account)

    @cached_property
    def summary(self) -> str:
        """How many of each sort."""
        return self.say("then").join(
            self.say(f"{sort}_one" if count == 1 else f"{sort}_many", count=count)
            for sort, count in self.mail.counts.items()
            if count
        )

    def alone(self) -> str:
        """The one matter itself: a subject on which its reader can act."""
        for sort, visits in (
            ("unrecorded", self.mail.unrecorded),
            ("missed", self.mail.missed),
        ):
            for visit in visits:
                return self.say(
                    f"{sort}_alone",
                    account=clipped(visit.account_name, IN_SUBJECT),
                    day=self.on(visit.on),
                    what=clipped(self.what(visit), IN_SUBJECT),
                    owner=self.owner(visit.owner),
                )
        [promise] = [*self.mail.promises, *self.mail.broken]
        late = "_late" if self.mail.promises and promise.days_late else ""
        sort = "promises" if self.mail.promises else "broken"
        return self.say(
            f"{sort}_alone{late}",
            account=clipped(promise.account_name, IN_SUBJECT),
            day=self.on(promise.due_on),
            days=promise.days_late,
            text=clipped(promise.text, IN_SUBJECT),
            owner=self.owner(promise.owner),
        )

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        mail = self.mail
        parts = (
            ("unrecorded", "lead_mine", map(self.visit, mail.unrecorded)),
            ("promises", "lead_promises", map(self.promise, mail.promises)),
            ("missed", "lead_below", map(self.missed, mail.missed)),
            (
                "broken",
                "" if mail.missed else "lead_below",
                map(self.broken, mail.broken),
            ),
        )
        found = (
            Section(
                title=self.say(sort),
                lead=self.say(lead) if lead else "",
                cards=tuple(cards),
                more=self.say("more", count=more) if more else "",
            )
            for (sort, lead, cards), more in zip(parts, mail.more, strict=True)
        )
        return tuple(section for section in found if section.cards)

    def preview(self) -> str:
        cards = [card for section in self.sections for card in section.cards]
        return " · ".join(f"{card.name} {card.head}" for card in cards[:3])

    def what(self, visit: UnrecordedVisit) -> str:
        return clipped(visit.title, NAME) or self.word(visit.kind)

    def owner(self, name: str) -> str:
        return clipped(name, NAME) or self.say("nobody")

    # One matter.

    def visit(self, visit: UnrecordedVisit) -> Card:
        head, note = "unrecorded_head", "until"
        if visit.is_missed:
            head, note = "unrecorded_head_missed", "since"
        return self.of_visit(visit, head, note)

    def missed(self, visit: UnrecordedVisit) -> Card:
        return self.of_visit(visit, "missed_head", "since")

    def of_visit(self, visit: UnrecordedVisit, head: str, note: str) -> Card:
        day = self.on(visit.on)
        return Card(
            head=self.say(head, day=day),
            is_late=visit.is_missed,
            name=clipped(visit.account_name, NAME),
            about=self.say(
                "about",
                number=visit.number,
                what=self.what(visit),
                day=day,
                owner=self.owner(visit.owner),
            ),
            actions=self.actions(
                ("record", visit.record),
                ("reschedule", visit.reschedule),
                ("cancel", visit.cancel),
                ("show", visit.show),
            ),
            notes=self.notes(
                self.say(note, when=self.at(visit.missed_at)), visit.skips
            ),
        )

    def promise(self, promise: DuePromise) -> Card:
        note = "last" if promise.is_last else "again" if promise.days_late else ""
        return self.of_promise(promise, self.say(note) if note else "")

    def broken(self, promise: DuePromise) -> Card:
        return self.of_promise(promise, "")

    def of_promise(self, promise: DuePromise, note: str) -> Card:
        day, days = self.on(promise.due_on), promise.days_late
        head = self.say("late_head" if days else "ahead_head", day=day, days=days)
        return Card(
            head=head,
            is_late=days > 0,
            name=clipped(promise.text, TEXT),
            about=self.say(
                "promise_about",
                number=promise.number,
                account=clipped(promise.account_name, NAME),
                day=day,
                owner=self.owner(promise.owner),
            ),
            actions=self.actions(
                ("keep", promise.keep), ("account_page", promise.account_page)
            ),
            notes=self.notes(note, promise.skips),
        )

    def actions(self, *links: tuple[str, str | None]) -> tuple[Action, ...]:
        return tuple(Action(self.say(label), url) for label, url in links if url)

    def notes(self, note: str, skips: Sequence[Skipped]) -> tuple[str, ...]:
        passed = ""
        if skips:
            steps = passed_over(skips, self.speech, self.say("has_it"))
            passed = self.say("passed", steps=steps)
        return tuple(filter(None, (note, passed)))

    # Why it came.

    def why(self) -> Iterator[str]:
        mail = self.mail
        if mail.unrecorded or mail.missed:
            yield self.say(
                "why_visits",
                policy=mail.policy,
                remind=words.span(mail.remind_after, self.language).strip(),
                missed=words.span(mail.missed_after, self.language).strip(),
            )
        if mail.promises or mail.broken:
            yield self.say("why_promises")
        yield self.say("why_deputy")
