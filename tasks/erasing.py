"""Erase a contact on request: what was done stays on record, and nobody in it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows.domain.accounts import Contact
from kam_flows.domain.care_decisions import dropped
from kam_flows.domain.care_letters import Letter
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.cares import Care
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.forgetting import Forgetting, forgetting
from kam_flows.domain.mails import Fate
from kam_flows.domain.occasions import Once
from kam_flows.domain.people import Staff, StaffRole, may_not
from kam_flows.domain.texts import as_kept
from kam_flows.domain.visit_changes import LONGEST_REASON
from kam_flows.mail.rewriting import rewritten
from kam_flows.persistence.invitations import check_accounts_again
from kam_flows.persistence.occasions import Kept, look_at_again
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering import documents
from kam_flows.rendering.salutations import called_by, salutation
from kam_flows.settings import settings
from tasks.event_guests import contact_named
from tasks.tickets import acting

MAY_ERASE = frozenset({StaffRole.OPERATIONS, StaffRole.DEPARTMENT_HEAD})
CHUNK = 200
"""Mails read at a time: about 4 MB."""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What became of a person's traces. It names nobody: runs keep what they answer."""

    code: str
    alias: str
    account_name: str
    changed: Mapping[str, int]
    """Rows by table."""
    letters: int
    """Mails to them, whose bodies are gone."""
    stopped: int
    """Those of them that had not left, and never will."""
    mails: int
    """Mails to others that named them, and now say the alias."""
    shared: tuple[str, ...]
    """What somebody else is called or reached by, too."""


@task
def erase_contact(
    *, contact: str, by: str, reason: str, now: datetime, dry_run: bool = False
) -> Erased:
    """Put an alias wherever the contact stands, in one transaction.

    The mails are searched before it, so that nobody waits for that: they are many. Those
    written meanwhile are searched in it. Raises UserError for who may not ask for this,
    and while a mail to the contact is on its way.
    """
    why = as_kept(reason)[:LONGEST_REASON]
    if not why:
        raise UserError(
            "Say who asked for it and when, in `reason`; it stays on record."
        )
    with unit_of_work(read_only=True) as uow:
        check_may_erase(acting(uow, by))
        person = person_named(uow, contact)
        naming, last = mails_naming(uow, person, 0)
    with rehearsal() if dry_run else unit_of_work() as uow:
        # An import would bring back what it has read before.
        uow.alone()
        actor = acting(uow, by)
        person = person_named(uow, person.contact.code)
        account = uow.accounts.get(person.contact.account)
        account_id = uow.accounts.lock(account.code)
        later, _ = mails_naming(uow, person, last)
        theirs = uow.erasures.mails_to(person)
        check_none_on_its_way(theirs)
        uow.erasures.open(person, now, actor.code, person.words(why, home=True))
        changed = forget_care(uow, person, account_id, now)
        stopped = uow.erasures.take_letters(person, list(theirs), now)
        changed += uow.erasures.take_out(person)
        changed += forget_agreements(uow, person, account_id)
        changed += uow.traces.remove(person, account_id)
        mails = rewrite_mails(uow, person, {*naming, *later} - set(theirs))
        look_at_again(uow.session, [account_id])
        check_accounts_again(uow.session, [account_id])
        uow.erasures.close(person)
        uow.audit.write(
            now,
            actor.code,
            "erased",
            f"contact {person.contact.code}",
            alias=person.alias,
            reason=person.words(why, home=True),
            changed=dict(changed),
        )
        return Erased(
            code=person.contact.code,
            alias=person.alias,
            account_name=account.name,
            changed=dict(changed),
            letters=len(theirs),
            stopped=stopped,
            mails=mails,
            shared=person.shared,
        )


def check_may_erase(person: Staff) -> None:
    if person.role not in MAY_ERASE:
        raise may_not(person, MAY_ERASE)


def person_named(uow: UnitOfWork, text: str) -> Forgetting:
    """With everything by which they are found, apart from everybody else."""
    contacts = uow.accounts.contacts()
    chosen = contact_named(contacts, text)
    others: list[Contact | Staff] = [
        one for one in contacts.values() if one.code != chosen.code
    ]
    others += uow.people.directory().values()
    return forgetting(chosen, uow.erasures.next_number(), others)


