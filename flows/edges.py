"""What every flow shares at its edge: the moment it decides for, and how it ends."""

import logging
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import State
from prefect.artifacts import acreate_markdown_artifact
from prefect.context import FlowRunContext
from prefect.runtime import flow_run
from prefect.states import Failed

from flows.doors import by_the_door
from kam_flows.domain.choices import code_in
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import Staff
from kam_flows.domain.signed_links import parted
from kam_flows.rendering import answers
from kam_flows.rendering.answers import local, refusal
from kam_flows.rendering.words import meant, word
from kam_flows.settings import settings
from tasks.mail_guard import TooManyMails, link_to_allow

P = ParamSpec("P")
E = TypeVar("E", bound=StrEnum)
REFUSED = "Refused"


def moment(as_of: datetime | None, *, dry_run: bool = False) -> datetime:
    """`as_of`, or now. Only a dry run may look into the future."""
    now = datetime.now(UTC)
    if as_of is None:
        return now
    if as_of > now and not dry_run:
        raise UserError(
            "The moment {moment} is in the future; leave `as_of` empty for now, or "
            "switch `dry_run` on to see what would happen then.",
            moment=local(as_of, settings().timezone),
        )
    return as_of.astimezone(UTC)


def say(words: str, /, **values: object) -> str:
    """In the language that forms have (`KAM_LANGUAGE`)."""
    return answers.say(words, settings().language, **values)


def told(words: str) -> str:
    """What a task reports, in the language that forms have."""
    return answers.told(words, settings().language)


def sentence(parts: Iterable[str]) -> str:
    return answers.sentence(parts, settings().language)


def chosen(kind: type[E], text: str) -> E:
    """What staff chose: a code of the domain, or its term as forms show it."""
    if found := meant(kind, text):
        return found
    language = settings().language
    raise UserError(
        "There is no choice '{text}'; choose one of: {choices}.",
        text=text,
        choices=[word(member, language) for member in kind],
    )


def plainly(
    flow_function: Callable[P, Coroutine[Any, Any, State[None]]],
) -> Callable[P, Coroutine[Any, Any, State[None]]]:
    """What a person typed wrong ends the run with its one sentence, not a traceback.

    Who acts is asked first: see `flows.doors`.
    """
    let_in = by_the_door(flow_function)

    @wraps(flow_function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> State[None]:
        try:
            return await let_in(*args, **kwargs)
        except TooManyMails as error:
            return refused(await one_click_to_allow(error))
        except UserError as error:
            return refused(refusal(error, settings().language))

    return run


def refused(message: str) -> State[None]:
    """Failed, under a name of its own if a person is there to read why.

    Operations staff hear of failed runs, by the name of their state: of what somebody
    has just mistyped they need not; of a run that nobody started they must.
    """
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is not None and run.auto_scheduled:
        return Failed(message=message)
    return Failed(message=message, name=REFUSED)


async def one_click_to_allow(too_many: TooManyMails) -> str:
    """What it says, and among the run's artifacts the form that allows it, filled in."""
    said = refusal(too_many, settings().language)
    if not (allow := link_to_allow(too_many)):
        return said
    look, count = link_to_allow(too_many, dry_run=True), too_many.values["count"]
    lines = [
        f"{said}\n",
        f"- [{say('Look at them first, in a dry run')}]({look})",
        f"- [{say('Allow {count} mails, this once', count=count)}]({allow})",
    ]
    await acreate_markdown_artifact("\n".join(lines), key="mails-to-allow")
    return f"{said} {say('The form is filled in already: see Artifacts.')}"


class Plainly(logging.Filter):
    """What a person typed wrong is one sentence in the run's log, too.

    Prefect writes the whole traceback of a task's error there, and then the error again.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, UserError):
            record.msg, record.args = refusal(error, settings().language), ()
            record.exc_info = None
        said = record.getMessage()
        kinds: list[type[UserError]] = [UserError, *UserError.__subclasses__()]
        return not any(f"an exception {kind.__name__}:" in said for kind in kinds)


logging.getLogger("prefect.task_runs").addFilter(Plainly())


def no_address(people: Iterable[Staff]) -> list[str]:
    """A sentence for each of them, to whom something stays owed."""
    return [
        say(
            "No mail can be sent to {name} ({code}) at '{address}'; what they should be "
            "told stays owed until the address is corrected",
            name=person.name,
            code=person.code,
            address=person.email,
        )
        for person in people
    ]


def named(pattern: str) -> Callable[[], str]:
    """A run name that says what was done to whom: parameters fill the pattern.

    Of a shown choice (`T-0001 · account · title`) only the code is taken, and of who acts
    by a link never the link's token.
    """

    def name() -> str:
        values = {
            key: parted(code_in(str(getattr(value, "value", value) or "")))[0]
            for key, value in flow_run.parameters.items()
        }
        rehearsed = " (dry run)" if flow_run.parameters.get("dry_run") else ""
        return pattern.format_map(values) + rehearsed

    return name
