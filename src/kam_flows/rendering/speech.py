"""How one reader is spoken to: their language, their time zone, one moment."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from kam_flows.rendering import words
from kam_flows.rendering.catalog import Catalog

START_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Speech:
    def __init__(
        self, texts: Catalog, language: str, timezone: str, as_of: datetime | None
    ) -> None:
        self.texts = texts
        self.language, self.timezone = language, timezone
        self.as_of = as_of or START_OF_TIME
        self.lang = "en" if words.spoken(language) else "zh-CN"

    def word(self, member: StrEnum) -> str:
        return words.word(member, self.language)

    def at(self, moment: datetime) -> str:
        return words.moment(moment, self.timezone, self.language, self.as_of)

    @property
    def today(self) -> date:
        """The reader's day at the moment of the mail."""
        return self.day_of(self.as_of)

    def day_of(self, moment: datetime) -> date:
        """The day of this moment where the reader is."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    def on(self, day: date) -> str:
        return words.day(day, self.language, self.today)

    def lapse(self, length: timedelta) -> str:
        return words.lapse(length, self.language)

    @cached_property
    def zone(self) -> str:
        """`Beijing time (UTC+08:00)`, with the offset at the moment of the mail."""
        name = words.zone(self.timezone, self.language)
        offset = f"{self.as_of.astimezone(ZoneInfo(self.timezone)):%z}"
        return f"{name} (UTC{offset[:3]}:{offset[3:]})"
