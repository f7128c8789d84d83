"""Who comes in by a form: whoever a signed link speaks for, or who says that it is them."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import wraps
from inspect import BoundArguments, signature
from typing import Any

import httpx
from prefect import State
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.states import Completed

from kam_flows.domain.signed_links import parted
from kam_flows.rendering.answers import say, told
from kam_flows.settings import settings
from tasks.doors import Asked, NothingDone, let_in

LOG = logging.getLogger(__name__)

FormFunction = Callable[..., Coroutine[Any, Any, State[None]]]


def by_the_door(form: FormFunction) -> FormFunction:
    """A form that asks who acts goes on with the plain code of that person."""
    fields = signature(form)
    if "by" not in fields.parameters:
        return form
    defaults = {name: field.default for name, field in fields.parameters.items()}

    @wraps(form)
    async def run(*args: Any, **kwargs: Any) -> State[None]:
        given = fields.bind(*args, **kwargs)
        given.apply_defaults()
        asked = asked_in(given, defaults)
        if asked.token:
            await forget_token(asked.by)
        try:
            with let_in(asked) as by:
                given.arguments["by"] = by
                return await form(*given.args, **given.kwargs)
        except NothingDone as nothing:
            language = settings().language
            return Completed(
                name=say("Nothing done", language), message=told(nothing.said, language)
            )

    return run


def asked_in(given: BoundArguments, defaults: Mapping[str, object]) -> Asked:
    """What the form of this run was submitted with."""
    context = FlowRunContext.get()
    by, token = parted(str(given.arguments["by"]))
    return Asked(
        title=context.flow.name if context and context.flow else "",
        by=by,
        token=token,
        values={n: v for n, v in given.arguments.items() if n != "by"},
        defaults=defaults,
        run=str(context.flow_run.id) if context and context.flow_run else "",
        now=datetime.now(UTC),
    )


async def forget_token(by: str) -> None:
    """Whoever looks at the run, or copies it, finds who acted and no link that still acts.

    A server that does not answer keeps it: no work waits for that.
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return
    run = context.flow_run
    try:
        async with get_client() as client:
            await client.update_flow_run(
                run.id, parameters={**run.parameters, "by": by}
            )
    except httpx.HTTPError as error:
        LOG.warning("Run %s still has its link among its parameters: %s", run.id, error)
