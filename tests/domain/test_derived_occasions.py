"""Occasions taken from what is on record, under names that stay."""

from datetime import date
from fractions import Fraction

from kam_flows.domain.account_file import Transaction, TransactionKind
from kam_flows.domain.accounts import Account, Contact
from kam_flows.domain.derived_occasions import OnRecord, derived_occasions
from kam_flows.domain.occasions import Occasion, Once, Season, Yearly
from kam_flows.policies.load import load_preset
from tests.builders import an_account

TODAY = date(2026, 10, 12)
SIGNED_ON = date(2024, 2, 29)


def a_contact(code: str, birthday: date | None, leads: bool = False) -> Contact:
    return Contact(
        code=code,
        account="ACME",
        name="王芳",
        birthday=birthday,
        is_decision_maker=leads,
    )


def a_contract(reference: str, ends_on: date | None) -> Transaction:
    return Transaction(
        account="ACME",
        reference=reference,
        kind=TransactionKind.CONTRACT,
        on=date(2025, 1, 1),
        amount=Fraction(1_000),
        ends_on=ends_on,
    )


def derived(account: Account, preset: str = "default", **known) -> dict[str, Occasion]:
    rules = load_preset(preset).care
    found = derived_occasions(OnRecord(account=account, **known), rules, TODAY)
    assert len({(one.kind, one.origin) for one in found}) == len(found)
    return {f"{one.kind} {one.origin}": one for one in found}


def test_a_signing_gives_the_cooperation_anniversary():
    [one] = derived(an_account(signed_on=SIGNED_ON)).values()

    assert (one.kind, one.origin) == ("cooperation_anniversary", "signing")
    assert one.rule == Yearly(month=2, day=29, since=SIGNED_ON)


def test_an_account_of_which_nothing_is_known_has_none():
    assert derived(an_account()) == {}


def test_an_account_that_is_no_longer_served_has_none():
    assert derived(an_account(signed_on=SIGNED_ON, active=False)) == {}


def test_the_seasons_of_an_industry_are_those_of_the_policy():
    [one] = derived(an_account(industry="零售")).values()

    assert (one.kind, one.origin) == ("peak_season", "season/0")
    assert one.rule == Season(begins=(11, 1), ends=(11, 12))


def test_contracts_that_have_not_ended_are_looked_after_and_an_extension_again():
    ends = date(2026, 12, 31)
    contracts = [
        a_contract("K-1", ends),
        a_contract("K-2", date(2026, 10, 11)),
        a_contract("K-3", None),
    ]

    [one] = derived(an_account(), contracts=contracts).values()

    assert (one.about, one.rule) == ("K-1", Once(on=ends))
    extended = derived(an_account(), contracts=[a_contract("K-1", date(2027, 6, 30))])
    assert one.origin not in {other.origin for other in extended.values()}


def test_birthdays_are_those_of_all_contacts_or_of_leaders_apart():
    contacts = [
        a_contact("C1", date(1980, 5, 1), leads=True),
        a_contact("C2", date(1985, 6, 1)),
        a_contact("C3", None, leads=True),
    ]

    everybody = derived(an_account(), contacts=contacts)
    leaders = derived(an_account(), "key-account", contacts=contacts)

    assert set(everybody) == {"birthday birthday/C1", "birthday birthday/C2"}
    assert set(leaders) == {"leader_birthday birthday/C1"}
    birthday = everybody["birthday birthday/C1"]
    assert (birthday.contact, birthday.contact_code) == ("王芳", "C1")
