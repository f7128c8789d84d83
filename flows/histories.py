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


@flow(name="Show an onboarding", flow_run_name=named("show onboarding of {account}"))
@plainly
async def show_an_onboarding(account: str) -> State[None]:
    """One page about an onboarding: its items, who heard of what and why, the record.

    Args:
        account: Code, name, or the choice shown.
    """
    from kam_flows.rendering.onboarding_pages import onboarding_markdown
    from tasks.onboarding_pages import onboarding_page

    page = onboarding_page(account, moment(None))
    language, facts = settings().language, page.facts
    await acreate_markdown_artifact(
        onboarding_markdown(page, language, settings().timezone),
        key=artifact_key(facts.account, kind="onboarding"),
        description=facts.account_name,
    )
    parts = [
        say(
            "{account}: {progress}, {percent} % done",
            language,
            account=facts.account_name,
            progress=facts.progress,
            percent=page.percent,
        ),
        say("see Artifacts", language),
    ]
    return Completed(message=sentence(parts, language))


@flow(name="Show a visit", flow_run_name=named("show {touchpoint}"))
@plainly
async def show_a_visit(touchpoint: str) -> State[None]:
    """One page about a touchpoint: why on that day, who was told, what came of it.

    Args:
        touchpoint: Its number, or the choice shown.
    """
    from kam_flows.rendering.visit_pages import visit_markdown
    from tasks.visit_pages import visit_page

    page = visit_page(touchpoint, moment(None))
    language = settings().language
    await acreate_markdown_artifact(
        visit_markdown(page, language, settings().timezone),
        key=artifact_key(page.number, kind="visit"),
        description=f"{page.number} {page.account_name}",
    )
    parts = [
        say(
            "{touchpoint} {account}: {state}, {day}",
            language,
            touchpoint=page.number,
            account=page.account_name,
            state=page.state,
            day=page.on,
        ),
        say("see Artifacts", language),
    ]
    return Completed(message=sentence(parts, language))


@flow(name="Show a care", flow_run_name=named("show {care}"))
@plainly
async def show_a_care(care: str) -> State[None]:
    """One page about a care: its letter, steps and gifts, who did what, what can be done.

    Args:
        care: Its number, or the choice shown.
    """
    from kam_flows.rendering.care_pages import care_page
    from tasks.care_pages import care_page_of

    page = care_page_of(care, moment(None))
    language, shown = settings().language, page.care
    await acreate_markdown_artifact(
        care_page(page, language, settings().timezone),
        key=artifact_key(shown.number, kind="care"),
        description=f"{shown.number} {page.account_name}".rstrip(),
    )
    parts = [
        say(
            "{care} {account}: {state}, {day}",
            language,
            care=shown.number,
            account=page.account_name or page.title,
            state=shown.state,
            day=shown.on,
        ),
        say("see Artifacts", language),
    ]
    return Completed(message=sentence(parts, language))


def artifact_key(number: str, kind: str = "ticket") -> str:
    """`ticket-t-0001`; Prefect takes small letters, digits and hyphens only."""
    return "-".join([kind, *re.findall("[a-z0-9]+", number.lower())])
