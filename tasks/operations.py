"""Who looks after the house itself, and reads what is wrong with it."""

from collections.abc import Iterable
from typing import TypedDict

from kam_flows.domain.mails import DUTY, is_address
from kam_flows.domain.people import Staff, StaffRole
from kam_flows.settings import settings


class Reader(TypedDict):
    """The fields of a mail that say who reads it."""

    recipient: str
    address: str
    name: str
    language: str
    timezone: str


def operations(everybody: Iterable[Staff]) -> list[Reader]:
    """Operations staff whom mail reaches; the duty mailbox if there are none."""
    chosen = settings()
    duty: Reader = {
        "recipient": DUTY,
        "address": chosen.duty_mailbox,
        "name": "",
        "language": chosen.language,
        "timezone": chosen.timezone,
    }
    return [
        {
            "recipient": person.code,
            "address": person.email,
            "name": person.name,
            "language": person.language,
            "timezone": person.timezone,
        }
        for person in everybody
        if person.active
        and person.role is StaffRole.OPERATIONS
        and is_address(person.email)
    ] or [duty]
