"""Where forms act by links alone: the mail with the link to what somebody asked for."""

from collections.abc import Iterator
from datetime import date, datetime

from kam_flows.domain.choices import choice
from kam_flows.domain.door_mails import Filled, LinkToConfirm
from kam_flows.domain.errors import UserError
from kam_flows.domain.links import form_link
from kam_flows.domain.people import Staff
from kam_flows.domain.signed_links import as_in_json
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.answers import local, say
from kam_flows.settings import Language, settings
from tasks.doors import Asked
from tasks.forms import forms
from tasks.posting import post


def ask_to_confirm(asked: Asked, person: Staff) -> None:
    """At once, whatever the hour: they have just sat at the form, or somebody else has."""
    filled = {
        name: as_in_json(value)
        for name, value in asked.values.items()
        if value is not None and value != asked.defaults[name]
    }
    filled["by"] = choice(person.code, person.name)
    with unit_of_work() as uow:
        link = form_link(settings().ui, uow.forms.ids().get(asked.form), filled)
        if link is None:
            raise UserError(
                "Here forms act only by a link from a mail, and no server is known that "
                "has this form; open it in the Prefect interface."
            )
        mail = LinkToConfirm(
            recipient=person.code,
            address=person.email,
            name=person.name,
            language=person.language,
            timezone=person.timezone,
            dedup_key=f"doors.confirm:{asked.run}",
            form=asked.title,
            rows=tuple(rows(asked, person)),
            link=link,
            until=asked.now + settings().link_lifetime,
            as_of=asked.now,
        )
        post(uow, mail, asked.now)


def rows(asked: Asked, reader: Staff) -> Iterator[Filled]:
    """What was filled in, in the words of the form and in the reader's language."""
    language: Language = "zh_CN" if reader.language == "zh_CN" else "en"
    for name, value in asked.values.items():
        if value in (None, "") or value == asked.defaults[name]:
            continue
        field = forms().field(asked.form, name)
        label = field.title.spoken(language) if field else name
        yield Filled(label=label, value=shown(value, reader))


def shown(value: object, reader: Staff) -> str:
    if isinstance(value, bool):
        return say("yes" if value else "no", reader.language)
    if isinstance(value, datetime):
        return local(value, reader.timezone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
