"""What a digest says about one rung: what is late, how that was computed, and why you."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cached_property
from itertools import pairwise

from kam_flows.domain.notices import ClimbedRung, Skip, Skipped, urgency
from kam_flows.domain.policy import Anchor, Until
from kam_flows.domain.telling import Tell
from kam_flows.rendering import words
from kam_flows.rendering.sentences import Action, Facts, Sentences
from kam_flows.rendering.speech import Speech

FULL = 5
"""So many tickets of a digest are told in full, the rest in one line each."""

MINUTE = timedelta(minutes=1)


class Line:
    """One rung in words; each sentence is made once for text and HTML."""

    def __init__(self, rung: ClimbedRung, say: Sentences) -> None:
        self.rung, self.ticket, self.skips = rung, rung.ticket, rung.skips
        self.say = say
        self.gettext = say.texts.gettext

    @cached_property
    def facts(self) -> Facts:
        return self.say.facts(self.ticket)

    @cached_property
    def actions(self) -> list[Action]:
        """A manager's next step is to give the ticket to somebody, an owner's to end it."""
        first = "assign"
        if self.rung.until is Until.TAKEN_UP:
            first = "take_up"
        elif self.rung.tell is Tell.OWNER and not self.skips:
            first = "resolve"
        return self.say.actions(self.rung.links, first)

    @property
    def is_warning(self) -> bool:
        """The rung warns before a promise is broken, and none is broken yet."""
        return self.rung.after.endswith("%") and not self.facts.overdue

    @cached_property
    def lateness(self) -> str:
        """`已 48 小时未解决`: what has not happened, counted from the opening."""
        return self.gettext("%(lacking)s for %(time)s") % {
            "lacking": words.lacking(self.rung.until, self.say.language),
            "time": self.say.lapse(self.say.as_of - self.rung.since),
        }

    @property
    def headline(self) -> str:
        return self.lateness[:1].upper() + self.lateness[1:]

    @cached_property
    def due(self) -> str:
        return self.say.at(self.rung.due_at)

    @cached_property
    def computed(self) -> str:
        """How the moment of this rung came about, in one line."""
        line = f"{self._start()}{self.gettext('; ')}{self._way()} → {self.due}"
        if self.rung.anchored_at == self.rung.due_at:
            line = self._start()
        if self.rung.late < MINUTE:
            return line
        past = self.gettext("%(time)s ago") % {"time": self.say.lapse(self.rung.late)}
        return f"{line}{self.gettext('; ')}{past}"

    def _start(self) -> str:
        when = {"when": self.say.at(self.rung.anchored_at)}
        if self.rung.anchor is not Anchor.OPENED:
            return f"{self.say.word(self.rung.anchor)} {when['when']}"
        if self.rung.episode > 1:
            return self.gettext("Open again since %(when)s") % when
        return self.gettext("Opened %(when)s") % when

    def _way(self) -> str:
        way = self._counted()
        if self.rung.paused < MINUTE:
            return way
        waited = {"time": self.say.lapse(self.rung.paused)}
        return way + (
            self.gettext(" (%(time)s of waiting for the customer not counted)") % waited
        )

    def _counted(self) -> str:
        after, calendar = self.rung.after, self.rung.calendar
        if after.endswith("%"):
            return self.gettext("%(share)s of that time used up") % {"share": after}
        time = words.span(after, self.say.language)
        if not calendar:
            return self.gettext("%(time)s around the clock") % {"time": time}
        return self.gettext("%(time)s on the calendar “%(calendar)s”") % {
            "time": time,
            "calendar": calendar,
        }

    @cached_property
    def reason(self) -> str:
        """Why this reader is told: the rung's own person, or whoever was passed over."""
        if not self.skips:
            return self.gettext("Rung %(rung)s goes to the %(place)s: you.") % {
                "rung": self.rung.rung,
                "place": words.place(self.rung.tell, self.say.language),
            }
        return self.gettext(
            "Rung %(rung)s was meant for the %(steps)s. So it comes to you."
        ) % {"rung": self.rung.rung, "steps": passed_over(self.skips, self.say)}

    @cached_property
    def outlook(self) -> str:
        """Who hears of it next, and when; empty on the last rung."""
        if (following := self.rung.following) is None:
            return ""
        return self.gettext(
            "If still %(lacking)s on %(when)s, the %(place)s is told."
        ) % {
            "lacking": words.lacking(following.until, self.say.language),
            "when": self.say.at(following.at),
            "place": words.place(following.tell, self.say.language),
        }


def passed_over(skips: Sequence[Skipped], say: Speech, owns: str = "") -> str:
    """Whom something was meant for, one after the other, and why it did not stop there.

    `owns` says why whoever has it in hand is passed over; empty: it is about a ticket.
    """
    pairs = pairwise((None, *skips))
    steps = [_step(skip, before, say, owns) for before, skip in pairs if skip]
    return say.texts.gettext("; ").join(steps)


def _step(skip: Skipped, before: Skipped | None, say: Speech, owns: str) -> str:
    place = words.place(skip.place, say.language)
    if before and skip.place == words.DEPUTY_OF + before.place:
        place = say.texts.gettext("their deputy")
    named = skip.name and skip.reason is not Skip.NOBODY
    own = owns if skip.reason is Skip.OWNER else ""
    return say.texts.gettext("%(who)s (%(reason)s)") % {
        "who": say.texts.gettext("%(place)s %(name)s")
        % {"place": place, "name": skip.name}
        if named
        else place,
        "reason": own or say.word(skip.reason),
    }


def lines(rungs: Iterable[ClimbedRung], say: Sentences) -> Sequence[Line]:
    """What needs the reader most comes first."""
    return [Line(rung, say) for rung in sorted(rungs, key=urgency)]


def by_reason(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Lines that reached the reader in the same way, so that it is said once."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.reason, []).append(line)
    return list(groups.items())
