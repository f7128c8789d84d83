"""Histories: what became of a ticket, who was told, and why, on one page."""

import re

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.states import Completed

from flows.edges import moment, named, plainly
from kam_flows.rendering.answers import say, sentence
from kam_flows.settings import settings
from tasks.histories import ticket_history


@flow(name="Show a ticket", flow_run_name=named("show {ticket}"))
@plainly
async def show_a_ticket(ticket: str) -> State[None]:
    """One page about a ticket: its clocks, events, ladder and mails, and what is next.

    Args:
        ticket: Its number, or the choice shown.
    """
    from kam_flows.rendering.histories import ticket_page

    history = ticket_history(ticket, moment(None))
    language, number = settings().language, history.ticket.number
    await acreate_markdown_artifact(
        ticket_page(history, language, settings().timezone),
        key=artifact_key(number),
        description=number,
    )
    parts = [say("{number} as it stands is in Artifacts", language, number=number)]
    return Completed(message=sentence(parts, language))


def artifact_key(number: str) -> str:
    """`ticket-t-0001`; Prefect takes small letters, digits and hyphens only."""
    return "-".join(["ticket", *re.findall("[a-z0-9]+", number.lower())])
