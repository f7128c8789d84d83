"""Occasions that are already on record: signings, birthdays, seasons, ends of contracts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kam_flows.domain.account_file import Transaction
from kam_flows.domain.accounts import Account, Contact
from kam_flows.domain.care_rules import CareRules, OccasionRules, Source
from kam_flows.domain.occasions import Occasion, Once, Rule, Season, Yearly


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """What is known of one account."""

    account: Account
    contacts: Sequence[Contact] = ()
    contracts: Iterable[Transaction] = ()


def derived_occasions(known: OnRecord, rules: CareRules, today: date) -> list[Occasion]:
    """What the policy wants honoured of it; nothing of an account no longer served.

    They have no id yet: account, kind and origin name one for good, so that a birthday
    put right stays the same occasion and is not honoured twice.
    """
    if not known.account.active:
        return []
    return [one for kind in rules.occasions for one in _of(kind, known, rules, today)]


def _of(
    kind: OccasionRules, known: OnRecord, rules: CareRules, today: date
) -> Iterator[Occasion]:
    account = known.account
    match kind.source:
        case Source.SIGNING if account.signed_on:
            yield _own(account, kind, yearly(account.signed_on), "signing")
        case Source.SEASON:
            for number, peak in enumerate(rules.seasons.get(account.industry, ())):
                season = Season(begins=peak.first, ends=peak.last)
                yield _own(account, kind, season, f"season/{number}")
        case Source.CONTRACT_END:
            for one in known.contracts:
                if one.ends_on and one.ends_on >= today:
                    # An extended contract has another end, to be looked after again.
                    origin = f"contract/{one.reference}/{one.ends_on}"
                    about = one.text or one.reference
                    yield _own(account, kind, Once(on=one.ends_on), origin, about)
        case Source.BIRTHDAY | Source.LEADER_BIRTHDAY:
            yield from _birthdays(kind, known, rules)


def _birthdays(
    kind: OccasionRules, known: OnRecord, rules: CareRules
) -> Iterator[Occasion]:
    apart = any(one.source is Source.LEADER_BIRTHDAY for one in rules.occasions)
    of_leaders = kind.source is Source.LEADER_BIRTHDAY
    for contact in known.contacts:
        leads = contact.is_decision_maker and apart
        if contact.birthday and leads is of_leaders:
            yield Occasion(
                id=0,
                account=contact.account,
                contact=contact.name,
                contact_code=contact.code,
                kind=kind.kind,
                rule=yearly(contact.birthday),
                origin=f"birthday/{contact.code}",
            )


def yearly(since: date) -> Yearly:
    return Yearly(month=since.month, day=since.day, since=since)


def _own(
    account: Account, kind: OccasionRules, rule: Rule, origin: str, about: str = ""
) -> Occasion:
    return Occasion(
        id=0,
        account=account.code,
        kind=kind.kind,
        about=about,
        rule=rule,
        origin=origin,
    )
