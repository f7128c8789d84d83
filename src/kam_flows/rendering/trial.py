"""Every mail is written once, with its sample, to see that the templates can be used."""

from jinja2 import TemplateError

from kam_flows.domain.errors import UserError
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import sample
from kam_flows.rendering.words import LANGUAGES


def trouble(template: str) -> str | None:
    """Why the mail cannot be written in every language; `None`: it can."""
    for language in LANGUAGES:
        try:
            render(sample(template, language))
        except (UserError, TemplateError, OSError) as error:
            return f"{template} ({language}): {error}"
    return None
