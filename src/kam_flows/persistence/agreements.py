"""SLA agreements in numbered versions, their documents and their signatures."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Tier
from kam_flows.domain.agreements import Agreement, Signature
from kam_flows.persistence.bulk import among
from kam_flows.persistence.models import AccountRow, table_of
from kam_flows.persistence.onboarding_models import AgreementRow

ACCOUNTS = table_of(AccountRow)
AGREEMENTS = table_of(AgreementRow)
WITHOUT_DOCUMENT = [c for c in AGREEMENTS.c if c.name != "document"]


class AgreementRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def of(self, account_id: int) -> list[Agreement]:
        """All versions, the newest first."""
        statement = (
            _select()
            .where(AGREEMENTS.c.account_id == account_id)
            .order_by(AGREEMENTS.c.version.desc())
        )
        return [_agreement(row) for row in self.session.execute(statement)]

    def in_force(
        self, account_ids: Collection[int] | None = None
    ) -> dict[int, Agreement]:
        """Signed and not outdated, the newest of each account; `None`: of all."""
        statement = (
            _select()
            .where(
                AGREEMENTS.c.signed_on.is_not(None), AGREEMENTS.c.outdated_at.is_(None)
            )
            .order_by(AGREEMENTS.c.version)
        )
        if account_ids is not None:
            statement = statement.where(
                among(self.session, AGREEMENTS.c.account_id, account_ids)
            )
        return {
            row.account_id: _agreement(row) for row in self.session.execute(statement)
        }

    def document(self, agreement_id: int) -> bytes:
        statement = select(AGREEMENTS.c.document).where(AGREEMENTS.c.id == agreement_id)
        document: bytes = self.session.scalars(statement).one()
        return document

    def add(
        self,
        account_id: int,
        *,
        version: int,
        language: str,
        tier: Tier,
        policy_id: int,
        terms: Mapping[str, Any],
        at: datetime,
        by: str,
        document: bytes,
    ) -> int:
        statement = insert(AGREEMENTS).values(
            account_id=account_id,
            version=version,
            language=language,
            tier=tier,
            policy_id=policy_id,
            terms=dict(terms),
            drafted_at=at,
            drafted_by=by,
            document=document,
        )
        added: int = self.session.scalars(statement.returning(AGREEMENTS.c.id)).one()
        return added

    def sign(
        self, agreement_id: int, signature: Signature, at: datetime, by: str
    ) -> None:
        signed = update(AGREEMENTS).where(AGREEMENTS.c.id == agreement_id)
        self.session.execute(
            signed.values(
                signed_on=signature.on,
                signed_by=signature.by,
                signed_for_us=signature.for_us,
                signed_at_place=signature.place,
                face_to_face=signature.face_to_face,
                recorded_at=at,
                recorded_by=by,
            )
        )

    def outdate(self, agreement_id: int, at: datetime, why: str) -> None:
        """What is promised now differs from what was signed."""
        outdated = update(AGREEMENTS).where(AGREEMENTS.c.id == agreement_id)
        self.session.execute(outdated.values(outdated_at=at, outdated_why=why))


def _select() -> Select[Any]:
    return select(*WITHOUT_DOCUMENT, ACCOUNTS.c.code.label("account")).join(
        ACCOUNTS, ACCOUNTS.c.id == AGREEMENTS.c.account_id
    )


def _agreement(row: Row[Any]) -> Agreement:
    signature = None
    if row.signed_on is not None:
        signature = Signature(
            on=row.signed_on,
            by=row.signed_by,
            for_us=row.signed_for_us,
            place=row.signed_at_place,
            face_to_face=row.face_to_face,
        )
    return Agreement(
        id=row.id,
        account=row.account,
        version=row.version,
        language=row.language,
        tier=row.tier,
        policy_id=row.policy_id,
        terms=row.terms,
        drafted_at=row.drafted_at,
        drafted_by=row.drafted_by,
        signature=signature,
        outdated_at=row.outdated_at,
        outdated_why=row.outdated_why or "",
    )
