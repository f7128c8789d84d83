"""Calendar files (RFC 5545): an invitation, its end, and all that somebody has planned."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from kam_flows.domain.invitations import Attendee, Entry, Method
from kam_flows.rendering.cleaning import clipped, one_line
from kam_flows.rendering.time_zones import time_zone
from kam_flows.rendering.words import spoken, word

PRODUCT = "-//KAM Flows//visits//EN"
NAME, TITLE = 60, 120
REFRESH = "PT1H"
"""How often a calendar that subscribes may look again."""


def calendar_file(
    entries: Sequence[Entry],
    method: Method,
    *,
    sender: str,
    language: str,
    stamp: datetime,
    name: str = "",
) -> str:
    """`sender` organises all of them; `name` is what a subscribed calendar is called."""
    first = min((entry.on.year for entry in entries), default=stamp.year)
    zones = sorted({entry.zone for entry in entries if entry.minutes})
    calendar = begun(method, zones, first, name)
    for entry in entries:
        calendar.add_component(event(entry, method, sender, language, stamp))
    return written(calendar)


def begun(method: Method, zones: Sequence[str], first: int, name: str = "") -> Calendar:
    """A file without entries yet; its zones are told from the year `first` on."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        # Clients knew the first before RFC 7986 gave it a name. Of neither does the
        # library know that it is text, which has to be escaped.
        calendar.add("x-wr-calname", vText(one_line(name)))
        calendar.add("name", vText(one_line(name)))
        calendar.add("x-published-ttl", REFRESH)
    for zone in zones:
        calendar.add_component(time_zone(zone, first))
    return calendar


def written(calendar: Calendar) -> str:
    octets: bytes = calendar.to_ical()
    return octets.decode()


def event(
    entry: Entry, method: Method, sender: str, language: str, stamp: datetime
) -> Event:
    """Nothing in it is for our eyes only: who goes may forward it to the account."""
    name, address = parseaddr(sender)
    zone = ZoneInfo(entry.zone)
    component = Event()
    component.add("uid", uid(entry.id, address))
    component.add("sequence", entry.sequence)
    component.add("dtstamp", stamp)
    if entry.minutes:
        component.add("dtstart", entry.begins_at.astimezone(zone))
        component.add("dtend", entry.ends_at.astimezone(zone))
    else:
        # Nobody needs to be anywhere: it stands above the day.
        component.add("dtstart", entry.on)
    component.add("summary", summary(entry, language))
    if entry.city:
        component.add("location", clipped(one_line(entry.city), NAME))
    component.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    component.add("transp", "OPAQUE" if entry.minutes else "TRANSPARENT")
    component.add("organizer", mailbox(name, address))
    for attendee in entry.attendees:
        component.add("attendee", _attendee(attendee))
    return component


def uid(id_: int, address: str) -> str:
    """The same for ever, whatever becomes of the touchpoint."""
    return f"visit-{id_}@{address.rpartition('@')[2]}"


def summary(entry: Entry, language: str) -> str:
    what = clipped(one_line(entry.title), NAME) or word(entry.kind, language)
    colon = ("：", ": ")[spoken(language)]
    return f"{clipped(one_line(entry.account_name), TITLE)}{colon}{what}"


def _attendee(attendee: Attendee) -> vCalAddress:
    """Nobody is asked to answer: answers would go to a mailbox that no one reads."""
    return asked(mailbox(attendee.name, attendee.address), "FALSE")


def asked(attendee: vCalAddress, answers: str) -> vCalAddress:
    """Somebody who is to come, and whether their calendar is to answer."""
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = answers
    return attendee


def mailbox(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if shown := clipped(one_line(name), NAME):
        found.params["CN"] = shown
    return found
