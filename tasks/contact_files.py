"""A contact's data, gathered and handed out on request."""

from datetime import datetime
from pathlib import Path

from prefect import task

from kam_flows import spreadsheets
from kam_flows.domain.contact_files import ContactFile, Letter, Mention
from kam_flows.domain.errors import UserError
from kam_flows.domain.forgetting import Forgetting
from kam_flows.mail.mime import read
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.rendering.contact_files import page, sheets
from kam_flows.rendering.pages import for_programs
from kam_flows.settings import Language, settings
from tasks.erasing import check_may_erase, person_named
from tasks.inbox import write_file
from tasks.tickets import acting

TERMINAL = "kam contact"


@task
def contact_file(contact: str, *, by: str | None, now: datetime) -> ContactFile:
    """All that is on record about them; who took it out is put on record, too.

    `None`: whoever may use the terminal.
    """
    with unit_of_work() as uow:
        actor = TERMINAL
        if by is not None:
            person = acting(uow, by)
            check_may_erase(person)
            actor = person.code
        file = gathered(uow, person_named(uow, contact))
        code = file.contact.code
        uow.audit.write(now, actor, "exported", f"contact {code}")
        return file


def gathered(uow: UnitOfWork, person: Forgetting) -> ContactFile:
    contact = person.contact
    account = uow.accounts.get(contact.account)
    account_id = uow.accounts.id_of(account.code)
    theirs = uow.occasions.of_contact(account_id, contact.code, contact.name)
    own = {kept.occasion.id for kept in theirs}
    mails = uow.erasures.mails_to(person)
    return ContactFile(
        contact=contact,
        account_name=account.name,
        occasions=[kept.occasion for kept in theirs],
        cares=[
            care
            for care in uow.cares.of(account_id, own)
            if care.occasion in own or care.mail_id in mails
        ],
        gifts=uow.gifts.to(contact.code),
        invitations=uow.events.invitations_of(contact.code),
        letters=letters(uow, list(mails)),
        mentions=[
            Mention(where=one.table, number=one.id, field=one.column, text=one.text)
            for one in uow.traces.of(person, account_id)
        ],
    )


def letters(uow: UnitOfWork, mail_ids: list[int]) -> list[Letter]:
    kept = uow.erasures.content(mail_ids)
    mails = [uow.outbox.get(id_) for id_ in sorted(mail_ids)]
    return [
        Letter(
            at=mail.finished_at or mail.created_at,
            subject=mail.subject,
            fate=mail.fate,
            text=read(kept[mail.id]).text if mail.id in kept else "",
        )
        for mail in mails
    ]


@task
def write_contact_file(
    file: ContactFile, path: Path, language: Language | None = None
) -> Path:
    """As JSON for programs, as Markdown to read, or as a workbook."""
    chosen = settings()
    language = language or chosen.language
    match path.suffix.lower():
        case ".json":
            content = for_programs(file).encode()
        case ".md":
            content = page(file, language, chosen.timezone).encode()
        case ".xlsx":
            content = spreadsheets.write_xlsx(sheets(file, language, chosen.timezone))
        case _:
            raise UserError(
                "{name} is neither JSON, Markdown nor XLSX; let its name end in .json, "
                ".md or .xlsx.",
                name=path.name,
            )
    write_file(path, content)
    return path
