"""How a page says things: the phrases of one language, one time zone, and what was typed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kam_flows.domain.wall_time import instant
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import cell, clipped

NAME = 40
"""Letters that are shown of a name."""


class Phrasebook:
    """What people typed is written by `typed`: `cell` in Markdown, `one_line` elsewhere."""

    def __init__(
        self,
        phrases: Mapping[str, Mapping[str, str]],
        language: str,
        timezone: str,
        typed: Callable[[str], str],
        as_of: datetime,
    ) -> None:
        self.timezone, self.typed, self.as_of = timezone, typed, as_of
        self.language = words.LANGUAGES[words.spoken(language)]
        self.phrases = phrases[self.language]
        self.today = self.day_of(as_of)

    def say(self, phrase: str, **values: object) -> str:
        return self.phrases[phrase].format(**values)

    def word(self, member: StrEnum) -> str:
        return words.word(member, self.language)

    def listed(self, members: Iterable[StrEnum]) -> str:
        return words.listed(map(self.word, members), self.language)

    def at(self, moment: datetime) -> str:
        return words.moment(moment, self.timezone, self.language, self.as_of)

    def on(self, day: date) -> str:
        """With its weekday; Chinese names the year where it is another one."""
        return words.day(day, self.language, self.today)

    def hours(self, on: date, starts: time, minutes: int, zone: str) -> str:
        """`10月21日 周三 10:00–12:30`, with the zone as `clock` has it."""
        comma = (" ", ", ")[words.spoken(self.language)]
        return f"{self.on(on)}{comma}{self.clock(on, starts, minutes, zone)}"

    def clock(self, on: date, starts: time, minutes: int, zone: str) -> str:
        """`10:00–12:30`; where its zone is not the reader's, that, and when it is there."""
        begins = datetime.combine(on, starts)
        ends = begins + timedelta(minutes=minutes)
        line = f"{begins:%H:%M}–{ends:%H:%M}"
        if zone == self.timezone:
            return line
        mine = instant(begins, ZoneInfo(zone)).astimezone(ZoneInfo(self.timezone))
        own = f"{mine:%H:%M}"
        if mine.date() != on:
            own = f"{self.on(mine.date())} {own}"
        around = ("（{0}；{2} {1}）", " ({0}; {1} {2})")[words.spoken(self.language)]
        there, here = (words.zone(z, self.language) for z in (zone, self.timezone))
        return line + around.format(there, own, here)

    def joined(self, parts: Iterable[str]) -> str:
        """Those that say something."""
        return words.listed(filter(None, parts), self.language)

    def day_of(self, moment: datetime) -> date:
        """The day of this moment where the reader is."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    def short(self, text: str, length: int = NAME) -> str:
        """What people typed, as far as there is room."""
        return self.typed(clipped(text, length))

    def called(self, title: str, kind: StrEnum) -> str:
        """What people call it: its own name, else its kind."""
        return self.short(title) or self.word(kind)

    def bold(self, text: str) -> str:
        return f"**{text}**" if self.typed is cell else text
