"""What holds for every account that is planned: rules, people and what they have to do.

Days are counted as `date.toordinal` does: planning looks at many thousands of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time

from kam_flows.domain.cadences import Anchor, Cadence, Slot, fixed_slots
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.people import Directory
from kam_flows.domain.visit_rules import VisitRules


class Answers(dict[int, bool]):
    """What is true of a day; asked for once."""

    def __init__(self, ask: Callable[[date], bool]) -> None:
        super().__init__()
        self.ask = ask

    def __missing__(self, day: int) -> bool:
        self[day] = answer = self.ask(date.fromordinal(day))
        return answer


class Agenda:
    """What stands on everybody's days: when each touchpoint that takes time begins."""

    def __init__(self, planned: Iterable[tuple[str, date, time]] = ()) -> None:
        self._starts: dict[tuple[str, int], list[time]] = {}
        self._done: list[tuple[str, int, time, bool]] = []
        for owner, on, starts in planned:
            self.take(owner, on.toordinal(), starts)

    def on(self, owner: str, day: int) -> Sequence[time]:
        return self._starts.get((owner, day), ())

    def take(self, owner: str, day: int, starts: time) -> None:
        self._starts.setdefault((owner, day), []).append(starts)
        self._done.append((owner, day, starts, True))

    def give_back(self, owner: str, day: int, starts: time) -> None:
        there = self._starts.get((owner, day), [])
        if starts in there:
            there.remove(starts)
            self._done.append((owner, day, starts, False))

    @contextmanager
    def whole_or_not(self) -> Iterator[None]:
        """What is done to it in the block is undone if the block fails."""
        self._done.clear()
        try:
            yield
        except Exception:
            for owner, day, starts, was_taken in reversed(list(self._done)):
                (self.give_back if was_taken else self.take)(owner, day, starts)
            raise


class House:
    """What holds for every account that is planned: rules, people and their days."""

    def __init__(self, rules: VisitRules, people: Directory, agenda: Agenda) -> None:
        self.rules, self.people, self.agenda = rules, people, agenda
        self._working: dict[str, Answers] = {}
        self._peaks: dict[str, Answers] = {}
        self._away: dict[str, Answers] = {}
        self._slots: dict[tuple[str, date, date, date | None], Sequence[Slot]] = {}

    def working(self, calendar: WorkCalendar) -> Answers:
        """Make-up working days among them."""
        if calendar.name not in self._working:
            self._working[calendar.name] = Answers(calendar.is_working_day)
        return self._working[calendar.name]

    def peak(self, industry: str) -> Answers:
        if industry not in self._peaks:
            peaks = self.rules.peaks.get(industry, ())
            self._peaks[industry] = Answers(
                lambda day: any(peak.covers(day) for peak in peaks)
            )
        return self._peaks[industry]

    def slots(
        self, cadence: Cadence, first: date, last: date, signed_on: date | None
    ) -> Sequence[Slot]:
        """Of a fixed grid; nearly all accounts of a tier ask for the very same."""
        signed = signed_on if cadence.anchor is Anchor.SIGNING else None
        asked = cadence.code, first, last, signed
        if asked not in self._slots:
            self._slots[asked] = tuple(fixed_slots(cadence, first, last, signed))
        return self._slots[asked]

    def is_there(self, code: str | None, day: int) -> bool:
        """Nobody is never away."""
        if code is None:
            return True
        if code not in self._away:
            absences = self.people[code].absences
            self._away[code] = Answers(
                lambda on: any(away.first <= on <= away.last for away in absences)
            )
        return not self._away[code][day]

    def has_room(self, code: str | None, day: int) -> bool:
        return code is None or len(self.agenda.on(code, day)) < self.rules.per_day

    def deputy_of(self, code: str | None) -> str | None:
        """Who goes instead: somebody who is still with us."""
        person = self.people.get(code or "")
        deputy = self.people.get(person.deputy or "") if person else None
        return deputy.code if deputy and deputy.active else None

    def free_start(self, code: str | None, day: int) -> time:
        """The first of the policy's times at which nothing begins; else the last."""
        taken = self.agenda.on(code, day) if code else ()
        for starts in self.rules.starts:
            if starts not in taken:
                return starts
        return self.rules.starts[-1]
