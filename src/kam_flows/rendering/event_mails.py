"""The mails to those who prepare an event, in words."""

from collections.abc import Iterable, Iterator

from kam_flows.domain.event_mails import EventDue, EventFacts, EventLine, EventPlan
from kam_flows.domain.events import EventChange
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.event_words import STEPS
from kam_flows.rendering.lines import passed_over
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sections import Line, Section
from kam_flows.rendering.sentences import Action, Fact
from kam_flows.rendering.speech import Speech

NOTE = 200


class StepsPage(Phrasebook):
    """What both mails share: steps as lines."""

    def line(self, step: EventLine, *, mine: bool = True) -> Line:
        day = self.on(step.due_on)
        until = self.say("until", day=day)
        if not mine:
            until = self.say("until_by", day=day, owner=self.short(step.owner))
        if step.is_settled:
            until = f"{until} · {self.say('settled')}"
        late = self.say("days_late", days=step.days_late) if step.days_late else ""
        link = step.complete
        return Line(
            text=self.short(step.title, NOTE),
            note=until,
            flag=late,
            action=Action(self.say("complete"), link) if link else None,
        )

    def section(
        self, title: str, steps: Iterable[EventLine], *, mine: bool = True
    ) -> Section:
        lines = tuple(self.line(step, mine=mine) for step in steps)
        return Section(title=title, lines=lines, empty=self.say("nothing"))


class EventPlanPage(StepsPage):
    def __init__(self, mail: EventPlan) -> None:
        super().__init__(STEPS, mail.language, mail.timezone, one_line, mail.as_of)
        self.mail, self.event = mail, mail.event

    @property
    def title(self) -> str:
        return self.say(f"title_{self.mail.change}")

    @property
    def name(self) -> str:
        return self.short(self.event.name, NOTE)

    @property
    def subject(self) -> str:
        name, day = self.short(self.event.name), self.on(self.event.on)
        return self.say("subject", what=self.title, name=name, day=day)

    def facts(self) -> Iterator[Fact]:
        event = self.event
        when = self.hours(event.on, event.starts, event.minutes, event.zone)
        yield Fact(self.say("when"), when)
        if event.place:
            yield Fact(self.say("where"), self.short(event.place, NOTE))
        yield Fact(self.say("organiser"), self.short(event.organiser))
        if self.mail.reason:
            yield Fact(self.say("why"), self.short(self.mail.reason, NOTE))

    def actions(self) -> list[Action]:
        links = self.mail.links
        forms = (("invite", links.invite), ("move", links.move), ("show", links.show))
        return [Action(self.say(label), url) for label, url in forms if url]

    def remarks(self) -> Iterator[str]:
        if self.mail.late:
            yield self.say("late")
        if self.mail.left_out:
            yield self.say("left_out", steps=self.joined(self.mail.left_out))

    def sections(self) -> Iterator[Section]:
        if self.mail.change is EventChange.CANCELLED:
            return
        yield self.section(self.say("mine"), self.mail.mine)
        if self.mail.others:
            yield self.section(self.say("others"), self.mail.others, mine=False)

    def why(self) -> Iterator[str]:
        yield self.say("why_you")


class EventDuePage(StepsPage):
    def __init__(self, mail: EventDue, speech: Speech) -> None:
        super().__init__(STEPS, mail.language, mail.timezone, one_line, mail.as_of)
        self.mail, self.speech = mail, speech

    @property
    def title(self) -> str:
        return self.say("title_due")

    @property
    def name(self) -> str:
        return self.joined(self.short(event.name) for event, _ in self.mail.events)

    @property
    def subject(self) -> str:
        (event, _), *_ = self.mail.events
        steps = [step for _, some in self.mail.events for step in some]
        subject = self.say(
            "subject_many" if len(steps) > 1 else "subject_one",
            event=self.short(event.name),
            first=self.short(steps[0].title),
            count=len(steps),
            more=len(steps) - 1,
        )
        late = sum(step.days_late > 0 for step in steps)
        return self.say("subject_late", subject=subject, late=late) if late else subject

    def remarks(self) -> Iterator[str]:
        if self.mail.told:
            yield self.say("told", name=self.short(self.mail.told))
        if self.mail.skips:
            steps = passed_over(self.mail.skips, self.speech, self.say("owns"))
            yield self.say("passed", steps=steps)

    def sections(self) -> Iterator[Section]:
        for event, steps in self.mail.events:
            yield self.section(self.headed(event), steps)

    def headed(self, event: EventFacts) -> str:
        name = self.short(event.name, NOTE)
        return self.say("of_event", name=name, day=self.on(event.on))

    def why(self) -> Iterator[str]:
        yield self.say("why_due")
