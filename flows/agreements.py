"""SLA agreements: drafted as Word documents, signed face to face, put on record."""

from datetime import date

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.domain import cells
from kam_flows.domain.errors import UserError
from kam_flows.rendering.answers import local
from kam_flows.settings import settings
from tasks.agreements import draft_agreement, record_signature


@flow(
    name="Draft SLA agreement",
    flow_run_name=named("draft the SLA agreement of {account}, by {by}"),
)
@plainly
async def draft_the_agreement(
    account: str,
    by: str,
    language: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Write the agreement as a Word document: what this account is promised today.

    Args:
        account: Code, name, or the choice shown.
        by: Your staff code or email.
        language: Of the document; empty: the account's own.
        as_of: The moment whose promises count; empty: now.
        dry_run: Show what it would promise, and keep nothing of it.
    """
    drafted = draft_agreement(
        account=account,
        by=by,
        now=moment(as_of, dry_run=dry_run),
        language=language_of(language),
        dry_run=dry_run,
    )
    name = f"{drafted.account.name} ({drafted.account.code})"
    if drafted.is_new:
        words = (
            "{account}: version {version} is drafted; it is in force once its signature "
            "is recorded"
        )
    else:
        words = (
            "{account}: version {version} says just this already; nothing was drafted"
        )
    parts = [say(words, account=name, version=drafted.version)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    else:
        parts.append(say("the document is {path}", path=drafted.path))
    said = sentence(parts)
    await acreate_table_artifact(
        key="sla-agreement", table=drafted.rows, description=said
    )
    return Completed(message=said)


@flow(
    name="Record SLA signature",
    flow_run_name=named("record the SLA signature of {account}, by {by}"),
)
@plainly
async def record_the_signature(
    account: str,
    by: str,
    signed_by: str,
    place: str,
    signed_on: date | None = None,
    version: int | None = None,
    signed_for_us: str = "",
    face_to_face: bool = True,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Put on record who signed the agreement, where and when; from then on it holds.

    Args:
        account: Code, name, or the choice shown.
        by: Your staff code or email.
        signed_by: Who signed for the account.
        place: Where it was signed.
        signed_on: On which day; empty: today.
        version: Which version was signed; empty: the newest.
        signed_for_us: Who signed for us; empty: you.
        face_to_face: Whether both sides met to sign.
        as_of: The moment to put on record; empty: now.
        dry_run: Check it, and keep nothing of it.
    """
    signed = record_signature(
        account=account,
        by=by,
        signed_by=signed_by,
        place=place,
        signed_on=signed_on,
        version=version,
        signed_for_us=signed_for_us,
        face_to_face=face_to_face,
        now=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    parts = [
        say(
            "{account}: version {version} is signed, by {name} on {day}, {place}",
            account=f"{signed.account.name} ({signed.account.code})",
            version=signed.version,
            name=signed.signature.by,
            day=signed.signature.on,
            place=signed.signature.place,
        ),
        say("face to face" if face_to_face else "not face to face"),
    ]
    if signed.outdated:
        words = (
            "it is outdated already ({why}): other times are promised now; draft a new "
            "version"
        )
        parts.append(say(words, why=signed.outdated))
    if signed.completed:
        parts.append(say("the onboarding is complete"))
    if as_of is not None:
        parts.append(say("as of {moment}", moment=local(as_of, settings().timezone)))
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


def language_of(text: str) -> str:
    """A language by its name or its code; empty: none was chosen."""
    if not text.strip():
        return ""
    try:
        return cells.language(text)
    except ValueError:
        raise UserError(
            "There is no language '{text}'; type 中文 or English.", text=text
        ) from None
