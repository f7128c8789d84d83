"""Agreement tasks: draft one from what is promised today, and put its signature on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.agreements import (
    Agreement,
    Outdated,
    Signature,
    check_signing,
    promises_of,
    terms_of,
    version_of,
    why_outdated,
)
from kam_flows.domain.checklists import check_team
from kam_flows.domain.errors import UserError
from kam_flows.domain.policy import Policy
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.cleaning import one_line
from kam_flows.settings import settings
from tasks.checklists import settle_checklist
from tasks.inbox import write_file
from tasks.tickets import acting


@dataclass(frozen=True, kw_only=True)
class Drafted:
    account: Account
    version: int
    is_new: bool
    """False: this version says just this already."""
    path: Path
    """The copy in `var/agreements`; in a dry run where it would stand."""
    rows: list[dict[str, str]]
    """The promised times, as a table."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    account: Account
    version: int
    signature: Signature
    outdated: Outdated | None
    """Other times are promised by now; `None`: it is in force."""
    completed: bool
    """With it the onboarding is complete."""


@task
def draft_agreement(
    *, account: str, by: str, now: datetime, language: str = "", dry_run: bool = False
) -> Drafted:
    """Draft the next version, and write a copy of it; `language` empty: the account's.

    What the newest version says already is not drafted again.
    """
    # A click that does not draft must not pay for it.
    from kam_flows.rendering.agreements import promised_rows

    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.accounts.find(account)
        check_team(person, found)
        account_id = uow.accounts.lock(found.code)
        language = language or found.language
        policy_id = uow.policies.current_id(now)
        terms = _terms(uow, found, uow.policies.get(policy_id))
        newest = next(iter(uow.agreements.of(account_id)), None)
        if newest and _says(newest, terms, language):
            version, document = newest.version, uow.agreements.document(newest.id)
        else:
            version = newest.version + 1 if newest else 1
            policy = uow.policies.get(policy_id)
            document = _written(found, policy, terms, version, language, now)
            uow.agreements.add(
                account_id,
                version=version,
                language=language,
                tier=found.tier,
                policy_id=policy_id,
                terms=terms,
                at=now,
                by=person.code,
                document=document,
            )
            uow.audit.write(
                now,
                person.code,
                "agreement drafted",
                f"account {found.code}",
                version=version,
            )
    path = copy_of(found.code, version)
    if not dry_run:
        write_file(path, document)
    return Drafted(
        account=found,
        version=version,
        is_new=newest is None or newest.version != version,
        path=path,
        rows=promised_rows(terms, settings().language),
    )


@task
def record_signature(
    *,
    account: str,
    by: str,
    signed_by: str,
    place: str,
    now: datetime,
    signed_on: date | None = None,
    signed_for_us: str = "",
    version: int | None = None,
    face_to_face: bool = True,
    dry_run: bool = False,
) -> Signed:
    """Put on record who signed a version, where and when; an earlier one is replaced.

    `version` none: the newest; `signed_on` none: today; `signed_for_us` empty: `by`.
    """
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.accounts.find(account)
        check_team(person, found)
        account_id = uow.accounts.lock(found.code)
        versions = uow.agreements.of(account_id)
        agreement = version_of(versions, version, found.name)
        zone = ZoneInfo(settings().timezone)
        today = now.astimezone(zone).date()
        ours = acting(uow, signed_for_us) if signed_for_us.strip() else person
        signature = Signature(
            on=signed_on or today,
            by=one_line(" ".join(signed_by.split())),
            for_us=ours.code,
            place=one_line(" ".join(place.split())),
            face_to_face=face_to_face,
        )
        drafted = agreement.drafted_at.astimezone(zone).date()
        check_signing(versions, agreement, signature, drafted=drafted, today=today)
        for earlier in versions:
            if earlier.in_force:
                uow.agreements.outdate(earlier.id, now, Outdated.REPLACED)
        uow.agreements.sign(agreement.id, signature, now, person.code)
        uow.audit.write(
            now,
            person.code,
            "agreement signed",
            f"account {found.code}",
            version=agreement.version,
            signed_on=signature.on.isoformat(),
            signed_by=signature.by,
            signed_for_us=signature.for_us,
            place=signature.place,
            face_to_face=face_to_face,
        )
        policy = uow.policies.current(now)
        promised = promises_of(policy, found.tier, found.calendar)
        outdated = why_outdated(agreement, promised, found)
        if outdated:
            uow.agreements.outdate(agreement.id, now, outdated)
        after = settle_checklist(uow, found, now=now, actor=person.code)
    return Signed(
        account=found,
        version=agreement.version,
        signature=signature,
        outdated=outdated,
        completed=after is not None and after.completed_at is not None,
    )


def agreements_of(account: str) -> tuple[Account, list[Agreement]]:
    """All versions, the newest first."""
    with unit_of_work(read_only=True) as uow:
        found = uow.accounts.find(account)
        return found, uow.agreements.of(uow.accounts.id_of(found.code))


def export_agreement(account: str, version: int | None, path: Path | None) -> Path:
    """Write the stored document of a version, none: the newest; where it was written."""
    with unit_of_work(read_only=True) as uow:
        found = uow.accounts.find(account)
        versions = uow.agreements.of(uow.accounts.id_of(found.code))
        agreement = version_of(versions, version, found.name)
        document = uow.agreements.document(agreement.id)
    path = path or copy_of(found.code, agreement.version)
    write_file(path, document)
    return path


def copy_of(code: str, version: int) -> Path:
    """Where the copy of a version stands; a code may hold a slash."""
    name = f"{code.replace('/', '%2F')}-v{version}.docx"
    return settings().var / "agreements" / name


def _terms(uow: UnitOfWork, account: Account, policy: Policy) -> dict[str, Any]:
    contacts = uow.accounts.contacts().values()
    terms = terms_of(account, policy, uow.people.directory(), contacts)
    if not terms["promises"]["scenes"]:
        raise UserError(
            "The policy {policy} promises {account} ({tier}) no times; there is nothing "
            "to agree on.",
            policy=policy.name,
            account=account.name,
            tier=account.tier,
        )
    return terms


def _says(agreement: Agreement, terms: Mapping[str, Any], language: str) -> bool:
    return (
        agreement.terms == terms
        and agreement.language == language
        and agreement.outdated_at is None
    )


def _written(
    account: Account,
    policy: Policy,
    terms: Mapping[str, Any],
    version: int,
    language: str,
    now: datetime,
) -> bytes:
    from kam_flows.rendering.agreements import document, fields_of

    chosen = settings()
    fields = fields_of(
        terms,
        code=account.code,
        version=version,
        drafted_on=now.astimezone(ZoneInfo(chosen.timezone)).date(),
        provider=parseaddr(chosen.sender)[0],
        policy=policy.title(language),
        language=language,
    )
    folder = chosen.templates / "onboarding"
    return document(folder / f"sla_agreement.{language}.docx", fields)
