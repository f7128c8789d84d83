"""Links in a mail act for its reader: they are signed as the mail is written."""

from datetime import datetime

from kam_flows import signing
from kam_flows.domain.choices import code_in
from kam_flows.domain.doors import is_reading
from kam_flows.domain.links import FormLink, relinked
from kam_flows.domain.mails import Mail
from kam_flows.domain.signed_links import offer, signed_name
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.settings import settings


def signed(uow: UnitOfWork, mail: Mail, from_then: datetime) -> Mail:
    """The mail with every link signed that names its reader as who acts.

    They act for so long from the moment on at which it may leave. What has copies is
    read by others, too: there a link fills in a name, and proves nothing.
    """
    until = from_then + settings().link_lifetime

    def change(link: FormLink) -> str:
        if "by" not in link.parameters or mail.copies:
            return link
        by = str(link.parameters["by"])
        form = uow.forms.behind(link.deployment_id)
        if form is None or is_reading(form) or code_in(by) != mail.recipient:
            return link
        token = signing.sign(offer(form, mail.recipient, link.parameters, until))
        return link.filled({**link.parameters, "by": signed_name(by, token)})

    return relinked(mail, change)
