"""The audit trail: who did what to what, when and why."""

from datetime import date

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.rendering.audit_pages import table_rows
from kam_flows.settings import settings
from tasks.audit import audit_entries


@flow(
    name="Show the audit trail",
    flow_run_name=named("show the audit trail: {subject} {actor}"),
)
@plainly
async def show_the_audit_trail(
    subject: str = "",
    actor: str = "",
    first: date | None = None,
    last: date | None = None,
) -> State[None]:
    """Who did what to a ticket, an account, a care or anything else, the newest first.

    Args:
        subject: Its number or code, such as T-0001; empty: everything.
        actor: Staff code of who did it, or the name of a flow; empty: everybody.
        first: The first day; empty: 90 days ago, or from the start of a subject.
        last: The last day; empty: today.
    """
    found = audit_entries(
        now=moment(None), subject=subject, actor=actor, first=first, last=last
    )
    chosen, count = settings(), len(found.entries)
    parts = [say("{count} entries of the audit trail", count=count)]
    if found.more:
        parts.append(say("these are the newest; name days to see older ones"))
    if found.entries:
        await acreate_table_artifact(
            table_rows(found.entries, chosen.language, chosen.timezone),
            key="audit-trail",
            description=parts[0],
        )
        parts.append(say("see Artifacts"))
    return Completed(message=sentence(parts))
