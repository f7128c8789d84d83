"""Answers to the needs survey: added, never rewritten, seldom taken back."""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kam_flows.domain.survey import Answer, Dimension
from kam_flows.persistence.bulk import among
from kam_flows.persistence.models import table_of
from kam_flows.persistence.onboarding_models import SurveyAnswerRow

ANSWERS = table_of(SurveyAnswerRow)


class SurveyRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def answers(
        self, account_ids: Collection[int]
    ) -> dict[int, dict[Dimension, Answer]]:
        """The latest answer to each dimension, by account id; no entry: none at all."""
        found: dict[int, dict[Dimension, Answer]] = {}
        for account_id, answer in self._all(account_ids):
            found.setdefault(account_id, {})[answer.dimension] = answer
        return found

    def history(self, account_id: int) -> list[Answer]:
        """Everything ever answered, oldest first."""
        return [answer for _, answer in self._all([account_id])]

    def add(self, account_id: int, answers: Iterable[Answer]) -> None:
        rows = [
            {
                "account_id": account_id,
                "dimension": answer.dimension,
                "text": answer.text,
                "at": answer.at,
                "by": answer.by,
                "source": answer.source,
            }
            for answer in answers
        ]
        if rows:
            self.session.execute(insert(ANSWERS), rows)

    def take_back(self, account_id: int, source: str) -> None:
        """What came from this source was never said."""
        from_there = ANSWERS.c.account_id == account_id, ANSWERS.c.source == source
        self.session.execute(delete(ANSWERS).where(*from_there))

    def _all(self, account_ids: Collection[int]) -> Iterable[tuple[int, Answer]]:
        statement = (
            select(ANSWERS)
            .where(among(self.session, ANSWERS.c.account_id, account_ids))
            .order_by(ANSWERS.c.at, ANSWERS.c.id)
        )
        for row in self.session.execute(statement):
            yield (
                row.account_id,
                Answer(
                    dimension=row.dimension,
                    text=row.text,
                    at=row.at,
                    by=row.by,
                    source=row.source,
                ),
            )
