"""The needs survey: what an account told us, dimension by dimension."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kam_flows.domain.errors import UserError
from kam_flows.domain.texts import as_kept

LONGEST_ANSWER = 50_000
"""Characters; an interview written down word by word has about 20,000."""


class Dimension(StrEnum):
    """The twelve dimensions of the survey (`enterprise`, R5)."""

    PAIN_POINTS = "pain_points"
    GOALS = "goals"
    DECISION_CHAIN = "decision_chain"
    COLLABORATION = "collaboration"
    COMMUNICATION = "communication"
    PURCHASING = "purchasing"
    """Purchasing process and budget cycle."""
    ENVIRONMENT = "environment"
    """Products in use and technical environment."""
    DELIVERY = "delivery"
    QUALITY = "quality"
    """Quality and service expectations."""
    RED_LINES = "red_lines"
    """Red lines and taboos; they stand first on every page about the account."""
    COMPETITORS = "competitors"
    GROWTH_PLANS = "growth_plans"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is known about one dimension, since when, and from whom."""

    dimension: Dimension
    text: str
    at: datetime
    by: str
    """Staff code of whoever recorded it."""
    source: str = ""
    """Name of the questionnaire file, number of the touchpoint; empty: the form."""


Answers = Mapping[Dimension, Answer]
"""The latest answer to each dimension that has one."""


def latest(history: Iterable[Answer], until: datetime | None = None) -> Answers:
    """Of everything ever answered, oldest first, what counts; `until` a past moment."""
    return {
        answer.dimension: answer
        for answer in history
        if until is None or answer.at <= until
    }


def added(known: Answers, given: Mapping[Dimension, str]) -> dict[Dimension, str]:
    """What these answers add: empty ones erase nothing, known ones say nothing new.

    Raises UserError for an answer that is too long to keep.
    """
    said = {dimension: as_kept(text) for dimension, text in given.items()}
    for dimension, text in said.items():
        if len(text) > LONGEST_ANSWER:
            raise UserError(
                "The answer to {dimension} has {length} characters; keep it to "
                "{limit} and attach the rest to the account file.",
                dimension=dimension,
                length=len(text),
                limit=LONGEST_ANSWER,
            )
    return {
        dimension: text
        for dimension, text in said.items()
        if text and (dimension not in known or known[dimension].text != text)
    }


def unheard(
    history: Iterable[Answer], given: Mapping[Dimension, str]
) -> dict[Dimension, str]:
    """Of a file's answers those never recorded: a file that is brought again must not
    put an old answer above a newer one.
    """
    heard = {(answer.dimension, answer.text) for answer in history}
    return {
        dimension: text
        for dimension, text in given.items()
        if (dimension, as_kept(text)) not in heard
    }


def missing(known: Answers, wanted: Iterable[Dimension]) -> tuple[Dimension, ...]:
    """The dimensions nobody has answered, in the order of the survey."""
    return tuple(dimension for dimension in wanted if dimension not in known)
