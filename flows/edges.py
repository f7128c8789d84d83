"""What every flow shares at its edge: the moment it decides for, and how it ends."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec

from prefect import State
from prefect.runtime import flow_run
from prefect.states import Failed

from kam_flows.domain.errors import UserError

P = ParamSpec("P")


def moment(as_of: datetime | None, *, dry_run: bool = False) -> datetime:
    """`as_of`, or now. Only a dry run may look into the future."""
    now = datetime.now(UTC)
    if as_of is None:
        return now
    if as_of > now and not dry_run:
        raise UserError(
            f"`as_of` is in the future ({as_of.isoformat()}); leave it empty for now, "
            "or switch `dry_run` on to see what would happen then."
        )
    return as_of.astimezone(UTC)


def plainly(
    flow_function: Callable[P, Coroutine[Any, Any, State[None]]],
) -> Callable[P, Coroutine[Any, Any, State[None]]]:
    """What a person typed wrong ends the run with its one sentence, not a traceback."""

    @wraps(flow_function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> State[None]:
        try:
            return await flow_function(*args, **kwargs)
        except UserError as error:
            return Failed(message=str(error))

    return run


def named(pattern: str) -> Callable[[], str]:
    """A run name that says what was done to whom: parameters fill the pattern.

    Of a shown choice (`T-0001 · account · title`) only the code is taken.
    """

    def name() -> str:
        values = {
            key: str(getattr(value, "value", value) or "").split(" · ")[0].strip()
            for key, value in flow_run.parameters.items()
        }
        rehearsed = " (dry run)" if flow_run.parameters.get("dry_run") else ""
        return pattern.format_map(values) + rehearsed

    return name
