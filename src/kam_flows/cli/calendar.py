"""`kam calendar due` shows when something falls due and which working time it took."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from kam_flows.cli import app
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.domain.policy import Policy
from kam_flows.domain.timetable import check_year
from kam_flows.domain.wall_time import instant

calendar = typer.Typer(no_args_is_help=True)
app.add_typer(calendar, name="calendar")


@calendar.callback()
def work_calendars() -> None:
    """Ask the work calendars of the policy in force."""


@calendar.command()
def due(
    start: Annotated[
        str, typer.Option(help="2026-10-09T17:50, in the calendar's own time.")
    ],
    after: Annotated[str, typer.Option(help="72h, 30min, 3d; 8bh, 90bmin, 5bd.")],
    name: Annotated[
        str, typer.Option("--calendar", help="Empty: the policy's default calendar.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say when something is due, which working time it took, and if that may change."""
    answer = Answer.to(chosen_calendar(name), start, Duration.parse(after))
    typer.echo(answer.json() if as_json else answer.text())


def chosen_calendar(name: str) -> WorkCalendar:
    policy = policy_in_force()
    calendars = policy.calendars
    if not (found := calendars.get(name or policy.default_calendar)):
        raise UserError(
            f"The policy has no calendar '{name}'; choose one of {', '.join(calendars)}."
        )
    return found


def policy_in_force() -> Policy:
    """The recommended one where there is no database yet, as before `kam up`."""
    from kam_flows.persistence.database import has_tables

    if not has_tables():
        from kam_flows.policies.load import RECOMMENDED, load_preset

        return load_preset(RECOMMENDED)
    from kam_flows.persistence.unit_of_work import unit_of_work

    with unit_of_work(read_only=True) as uow:
        return uow.policies.current(datetime.now(UTC))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A due time with its reasons; elapsed time depends on no list and no window."""

    calendar: WorkCalendar
    after: Duration
    start: datetime
    due: datetime
    pieces: Sequence[tuple[datetime, datetime]]
    provisional: Sequence[int]

    @classmethod
    def to(cls, calendar: WorkCalendar, start: str, after: Duration) -> "Answer":
        begin = read_moment(start, calendar)
        end = calendar.add(begin, after)
        business = after.is_business
        return cls(
            calendar=calendar,
            after=after,
            start=begin,
            due=end,
            pieces=calendar.windows(begin, end) if business else [(begin, end)],
            provisional=calendar.provisional_years(begin, end) if business else (),
        )

    def text(self) -> str:
        lines = [
            f"Due {self._shown(self.due)}",
            f"{self.after} after {self._shown(self.start)}, {self._calendar()}",
            *(
                f"  {self._shown(a)} - {self._shown(b)}  {length(b - a)}"
                for a, b in self.pieces
            ),
        ]
        if self.provisional:
            years = ", ".join(map(str, self.provisional))
            lines.append(
                f"Provisional: the days off of {years} are not published yet; "
                "the plain week was counted."
            )
        return "\n".join(lines)

    def json(self) -> str:
        return json.dumps(
            {
                "calendar": self.calendar.name,
                "timezone": self.calendar.timezone.key,
                "start": self._iso(self.start),
                "after": str(self.after),
                "due": self._iso(self.due),
                "windows": [
                    {
                        "start": self._iso(a),
                        "end": self._iso(b),
                        "seconds": round((b - a).total_seconds()),
                    }
                    for a, b in self.pieces
                ],
                "provisional": bool(self.provisional),
                "provisional_years": list(self.provisional),
            },
            ensure_ascii=False,
            indent=2,
        )

    def _calendar(self) -> str:
        return f"calendar {self.calendar.name} ({self.calendar.timezone})"

    def _shown(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.calendar.timezone):%a %Y-%m-%d %H:%M}"

    def _iso(self, moment: datetime) -> str:
        return moment.astimezone(self.calendar.timezone).isoformat()


def read_moment(text: str, calendar: WorkCalendar) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(
            f"'{text}' is not a moment; write 2026-10-09T17:50, "
            "or with an offset 2026-10-09T17:50+08:00."
        ) from None
    check_year(calendar.name, moment)
    return moment if moment.tzinfo else instant(moment, calendar.timezone)


def length(time: timedelta) -> str:
    hours, minutes = divmod(time // timedelta(minutes=1), 60)
    return f"{hours} h {minutes:02} min"
