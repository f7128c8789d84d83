"""Accounts, their contacts and their teams."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Account, Contact, TeamMember
from kam_flows.domain.choices import ambiguous, choice, code_in, unknown
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.bulk import among
from kam_flows.persistence.invitations import check_accounts_again
from kam_flows.persistence.models import (
    AccountRow,
    ContactRow,
    StaffRow,
    TeamMemberRow,
)
from kam_flows.persistence.occasions import look_at_again
from kam_flows.persistence.pieces import pieces

ACCOUNTS = AccountRow.__table__
TEAMS = TeamMemberRow.__table__
CONTACTS = ContactRow.__table__
BESIDE = 2000
"""So many accounts before and behind a code that nobody has are compared with it."""


class AccountRepository:
    def __init__(self, session: Session) -> None:
        self.session = session
        self._all: dict[str, Account] | None = None

    def get(self, code: str) -> Account:
        """The account of exactly this code; `UserError` if there is none."""
        statement = select(ACCOUNTS).where(ACCOUNTS.c.code == code)
        row = self.session.execute(statement).one_or_none()
        if row is None:
            raise unknown("account", code, self._names(code))
        return self._with_team(row)

    def find(self, text: str) -> Account:
        """By code, name, or as lists show it; `UserError` names the nearest."""
        text, code = text.strip(), code_in(text)
        known = self.session.execute(select(ACCOUNTS).where(ACCOUNTS.c.code == code))
        if row := known.one_or_none():
            return self._with_team(row)
        # Of a million accounts this reads every one; forms and links name the code.
        named = or_(
            ACCOUNTS.c.name == text, func.lower(ACCOUNTS.c.code) == code.lower()
        )
        rows = self.session.execute(select(ACCOUNTS).where(named)).all()
        found = [r for r in rows if r.code.lower() == code.lower()] or rows
        if not found:
            raise unknown("account", text, self._names(code))
        if len(found) > 1:
            raise ambiguous("account", text, [row.code for row in found])
        return self._with_team(found[0])

    def by_code(self) -> dict[str, Account]:
        """All accounts with their teams; read once in a transaction."""
        if self._all is None:
            teams = self._teams()
            rows = self.session.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.code))
            self._all = {
                row.code: to_account(row, teams.get(row.id, [])) for row in rows
            }
        return self._all

    def named(self, codes: Collection[str]) -> dict[int, Account]:
        """These accounts with their teams, by account id."""
        rows = [
            row
            for some in pieces(sorted(codes))
            for row in self.session.execute(
                select(ACCOUNTS).where(ACCOUNTS.c.code.in_(some))
            )
        ]
        teams = self._teams([row.id for row in rows])
        return {row.id: to_account(row, teams.get(row.id, [])) for row in rows}

    def contacts_of(self, account_id: int) -> list[Contact]:
        """Who we know at this account, decision makers first."""
        return self.contacts_among([account_id]).get(account_id, [])

    def contacts_among(self, account_ids: Collection[int]) -> dict[int, list[Contact]]:
        """Who we know at these accounts, by account id, decision makers first."""
        statement = (
            select(CONTACTS, ACCOUNTS.c.code.label("account"))
            .join(ACCOUNTS, ACCOUNTS.c.id == ContactRow.account_id)
            .where(among(self.session, CONTACTS.c.account_id, account_ids))
            .order_by(CONTACTS.c.is_decision_maker.desc(), CONTACTS.c.code)
        )
        found: dict[int, list[Contact]] = {}
        for row in self.session.execute(statement):
            found.setdefault(row.account_id, []).append(to_contact(row))
        return found

    def first_of(self, role: TeamRole, account_ids: Collection[int]) -> dict[int, str]:
        """Who stands first in this role on the teams of these accounts, by account id."""
        statement = (
            select(TEAMS.c.account_id, StaffRow.code)
            .join(StaffRow, StaffRow.id == TEAMS.c.staff_id)
            .where(
                TEAMS.c.role == role,
                among(self.session, TEAMS.c.account_id, account_ids),
            )
            .order_by(TEAMS.c.id.desc())
        )
        return {id_: code for id_, code in self.session.execute(statement)}

    def is_led_by(self, code: str) -> bool:
        """Whether this person is lead manager of any account."""
        led = exists().where(
            StaffRow.code == code,
            TEAMS.c.staff_id == StaffRow.id,
            TEAMS.c.role == TeamRole.LEAD_MANAGER,
        )
        return bool(self.session.scalar(select(led)))

    def id_of(self, code: str) -> int:
        """Of an account that is there."""
        statement = select(ACCOUNTS.c.id).where(ACCOUNTS.c.code == code)
        found: int = self.session.scalars(statement).one()
        return found

    def ids(self) -> dict[str, int]:
        """Of all accounts."""
        rows = self.session.execute(select(ACCOUNTS.c.code, ACCOUNTS.c.id))
        return {code: id_ for code, id_ in rows}

    def lock(self, code: str) -> int:
        """The id of this account; what else asks for it waits until this is over.

        Records that only refer to the account do not wait (PostgreSQL; SQLite has one
        writer at a time anyway).
        """
        statement = select(ACCOUNTS.c.id).where(ACCOUNTS.c.code == code)
        found: int = self.session.scalars(
            statement.with_for_update(key_share=True)
        ).one()
        return found

    def lock_all(self, account_ids: Collection[int]) -> dict[int, Account]:
        """The same for many, in an order that lets no two wait for each other.

        As they are then, by id and in its order.
        """
        these = among(self.session, ACCOUNTS.c.id, account_ids)
        statement = select(ACCOUNTS).where(these).order_by(ACCOUNTS.c.id)
        locked = self.session.execute(statement.with_for_update(key_share=True)).all()
        teams = self._teams(account_ids)
        return {row.id: to_account(row, teams.get(row.id, [])) for row in locked}

    def choices(self, limit: int) -> list[str]:
        """What forms offer: the first active accounts by code.

        A form is sent whole to every browser that opens it; of what it does not list,
        the code is typed.
        """
        statement = (
            select(ACCOUNTS.c.code, ACCOUNTS.c.name)
            .where(ACCOUNTS.c.active)
            .order_by(ACCOUNTS.c.code)
            .limit(limit)
        )
        return sorted(choice(*row) for row in self.session.execute(statement))

    def contacts(self) -> dict[str, Contact]:
        """Everybody we know at our accounts, by code."""
        statement = (
            select(CONTACTS, ACCOUNTS.c.code.label("account"))
            .join(ACCOUNTS, ACCOUNTS.c.id == ContactRow.account_id)
            .order_by(ContactRow.code)
        )
        return {row.code: to_contact(row) for row in self.session.execute(statement)}

    def save(self, accounts: Iterable[Account]) -> None:
        """Add or change by code; teams are left as they are."""
        self._all = None
        rows = {row.code: row for row in self.session.scalars(select(AccountRow))}
        kept = []
        for account in accounts:
            row = rows.get(account.code) or AccountRow(code=account.code)
            row.name, row.tier = account.name, account.tier
            row.calendar, row.language = account.calendar, account.language
            row.industry, row.city = account.industry, account.city
            row.signed_on, row.active = account.signed_on, account.active
            self.session.add(row)
            kept.append(row)
        self.session.flush()
        look_at_again(self.session, [row.id for row in kept])
        check_accounts_again(self.session, [row.id for row in kept])

    def save_contacts(self, contacts: Iterable[Contact]) -> None:
        """Add or change by code; their accounts must be there."""
        ids = self.ids()
        rows = {row.code: row for row in self.session.scalars(select(ContactRow))}
        touched: set[int] = set()
        for contact in contacts:
            row = rows.get(contact.code) or ContactRow(code=contact.code)
            # Whom they leave changes, too.
            touched |= {row.account_id or ids[contact.account], ids[contact.account]}
            row.account_id = ids[contact.account]
            row.name, row.title = contact.name, contact.title
            row.email, row.phone = contact.email, contact.phone
            row.language, row.birthday = contact.language, contact.birthday
            row.is_decision_maker = contact.is_decision_maker
            self.session.add(row)
        self.session.flush()
        look_at_again(self.session, touched)
        check_accounts_again(self.session, touched)

    def replace_teams(self, teams: Mapping[str, Iterable[TeamMember]]) -> None:
        """Give each of these accounts exactly this team, in this order."""
        self._all = None
        if not teams:
            return
        accounts = self.ids()
        people = self.session.execute(select(StaffRow.code, StaffRow.id)).tuples()
        staff = dict(people.all())
        connection = self.session.connection()
        old = delete(TeamMemberRow).where(TeamMemberRow.account_id == bindparam("gone"))
        connection.execute(old, [{"gone": accounts[code]} for code in teams])
        new = [
            {
                "account_id": accounts[code],
                "staff_id": staff[member.staff],
                "role": member.role,
            }
            for code, team in teams.items()
            for member in team
        ]
        if new:
            connection.execute(insert(TeamMemberRow), new)

    def _teams(
        self, account_ids: Collection[int] | None = None
    ) -> dict[int, list[TeamMember]]:
        statement = (
            select(TEAMS.c.account_id, StaffRow.code, TEAMS.c.role)
            .join(StaffRow, StaffRow.id == TEAMS.c.staff_id)
            .order_by(TEAMS.c.id)
        )
        if account_ids is not None:
            of_these = among(self.session, TEAMS.c.account_id, account_ids)
            statement = statement.where(of_these)
        teams: dict[int, list[TeamMember]] = {}
        for account, staff, role in self.session.execute(statement):
            teams.setdefault(account, []).append(TeamMember(staff=staff, role=role))
        return teams

    def _with_team(self, row: Row[Any]) -> Account:
        return to_account(row, self._teams([row.id]).get(row.id, []))

    def _names(self, code: str) -> list[tuple[str, str]]:
        """Codes and names of accounts beside this code: comparing a million is not done."""
        one, shown = ACCOUNTS.c.code, select(ACCOUNTS.c.code, ACCOUNTS.c.name)
        behind = shown.where(one >= code).order_by(one).limit(BESIDE)
        before = shown.where(one < code).order_by(one.desc()).limit(BESIDE)
        rows = [*self.session.execute(before), *self.session.execute(behind)]
        return [(code, name) for code, name in rows]


def to_account(row: Row[Any], team: Iterable[TeamMember]) -> Account:
    return Account(
        code=row.code,
        name=row.name,
        tier=row.tier,
        calendar=row.calendar,
        language=row.language,
        industry=row.industry,
        city=row.city,
        signed_on=row.signed_on,
        active=row.active,
        team=tuple(team),
    )


def to_contact(row: Row[Any]) -> Contact:
    return Contact(
        code=row.code,
        account=row.account,
        name=row.name,
        title=row.title,
        email=row.email,
        phone=row.phone,
        language=row.language,
        birthday=row.birthday,
        is_decision_maker=row.is_decision_maker,
    )
