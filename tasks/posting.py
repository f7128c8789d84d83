"""A decided mail becomes bytes in the outbox, in the transaction that decided it."""

from datetime import datetime, timedelta

from kam_flows.domain.mails import Mail, RenderedMail
from kam_flows.mail.mime import build, message_id
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.rendering.mails import render
from kam_flows.settings import settings


def post(
    uow: UnitOfWork, mail: Mail, now: datetime, *, not_before: datetime | None = None
) -> tuple[int, RenderedMail]:
    """Render and queue a mail, once per dedup key. Its outbox id, and its words."""
    chosen = settings()
    rendered = render(mail)
    from_then = max(now, not_before or now)
    mail_id = uow.outbox.enqueue(
        mail=rendered,
        content=build(
            rendered, sender=chosen.sender, reply_to=chosen.reply_to, date=now
        ),
        message_id=message_id(mail.dedup_key, chosen.sender),
        now=now,
        not_before=from_then,
        expires_at=from_then + timedelta(hours=chosen.mail_lifetime_hours),
    )
    return mail_id, rendered
