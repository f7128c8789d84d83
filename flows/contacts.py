"""A contact's own data: handed out, and erased on request."""

from collections.abc import Iterator

from prefect import State, flow
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.settings import settings
from tasks.contact_files import contact_file, write_contact_file
from tasks.erasing import Erased, erase_contact
from tasks.forms import refresh_forms


@flow(name="Export a contact", flow_run_name=named("export a contact, by {by}"))
@plainly
async def export_a_contact(contact: str, by: str) -> State[None]:
    """Write all that is on record about a contact into the folder var/export.

    Args:
        contact: Code of the contact.
        by: Your staff code or email; operations and department heads may do this.
    """
    file = contact_file(contact, by=by, now=moment(None))
    folder = settings().var / "export"
    written = [
        write_contact_file(file, folder / f"contact-{file.contact.code}{kind}")
        for kind in (".json", ".md", ".xlsx")
    ]
    return Completed(message=sentence([say("Written: {files}", files=written)]))


@flow(name="Erase a contact", flow_run_name=named("erase a contact, by {by}"))
@plainly
async def erase_a_contact(
    contact: str,
    by: str,
    reason: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = True,
) -> State[None]:
    """Take a contact out of everything on record; what was done stays, under an alias.

    Args:
        contact: Code of the contact.
        by: Your staff code or email; operations and department heads may do this.
        reason: Who asked for it, and when.
        as_of: The moment to put on record; empty: now.
        dry_run: Show what would go, and keep everything.
    """
    erased = erase_contact(
        contact=contact,
        by=by,
        reason=reason,
        now=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    parts = [*answer(erased)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


def answer(erased: Erased) -> Iterator[str]:
    """It names nobody: what a run says is kept with the run."""
    from kam_flows.rendering.contact_files import called

    yield say(
        "Contact {code} of {account} is {alias} from now on",
        code=erased.code,
        account=erased.account_name,
        alias=erased.alias,
    )
    rows = [
        f"{called(table, settings().language)} {count}"
        for table, count in sorted(erased.changed.items())
        if count
    ]
    yield say("records without them: {rows}", rows=rows)
    if erased.letters:
        yield say(
            "{count} mails to them have no body any more, {stopped} of them never leave",
            count=erased.letters,
            stopped=erased.stopped,
        )
    if erased.mails:
        yield say("{count} other mails name them no more", count=erased.mails)
    if erased.shared:
        yield say(
            "somebody else has {what}, too: where nobody can tell whose it is, it was "
            "left",
            what=[say(what) for what in erased.shared],
        )
