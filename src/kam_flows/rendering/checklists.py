"""What a mail says about an onboarding: what is missing, until when, and why you."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property

from kam_flows.domain.onboarding import Progress, StepKind
from kam_flows.domain.onboarding_mails import (
    BoardLine,
    ChecklistFacts,
    MissingItem,
    OnboardingBegun,
    OnboardingMorning,
    OpenChecklist,
    Signed,
    StillOpen,
    ToldItem,
)
from kam_flows.domain.onboarding_rules import ItemKind
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import clipped
from kam_flows.rendering.lines import passed_over
from kam_flows.rendering.sentences import Action, Sentences

TITLE, NAME, ACCOUNT = 60, 60, 80
"""Letters that are shown of an item, a person and an account."""


class ChecklistWords:
    """The facts of one onboarding in words."""

    def __init__(self, facts: ChecklistFacts, say: Sentences) -> None:
        self.facts, self.say = facts, say
        self.gettext = say.texts.gettext

    @property
    def name(self) -> str:
        return clipped(self.facts.account_name, ACCOUNT)

    @property
    def is_overdue(self) -> bool:
        return self.facts.progress is Progress.OVERDUE

    @cached_property
    def about(self) -> str:
        """`战略级 · 主客户经理 王芳 · 5 项中已完成 3 项`."""
        lead = self.gettext("lead manager %(name)s") % {
            "name": clipped(self.facts.lead_manager, NAME)
        }
        parts = (
            self.say.word(self.facts.tier),
            lead if self.facts.lead_manager else self.gettext("no lead manager"),
            self.done,
        )
        return " · ".join(parts)

    @property
    def done(self) -> str:
        return self.gettext("%(settled)s of %(required)s done") % {
            "settled": self.facts.settled,
            "required": self.facts.required,
        }

    @cached_property
    def nearness(self) -> str:
        """How near the deadline is, or how long past."""
        due_at = self.facts.due_at
        if due_at is None:
            return ""
        said = self.gettext("%(time)s left")
        if due_at <= self.say.as_of:
            said = self.gettext("%(time)s late")
        return said % {"time": self.say.lapse(abs(due_at - self.say.as_of))}

    @property
    def state(self) -> str:
        return self.say.word(self.facts.progress)

    @cached_property
    def headline(self) -> str:
        if self.facts.due_at is None:
            return self.state
        return f"{self.state} · {self.nearness}"

    @property
    def outcome(self) -> str:
        """When all was done, seen from the deadline; empty where there is none."""
        due_at = self.facts.due_at
        if due_at is None:
            return ""
        said = self.gettext("%(time)s before the deadline")
        if due_at < self.say.as_of:
            said = self.gettext("%(time)s after the deadline")
        return said % {"time": self.say.lapse(abs(due_at - self.say.as_of))}

    @cached_property
    def computed(self) -> str:
        """How the deadline came about, in one line."""
        facts = self.facts
        signed = self.gettext("Signed %(when)s") % {
            "when": self.say.at(facts.signed_at)
        }
        if facts.due_at is None:
            return signed
        time = words.span(facts.due_in, self.say.language)
        way = self.gettext("%(time)s around the clock") % {"time": time}
        if facts.calendar:
            way = self.gettext("%(time)s on the calendar “%(calendar)s”") % {
                "time": time,
                "calendar": facts.calendar,
            }
        if facts.moved:
            way += self.gettext(" (holds not counted)")
        due = self.say.at(facts.due_at)
        if facts.provisional:
            due += self.gettext(" (provisional)")
        line = f"{signed}{self.gettext('; ')}{way} → {due}"
        if facts.started_at <= facts.due_at:
            return line
        late = self.gettext("started late, %(when)s")
        return (
            line + self.gettext("; ") + late % {"when": self.say.at(facts.started_at)}
        )

    def lacking(self, item: MissingItem) -> str:
        """What it still lacks, piece by piece; empty where it has no pieces."""
        return self.listed(item.lacking)

    def listed(self, members: Iterable[StrEnum]) -> str:
        return words.listed(map(self.say.word, members), self.say.language)

    def signature(self, signed: Signed) -> str:
        """Which version was signed, when and by whom."""
        said = self.gettext("Version %(version)s, signed %(day)s by %(name)s")
        if signed.face_to_face:
            said = self.gettext(
                "Version %(version)s, signed %(day)s face to face by %(name)s"
            )
        return said % {
            "version": signed.version,
            "day": self.say.on(signed.on),
            "name": clipped(signed.by, NAME),
        }

    def owner(self, item: MissingItem) -> str:
        return clipped(item.owner, NAME) or self.gettext("nobody yet")

    def detail(self, item: MissingItem) -> str:
        """Whose it is, and its own time where it has one."""
        if item.due_at is None:
            return self.owner(item)
        due = self.gettext("due %(when)s") % {"when": self.say.at(item.due_at)}
        return f"{self.owner(item)} · {due}"


class OpenWords(ChecklistWords):
    """One account's part of a digest in words."""

    def __init__(self, checklist: OpenChecklist, say: Sentences) -> None:
        super().__init__(checklist.facts, say)
        self.checklist, self.told = checklist, checklist.told

    def actions(self, told: ToldItem) -> list[Action]:
        does = {
            ItemKind.SURVEY: self.gettext("Record answers"),
            ItemKind.AGREEMENT: self.gettext("Record the signature"),
            ItemKind.ACCOUNT_FILE: self.gettext("Add an entry"),
            ItemKind.INHERITANCE: self.gettext("Accept"),
            ItemKind.TEAM: self.gettext("Import the team"),
            ItemKind.TASK: self.gettext("Complete"),
        }
        links = [
            (does[told.item.kind], told.link),
            (self.gettext("Waive"), told.waive),
        ]
        return [Action(label, url) for label, url in links if url]

    @property
    def more_actions(self) -> list[Action]:
        links = (
            (self.gettext("Show this onboarding"), self.checklist.show),
            (self.gettext("Put it on hold"), self.checklist.hold),
        )
        return [Action(label, url) for label, url in links if url]

    @cached_property
    def reasons(self) -> Sequence[str]:
        """Why this reader is told, each reason once; of what, if there are several."""
        items: dict[str, list[str]] = {}
        for told in self.told:
            items.setdefault(self._reason(told), []).append(
                clipped(told.item.title, TITLE)
            )
        if len(items) == 1:
            return list(items)
        colon = self.gettext(": ")
        return [
            f"{words.listed(titles, self.say.language)}{colon}{reason}"
            for reason, titles in items.items()
        ]

    def _reason(self, told: ToldItem) -> str:
        skipped = passed_over(told.skips, self.say, self.gettext("has it in hand"))
        if told.step is StepKind.REMINDER:
            if not skipped:
                return self.gettext("Reminders go to whoever has an item in hand: you.")
            said = self.gettext(
                "This reminder was meant for the %(steps)s. So it comes to you."
            )
            return said % {"steps": skipped}
        if skipped:
            said = self.gettext(
                "What is overdue was meant for the %(steps)s. So it comes to you."
            )
            return said % {"steps": skipped}
        said = self.gettext("What is overdue goes to the %(place)s: you.")
        return said % {"place": words.place(told.tell, self.say.language)}


