"""What is known when care is prepared: about accounts, their people, and who prepares it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email.utils import parseaddr

from kam_flows.domain.accounts import Account, Contact
from kam_flows.domain.care_letters import (
    Letter,
    LetterFacts,
    choose_variant,
    median_hours,
)
from kam_flows.domain.cares import Care
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.escalation import Around, Resolution, resolve
from kam_flows.domain.mails import is_address
from kam_flows.domain.occasions import LunarYearly, Occasion, Yearly
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.telling import Tell
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.rendering.care_letters import draft, variants, written_as
from kam_flows.settings import settings
from tasks.onboarding_facts import Office

YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class KnownAccount:
    """All that a letter to an account, or a person there, may speak of."""

    account: Account
    contacts: Sequence[Contact] = ()
    mattered: tuple[Dimension, ...] = ()
    took: Sequence[timedelta] = ()
    """How long each ticket took that was solved within a year."""
    red_lines: str = ""
    """What it told us must never happen."""
    notes: str = ""
    """What was written down about the needs and ways of its people."""


def known_accounts(
    uow: UnitOfWork, codes: Collection[str], now: datetime
) -> dict[str, KnownAccount]:
    """By account code; a handful of statements for however many accounts."""
    accounts = uow.accounts.named(codes)
    contacts = uow.accounts.contacts_among(accounts)
    answers = uow.surveys.answers(accounts)
    solved = uow.histories.solved(accounts, now - YEAR, now)
    notes: dict[str, list[str]] = {}
    for entry in uow.files.needs(accounts):
        notes.setdefault(entry.account, []).append(entry.text)
    return {
        account.code: KnownAccount(
            account=account,
            contacts=contacts.get(id_, ()),
            mattered=tuple(answers.get(id_, ())),
            red_lines=_text(answers.get(id_, {}).get(Dimension.RED_LINES)),
            took=solved.get(id_, ()),
            notes="\n".join(notes.get(account.code, ())),
        )
        for id_, account in accounts.items()
    }


def _text(answer: Answer | None) -> str:
    return answer.text if answer else ""


def office_at(uow: UnitOfWork, now: datetime) -> Office:
    return Office(
        now=now,
        people=uow.people.directory(),
        policies={},
        current=uow.policies.current(now),
        forms=uow.forms.ids(),
    )


def preparer_of(account: Account, role: TeamRole, office: Office) -> Resolution:
    """Who fills the role, or who stands in while they are away."""
    lead = account.in_charge(TeamRole.LEAD_MANAGER, office.people)
    around = Around(
        owner=account.in_charge(role, office.people),
        lead_manager=lead,
        executive_sponsor=None,
    )
    return resolve(around, Tell.OWNER, people=office.people, now=office.now)


def addressee_of(
    contact: str, contact_code: str, contacts: Sequence[Contact]
) -> Contact | None:
    """Whom a letter goes to: the person of the occasion, or else who decides there."""
    if contact_code:
        return next((one for one in contacts if one.code == contact_code), None)
    if contact:
        return next((one for one in contacts if one.name == contact), None)
    reached = [one for one in contacts if is_address(one.email)]
    return next(iter(reached), None)


def letter_for(
    care: Care,
    occasion: Occasion,
    known: KnownAccount,
    used: Mapping[int, str],
    office: Office,
) -> Letter | Phrase:
    """The draft of its letter, or why there can be none."""
    facts = facts_of(care, occasion, known, office)
    if isinstance(facts, Phrase):
        return facts
    language = next(
        one.language for one in known.contacts if one.code == facts.contact_code
    )
    rules = office.current.care.of(care.kind)
    kind = written_as(care.kind, rules.source if rules else None, language)
    facts = replace(facts, kind=kind)
    try:
        chosen = choose_variant(facts, variants(kind, language), used, care.edition)
        return draft(facts, chosen, language)
    except UserError as error:
        return Phrase(error.sentence, **error.values)


def facts_of(
    care: Care, occasion: Occasion, known: KnownAccount, office: Office
) -> LetterFacts | Phrase:
    """All that its letter may say, or why there can be none."""
    account = known.account
    contact = addressee_of(care.contact, care.contact_code, known.contacts)
    if contact is None:
        return Phrase(
            "Nobody at {account} can be written to; add a contact with a mail address, "
            "or call instead.",
            account=account.name,
        )
    sender = account.in_charge(TeamRole.LEAD_MANAGER, office.people)
    if sender is None:
        return Phrase(
            "{account} has no lead manager who could sign the letter; name one in the "
            "team file and import it.",
            account=account.name,
        )
    return LetterFacts(
        kind=care.kind,
        account_name=account.name,
        contact=contact.name,
        contact_code=contact.code,
        title=contact.title,
        on=care.on,
        dated=care.deliver_on,
        about=care.about,
        since=_since(occasion, account),
        years=care.years or _years(occasion, account, care.on),
        solved=len(known.took),
        hours=median_hours(known.took),
        mattered=known.mattered,
        sender=office.name_of(sender),
        house=parseaddr(settings().sender)[0],
    )


def _since(occasion: Occasion, account: Account) -> date | None:
    """The day from which years count: of the occasion, or of the cooperation."""
    if isinstance(occasion.rule, Yearly | LunarYearly):
        return occasion.rule.since
    return account.signed_on


def _years(occasion: Occasion, account: Account, on: date) -> int | None:
    signed = account.signed_on
    if isinstance(occasion.rule, Yearly | LunarYearly) or signed is None:
        return None
    full = on.year - signed.year - ((on.month, on.day) < (signed.month, signed.day))
    return full or None
