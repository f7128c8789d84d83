"""Between what a clock on the wall shows and the moment it means, DST included."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


def in_utc(moment: datetime) -> datetime:
    """A naive moment is refused, it names no instant."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a naive wall time, in UTC.

    A time that a DST change skips moves forward by the gap (02:30 becomes 03:30); of
    a time that comes twice the first is meant.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def boundary(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment from which the wall shows `wall` or later, in UTC.

    Differs from `instant` where the time is skipped: doors that open at 02:30 open
    when the clock jumps from 02:00 to 03:00.
    """
    late = instant(wall, zone)
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if early >= late:
        return late
    before, at = 0, (late - early) // SECOND
    while at - before > 1:
        middle = (before + at) // 2
        local = (early + middle * SECOND).astimezone(zone).replace(tzinfo=None)
        before, at = (middle, at) if local < wall else (before, middle)
    return early + at * SECOND


def boundaries(day: date, minutes: list[int], zone: ZoneInfo) -> list[datetime]:
    """The moments of several minutes of one local day, in UTC."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a wall time
    tomorrow = midnight + DAY
    offsets = {
        wall.replace(tzinfo=zone, fold=fold).utcoffset()
        for wall in (midnight, tomorrow)
        for fold in (0, 1)
    }
    if len(offsets) > 1:
        return [boundary(midnight + timedelta(minutes=m), zone) for m in minutes]
    start = instant(midnight, zone)
    return [start + timedelta(minutes=minute) for minute in minutes]


@dataclass(frozen=True, kw_only=True)
class Timed:
    """What takes place on one day, from a time on the wall there."""

    on: date
    starts: time
    minutes: int
    zone: str

    @property
    def begins_at(self) -> datetime:
        return instant(datetime.combine(self.on, self.starts), ZoneInfo(self.zone))

    @property
    def ends_at(self) -> datetime:
        return self.begins_at + timedelta(minutes=self.minutes)
