"""Work calendars: when people work, and when a promise in business time falls due."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kam_flows.domain.durations import Duration, Unit
from kam_flows.domain.errors import UserError
from kam_flows.domain.timetable import PATIENCE, NoWorkingTime, Timetable, check_year
from kam_flows.domain.wall_time import DAY, MICROSECOND, in_utc, instant
from kam_flows.domain.windows import MIDNIGHT, Window, in_order

__all__ = ["NoWorkingTime", "Window", "WorkCalendar", "around_the_clock"]


class WorkCalendar:
    """The week of a place, the days that differ from it, and its time zone.

    `days` overrides the week (0 is Monday): no windows for a day off, windows for a
    make-up working day. Years outside `official_years` have no published days off yet:
    there the plain week holds and what is computed is provisional; None: no year is.

    A due time that falls exactly on closing time stays there. Moments must be aware,
    results are UTC; the calendar answers for the years 1970 to 2199.
    """

    def __init__(
        self,
        *,
        name: str,
        timezone: str,
        week: Mapping[int, Sequence[Window]],
        days: Mapping[date, Sequence[Window]] | None = None,
        official_years: Collection[int] | None = None,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        self._name = name
        self._titles = dict(titles or {})
        self._zone = _zone(timezone)
        self._week = tuple(in_order(week.get(weekday, ())) for weekday in range(7))
        self._days = {day: in_order(own) for day, own in (days or {}).items()}
        self._official = None if official_years is None else frozenset(official_years)
        self._timetable = Timetable(name, self._zone, self.windows_on)

    def __repr__(self) -> str:
        return f"WorkCalendar({self._name!r}, {self._zone.key!r})"

    @property
    def name(self) -> str:
        return self._name

    def title(self, language: str) -> str:
        """What a reader of that language calls it; its name where nobody said."""
        return self._titles.get(language) or self._name

    @property
    def timezone(self) -> ZoneInfo:
        return self._zone

    @property
    def week(self) -> tuple[tuple[Window, ...], ...]:
        """The windows of an ordinary week, Monday first."""
        return self._week

    @property
    def knows_days_off(self) -> bool:
        """Whether days differ from the week: holidays, closures, days made up for."""
        return bool(self._days)

    @property
    def days(self) -> str:
        """All that decides about its days, as a text: another one, and other days.

        The official lists grow without the policy that names the country.
        """
        official = sorted(self._official or ())
        days = sorted(self._days.items())
        return f"{self._zone.key} {self._week} {official} {days}"

    def add(self, start: datetime, duration: Duration) -> datetime:
        """When something is due that may take `duration` from `start`.

        `d` keeps the local time of day across DST changes. `bd` keeps it on the n-th
        working day after the start's date, moved to that day's first opening or last
        closing if it lies outside them; a lunch break is not outside.

        A duration of zero gives the start itself; in business time the start must be
        open or closing, else it is the next opening.
        """
        check_year(self._name, start)
        # Sweeps ask for most promises in this form, thousands at a time.
        if (worked := duration.worked) is not None:
            return self._timetable.add(in_utc(start), worked)
        match duration.unit:
            case Unit.BUSINESS_DAYS if duration.amount:
                return self._on_working_day(start, int(duration.amount))
            case Unit.BUSINESS_DAYS:
                return self.add_worked(start, timedelta())
            case Unit.DAYS if duration.amount:
                wall = self._wall(start) + int(duration.amount) * DAY
                return instant(wall, self._zone)
            case Unit.DAYS:
                return in_utc(start)
            case _:
                return in_utc(start) + duration.length

    def add_worked(self, start: datetime, worked: timedelta) -> datetime:
        """The first moment by which so much business time has passed since `start`."""
        return self._timetable.add(in_utc(start), worked)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Business time from `start` to `end`; negative if `end` comes first."""
        return self._timetable.between(in_utc(start), in_utc(end))

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself if open, else the next opening."""
        at = in_utc(moment)
        return at if self._timetable.is_open(at) else self._timetable.next_opening(at)

    def is_open(self, moment: datetime) -> bool:
        """At closing time itself it is no longer open."""
        return self._timetable.is_open(in_utc(moment))

    def is_working_day(self, day: date) -> bool:
        return bool(self.windows_on(day))

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The local working windows of one day, earliest first."""
        own = self._days.get(day)
        return self._week[day.weekday()] if own is None else own

    def windows(
        self, start: datetime, end: datetime
    ) -> list[tuple[datetime, datetime]]:
        """The pieces of business time from `start` to `end`, earliest first, in UTC."""
        return self._timetable.pieces(in_utc(start), in_utc(end))

    def provisional_years(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The local years touched whose days off are not published.

        An end at midnight still belongs to the day it ends.
        """
        if self._official is None:
            return ()
        first = self._wall(start).year
        last = self._wall(max(start, end - MICROSECOND)).year
        return tuple(y for y in range(first, last + 1) if y not in self._official)

    def _wall(self, moment: datetime) -> datetime:
        check_year(self._name, in_utc(moment))
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def _on_working_day(self, start: datetime, count: int) -> datetime:
        wall = self._wall(start)
        day, closed = wall.date(), 0
        while count:
            day += DAY
            closed = 0 if self.is_working_day(day) else closed + 1
            count -= not closed
            if closed > PATIENCE:
                raise NoWorkingTime(self._name, wall.date())
        windows, midnight = self.windows_on(day), datetime.combine(day, MIDNIGHT)
        opens = midnight + timedelta(minutes=windows[0].opens_at)
        closes = midnight + timedelta(minutes=windows[-1].closes_at)
        same_time = datetime.combine(day, wall.time())
        return instant(min(max(same_time, opens), closes), self._zone)


def around_the_clock(
    timezone: str = "UTC", name: str = "24x7", titles: Mapping[str, str] | None = None
) -> WorkCalendar:
    """The calendar that never closes; every day of it is a working day."""
    whole_day = (Window(time(), time()),)
    return WorkCalendar(
        name=name,
        timezone=timezone,
        week=dict.fromkeys(range(7), whole_day),
        titles=titles,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            f"'{name}' is not a time zone; write one such as Asia/Shanghai."
        ) from None
