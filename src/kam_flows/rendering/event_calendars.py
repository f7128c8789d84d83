"""The calendar file of an event of ours: one guest's place in it, and no other's."""

from email.utils import parseaddr
from zoneinfo import ZoneInfo

from icalendar import Event

from kam_flows.domain.event_mails import EventInvitation
from kam_flows.domain.invitations import Method
from kam_flows.domain.mails import CalendarPart
from kam_flows.rendering.calendars import NAME, TITLE, asked, begun, mailbox, written
from kam_flows.rendering.cleaning import clipped, one_line
from kam_flows.settings import settings


def event_calendar(mail: EventInvitation) -> CalendarPart:
    """It asks for an answer, which the guest's calendar gives to the organiser."""
    event, house = mail.event, parseaddr(settings().sender)
    zone = ZoneInfo(event.zone)
    component = Event()
    component.add("uid", uid(event.number, house[1]))
    component.add("sequence", mail.sequence)
    component.add("dtstamp", mail.as_of)
    component.add("dtstart", event.begins_at.astimezone(zone))
    component.add("dtend", event.ends_at.astimezone(zone))
    component.add("summary", clipped(one_line(event.name), TITLE))
    if event.place:
        component.add("location", clipped(one_line(event.place), NAME))
    cancels = mail.method is Method.CANCEL
    component.add("status", "CANCELLED" if cancels else "CONFIRMED")
    component.add("organizer", mailbox(*(mail.answers_to or house)))
    guest = mailbox(mail.name, mail.address)
    component.add("attendee", asked(guest, "FALSE" if cancels else "TRUE"))
    calendar = begun(mail.method, [event.zone], event.on.year)
    calendar.add_component(component)
    return CalendarPart(mail.method, written(calendar))


def uid(number: str, address: str) -> str:
    """The same for ever and for every guest, whatever becomes of the event."""
    return f"event-{number.lower()}@{address.rpartition('@')[2]}"