def mails_naming(
    uow: UnitOfWork, person: Forgetting, after: int
) -> tuple[list[int], int]:
    """Ids of kept mails that name them, of ids above this one; and the last one seen."""
    found: list[int] = []
    while some := list(uow.erasures.contents(after, CHUNK)):
        found += [id_ for id_, content in some if rewritten(content, person.words)]
        after = some[-1][0]
    return found, after


def check_none_on_its_way(mails: Mapping[int, Fate]) -> None:
    if Fate.SENDING in mails.values():
        raise UserError(
            "A mail to this contact is on its way; nothing was done. Submit the form "
            "again in a minute."
        )


def rewrite_mails(
    uow: UnitOfWork, person: Forgetting, mail_ids: Collection[int]
) -> int:
    count = 0
    for mail_id, content in uow.erasures.content(mail_ids).items():
        if told := rewritten(content, person.words):
            uow.erasures.rewrite(mail_id, told)
            count += 1
    return count


def forget_agreements(
    uow: UnitOfWork, person: Forgetting, account_id: int
) -> Counter[str]:
    changed = Counter[str]()
    for id_, document in uow.erasures.agreements(account_id).items():
        if told := documents.rewritten(document, lambda t: person.words(t, home=True)):
            uow.erasures.rewrite_agreement(id_, told)
            changed["agreements"] += 1
    return changed


def forget_care(
    uow: UnitOfWork, person: Forgetting, account_id: int, now: datetime
) -> Counter[str]:
    """Their own days end, with no date of theirs kept; letters greet the alias."""
    today = now.astimezone(ZoneInfo(settings().timezone)).date()
    contact = person.contact
    theirs = uow.occasions.of_contact(account_id, contact.code, contact.name)
    uow.occasions.keep(_ended(kept, person) for kept in theirs)
    own = {kept.occasion.id for kept in theirs}
    changed = Counter(occasions=len(theirs))
    for care in uow.cares.of(account_id, own):
        after = _without(care, person, own=care.occasion in own)
        if care.occasion in own and care.is_open:
            after = _given_up(after, today)
        if after != care:
            uow.cares.keep(after)
            changed["cares"] += 1
    return changed


def _ended(kept: Kept, person: Forgetting) -> Kept:
    """Of nobody, on no day of theirs; what was done for it still hangs on it."""
    occasion, code, alias = kept.occasion, person.contact.code, person.alias
    origin = occasion.origin
    if origin.endswith(f"/{code}"):
        origin = origin.removesuffix(code) + alias
    return kept._replace(
        occasion=replace(
            occasion,
            contact=alias,
            contact_code=alias,
            about=person.words(occasion.about, home=True),
            rule=Once(on=kept.seen_until),
            origin=origin,
        ),
        next_on=None,
        ended=True,
    )


def _given_up(care: Care, today: date) -> Care:
    """Nobody is left to call or to visit; a letter that has left has left."""
    if care.state is CareState.SENT:
        return replace(care, state=CareState.DONE, closed_on=today)
    return dropped(care, today)


def _without(care: Care, person: Forgetting, *, own: bool) -> Care:
    """A letter of the account that greets them and has not left is written anew."""
    letter = care.letter
    if letter is None or not (own or _greets(letter, person.contact)):
        return care
    if not own and care.is_open and care.mail_id is None:
        return replace(
            care,
            state=CareState.PREPARED,
            letter=None,
            trouble=Phrase("It greeted somebody who was erased; it is written anew."),
            approved_by=None,
            approved_at=None,
        )
    told = replace(
        letter,
        subject=_told(letter.subject, person),
        salutation=person.alias,
        paragraphs=tuple(_told(one, person) for one in letter.paragraphs),
    )
    return replace(care, letter=told)


def _greets(letter: Letter, contact: Contact) -> bool:
    return letter.salutation in {
        salutation(contact.name, contact.title, language)
        for language in ("zh_CN", "en")
    }


def _told(text: str, person: Forgetting) -> str:
    called = called_by(person.contact.name, person.contact.title)
    told = person.words(text, home=True)
    return told.replace(called, person.alias) if called else told
