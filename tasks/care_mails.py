"""What whoever prepares a care is told of it, and who decides about one that is held."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from kam_flows.domain.accounts import Contact
from kam_flows.domain.care_mails import (
    CareHeld,
    CareLinks,
    CarePrepared,
    HoldingTicket,
    StepLine,
)
from kam_flows.domain.care_rules import Action
from kam_flows.domain.cares import Care
from kam_flows.domain.choices import choice
from kam_flows.domain.gift_rules import GiftIdea, ideas
from kam_flows.domain.gifts import Gift
from kam_flows.domain.mails import is_address
from kam_flows.domain.people import Staff, TeamRole
from kam_flows.persistence.cares import care_choice
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork
from tasks.care_facts import KnownAccount, addressee_of, preparer_of
from tasks.onboarding_facts import Office

IDEAS = 3
IN_A_LINK = 600
"""Letters of a text that a link carries into a form: some 5 KB of address."""
TWO_YEARS = timedelta(days=2 * 366)


def compose_prepared(
    uow: UnitOfWork,
    stored: Sequence[tuple[Care, KnownAccount]],
    office: Office,
    unaddressed: dict[str, Staff],
) -> list[CarePrepared]:
    """One mail about each; of those who have no address, `unaddressed` is told instead."""
    account_ids = list(uow.accounts.named({care.account for care, _ in stored}))
    today = office.now.date()
    given = uow.gifts.among(account_ids, today - TWO_YEARS, today)
    mails = []
    for care, known in stored:
        resolution = preparer_of(known.account, role_of(care, office), office)
        reader = resolution.recipient
        if not is_address(office.address_of(reader)):
            unaddressed[reader] = office.people[reader]
            continue
        language = office.language_of(reader)
        gifts = _of_same(care, given.get(care.account, ()))
        mails.append(
            CarePrepared(
                **_to(reader, care, known, office),
                dedup_key=prepared_key(care, known, office),
                copies=_superior(care, reader, office),
                red_lines=known.red_lines,
                steps=step_lines(care, office, language),
                left_out=_left_out(care, known, office, language),
                ideas=gift_ideas(care, known, gifts, office, language),
                preferences=tuple(sorted(liked_tags(known, office))),
                given=tuple(gifts),
                currency=office.current.care.currency,
                skips=resolution.skips,
                policy=office.current.title(language),
            )
        )
    return mails


def prepared_key(care: Care, known: KnownAccount, office: Office) -> str:
    """Told again, once a day: a letter could be written after all, or is due today."""
    again = "" if care.prepared_at == office.now else f":{_today(known, office)}"
    return f"care.prepared:{care.id}{again}"


def compose_held(
    care: Care,
    known: KnownAccount,
    tickets: Iterable[TicketView],
    office: Office,
) -> CareHeld:
    """To the lead manager, or who stands in: only a person decides now."""
    account = known.account
    reader = preparer_of(account, role_of(care, office), office).recipient
    holding = tuple(
        HoldingTicket(
            number=one.record.number, title=one.record.title, since=one.opened_at
        )
        for one in tickets
    )
    return CareHeld(
        **_to(reader, care, known, office),
        dedup_key=f"care.held:{care.id}:{care.held_because}:{office.now:%Y%m%dT%H%M}",
        copies=(),
        tickets=holding,
    )


def named_address(contact: Contact | None) -> str:
    """`张建国 <boss@acme.example>`; empty if that person cannot be written to."""
    if contact is None or not is_address(contact.email):
        return ""
    return f"{contact.name} <{contact.email}>"


def links_of(care: Care, account_name: str, reader: str, office: Office) -> CareLinks:
    shown = care_choice(care.id, care.on, account_name, care.contact)
    account = choice(care.account, account_name) if care.account else ""
    has_letter = care.letter is not None
    return CareLinks(
        edit=office.link("edit-a-letter", reader, care=shown, **body_of(care))
        if has_letter
        else None,
        approve=office.link("approve-a-letter", reader, care=shown)
        if has_letter and care.approval and not care.approved_by
        else None,
        hold=office.link("hold-care", reader, care=shown),
        release=office.link("release-care", reader, care=shown),
        drop=office.link("drop-care", reader, care=shown),
        done=office.link("complete-care-step", reader, care=shown),
        gift=office.link("record-a-gift", reader, account=account, care=shown)
        if account
        else None,
        page=office.link("show-an-account", "", account=account) if account else None,
    )


def gift_ideas(
    care: Care,
    known: KnownAccount,
    given: Sequence[Gift],
    office: Office,
    language: str,
) -> tuple[GiftIdea, ...]:
    """A few that fit tier and budget, first what they are known to like."""
    if Action.GIFT not in care.actions:
        return ()
    catalogue = [
        GiftIdea(
            code=one.code,
            title=one.titles.get(language) or one.code,
            value=one.value,
            tiers=one.tiers,
            tags=one.tags,
        )
        for one in office.current.care.catalogue
    ]
    liked = liked_tags(known, office)
    # A gift is recorded under the name it has in whatever language.
    names = {
        one.code
        for one in office.current.care.catalogue
        if {gift.item for gift in given} & set(one.titles.values())
    } | {gift.item for gift in given}
    tier, budget = known.account.tier, care.budget
    return tuple(ideas(catalogue, tier, budget, liked, names)[:IDEAS])


def liked_tags(known: KnownAccount, office: Office) -> set[str]:
    """Tags of the catalogue that the notes about the account name."""
    notes = known.notes.casefold()
    tags = (tag for one in office.current.care.catalogue for tag in one.tags)
    return {tag for tag in tags if tag.casefold() in notes}


def body_of(care: Care) -> dict[str, str]:
    """What stands in its letter now, to be changed; a long one makes no link."""
    text = "\n\n".join(care.letter.paragraphs) if care.letter else ""
    return {"text": text} if len(text) <= IN_A_LINK else {}


def step_lines(care: Care, office: Office, language: str) -> tuple[StepLine, ...]:
    titles = office.current.care.step_titles(language)
    return tuple(
        StepLine(
            title=titles.get(task.code, task.code),
            due_on=task.due_on,
            who=office.name_of(task.owner),
            done=not task.is_open,
            done_at=task.done_at,
            done_by=office.name_of(task.done_by),
        )
        for task in care.tasks
    )


def _today(known: KnownAccount, office: Office) -> date:
    """Where the account is."""
    calendar = office.current.calendar(known.account.calendar)
    return office.now.astimezone(calendar.timezone).date()


def role_of(care: Care, office: Office) -> TeamRole:
    """Who prepares its kind; one that the policy has no more is the lead manager's."""
    rules = office.current.care.of(care.kind)
    return rules.role if rules else TeamRole.LEAD_MANAGER


