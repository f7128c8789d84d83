"""The mail about a letter that is kept back: why, and that only a person decides."""

from collections.abc import Iterator
from functools import cached_property

from kam_flows.domain.care_mails import CareHeld, HoldingTicket
from kam_flows.rendering import words
from kam_flows.rendering.care_lines import CareMailWords
from kam_flows.rendering.care_mail_words import HELD
from kam_flows.rendering.sections import Line, Section
from kam_flows.rendering.sentences import Action, Fact

TICKETS = 10


class HeldPage(CareMailWords):
    def __init__(self, mail: CareHeld) -> None:
        super().__init__(HELD, mail)
        self.mail = mail

    @property
    def sort(self) -> str:
        """Why it is kept back: `trouble`, `tickets`, `late` or `other`."""
        if self.care.trouble:
            return "trouble"
        if self.mail.tickets:
            return "tickets"
        return "late" if self.is_over else "other"

    @property
    def is_over(self) -> bool:
        return self.care.on < self.today

    @property
    def subject(self) -> str:
        if self.sort == "tickets":
            count = len(self.mail.tickets)
            return self.counted("subject_tickets", count, concerned=self.concerned)
        return self.say(f"subject_{self.sort}", concerned=self.concerned)

    @property
    def title(self) -> str:
        return self.say(f"title_{self.sort}")

    @property
    def lead(self) -> str:
        return self.say(f"lead_{self.sort}")

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(self._facts())

    def _facts(self) -> Iterator[Fact]:
        yield from self.occasion_facts()
        yield Fact(self.say("should_leave"), self.leaving())
        if self.sort in ("trouble", "other") and (why := self.kept_back(self.care)):
            yield Fact(self.say("because"), why)

    @cached_property
    def actions(self) -> list[Action]:
        """What must be mended comes before the release."""
        if self.care.trouble:
            return self.buttons("edit", "release", "drop")
        return self.buttons("release", "drop", "edit")

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        tickets = self.mail.tickets
        if not tickets:
            return ()
        left = len(tickets) - TICKETS
        more = self.say("more", count=left) if left > 0 else ""
        lines = tuple(map(self.ticket, tickets[:TICKETS]))
        return (Section(self.say("tickets"), lines, more=more, alarm=True),)

    def ticket(self, ticket: HoldingTicket) -> Line:
        number, title = self.short(ticket.number), self.short(ticket.title)
        lapse = words.lapse(self.as_of - ticket.since, self.language)
        return Line(
            self.say("ticket", number=number, title=title),
            self.say("open_for", when=self.at(ticket.since), time=lapse),
        )

    @property
    def afterwards(self) -> str:
        """What a release leads to."""
        if self.care.approval and not self.care.approved_by:
            return self.say("after_unapproved")
        leaves = self.care.deliver_on
        soon = leaves <= self.today
        day = (
            self.say("at_once") if soon else self.say("on_its_day", day=self.on(leaves))
        )
        return self.say("after_approved", day=day)

    def why(self) -> Iterator[str]:
        yield self.say("stays")
        yield self.say("why")
