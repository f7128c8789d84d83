"""The company of the day, written by the product into one database."""

from datetime import date, timedelta

from kam_flows.domain.accounts import Account, Contact, TeamMember, Tier
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.chaos.day import POLICY, Day
from tests.faults import day, hands

HONOURED_ON = (day.OPENING + timedelta(days=5)).date()


def furnish(share: float) -> None:
    """People, accounts with somebody to write to, and the policy; no ticket yet."""
    this = Day(share)
    with unit_of_work() as uow:
        uow.policies.use(uow.policies.store(POLICY, day.OPENING), "ops", day.OPENING)
        uow.people.save(hands.staff())
        accounts = [_account(this, n, code) for n, code in enumerate(this.accounts)]
        uow.accounts.save(accounts)
        uow.accounts.replace_teams({a.code: a.team for a in accounts})
        uow.accounts.save_contacts(map(_contact, this.accounts))


def _account(this: Day, n: int, code: str) -> Account:
    owner = day.OWNERS[n % len(day.OWNERS)]
    return Account(
        code=code,
        name=code,
        tier=Tier.CORE,
        team=(TeamMember(staff=owner, role=TeamRole.LEAD_MANAGER),),
        signed_on=_years_before(HONOURED_ON) if code in this.honoured else None,
    )


def _years_before(on: date) -> date:
    return on.replace(year=on.year - 2)


def _contact(code: str) -> Contact:
    return Contact(
        code=f"{code}-1",
        account=code,
        name="张建国",
        title="总经理",
        email=f"{code.lower()}@customer.example",
        is_decision_maker=True,
    )
