"""Which forms are open to whom; finer questions (whose account?) are asked inside."""

from collections.abc import Iterable
from enum import StrEnum

from kam_flows.domain.people import Staff, StaffRole

READING = ("show-", "report-")
"""How forms begin that change nothing and write to nobody but who asks."""


class Door(StrEnum):
    """Who may come in; a form names one or several."""

    EVERYONE = "everyone"
    STAFF = "staff"
    """Everybody but those who may only look."""
    LEAD_MANAGER = "lead manager"
    """Account managers, and whoever else leads an account."""
    SUPERVISOR = "supervisor"
    HEAD = "head"
    OPERATIONS = "operations"


ROLE = {
    Door.LEAD_MANAGER: StaffRole.ACCOUNT_MANAGER,
    Door.SUPERVISOR: StaffRole.SUPERVISOR,
    Door.HEAD: StaffRole.DEPARTMENT_HEAD,
    Door.OPERATIONS: StaffRole.OPERATIONS,
}


def is_reading(form: str) -> bool:
    return form.startswith(READING)


def may_enter(person: Staff, doors: Iterable[Door], *, leads: bool = False) -> bool:
    """Whether one of the doors is theirs; `leads`: they are lead manager somewhere."""
    return any(_fits(person.role, door, leads) for door in doors)


def _fits(role: StaffRole, door: Door, leads: bool) -> bool:
    if door is Door.EVERYONE:
        return True
    if role is StaffRole.READ_ONLY:
        return False
    if door is Door.STAFF or (door is Door.LEAD_MANAGER and leads):
        return True
    return role is ROLE[door]


def admitted(doors: Iterable[Door]) -> list[StaffRole]:
    """The roles that any of these doors lets in, as the refusal names them."""
    return [role for role in StaffRole if any(_fits(role, d, False) for d in doors)]
