"""People who were erased on request: by what they are known again, and what was theirs."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.forgetting import Forgetting, address_digest
from kam_flows.domain.mails import Fate, Reader
from kam_flows.persistence.bulk import among
from kam_flows.persistence.care_models import GiftRow
from kam_flows.persistence.event_models import EventGuestRow
from kam_flows.persistence.house_models import ErasureRow
from kam_flows.persistence.models import (
    AuditRow,
    ContactRow,
    ContentRow,
    OutboxRow,
    table_of,
)
from kam_flows.persistence.onboarding_models import AgreementRow

AGREEMENTS = table_of(AgreementRow)
AUDIT = table_of(AuditRow)
CONTACTS = table_of(ContactRow)
CONTENTS = table_of(ContentRow)
ERASURES = table_of(ErasureRow)
GIFTS = table_of(GiftRow)
GUESTS = table_of(EventGuestRow)
OUTBOX = table_of(OutboxRow)

OF_A_CONTACT = frozenset({"name", "title", "email", "phone", "birthday"})
"""What the audit trail says of a change of a contact that is about the person."""
NAMED_BY_CODE = frozenset({"contact", "contact_code", "recipient", "guest"})
"""Where the audit trail says who it was about."""
FINISHED = (Fate.SENT, Fate.EXPIRED, Fate.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everybody who was erased, as far as they are known again."""

    codes: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    """Alias and moment, by the code in small letters."""
    addresses: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    """The same by `address_digest`."""


class ErasureRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def known(self) -> Known:
        rows = self.session.execute(select(ERASURES).order_by(ERASURES.c.id)).all()
        return Known(
            codes={row.code.casefold(): (row.alias, row.at) for row in rows},
            addresses={
                row.address_digest: (row.alias, row.at)
                for row in rows
                if row.address_digest
            },
        )

    def next_number(self) -> int:
        return (self.session.scalar(select(func.max(ERASURES.c.id))) or 0) + 1

    def open(self, person: Forgetting, at: datetime, by: str, reason: str) -> None:
        """From here to the end of the transaction the audit trail lets names go."""
        self.session.execute(
            insert(ERASURES).values(
                alias=person.alias,
                code=person.contact.code,
                address_digest=address_digest(person.contact.email),
                at=at,
                by=by,
                reason=reason,
                is_open=True,
            )
        )

    def close(self, person: Forgetting) -> None:
        of_this = update(ERASURES).where(ERASURES.c.alias == person.alias)
        self.session.execute(of_this.values(is_open=False))

    def mails_to(self, person: Forgetting) -> dict[int, Fate]:
        """Mails written to them: the id and what became of each."""
        contact = person.contact
        as_reader = (OUTBOX.c.recipient == contact.code) & (
            OUTBOX.c.reader == Reader.ACCOUNT
        )
        written = cast(OUTBOX.c.addresses, Text)
        addressed = written.contains(contact.email, autoescape=True)
        theirs = or_(as_reader, addressed) if contact.email else as_reader
        statement = select(OUTBOX.c.id, OUTBOX.c.fate).where(theirs)
        return {id_: fate for id_, fate in self.session.execute(statement)}

    def contents(self, after: int, limit: int) -> Iterator[tuple[int, bytes]]:
        """Bytes of mails that are kept, of ids above this one."""
        statement = select(CONTENTS).where(CONTENTS.c.id > after)
        rows = self.session.execute(statement.order_by(CONTENTS.c.id).limit(limit))
        return ((row.id, row.content) for row in rows.all())

    def content(self, mail_ids: Collection[int]) -> dict[int, bytes]:
        these = select(CONTENTS).where(among(self.session, CONTENTS.c.id, mail_ids))
        return {row.id: row.content for row in self.session.execute(these)}

    def rewrite(self, mail_id: int, content: bytes) -> None:
        of_this = update(CONTENTS).where(CONTENTS.c.id == mail_id)
        self.session.execute(of_this.values(content=content))

    def take_letters(
        self, person: Forgetting, mail_ids: Collection[int], now: datetime
    ) -> int:
        """The bodies go, and what has not left never will; how many those are."""
        these = among(self.session, OUTBOX.c.id, mail_ids)
        self.session.execute(
            delete(CONTENTS).where(among(self.session, CONTENTS.c.id, mail_ids))
        )
        unsent = update(OUTBOX).where(these, OUTBOX.c.fate.not_in(FINISHED))
        stopped = unsent.values(
            fate=Fate.CANCELLED, error="the reader was erased", finished_at=now
        )
        count = len(self.session.scalars(stopped.returning(OUTBOX.c.id)).all())
        rows = self.session.execute(select(OUTBOX).where(these)).all()
        for row in rows:
            own = row.recipient == person.contact.code
            values = {
                "recipient": person.alias if own else row.recipient,
                "addresses": [_reached(one, person) for one in row.addresses],
                "subject": person.words(row.subject, home=True),
            }
            this = update(OUTBOX).where(OUTBOX.c.id == row.id)
            self.session.execute(this.values(values))
        return count

    def take_out(self, person: Forgetting) -> Counter[str]:
        """Rows that are about them, by table: the facts stay, under the alias."""
        code, alias = person.contact.code, person.alias
        gifts = update(GIFTS).where(GIFTS.c.recipient == code)
        guests = update(GUESTS).where(GUESTS.c.contact == code)
        done = {
            GIFTS: gifts.values(recipient=alias, recipient_name=alias),
            GUESTS: guests.values(contact=alias, name=alias, title="", address=""),
        }
        changed = Counter(
            {
                table.name: len(
                    self.session.scalars(statement.returning(table.c.id)).all()
                )
                for table, statement in done.items()
            }
        )
        changed[AUDIT.name] = self._audit(person)
        self.session.execute(delete(CONTACTS).where(CONTACTS.c.code == code))
        changed[CONTACTS.name] = 1
        return changed

    def agreements(self, account_id: int) -> dict[int, bytes]:
        """The documents of an account."""
        statement = select(AGREEMENTS.c.id, AGREEMENTS.c.document)
        of_account = statement.where(AGREEMENTS.c.account_id == account_id)
        return {id_: document for id_, document in self.session.execute(of_account)}

    def rewrite_agreement(self, agreement_id: int, document: bytes) -> None:
        of_this = update(AGREEMENTS).where(AGREEMENTS.c.id == agreement_id)
        self.session.execute(of_this.values(document=document))

    def _audit(self, person: Forgetting) -> int:
        code = person.contact.code
        own = AUDIT.c.subject == f"contact {code}"
        by_code = cast(AUDIT.c.detail, Text).contains(f'"{code}"', autoescape=True)
        statement = select(AUDIT.c.id, AUDIT.c.subject, AUDIT.c.detail)
        changed = 0
        for row in self.session.execute(statement.where(or_(own, by_code))).all():
            is_own = row.subject == f"contact {code}"
            new = _blanked(row.detail, person) if is_own else row.detail
            new = {
                name: person.alias if name in NAMED_BY_CODE and value == code else value
                for name, value in new.items()
            }
            if new != row.detail:
                this = update(AUDIT).where(AUDIT.c.id == row.id)
                self.session.execute(this.values(detail=new))
                changed += 1
        return changed


def _reached(address: str, person: Forgetting) -> str:
    theirs = address.casefold() == person.contact.email.casefold()
    return person.alias if theirs else address


def _blanked(detail: Mapping[str, Any], person: Forgetting) -> dict[str, Any]:
    """That something of them was changed stays; what it was and became does not."""
    return {
        name: [person.alias if one else one for one in value]
        if name in OF_A_CONTACT and isinstance(value, list)
        else value
        for name, value in detail.items()
    }
