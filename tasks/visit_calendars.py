"""A calendar file of all that somebody has planned, for those who rather subscribe."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows.domain.invitations import Method
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.calendar_entries import Diary
from tasks.visit_facts import office_of

AHEAD = timedelta(days=400)
"""The longest a policy may plan ahead."""


@task
def calendar_of(owner: str, now: datetime) -> str:
    """From today on, what this person goes to. Raises UserError, naming near ones."""
    from kam_flows.rendering.calendars import calendar_file

    with unit_of_work(read_only=True) as uow:
        person = uow.people.find(owner)
        today = now.astimezone(ZoneInfo(person.timezone)).date()
        theirs = [
            one
            for one in uow.touchpoints.planned(today, today + AHEAD)
            if person.code in (one.owner, *one.participants)
        ]
        diary = Diary(uow, theirs, office_of(uow, now, theirs))
        return calendar_file(
            [
                diary.entry(one, sequence=one.moves, language=person.language)
                for one in theirs
            ],
            Method.PUBLISH,
            sender=settings().sender,
            language=person.language,
            stamp=now,
            name=person.name,
        )
