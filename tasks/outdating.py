"""What is promised changes: signed agreements that say otherwise are outdated, and asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from kam_flows.domain.accounts import Account, Tier
from kam_flows.domain.agreement_mails import AgreementOutdated, OutdatedAgreement
from kam_flows.domain.agreements import (
    Agreement,
    Outdated,
    changes,
    promises_of,
    why_outdated,
)
from kam_flows.domain.choices import choice
from kam_flows.domain.escalation import Around, Reach, Resolution
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import DUTY, is_address
from kam_flows.domain.people import Directory
from kam_flows.domain.policy import Policy
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.settings import settings
from tasks.checklists import settle_checklists

LISTED = 30
"""Agreements of one mail; of more it says how many."""


class Stale(NamedTuple):
    """A signed agreement that is outdated from now on."""

    account: Account
    agreement: Agreement
    why: Outdated
    promised: Mapping[str, Any]
    """What is promised now."""


def outdate_agreements(
    uow: UnitOfWork, codes: Iterable[str], *, actor: str, now: datetime
) -> int:
    """After tiers, calendars or the policy changed: mark the signed agreements of these
    accounts that say otherwise, open their checklist items again, and ask for new ones.

    How many there were.
    """
    stale = list(_stale(uow, list(codes), now))
    for one in stale:
        uow.agreements.outdate(one.agreement.id, now, one.why)
        uow.audit.write(
            now,
            actor,
            "agreement outdated",
            f"account {one.account.code}",
            version=one.agreement.version,
            why=one.why,
        )
    if stale:
        settle_checklists(
            uow, [one.account.code for one in stale], now=now, actor=actor
        )
        _ask(uow, stale, actor, now)
    return len(stale)


def _stale(uow: UnitOfWork, codes: list[str], now: datetime) -> Iterable[Stale]:
    ids = uow.accounts.ids()
    in_force = uow.agreements.in_force([ids[code] for code in codes])
    if not in_force:
        return
    policy, accounts = uow.policies.current(now), uow.accounts.by_code()
    promised: dict[tuple[Tier, str], dict[str, Any]] = {}
    for agreement in in_force.values():
        account = accounts[agreement.account]
        case = account.tier, account.calendar
        if case not in promised:
            promised[case] = promises_of(policy, *case)
        why = why_outdated(agreement, promised[case], account)
        if account.active and why:
            yield Stale(account, agreement, why, promised[case])


def _ask(uow: UnitOfWork, stale: list[Stale], actor: str, now: datetime) -> None:
    """One mail a person: the lead manager, or whoever stands in for them."""
    # Rendering is the slow part of an import: most do without it.
    from tasks.posting import post

    policy, people = uow.policies.current(now), uow.people.directory()
    reach = Reach(people, now)
    readers: dict[str, list[tuple[Stale, Resolution]]] = {}
    for one in stale:
        lead = one.account.lead_manager
        found = reach.resolve(Around(None, lead, None), Tell.LEAD_MANAGER)
        if found.recipient != DUTY and not is_address(people[found.recipient].email):
            found = replace(found, recipient=DUTY)
        readers.setdefault(found.recipient, []).append((one, found))
    forms = uow.forms.ids()
    for reader, cases in readers.items():
        mail = _mail(reader, cases, policy, people, forms, actor, now)
        calendar = policy.calendar(policy.default_calendar)
        when = reach.deliver_at(Delivery.WORKING_TIME, reader, calendar)
        post(uow, mail, now, not_before=when)


def _mail(
    reader: str,
    cases: list[tuple[Stale, Resolution]],
    policy: Policy,
    people: Directory,
    forms: Mapping[str, str],
    actor: str,
    now: datetime,
) -> AgreementOutdated:
    chosen, person = settings(), people.get(reader)
    language = person.language if person else chosen.language
    first = cases[0][0].agreement
    return AgreementOutdated(
        recipient=reader,
        address=person.email if person else chosen.duty_mailbox,
        name=person.name if person else "",
        language=language,
        timezone=person.timezone if person else chosen.timezone,
        dedup_key=(
            f"onboarding.agreement_outdated:{reader}:{now.isoformat()}:"
            f"{first.account}/{first.version}"
        ),
        agreements=tuple(
            _told(stale, found, reader, policy, people, forms, language)
            for stale, found in cases[:LISTED]
        ),
        more=max(0, len(cases) - LISTED),
        by=people[actor].name if actor in people else actor,
        policy=policy.title(language),
        as_of=now,
    )


def _told(
    stale: Stale,
    found: Resolution,
    reader: str,
    policy: Policy,
    people: Directory,
    forms: Mapping[str, str],
    language: str,
) -> OutdatedAgreement:
    agreement, account = stale.agreement, stale.account
    assert agreement.signature is not None  # it was in force
    titles = {**agreement.terms["titles"], **policy.scenes}
    filled = {"account": choice(account.code, account.name)}
    if reader in people:
        filled["by"] = choice(reader, people[reader].name)
    return OutdatedAgreement(
        account=account.code,
        account_name=account.name,
        version=agreement.version,
        signed_on=agreement.signature.on,
        signed_by=agreement.signature.by,
        why=stale.why,
        changes=tuple(
            replace(
                change, scene=titles.get(change.scene, {}).get(language) or change.scene
            )
            for change in changes(agreement.terms["promises"], stale.promised)
        ),
        skips=found.skips,
        draft=form_link(settings().ui, forms.get("draft-sla-agreement"), filled),
    )
