"""Touchpoints as calendars show them: when, where, and who of us and of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from kam_flows.domain.accounts import Account, Contact
from kam_flows.domain.invitations import Attendee, Entry
from kam_flows.domain.mails import is_address
from kam_flows.domain.people import Staff
from kam_flows.domain.touchpoints import Touchpoint
from kam_flows.persistence.unit_of_work import UnitOfWork
from tasks.onboarding_facts import Office
from tasks.visit_facts import name_of

THEIRS = 20
"""People of an account that one entry names; who decides comes first."""


class Diary:
    """What entries are made from: accounts, and their people where they are invited."""

    def __init__(
        self, uow: UnitOfWork, touchpoints: Iterable[Touchpoint], office: Office
    ) -> None:
        touchpoints = list(touchpoints)
        by_id = uow.accounts.named({one.account for one in touchpoints})
        asked = {one.account for one in touchpoints if one.with_customer}
        ids = [id_ for id_, account in by_id.items() if account.code in asked]
        self.office = office
        self.accounts: Mapping[str, Account] = {a.code: a for a in by_id.values()}
        self.contacts: dict[str, Sequence[Contact]] = {
            by_id[id_].code: found
            for id_, found in uow.accounts.contacts_among(ids).items()
        }

    def at_address(self, address: str) -> Staff | None:
        """Whose address it is; somebody who is still here, where two have had it."""
        owners = [one for one in self.office.people.values() if one.email == address]
        return max(owners, key=lambda one: one.active, default=None)

    def going(self, touchpoint: Touchpoint) -> list[Staff]:
        """Its owner and who comes along, as far as mail reaches them."""
        codes = dict.fromkeys((touchpoint.owner or "", *touchpoint.participants))
        people = [self.office.people[c] for c in codes if c in self.office.people]
        return [one for one in people if one.active and is_address(one.email)]

    def entry(
        self, touchpoint: Touchpoint, *, sequence: int = 0, language: str = ""
    ) -> Entry:
        """In the language of whom it is for; empty: that of the first who goes."""
        account, going = self.accounts[touchpoint.account], self.going(touchpoint)
        language = language or (going[0].language if going else account.language)
        calendar = self.office.current.calendar(account.calendar)
        return Entry(
            id=touchpoint.id,
            sequence=sequence,
            kind=touchpoint.kind,
            title=name_of(touchpoint, self.office, language),
            account_name=account.name,
            city=account.city,
            on=touchpoint.on,
            starts=touchpoint.starts,
            minutes=touchpoint.minutes,
            zone=calendar.timezone.key,
            attendees=(
                *(Attendee(name=one.name, address=one.email) for one in going),
                *self.theirs(touchpoint, {one.email for one in going}),
            ),
        )

    def theirs(
        self, touchpoint: Touchpoint, ours: Collection[str]
    ) -> Iterable[Attendee]:
        """The account's people, where they take part."""
        invited = self.contacts.get(touchpoint.account, ())
        reached = [
            contact
            for contact in invited
            if is_address(contact.email) and contact.email not in ours
        ]
        for contact in reached[:THEIRS] if touchpoint.with_customer else ():
            yield Attendee(name=contact.name, address=contact.email, is_ours=False)
