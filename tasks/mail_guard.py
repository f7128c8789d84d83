"""A run that would write more mails than it may stops and asks."""

from kam_flows.domain.errors import UserError
from kam_flows.settings import settings


def guard(count: int, allow_mails: int | None, form: str) -> None:
    """Raise UserError that names the form with which they can be allowed."""
    allowed = settings().mail_guard if allow_mails is None else allow_mails
    if count > allowed:
        raise UserError(
            "This run would write {count} mails, more than the {guard} allowed; none was "
            "written. If that many are right, start '{form}' with allow_mails={count}.",
            count=count,
            guard=allowed,
            form=form,
        )
