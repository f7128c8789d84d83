"""Delivery: every mail that left, or could not leave, gets exactly one honest fate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kam_flows.domain.mails import Fate, Reader

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
PERMANENT = 500
"""SMTP answers from here on will not change by asking again (RFC 5321, 4.2.1)."""

STOPPED = "the run that had it stopped before it could say whether the mail left"


class Answer(StrEnum):
    """What the mail server made of one attempt, as far as we know."""

    ANSWERED = "answered"
    """It answered for every address; see `Delivery.refusals`."""
    NOT_TRIED = "not tried"
    """The run stopped before this mail's turn."""
    NOT_SENT = "not sent"
    """Something went wrong while no word of the mail had been handed over."""
    LOST = "lost"
    """Something went wrong in or after DATA: it may or may not have arrived."""


@dataclass(frozen=True, kw_only=True)
class ClaimedMail:
    """A mail that one dispatcher has in hand, and nobody else."""

    id: int
    dedup_key: str
    recipient: str
    addresses: tuple[str, ...]
    """The address it is for, then copies."""
    subject: str
    message_id: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The server's words about one address, or about the mail as a whole."""

    address: str
    code: int
    words: str

    @property
    def permanent(self) -> bool:
        return self.code >= PERMANENT

    def __str__(self) -> str:
        return f"{self.address}: {self.code} {self.words}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One attempt to hand a mail over."""

    answer: Answer
    refusals: tuple[Refusal, ...] = ()
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Attempted:
    """What has to be known of a mail to decide its fate."""

    reader: Reader
    addresses: tuple[str, ...]
    attempts: int
    """Attempts before this one."""
    repeated: bool


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """A mail's fate after an attempt."""

    fate: Fate
    attempts: int
    addresses: tuple[str, ...]
    """Whom it still goes to if it is queued; else unchanged."""
    repeated: bool
    not_before: datetime | None = None
    """When it may be tried again; `None`: as soon as it could be before."""
    error: str | None = None


def retry_delay(attempts: int) -> timedelta:
    """One minute after the first attempt, doubling up to an hour; no jitter.

    Attempts of one mail are told apart by their moments, so the same history always
    yields the same next attempt.
    """
    doublings = min(max(attempts, 1) - 1, 6)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def settle(mail: Attempted, delivery: Delivery, now: datetime) -> Settlement:
    """The fate of a mail after this attempt (design, "Outbox")."""
    if delivery.answer is Answer.NOT_TRIED:
        return _settled(mail, Fate.QUEUED, tried=False)
    if delivery.answer is Answer.NOT_SENT:
        return _again(mail, delivery.error, now)
    if delivery.answer is Answer.LOST:
        return _after_loss(mail, delivery.error, now)
    return _after_answer(mail, delivery.refusals, now)


def settle_lost_lease(mail: Attempted, now: datetime) -> Settlement:
    """The fate of a mail whose dispatcher died with it in hand: it may have left."""
    return _after_loss(mail, STOPPED, now)


def _after_loss(mail: Attempted, error: str, now: datetime) -> Settlement:
    """Staff rather read a mail twice than never; an account must never read it twice."""
    if mail.reader is Reader.STAFF and not mail.repeated:
        return _again(mail, error, now, repeated=True)
    return _settled(mail, Fate.UNKNOWN, error=error)


def _after_answer(
    mail: Attempted, refusals: tuple[Refusal, ...], now: datetime
) -> Settlement:
    """Who accepted has it and is not asked again; the rest decide the fate.

    A copy that is refused for good does not make the mail a failure; the address it is
    for does.
    """
    if not refusals:
        return _settled(mail, Fate.SENT)
    words = "; ".join(map(str, refusals))
    if any(r.permanent and r.address == mail.addresses[0] for r in refusals):
        return _settled(mail, Fate.FAILED, error=words)
    waiting = {r.address for r in refusals if not r.permanent}
    if not waiting:
        return _settled(mail, Fate.SENT, error=words)
    left = tuple(address for address in mail.addresses if address in waiting)
    return _again(mail, words, now, addresses=left)


def _again(
    mail: Attempted,
    error: str,
    now: datetime,
    *,
    addresses: tuple[str, ...] | None = None,
    repeated: bool | None = None,
) -> Settlement:
    attempts = mail.attempts + 1
    return Settlement(
        fate=Fate.QUEUED,
        attempts=attempts,
        addresses=mail.addresses if addresses is None else addresses,
        repeated=mail.repeated if repeated is None else repeated,
        not_before=now + retry_delay(attempts),
        error=error,
    )


def _settled(
    mail: Attempted, fate: Fate, *, tried: bool = True, error: str | None = None
) -> Settlement:
    return Settlement(
        fate=fate,
        attempts=mail.attempts + tried,
        addresses=mail.addresses,
        repeated=mail.repeated,
        error=error,
    )
