"""A decided mail becomes bytes in the outbox, in the transaction that decided it."""

from collections.abc import Iterable
from datetime import datetime

from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Mail, RenderedMail, is_address
from kam_flows.mail.mime import build, message_id
from kam_flows.persistence.outbox import Posting
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.rendering.mails import render
from kam_flows.settings import settings
from tasks.signed_mails import signed


def post(
    uow: UnitOfWork, mail: Mail, now: datetime, *, not_before: datetime | None = None
) -> tuple[int, RenderedMail]:
    """Render and queue a mail, once per dedup key. Its outbox id, and its words."""
    [posted] = post_all(uow, [mail], now, not_before=not_before)
    return posted


def post_all(
    uow: UnitOfWork,
    mails: Iterable[Mail],
    now: datetime,
    *,
    not_before: datetime | None = None,
    held_for: str | None = None,
) -> list[tuple[int, RenderedMail]]:
    """Render and queue these mails. Their outbox ids, and their words, in this order.

    What is `held_for` a person's decision does not expire while it waits for it.
    """
    from_then = max(now, not_before or now)
    postings = [
        _posting(signed(uow, mail, from_then), now, from_then, held_for)
        for mail in mails
    ]
    ids = uow.outbox.enqueue_many(postings, now)
    return [(ids[p.mail.mail.dedup_key], p.mail) for p in postings]


def post_in_time(
    uow: UnitOfWork, mails: Iterable[Mail], now: datetime
) -> dict[str, tuple[int, RenderedMail]]:
    """The same by dedup key; nobody of us is written to in their quiet hours."""
    people = uow.people.directory()
    by_time: dict[datetime, list[Mail]] = {}
    for mail in mails:
        reader = people.get(mail.recipient)
        by_time.setdefault(reader.reachable_at(now) if reader else now, []).append(mail)
    return {
        rendered.mail.dedup_key: (id_, rendered)
        for at, some in by_time.items()
        for id_, rendered in post_all(uow, some, now, not_before=at)
    }


def _posting(
    mail: Mail, now: datetime, from_then: datetime, held_for: str | None
) -> Posting:
    chosen = settings()
    if not is_address(mail.address):
        raise UserError(
            "No mail can be sent to {name} at '{address}'; correct the address in the "
            "staff file and import it, then try again.",
            name=mail.name or mail.recipient,
            address=mail.address,
        )
    rendered = render(mail)
    return Posting(
        mail=rendered,
        content=build(
            rendered, sender=chosen.sender, reply_to=chosen.reply_to, date=now
        ),
        message_id=message_id(mail.dedup_key, chosen.sender),
        not_before=from_then,
        expires_at=None if held_for else from_then + chosen.mail_lifetime,
        held_for=held_for,
    )
