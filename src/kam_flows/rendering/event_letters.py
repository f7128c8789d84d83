"""An invitation to an event of ours, as its guest reads it."""

from collections.abc import Iterator

from kam_flows.domain.event_mails import EventInvitation
from kam_flows.domain.invitations import Method
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.event_words import INVITATION
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.salutations import salutation
from kam_flows.rendering.sentences import Fact

TITLE = 120


class EventLetter(Phrasebook):
    def __init__(self, mail: EventInvitation) -> None:
        super().__init__(INVITATION, mail.language, mail.timezone, one_line, mail.as_of)
        self.mail, self.event = mail, mail.event

    @property
    def stage(self) -> str:
        if self.mail.method is Method.CANCEL:
            return "cancelled"
        return "moved" if self.mail.moved else "new"

    @property
    def name(self) -> str:
        return self.short(self.event.name, TITLE)

    @property
    def subject(self) -> str:
        name = self.short(self.event.name)
        return self.say(f"subject_{self.stage}", name=name, day=self.on(self.event.on))

    @property
    def salutation(self) -> str:
        return salutation(self.short(self.mail.name), self.mail.title, self.language)

    @property
    def opening(self) -> str:
        return self.say(f"open_{self.stage}", name=self.name)

    def facts(self) -> Iterator[Fact]:
        event = self.event
        when = self.hours(event.on, event.starts, event.minutes, event.zone)
        yield Fact(self.say("when"), when)
        if event.place:
            yield Fact(self.say("where"), self.short(event.place, TITLE))

    def paragraphs(self) -> Iterator[str]:
        """What stands under day and place."""
        yield self.say(f"calendar_{self.stage}")
        if self.mail.answers_to and self.stage != "cancelled":
            yield self.say("answer")
        yield self.say(f"close_{self.stage}")

    @property
    def date(self) -> str:
        day = self.mail.dated
        name = words.MONTHS[day.month * 3 - 3 : day.month * 3]
        return self.say("date", year=day.year, month=day.month, day=day.day, name=name)

    @property
    def heading(self) -> str:
        """Where a letter has its date: English before all else, Chinese at its end."""
        return self.date if words.spoken(self.language) else ""

    def signature(self) -> Iterator[str]:
        house, organiser = self.short(self.mail.house), self.short(self.event.organiser)
        if words.spoken(self.language):
            yield from (organiser, house)
        else:
            yield from (house, organiser, self.date)
