"""The door of every form: who may come in, by which link, and what is done without one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NoReturn

import yaml

from kam_flows import signing
from kam_flows.domain.doors import Door, admitted, is_reading, may_enter
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.people import Staff, StaffRole, may_not
from kam_flows.domain.signed_links import Flaw, Offer, changed, flaw
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.answers import local
from kam_flows.settings import PROJECT, settings
from tasks.tickets import acting

DOORS = PROJECT / "deployments" / "doors.yaml"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A form as it was submitted."""

    title: str
    """Of the form, as the interface lists it."""
    by: str
    """Who acts, as typed or chosen."""
    token: str
    """Of the link that it was opened by; empty: by none."""
    values: Mapping[str, object]
    """All other parameters."""
    defaults: Mapping[str, object]
    run: str
    now: datetime

    @property
    def form(self) -> str:
        """The deployment, which is named as its flow."""
        return self.title.lower().replace(" ", "-")

    @property
    def acts(self) -> bool:
        """Whether it changes anything, or writes to others than who asks."""
        return not (self.values.get("dry_run") or is_reading(self.form))


class NothingDone(Exception):
    """The run ends well and has done nothing: `said` tells why."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said)
        self.said = said


@contextmanager
def let_in(asked: Asked) -> Iterator[str]:
    """Who acts, in plain words, while the block does what they asked for.

    A link is used up by that; it is given back if the block raises. Raises UserError or
    NothingDone for whoever may not come in.
    """
    if not (asked.acts and asked.by.strip()):
        yield asked.by
        return
    person = at_the_door(asked)
    if not asked.token:
        if settings().doors == "signed" and not came_by_link(asked.run):
            confirm(asked, person)
        yield asked.by
        return
    check_link(asked, person)
    link = signing.signature(asked.token)
    use(link, asked)
    done = False
    try:
        yield person.code
        done = True
    finally:
        if not done:
            with unit_of_work() as uow:
                uow.used_links.give_back(link, asked.run)


@cache
def doors() -> dict[str, tuple[Door, ...]]:
    """The file `deployments/doors.yaml`: form to who may use it."""
    written = yaml.safe_load(DOORS.read_text(encoding="utf-8"))
    return {
        form: tuple(map(Door, [named] if isinstance(named, str) else named))
        for form, named in written.items()
    }


def at_the_door(asked: Asked) -> Staff:
    """The person of this name. Raises UserError for strangers, for who has left, and for
    those to whom this form is not open."""
    with unit_of_work(read_only=True) as uow:
        person = acting(uow, asked.by)
        needed = doors().get(asked.form, (Door.STAFF,))
        if may_enter(person, needed) or (
            may_enter(person, needed, leads=True)
            and uow.accounts.is_led_by(person.code)
        ):
            return person
    if person.role is StaffRole.READ_ONLY:
        raise UserError(
            "{name} ({code}) may look and change nothing (role {role}); a dry run shows "
            "what would happen.",
            name=person.name,
            code=person.code,
            role=person.role,
        )
    raise may_not(person, admitted(needed))


def came_by_link(run: str) -> bool:
    """A run that is tried again: its parameters no longer have the token."""
    with unit_of_work(read_only=True) as uow:
        return uow.used_links.is_by_link(run)


def check_link(asked: Asked, person: Staff) -> None:
    """Raise UserError unless the link offers just this, to this person, today still.

    Where forms act by links alone, the mail with a new one is on its way instead of an
    expired one.
    """
    offer = signing.read(asked.token)
    found = flaw(offer, asked.form, person.code, asked.values, asked.now)
    if found is Flaw.EXPIRED and settings().doors == "signed":
        confirm(asked, person)
    if found:
        raise refused(found, offer, asked)


def refused(found: Flaw, offer: Offer | None, asked: Asked) -> UserError:
    if offer is None:
        return UserError(
            "The link is not whole, or was not made here; open it again from its mail, or "
            "open the form itself and choose your name in `by`."
        )
    if found is Flaw.OTHER_FORM:
        return UserError(
            "The link is for another form; open it again from its mail, or open this form "
            "itself and choose your name in `by`."
        )
    if found is Flaw.OTHER_PERSON:
        return UserError(
            "The link acts for {code} alone; open the form itself and choose your own "
            "name in `by`.",
            code=offer.by,
        )
    if found is Flaw.CHANGED:
        return UserError(
            "The link does not offer this: {fields} was changed in the form; open it again "
            "from its mail and leave that as it is, or open the form itself and choose "
            "your name in `by`.",
            fields=titles(asked.form, changed(offer, asked.values)),
        )
    return UserError(
        "The link acted until {moment}; open the form itself and choose your name in `by`.",
        moment=local(offer.until, settings().timezone),
    )


def use(link: str, asked: Asked) -> None:
    """From now on the link is this run's; NothingDone if it was another one's."""
    with unit_of_work() as uow:
        used_at = uow.used_links.use(link, asked.run, asked.now)
    if used_at:
        raise NothingDone(
            Phrase(
                "Nothing was done this time: this link was used already on {moment}, and "
                "a link acts once. To do more, open the form itself and choose your name "
                "in `by`.",
                moment=local(used_at, settings().timezone),
            )
        )


def titles(form: str, parameters: list[str]) -> list[str]:
    """What the form calls these parameters."""
    from tasks.forms import forms  # its words are read only when they are needed

    language = settings().language
    known = {name: forms().field(form, name) for name in parameters}
    return [
        field.title.spoken(language) if field else name for name, field in known.items()
    ]


def confirm(asked: Asked, person: Staff) -> NoReturn:
    """Mail them a link to the same form, filled in and signed, and do nothing else."""
    from tasks.confirmations import ask_to_confirm  # Jinja is loaded only if it is due

    ask_to_confirm(asked, person)
    raise NothingDone(
        Phrase(
            "Nothing is done yet: {name} gets a mail with a link to this form, filled in; "
            "it is done once the form is submitted by that link.",
            name=person.name,
        )
    )
