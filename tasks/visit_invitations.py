"""Send calendar invitations: calendars of our side follow what is planned, each change once."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from prefect import task

from kam_flows.domain.choices import choice
from kam_flows.domain.invitations import (
    TAKEN_BACK,
    Entry,
    Invited,
    Method,
    is_invited,
    is_taken_back,
)
from kam_flows.domain.mails import RenderedMail
from kam_flows.domain.people import Staff
from kam_flows.domain.touchpoints import Reason, StepKind, Touchpoint, Why
from kam_flows.domain.visit_briefs import ahead_until
from kam_flows.domain.visit_mails import VisitInvitation, VisitLinks
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.touchpoints import touchpoint_choice
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.calendar_entries import Diary
from tasks.mail_guard import guard
from tasks.visit_facts import office_of

CHUNK = 200
"""Touchpoints whose invitations are written in one transaction."""


class Change(NamedTuple):
    """What calendars are to be told of one touchpoint."""

    touchpoint: Touchpoint
    entry: Entry
    invited: Invited | None
    method: Method

    @property
    def said(self) -> str:
        return TAKEN_BACK if self.method is Method.CANCEL else self.entry.digest

    @property
    def reason(self) -> Reason | None:
        """Why it is no longer as calendars have it."""
        last = self.touchpoint.why[-1:] if self.invited else ()
        return next((one for one in last if one.why is not Why.SLOT), None)


class Compared(NamedTuple):
    """Touchpoints beside what calendars were told of them."""

    diary: Diary
    changes: list[Change]
    standing: list[int]
    """Those that stand in calendars once the changes are told."""


def invitations_to_check(now: datetime) -> list[int]:
    """The touchpoints of which calendars may have to be told something, soonest first.

    Most runs find none.
    """
    with unit_of_work(read_only=True) as uow:
        # The day begins earlier elsewhere.
        first = now.date() - timedelta(days=1)
        return uow.invitations.to_check(first, max(_until(uow, now).values()))


@task
def send_invitations(
    to_check: Sequence[int],
    now: datetime,
    allow_mails: int | None = None,
    *,
    dry_run: bool = False,
) -> list[RenderedMail]:
    """Write to those who go to these, or no longer go, a transaction a chunk.

    Raises UserError if that would be more mails than the guard allows; nothing is
    written then.
    """
    guard(count_mails(to_check, now), allow_mails, "Send visit invitations")
    written: list[RenderedMail] = []
    for some in pieces(to_check, CHUNK):
        with rehearsal() if dry_run else unit_of_work() as uow:
            # Neither a plan nor an import changes them meanwhile.
            uow.alone()
            locked = uow.touchpoints.these(some, lock=True)
            # Another run may have told them while we waited for the lock.
            compared = compare(uow, locked, now)
            written += tell(uow, compared, now)
            uow.invitations.settle(some, compared.standing)
    return written


def count_mails(to_check: Sequence[int], now: datetime) -> int:
    """How many mails there are to write about these."""
    with unit_of_work(read_only=True) as uow:
        compared = (
            compare(uow, uow.touchpoints.these(some), now)
            for some in pieces(to_check, CHUNK)
        )
        return sum(
            len(list(_mails(diary, change, now)))
            for diary, changes, _ in compared
            for change in changes
        )


def compare(
    uow: UnitOfWork, touchpoints: Sequence[Touchpoint], now: datetime
) -> Compared:
    told = uow.invitations.told([one.id for one in touchpoints])
    diary = Diary(uow, touchpoints, office_of(uow, now, touchpoints))
    policy, until = diary.office.current, _until(uow, now)
    compared = Compared(diary, [], [])
    for one in sorted(touchpoints, key=lambda one: (one.on, one.id)):
        invited = told.get(one.id)
        stands = invited is not None and invited.stands
        account = diary.accounts[one.account]
        calendar = policy.calendar(account.calendar)
        today = now.astimezone(calendar.timezone).date()
        sequence = invited.sequence + 1 if invited else 0
        entry = diary.entry(one, sequence=sequence)
        if is_taken_back(one, invited, today):
            compared.changes.append(Change(one, entry, invited, Method.CANCEL))
            stands = False
        elif (
            is_invited(one, invited, until[calendar.name], calendar, now)
            and entry.ours
            and (invited is None or invited.digest != entry.digest)
        ):
            compared.changes.append(Change(one, entry, invited, Method.REQUEST))
            stands = True
        if stands:
            compared.standing.append(one.id)
    return compared


def tell(uow: UnitOfWork, compared: Compared, now: datetime) -> list[RenderedMail]:
    """Write the mails and the ledger."""
    from tasks.posting import post_in_time  # Jinja is loaded only if a mail is due

    diary, changes, _ = compared
    mails = [list(_mails(diary, change, now)) for change in changes]
    posted = post_in_time(uow, chain.from_iterable(mails), now)
    uow.touchpoints.tell(
        [
            {
                "touchpoint_id": change.touchpoint.id,
                "kind": StepKind.INVITATION,
                "number": change.entry.sequence,
                "decided_at": now,
                "recipient": some[0].recipient if some else "",
                "mail_id": posted[some[0].dedup_key][0] if some else None,
                "said": change.said,
            }
            for change, some in zip(changes, mails, strict=True)
        ]
    )
    return [rendered for _, rendered in posted.values()]


def _mails(diary: Diary, change: Change, now: datetime) -> Iterator[VisitInvitation]:
    """To those who go, then to those who were invited and do not go any more."""
    invited = change.invited.addresses if change.invited else ()
    told = [one for one in invited if _is_here(diary.at_address(one))]
    if change.method is Method.CANCEL:
        yield from _mail(diary, change, told, now)
        return
    ours = [one.address for one in change.entry.ours]
    yield from _mail(diary, change, ours, now)
    if change.invited and change.invited.stands:
        out = change._replace(method=Method.CANCEL)
        yield from _mail(diary, out, [one for one in told if one not in ours], now)


def _mail(
    diary: Diary, change: Change, addresses: Sequence[str], now: datetime
) -> Iterator[VisitInvitation]:
    """One for all of them; none if there is nobody."""
    if not addresses:
        return
    office, one = diary.office, change.touchpoint
    reader = diary.at_address(addresses[0])
    code = reader.code if reader else ""
    cancels, planned = change.method is Method.CANCEL, one.is_open
    yield VisitInvitation(
        recipient=code or addresses[0],
        address=addresses[0],
        name=reader.name if reader else "",
        language=office.language_of(code),
        timezone=office.timezone_of(code),
        dedup_key=f"visits.invitation:{one.id}:{change.entry.sequence}:{change.method}",
        copies=tuple(addresses[1:]),
        entry=change.entry,
        method=change.method,
        reason=change.reason,
        left_out=cancels and planned,
        links=VisitLinks() if cancels else _links(diary, one, code, addresses),
        as_of=now,
    )


def _is_here(person: Staff | None) -> bool:
    """Mail to somebody who left finds nobody."""
    return person is None or person.active


def _links(
    diary: Diary, touchpoint: Touchpoint, reader: str, addresses: Sequence[str]
) -> VisitLinks:
    """Filled in with the reader as who acts, unless others read the same mail."""
    office, account = diary.office, diary.accounts[touchpoint.account]
    by = reader if len(addresses) == 1 else ""
    shown = touchpoint_choice(touchpoint.id, touchpoint.on, account.name)
    page = choice(account.code, account.name)
    return VisitLinks(
        reschedule=office.link("reschedule-a-visit", by, touchpoint=shown),
        page=office.link("show-an-account", "", account=page),
    )


def _until(uow: UnitOfWork, now: datetime) -> dict[str, date]:
    """The last day that is near enough, by calendar."""
    policy = uow.policies.current(now)
    return {
        calendar.name: ahead_until(
            calendar,
            policy.visits.invite_ahead,
            now.astimezone(calendar.timezone).date(),
        )
        for calendar in policy.calendars.values()
    }
