"""Deliver care: an approved letter leaves on the morning of its day, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from prefect import task

from kam_flows.domain.care_delivery import (
    SEVERE,
    is_too_late,
    keeps_back,
    leaves_at,
    put_right,
)
from kam_flows.domain.care_letters import CareLetter
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.care_rules import Action
from kam_flows.domain.cares import Care
from kam_flows.domain.errors import Phrase
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.people import Staff, TeamRole
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.care_letters import greeting, letter_date
from kam_flows.settings import settings
from tasks.care import ACTOR
from tasks.care_facts import KnownAccount, addressee_of, known_accounts, office_at
from tasks.care_mails import compose_held, compose_prepared, prepared_key
from tasks.mail_guard import guard
from tasks.occasions import Basis
from tasks.onboarding_facts import Office
from tasks.posting import post_all, post_in_time

CHUNK = 200
FORM = "Deliver care"


@dataclass(kw_only=True)
class Delivered:
    """What a run sent and kept back, for its table and for the words at its end."""

    sent: list[tuple[Care, RenderedMail]] = field(default_factory=list)
    held: list[Care] = field(default_factory=list)
    waiting: list[Care] = field(default_factory=list)
    """Their day has come, and nobody has approved them."""
    mails: list[RenderedMail] = field(default_factory=list)
    """To those of ours who must decide."""
    unaddressed: dict[str, Staff] = field(default_factory=dict)


def deliverable(now: datetime) -> list[int]:
    """Ids of cares whose letter has not left though its day has come."""
    with unit_of_work(read_only=True) as uow:
        return uow.cares.deliverable(Basis(uow, now).last_today)


@task
def deliver_due(
    ids: Sequence[int],
    now: datetime,
    allow_mails: int | None = None,
    *,
    dry_run: bool = False,
) -> Delivered:
    """Send what may be sent and keep back what must be, a transaction a chunk.

    Raises UserError if that would be more mails than the guard allows.
    """
    allowed = settings().mail_guard if allow_mails is None else allow_mails
    if len(ids) > allowed:
        guard(would_write(ids, now), allow_mails, FORM)
    total = Delivered()
    for some in pieces(ids, CHUNK):
        with rehearsal() if dry_run else unit_of_work() as uow:
            deliver_chunk(uow, some, now, total)
    return total


def would_write(ids: Sequence[int], now: datetime) -> int:
    """How many mails delivering at `now` means: most of these may only wait."""
    total = Delivered()
    with rehearsal() as uow:
        deliver_chunk(uow, ids, now, total)
    return len(total.sent) + len(total.mails)


def deliver_chunk(
    uow: UnitOfWork, ids: Sequence[int], now: datetime, total: Delivered
) -> None:
    # Another run, or a person, may have decided while we waited for the lock.
    cares = [one for one in uow.cares.these(ids, lock=True) if one.is_open]
    basis, office = Basis(uow, now), office_at(uow, now)
    known = known_accounts(uow, {care.account for care in cares}, now)
    severe = severe_tickets(uow, known)
    kept = {k.occasion.id: k for k in uow.occasions.these([c.occasion for c in cares])}
    unapproved: list[tuple[Care, KnownAccount]] = []
    for care in cares:
        account = known[care.account].account
        calendar = basis.policy.calendar(account.calendar)
        today = basis.today(calendar)
        done = care.letter is None or care.mail_id or care.state is CareState.HELD
        if done or now < leaves_at(care, calendar):
            continue
        wrong = put_right(care, kept[care.occasion].occasion, basis.rules.lunar)
        if wrong:
            short, words = wrong
            held = replace(
                care, state=CareState.HELD, held_because=short, trouble=words
            )
            hold(uow, held, known[care.account], (), office, total)
            continue
        tickets = severe.get(care.account, ())
        late = is_too_late(care, today, basis.rules.grace)
        why = keeps_back(care, [one.record.number for one in tickets], too_late=late)
        if why:
            held = replace(care, state=CareState.HELD, held_because=why)
            hold(uow, held, known[care.account], tickets, office, total)
        elif care.may_be_sent:
            send(uow, care, known[care.account], today, office, total)
        else:
            total.waiting.append(care)
            unapproved.append((care, known[care.account]))
    remind(uow, unapproved, office, total)


def remind(
    uow: UnitOfWork,
    unapproved: Sequence[tuple[Care, KnownAccount]],
    office: Office,
    total: Delivered,
) -> None:
    """Whoever prepared it hears once a day that its day has come; nobody else decides."""
    keys = [prepared_key(*one, office) for one in unapproved]
    there = uow.outbox.ids(keys)
    pairs = zip(unapproved, keys, strict=True)
    untold = [one for one, key in pairs if key not in there]
    if untold:
        mails = compose_prepared(uow, untold, office, total.unaddressed)
        posted = post_in_time(uow, mails, office.now)
        total.mails += [rendered for _, rendered in posted.values()]


def severe_tickets(
    uow: UnitOfWork, known: Mapping[str, KnownAccount]
) -> dict[str, list[TicketView]]:
    """Open ones that are urgent or high, or of which somebody higher up was told."""
    account_ids = list(uow.accounts.named(known))
    escalated = uow.histories.escalated(account_ids)
    found: dict[str, list[TicketView]] = {}
    for tickets in uow.tickets.open_among(account_ids).values():
        for one in tickets:
            if one.priority in SEVERE or one.record.number in escalated:
                found.setdefault(one.account, []).append(one)
    return found


def hold(
    uow: UnitOfWork,
    care: Care,
    known: KnownAccount,
    tickets: Sequence[TicketView],
    office: Office,
    total: Delivered,
) -> None:
    """Kept back until a person decides, who is asked once; other steps go on."""
    uow.cares.keep(care)
    uow.audit.write(
        office.now, ACTOR, "care held", f"care {care.number}", reason=care.held_because
    )
    total.held.append(care)
    mail = compose_held(care, known, tickets, office)
    if not is_address(mail.address):
        total.unaddressed[mail.recipient] = office.people[mail.recipient]
        return
    posted = post_in_time(uow, [mail], office.now)
    total.mails += [rendered for _, rendered in posted.values()]


def send(
    uow: UnitOfWork,
    care: Care,
    known: KnownAccount,
    today: date,
    office: Office,
    total: Delivered,
) -> None:
    composed = compose_letter(care, known, today, office)
    if isinstance(composed, Phrase):
        held = replace(
            care, state=CareState.HELD, held_because="trouble", trouble=composed
        )
        hold(uow, held, known, (), office, total)
        return
    [(mail_id, rendered)] = post_all(uow, [composed], office.now)
    sent = replace(
        care,
        state=CareState.SENT,
        mail_id=mail_id,
        trouble=None,
        tasks=tuple(
            replace(one, done_at=office.now, done_by=ACTOR)
            if one.is_open and one.action is Action.LETTER
            else one
            for one in care.tasks
        ),
    )
    if sent.is_complete:
        sent = replace(sent, state=CareState.DONE, closed_on=today)
    uow.cares.keep(sent)
    uow.audit.write(
        office.now,
        ACTOR,
        "care sent",
        f"care {care.number}",
        to=composed.address,
        mail=mail_id,
        approved_by=care.approved_by or "",
    )
    total.sent.append((sent, rendered))


def compose_letter(
    care: Care, known: KnownAccount, today: date, office: Office
) -> CareLetter | Phrase:
    """The letter as it leaves today, or why it cannot."""
    account = known.account
    if not account.active:
        return Phrase(
            "{account} is not served any more; drop the care, or release it once the "
            "account is served again.",
            account=account.name,
        )
    contact = addressee_of(care.contact, care.contact_code, known.contacts)
    if contact is None or not is_address(contact.email):
        return Phrase(
            "{contact} of {account} has no mail address; add it to the contacts and "
            "import them, then release the care.",
            contact=contact.name if contact else care.contact or "?",
            account=account.name,
        )
    signer = account.in_charge(TeamRole.LEAD_MANAGER, office.people)
    sender = office.people.get(signer or "")
    if sender is None or care.letter is None:
        return Phrase(
            "{account} has no lead manager who could sign the letter; name one in the "
            "team file and import it.",
            account=account.name,
        )
    if not any(sender.name in line for line in care.letter.signature):
        return Phrase(
            "The letter is signed by somebody else than {sender}, who leads {account} "
            "now; edit it, so that it is signed anew, and approve it.",
            sender=sender.name,
            account=account.name,
        )
    language = care.letter.language
    if greeting(contact.name, contact.title, language) != care.letter.salutation:
        return Phrase(
            "The letter greets somebody else than {contact}, who would get it now; edit "
            "it, so that it greets them, and approve it.",
            contact=contact.name,
        )
    return CareLetter(
        recipient=contact.code,
        address=contact.email,
        name=contact.name,
        language=language,
        timezone=office.current.calendar(account.calendar).timezone.key,
        dedup_key=f"care/{care.id}",
        from_name=sender.name,
        answers_to=(sender.name, sender.email) if is_address(sender.email) else None,
        letter=replace(care.letter, date=letter_date(today, language)),
    )
