"""Account files: what was said, promised and traded, and the page that shows it all."""

from datetime import date

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import chosen, moment, named, plainly, say, sentence, told
from kam_flows.domain.account_file import EntryKind, promise_code
from kam_flows.domain.portfolio import BadFile
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.imports import problem_rows
from kam_flows.settings import settings
from tasks.account_files import (
    add_entry,
    import_transactions_file,
    keep_promise,
)
from tasks.account_pages import account_page, send_account_page
from tasks.forms import refresh_forms
from tasks.inbox import inbox_file


@flow(
    name="Add to the account file",
    flow_run_name=named("add to the file of {account}, by {by}"),
)
@plainly
async def add_to_the_account_file(
    account: str,
    entry: str,
    text: str,
    by: str,
    owner: str = "",
    due_on: date | None = None,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Write down what was said, a special need, or a promise of ours with its day.

    Args:
        account: Code, name, or the choice shown.
        entry: What it is.
        text: What was said or agreed.
        by: Your staff code or email.
        owner: Of a promise: who keeps it; empty: you.
        due_on: Of a promise: by when.
        as_of: When it was said; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    filed = add_entry(
        account=account,
        kind=chosen(EntryKind, entry),
        text=text,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        owner=owner,
        due_on=due_on,
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    parts = [
        say(
            "{kind} filed for {account}",
            kind=filed.entry.kind,
            account=filed.account_name,
        )
    ]
    if filed.entry.kind is EntryKind.PROMISE:
        parts.append(
            say(
                "{promise} is to be kept by {day}",
                promise=promise_code(filed.entry.id),
                day=filed.entry.due_on,
            )
        )
    return Completed(message=sentence([*parts, *kept(dry_run)]))


@flow(name="Keep a promise", flow_run_name=named("keep {promise}, by {by}"))
@plainly
async def keep_a_promise(
    promise: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Record that a promise to an account was kept.

    Args:
        promise: The choice shown, or its number.
        by: Your staff code or email.
        as_of: When it was kept; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    filed = keep_promise(
        promise=promise,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    done = say(
        "{promise} to {account} is kept",
        promise=promise_code(filed.entry.id),
        account=filed.account_name,
    )
    return Completed(message=sentence([done, *kept(dry_run)]))


@flow(
    name="Import transactions", flow_run_name=named("import dealings: {file}, by {by}")
)
@plainly
async def import_transactions(
    file: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Bring contracts, orders, payments and returns from a spreadsheet, all or nothing.

    Args:
        file: Name of a CSV or XLSX file in the folder var/inbox, or its whole path.
        by: Your staff code or email.
        as_of: The moment to put on record; empty: now.
        dry_run: Show what would change, and keep nothing of it.
    """
    path, language = inbox_file(file), settings().language
    now = moment(as_of, dry_run=dry_run)
    try:
        brought = import_transactions_file(path, by=by, now=now, dry_run=dry_run)
    except BadFile as error:
        await acreate_table_artifact(
            key="transactions-import",
            table=problem_rows(error.problems, language),
            description=refusal(error, language),
        )
        raise
    return Completed(message=sentence([told(brought.told())]))


@flow(name="Show an account", flow_run_name=named("show {account}"))
@plainly
async def show_an_account(
    account: str, send_to: str = "", as_of: AwareDatetime | None = None
) -> State[None]:
    """Write the account's page: needs, people, agreement, dealings and open matters.

    Args:
        account: Code, name, or the choice shown.
        send_to: Who gets it by mail too; empty: nobody.
        as_of: The moment to look from; empty: now.
    """
    now = moment(as_of, dry_run=True)
    page = account_page(account, now)
    from kam_flows.rendering.account_pages import page_markdown

    written = page_markdown(page, settings().language, settings().timezone)
    await acreate_markdown_artifact(
        written, key="account-page", description=f"{page.code} {page.name}"
    )
    parts = [say("{account}: see Artifacts", account=page.name)]
    if send_to:
        name = send_account_page(account, send_to, now)
        parts.append(say("{name} is told by mail", name=name))
    return Completed(message=sentence(parts))


def kept(dry_run: bool) -> list[str]:
    return [say("Dry run: nothing was kept")] if dry_run else []
