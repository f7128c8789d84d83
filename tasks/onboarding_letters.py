"""The welcome letters to an account: written when all is done, held for its lead manager."""

from collections.abc import Sequence
from datetime import datetime

from kam_flows.domain.accounts import Account, Contact
from kam_flows.domain.agreements import Agreement
from kam_flows.domain.mails import Approval, RenderedMail, is_address
from kam_flows.domain.onboarding import Onboarding
from kam_flows.domain.onboarding_mails import (
    Counterpart,
    NoLetter,
    PromisedTimes,
    Signed,
    Welcome,
)
from kam_flows.domain.people import Directory, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.domain.tickets import Priority
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.settings import settings
from tasks.posting import post_all

Letter = tuple[int, Contact, RenderedMail]
"""The mail's id, whom it is for, and its words."""


def post_letters(
    uow: UnitOfWork,
    account: Account,
    onboarding: Onboarding,
    now: datetime,
    handover: str = "",
) -> list[Letter] | NoLetter:
    """A letter to each decision maker, held for the lead manager; or why there is none.

    `handover` names the one after which they are written anew.
    """
    if not uow.policies.get(onboarding.policy_id).onboarding.welcome:
        return NoLetter.NOT_WANTED
    people = uow.people.directory()
    team = counterparts(account, people)
    leads = [one for one in team if TeamRole.LEAD_MANAGER in one[1].roles]
    if not leads:
        return NoLetter.NO_LEAD_MANAGER
    account_id = uow.accounts.id_of(account.code)
    contacts = addressed(uow.accounts.contacts_of(account_id))
    if not contacts:
        return NoLetter.NO_CONTACT
    (signer, lead), *_ = leads
    agreement = uow.agreements.in_force([account_id]).get(account_id)
    again = f":{handover}" if handover else ""
    letters = [
        Welcome(
            recipient=contact.code,
            address=contact.email,
            name=contact.name,
            language=contact.language,
            timezone=settings().timezone,
            dedup_key=(
                f"onboarding.welcome:{onboarding.id}:{contact.code}:{signer}{again}"
            ),
            answers_to=(lead.name, lead.email) if lead.email else None,
            account_name=account.name,
            lead_manager=lead,
            team=tuple(one for code, one in team if code != signer),
            signed=signed_of(uow, agreement, contact.language),
        )
        for contact in contacts
    ]
    approval = Approval(TeamRole.LEAD_MANAGER, account.code, signer)
    posted = post_all(uow, letters, now, held_for=str(approval))
    return [
        (mail_id, contact, mail)
        for contact, (mail_id, mail) in zip(contacts, posted, strict=True)
    ]


def addressed(contacts: Sequence[Contact]) -> list[Contact]:
    """The decision makers mail can reach; if there is none, the first contact it can."""
    reached = [contact for contact in contacts if is_address(contact.email)]
    return [one for one in reached if one.is_decision_maker] or reached[:1]


def counterparts(account: Account, people: Directory) -> list[tuple[str, Counterpart]]:
    """Who of the team is still with us, by role, each once; staff code beside it."""
    roles: dict[str, list[TeamRole]] = {}
    for role in TeamRole:
        for code in account.members(role):
            if code in people and people[code].active:
                roles.setdefault(code, []).append(role)
    return [
        (
            code,
            Counterpart(
                name=people[code].name,
                roles=tuple(filled),
                email=people[code].email if is_address(people[code].email) else "",
            ),
        )
        for code, filled in roles.items()
    ]


def signed_of(
    uow: UnitOfWork, agreement: Agreement | None, language: str
) -> Signed | None:
    """The agreement in force and the times of the standard that it was drafted from."""
    if agreement is None or agreement.signature is None:
        return None
    return Signed(
        version=agreement.version,
        on=agreement.signature.on,
        by=agreement.signature.by,
        face_to_face=agreement.signature.face_to_face,
        promises=promises_of(
            uow.policies.get(agreement.policy_id), agreement, language
        ),
    )


def promises_of(
    policy: Policy, agreement: Agreement, language: str
) -> tuple[PromisedTimes, ...]:
    """What is promised to this tier; scenes of which the same is promised stand together."""
    scenes: dict[tuple[str, str, str], list[str]] = {}
    for scene, titles in policy.scenes.items():
        targets = policy.targets(scene, agreement.tier, Priority.NORMAL)
        times = tuple(
            str(time or "") for time in (targets.respond, targets.plan, targets.resolve)
        )
        if any(times):
            respond, plan, resolve = times
            scenes.setdefault((respond, plan, resolve), []).append(
                titles.get(language) or scene
            )
    return tuple(
        PromisedTimes(scenes=tuple(named), respond=respond, plan=plan, resolve=resolve)
        for (respond, plan, resolve), named in scenes.items()
    )
