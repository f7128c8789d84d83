"""Our people and when they are away."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from kam_flows.domain.choices import ambiguous, choice, code_in, unknown
from kam_flows.domain.people import Absence, QuietHours, Staff
from kam_flows.persistence.invitations import check_people_again
from kam_flows.persistence.models import AbsenceRow, StaffRow

STAFF = StaffRow.__table__
ABSENCES = AbsenceRow.__table__


class PeopleRepository:
    def __init__(self, session: Session) -> None:
        self.session = session
        self._everybody: dict[str, Staff] | None = None

    def directory(self) -> dict[str, Staff]:
        """Everybody, those who left included; read once in a transaction."""
        if self._everybody is None:
            absences = self._absences()
            rows = self.session.execute(select(STAFF).order_by(STAFF.c.code))
            self._everybody = {
                row.code: to_staff(row, absences.get(row.id, [])) for row in rows
            }
        return self._everybody

    def get(self, code: str) -> Staff:
        """The person of exactly this code; `UserError` if there is none."""
        row = self.session.execute(
            select(STAFF).where(STAFF.c.code == code)
        ).one_or_none()
        if row is None:
            raise unknown("person", code, self._names())
        return to_staff(row, self._absences(row.id).get(row.id, []))

    def find(self, text: str) -> Staff:
        """By code, email, name, or as lists show it; `UserError` names the nearest."""
        text, code = text.strip(), code_in(text)
        named = or_(
            STAFF.c.name == text,
            func.lower(STAFF.c.email) == text.lower(),
            func.lower(STAFF.c.code) == code.lower(),
        )
        rows = self.session.execute(select(STAFF).where(named)).all()
        exact = [r for r in rows if r.code == code]
        by_code = [r for r in rows if r.code.lower() == code.lower()]
        by_email = [r for r in rows if r.email.lower() == text.lower()]
        found = exact or by_code or by_email or rows
        if not found:
            raise unknown("person", text, self._names())
        if len(found) > 1:
            raise ambiguous("person", text, [row.code for row in found])
        return to_staff(found[0], self._absences(found[0].id).get(found[0].id, []))

    def choices(self, *, gone: bool = False) -> list[str]:
        """What forms offer, sorted: who is still with us, or those who left as well."""
        statement = select(STAFF.c.code, STAFF.c.name)
        if not gone:
            statement = statement.where(STAFF.c.active)
        return sorted(choice(*row) for row in self.session.execute(statement))

    def save(self, people: Iterable[Staff]) -> None:
        """Add or change by code; absences become exactly those given."""
        self._everybody = None
        people = list(people)
        rows = {row.code: row for row in self.session.scalars(select(StaffRow))}
        self._free_addresses(rows, people)
        for person in people:
            row = rows.setdefault(person.code, StaffRow(code=person.code))
            row.name, row.email, row.role = person.name, person.email, person.role
            row.supervisor, row.deputy = person.supervisor, person.deputy
            row.department_head, row.active = person.department_head, person.active
            row.language, row.timezone = person.language, person.timezone
            quiet = person.quiet_hours
            row.quiet_start = quiet.start if quiet else None
            row.quiet_end = quiet.end if quiet else None
            self.session.add(row)
        self.session.flush()
        self._replace_absences({rows[p.code].id: p.absences for p in people})
        check_people_again(self.session, [person.code for person in people])

    def _free_addresses(self, rows: dict[str, StaffRow], people: list[Staff]) -> None:
        # An address may pass from one person to another, or two may swap theirs;
        # updated one by one they would collide on the way.
        for person in people:
            row = rows.get(person.code)
            if row is not None and row.email != person.email:
                row.email = f"{person.code}@moving.invalid"
        self.session.flush()

    def _replace_absences(self, absences: dict[int, tuple[Absence, ...]]) -> None:
        if not absences:
            return
        connection = self.session.connection()
        old = delete(AbsenceRow).where(AbsenceRow.staff_id == bindparam("gone"))
        connection.execute(old, [{"gone": staff_id} for staff_id in absences])
        new = [
            {"staff_id": staff_id, "first": away.first, "last": away.last}
            for staff_id, all_away in absences.items()
            for away in all_away
        ]
        if new:
            connection.execute(insert(AbsenceRow), new)

    def _absences(self, staff_id: int | None = None) -> dict[int, list[Absence]]:
        statement = select(ABSENCES).order_by(ABSENCES.c.first, ABSENCES.c.last)
        if staff_id is not None:
            statement = statement.where(ABSENCES.c.staff_id == staff_id)
        absences: dict[int, list[Absence]] = {}
        for row in self.session.execute(statement):
            away = Absence(first=row.first, last=row.last)
            absences.setdefault(row.staff_id, []).append(away)
        return absences

    def _names(self) -> list[tuple[str, str]]:
        rows = self.session.execute(select(STAFF.c.code, STAFF.c.name))
        return [(code, name) for code, name in rows]


def to_staff(row: Row[Any], absences: Iterable[Absence]) -> Staff:
    quiet = None
    if row.quiet_start is not None and row.quiet_end is not None:
        quiet = QuietHours(start=row.quiet_start, end=row.quiet_end)
    return Staff(
        code=row.code,
        name=row.name,
        email=row.email,
        role=row.role,
        supervisor=row.supervisor,
        department_head=row.department_head,
        deputy=row.deputy,
        active=row.active,
        language=row.language,
        timezone=row.timezone,
        quiet_hours=quiet,
        absences=tuple(absences),
    )