def _to(reader: str, care: Care, known: KnownAccount, office: Office) -> dict[str, Any]:
    person = office.people.get(reader)
    language = office.language_of(reader)
    contact = addressee_of(care.contact, care.contact_code, known.contacts)
    return {
        "recipient": reader,
        "address": office.address_of(reader),
        "name": person.name if person else "",
        "language": language,
        "timezone": office.timezone_of(reader),
        "care": care,
        "account_name": known.account.name,
        "title": office.current.care.title(care.kind, language),
        "addressee": named_address(contact),
        "links": links_of(care, known.account.name, reader, office),
        "as_of": office.now,
    }


def _superior(care: Care, reader: str, office: Office) -> tuple[str, ...]:
    """Whoever leads them is told of what began late."""
    person = office.people.get(reader)
    superior = office.people.get((person.supervisor if person else "") or "")
    if not care.late or superior is None or not superior.active:
        return ()
    return (superior.email,) if is_address(superior.email) else ()


def _left_out(
    care: Care, known: KnownAccount, office: Office, language: str
) -> tuple[str, ...]:
    """Steps that an earlier beginning would have had."""
    rules = office.current.care
    kind = rules.of(care.kind)
    if not care.late or kind is None:
        return ()
    there = {task.code for task in care.tasks}
    return tuple(
        step.titles.get(language) or step.code
        for _, step in rules.steps_of(kind, known.account.tier)
        if step.code not in there
    )


def _of_same(care: Care, gifts: Sequence[Gift]) -> list[Gift]:
    """To the same person; of the account's own occasions, to anybody there."""
    wanted = care.contact_code or care.contact
    return [one for one in gifts if not wanted or one.recipient == wanted]