class BegunWords(OpenWords):
    """A checklist at its start, in words."""

    def whole(self, told: ToldItem) -> str:
        """Until when, and what it takes: `Wed 14 Oct 2026, 17:00 · evidence: …`."""
        item, due_at = told.item, told.item.due_at or self.facts.due_at
        parts = []
        if not item.is_required:
            parts.append(self.gettext("no deadline: it holds nothing up"))
        elif due_at is not None:
            parts.append(self.gettext("due %(when)s") % {"when": self.say.at(due_at)})
        if item.evidence:
            parts.append(
                self.gettext("evidence: %(what)s")
                % {"what": clipped(item.evidence, TITLE)}
            )
        return " · ".join(parts)

    @property
    def due(self) -> str:
        """The deadline of the whole, for the subject; empty on hold."""
        return self.say.at(self.facts.due_at) if self.facts.due_at else ""

    def _reason(self, told: ToldItem) -> str:
        skipped = passed_over(told.skips, self.say, self.gettext("has it in hand"))
        if not skipped:
            return self.gettext(
                "The service standard gives this to your role on the team."
            )
        said = self.gettext("Meant for the %(steps)s. So it comes to you.")
        return said % {"steps": skipped}


def begun_checklist(mail: OnboardingBegun, say: Sentences) -> BegunWords:
    return BegunWords(mail.checklist, say)


def open_checklists(mail: StillOpen, say: Sentences) -> list[OpenWords]:
    return [OpenWords(checklist, say) for checklist in mail.checklists]


class LineWords(ChecklistWords):
    """One line of the board in words."""

    def __init__(self, line: BoardLine, say: Sentences) -> None:
        super().__init__(line.facts, say)
        self.items = line.missing

    @property
    def percent(self) -> str:
        return f"{done(self.facts):.0%}"

    def missing(self, item: MissingItem) -> str:
        """`需求调研（红线与禁忌、发展规划）`."""
        title = clipped(item.title, TITLE)
        if not item.lacking:
            return title
        return self.gettext("%(title)s (%(lacking)s)") % {
            "title": title,
            "lacking": self.lacking(item),
        }


def done(facts: ChecklistFacts) -> float:
    """Of the required items, those done or waived; 1 if none is required."""
    return facts.settled / facts.required if facts.required else 1.0


def board_lines(mail: OnboardingMorning, say: Sentences) -> list[LineWords]:
    return [LineWords(line, say) for line in mail.lines]
