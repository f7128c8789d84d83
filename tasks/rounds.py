"""One mail to each of several people: who has it gets none, however often a flow runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kam_flows.domain.mails import Mail, RenderedMail, is_address
from kam_flows.domain.people import Staff
from kam_flows.persistence.unit_of_work import UnitOfWork
from tasks.mail_guard import guard
from tasks.posting import post_all


@dataclass(kw_only=True)
class Round:
    """The mails that were written, and who has no address that mail can go to."""

    mails: list[RenderedMail] = field(default_factory=list)
    unaddressed: list[Staff] = field(default_factory=list)


def send_round(
    uow: UnitOfWork,
    keys: Mapping[str, str],
    compose: Callable[[str, str], Mail],
    *,
    form: str,
    now: datetime,
    allow_mails: int | None,
) -> Round:
    """`keys`: the dedup key of each reader's mail, by staff code; both go to `compose`.

    Who is away gets none, and finds no heap of old ones when back. Raises UserError,
    which names the `form` to start, if that would be more mails than the guard allows.
    """
    people = uow.people.directory()
    here = [people[code] for code in keys if not people[code].is_absent(now)]
    reached = [one for one in here if is_address(one.email)]
    there = uow.outbox.ids(keys[one.code] for one in reached)
    due = [one for one in reached if keys[one.code] not in there]
    guard(len(due), allow_mails, form)
    mails = []
    for one in due:
        mail = compose(one.code, keys[one.code])
        [(_, rendered)] = post_all(uow, [mail], now, not_before=one.reachable_at(now))
        mails.append(rendered)
    return Round(mails=mails, unaddressed=[one for one in here if one not in reached])
