"""A run that would write more mails than it may stops and asks.

Nothing of it is sent meanwhile, not even what the guard would allow: so many are a mistake
in a policy or a portfolio more often than a busy day, and a mail cannot be called back.
"""

from kam_flows.domain.errors import UserError
from kam_flows.domain.links import form_link
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings


class TooManyMails(UserError):
    """So many that a person has to allow them: `count`, by the form `form`."""


def guard(count: int, allow_mails: int | None, form: str) -> None:
    """Raise TooManyMails, which names the form with which they can be allowed."""
    allowed = settings().mail_guard if allow_mails is None else allow_mails
    if count > allowed:
        raise TooManyMails(
            "This run would write {count} mails, more than the {guard} allowed; none was "
            "written. If that many are right, start '{form}' with allow_mails={count}; if "
            "they are usual here, raise KAM_MAIL_GUARD.",
            count=count,
            guard=allowed,
            form=form,
        )


def link_to_allow(too_many: TooManyMails, *, dry_run: bool = False) -> str | None:
    """The form, filled in; `None` if no server has it."""
    deployment = str(too_many.values["form"]).lower().replace(" ", "-")
    with unit_of_work(read_only=True) as uow:
        known = uow.forms.ids().get(deployment)
    rehearsed = {"dry_run": True} if dry_run else {}
    filled = {"allow_mails": too_many.values["count"], **rehearsed}
    return form_link(settings().ui, known, filled)
