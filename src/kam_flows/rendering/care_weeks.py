"""What comes up, in words: what to approve, whose days come, what was missed and why."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from kam_flows.domain.care_mails import CareLine, CareWeek, waiting
from kam_flows.domain.care_plans import CareState
from kam_flows.rendering.care_lines import IN_SUBJECT, CareWords
from kam_flows.rendering.care_week_words import PHRASES
from kam_flows.rendering.sections import Line, Section
from kam_flows.rendering.sentences import Action

WAITING, MISSED = 10, 8
OWNERS, OF_FIRST, OF_OTHERS = 7, 15, 4
"""What each part lists at the most; the rest are counted (a body stays below 100 KB)."""


class CareWeekPage(CareWords):
    def __init__(self, mail: CareWeek) -> None:
        super().__init__(PHRASES, mail.language, mail.timezone, mail.as_of)
        self.mail = mail

    def short(self, text: str, length: int = IN_SUBJECT) -> str:
        return super().short(text, length)

    @cached_property
    def lines(self) -> list[CareLine]:
        """All that comes up, the soonest first."""
        every = (line for _, lines in self.mail.coming for line in lines)
        return sorted(every, key=lambda line: line.on)

    @cached_property
    def waiting(self) -> list[CareLine]:
        """What is to be approved soonest comes first."""
        return sorted(waiting(self.lines), key=lambda line: line.waits_until or line.on)

    @property
    def days(self) -> int:
        return (self.mail.last - self.mail.first).days

    @property
    def subject(self) -> str:
        parts = (
            ("subject_waiting", len(self.waiting)),
            ("subject_coming", len(self.lines)),
            ("subject_missed", len(self.mail.missed)),
        )
        said = [
            self.counted(what, count, days=self.days) for what, count in parts if count
        ]
        return self.say(
            "subject", what=self.joined(said) or self.say("nothing", days=self.days)
        )

    @property
    def title(self) -> str:
        return self.say("title")

    @property
    def lead(self) -> str:
        first, last = self.on(self.mail.first), self.on(self.mail.last)
        return self.say("span", first=first, last=last)

    def sections(self) -> Iterator[Section]:
        if self.waiting:
            yield self.part("waiting", map(self.to_approve, self.waiting), WAITING)
        if not self.lines:
            yield Section(self.say("coming"), (), self.say("no_coming", days=self.days))
        for nth, (owner, lines) in enumerate(self.mail.coming[:OWNERS]):
            yield self.of_owner(owner, lines, OF_OTHERS if nth else OF_FIRST)
        if others := self.mail.coming[OWNERS:]:
            count = sum(len(lines) for _, lines in others)
            left = self.say("others_left", people=len(others), count=count)
            yield Section(self.say("others"), (), left)
        missed = map(self.missed, self.mail.missed)
        yield self.part("missed", missed, MISSED, alarm=bool(self.mail.missed))

    def of_owner(self, owner: str, lines: tuple[CareLine, ...], most: int) -> Section:
        name = self.short(owner) or self.say("no_owner")
        head = self.counted("owner", len(lines), name=name)
        ordered = sorted(lines, key=lambda line: line.on)
        return Section(
            head,
            tuple(map(self.coming, ordered[:most])),
            self.say("no_coming", days=self.days),
            self.left(len(lines) - most),
        )

    def part(
        self, name: str, lines: Iterable[Line], most: int, *, alarm: bool = False
    ) -> Section:
        found = tuple(lines)
        left = self.left(len(found) - most)
        empty = self.say(f"no_{name}")
        return Section(self.say(name), found[:most], empty, left, alarm=alarm)

    def left(self, count: int) -> str:
        return self.say("more", count=count) if count > 0 else ""

    def named(self, line: CareLine) -> str:
        """`10月26日 周一 上海海岚精密仪器 张伟：生日`."""
        whose = self.whose(line.account_name, line.contact)
        what = self.occasion(line.title, line.about, line.years)
        said = self.say("colon").join(filter(None, (whose, what)))
        return self.say("line", day=self.on(line.on), what=said)

    def to_approve(self, line: CareLine) -> Line:
        owner = self.short(line.owner) or self.say("no_owner")
        note = " · ".join(filter(None, (line.number, owner, self.until(line))))
        return Line(
            self.named(line), note, self.flag(line), self.button("approve", line)
        )

    def coming(self, line: CareLine) -> Line:
        notes = [line.number, self.standing(line)]
        if line.waits_for:
            notes.append(self.say("next", step=self.short(line.waits_for)))
            notes.append(self.until(line))
        note = " · ".join(filter(None, notes))
        is_held = line.state is CareState.HELD
        form = self.button("release", line) if is_held else None
        return Line(self.named(line), note, self.flag(line), form)

    def button(self, name: str, line: CareLine) -> Action | None:
        form = getattr(line.links, name)
        return Action(self.say(f"do_{name}"), form) if form else None

    def until(self, line: CareLine) -> str:
        day = line.waits_until
        return self.say("until", day=self.on(day)) if day else ""

    def flag(self, line: CareLine) -> str:
        overdue = self.overdue(line.waits_until) if line.waits_until else ""
        return overdue or (self.say("began_late") if line.late else "")

    def missed(self, line: CareLine) -> Line:
        owner = self.short(line.owner) or self.say("no_owner")
        note = " · ".join(filter(None, (line.number, owner)))
        return Line(self.named(line), note, self.why_missed(line))

    def why_missed(self, line: CareLine) -> str:
        if line.skip or line.state is CareState.DROPPED:
            return self.standing(line)
        return self.say("began_late" if line.late else "not_done")

    @property
    def why(self) -> str:
        return self.say("why", days=self.days)
