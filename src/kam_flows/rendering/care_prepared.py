"""The mail about a prepared care: the letter to approve, what is to be done, what to give."""

from collections.abc import Iterator
from functools import cached_property

from kam_flows.domain.care_mails import CarePrepared
from kam_flows.domain.care_rules import Action as Deed
from kam_flows.domain.gift_rules import GiftIdea
from kam_flows.domain.mails import DUTY
from kam_flows.rendering import words
from kam_flows.rendering.answers import told
from kam_flows.rendering.care_lines import LONG, CareMailWords
from kam_flows.rendering.care_mail_words import PREPARED
from kam_flows.rendering.lines import passed_over
from kam_flows.rendering.sections import Line, Section
from kam_flows.rendering.sentences import Action, Fact
from kam_flows.rendering.speech import Speech

IDEAS, GIVEN, STEPS = 4, 5, 15
"""What a section lists at the most."""


class PreparedPage(CareMailWords):
    def __init__(self, mail: CarePrepared) -> None:
        super().__init__(PREPARED, mail)
        self.mail = mail

    @property
    def asks(self) -> str:
        """What this mail is about: `approve`, `letter`, `trouble` or `steps`."""
        if self.letter is not None:
            return "approve" if self.care.approval else "letter"
        return "trouble" if self.care.trouble else "steps"

    @property
    def subject(self) -> str:
        day = {"approve": self.until, "letter": self.on(self.care.deliver_on)}.get(
            self.asks, self.on(self.care.on)
        )
        said = self.say(f"subject_{self.asks}", concerned=self.concerned, day=day)
        return self.say("late_subject", subject=said) if self.care.late else said

    @cached_property
    def until(self) -> str:
        """The day by which the letter is to be approved."""
        days = [task.due_on for task in self.care.tasks if task.is_approval]
        return self.on(min([*days, self.care.deliver_on]))

    @property
    def lead(self) -> str:
        leaves = self.on(self.care.deliver_on)
        return self.say(f"lead_{self.asks}", until=self.until, day=leaves)

    def preview(self) -> str:
        return f"{self.what} · {self.lead}"

    @property
    def late(self) -> str:
        """That it began late; empty: it did not."""
        if not self.care.late:
            return ""
        begun = self.day_of(self.care.prepared_at)
        days = max((begun - self.care.prepare_on).days, 1)
        return self.counted("late", days, day=self.on(self.care.prepare_on))

    @property
    def shorter(self) -> str:
        """Which steps that costs."""
        if not self.mail.left_out:
            return self.say("complete")
        return self.say(
            "shorter", steps=self.joined(map(self.short, self.mail.left_out))
        )

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(self._facts())

    def _facts(self) -> Iterator[Fact]:
        yield from self.occasion_facts()
        if self.letter is not None:
            condition = self.say("once_approved") if self.care.approval else ""
            yield Fact(self.say("leaves"), self.leaving(), condition)

    @cached_property
    def actions(self) -> list[Action]:
        return self.buttons("approve", "edit", "hold", "done")

    def before(self) -> Iterator[Section]:
        """What the reader should know before the letter."""
        if self.care.trouble and self.letter is None:
            trouble = self.short(told(self.care.trouble, self.language), LONG)
            yield Section(self.say("trouble"), (Line(trouble),), alarm=True)
        if red := self.short(self.mail.red_lines, LONG):
            yield Section(self.say("red_lines"), (Line(red),), alarm=True)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(self._sections())

    def _sections(self) -> Iterator[Section]:
        mail = self.mail
        yield self.part("steps", tuple(self.steps()), STEPS)
        if Deed.GIFT in self.care.actions:
            budget = self.amount(self.care.budget, mail.currency)
            ideas = tuple(map(self.idea, mail.ideas))
            yield self.part("ideas", ideas, IDEAS, budget=budget)
            yield self.part("given", tuple(self.given()), GIVEN)
        if also := tuple(self.also()):
            yield Section(self.say("also"), also)

    def part(
        self, name: str, lines: tuple[Line, ...], most: int, **values: str
    ) -> Section:
        left = len(lines) - most
        return Section(
            self.say(name, **values),
            lines[:most],
            self.say(f"no_{name}", **values),
            self.say("more", count=left) if left > 0 else "",
        )

    def steps(self) -> Iterator[Line]:
        for step in self.mail.steps:
            who = self.short(step.who) or self.say("no_owner")
            notes = [self.say("step", day=self.on(step.due_on)), who]
            if step.done:
                notes.append(self.say("step_done"))
            flag = "" if step.done else self.overdue(step.due_on)
            yield Line(self.short(step.title), " · ".join(notes), flag)

    def idea(self, idea: GiftIdea) -> Line:
        """What it costs, and why it stands here."""
        wanted = {one.casefold() for one in self.mail.preferences}
        liked = [self.short(tag) for tag in idea.tags if tag.casefold() in wanted]
        why = self.say("fits" if wanted else "unknown_taste")
        if liked:
            why = self.say("liked", tags=self.joined(liked))
        price = self.amount(idea.value, self.mail.currency)
        return Line(self.short(idea.title), f"{price} · {why}")

    def given(self) -> Iterator[Line]:
        for gift in sorted(self.mail.given, key=lambda one: one.on, reverse=True):
            notes = (
                self.on(gift.on),
                self.amount(gift.value, self.mail.currency),
                self.say("gift_to", who=self.short(gift.recipient_name)),
            )
            yield Line(self.short(gift.item), " · ".join(notes))

    def also(self) -> Iterator[Line]:
        wanted = ["page", "drop"]
        if Deed.GIFT in self.care.actions:
            wanted.insert(0, "gift")
        for name in wanted:
            for form in self.buttons(name):
                yield Line(self.say(f"also_{name}"), action=form)

    def why(self, say: Speech) -> Iterator[str]:
        """Why this reader gets it, and when such mails come."""
        mail = self.mail
        if mail.recipient == DUTY:
            yield self.say("why_nobody")
        elif mail.skips:
            yield self.say("why_passed", steps=passed_over(mail.skips, say))
        else:
            yield self.say("why_owner")
        if mail.copies:
            people = words.listed(mail.copies, self.language)
            yield self.say("copied", people=people)
        if mail.policy:
            day = self.on(self.care.prepare_on)
            yield self.say("policy", policy=self.short(mail.policy), day=day)
        if self.care.wants_letter:
            yield self.say("never_by_time")
