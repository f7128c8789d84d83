"""A portfolio as a service standard imagines it, drawn from a seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from kam_flows.domain.accounts import Account, TeamMember, Tier
from kam_flows.domain.cadences import Cadence
from kam_flows.domain.people import Staff, StaffRole, TeamRole
from kam_flows.domain.policy import Policy

YEARS = 5
"""Cooperations are as old as this at the most."""
NEW = timedelta(days=300)
"""Accounts of the tier `new` signed within this time."""
EVERY_FOURTH = 4
"""So many accounts have one in an industry with a peak season."""
LOAD = Fraction(1, 4)
"""Of what the policy allows a manager: room for holidays and days on which much falls."""
WORKING_DAYS = 5
ROLES = {
    TeamRole.TECHNICAL: StaffRole.TECHNICAL,
    TeamRole.DELIVERY: StaffRole.DELIVERY,
    TeamRole.AFTER_SALES: StaffRole.AFTER_SALES,
    TeamRole.SUPPORT: StaffRole.SUPPORT,
    TeamRole.EXECUTIVE_SPONSOR: StaffRole.EXECUTIVE,
    TeamRole.INDUSTRY_EXPERT: StaffRole.INDUSTRY_EXPERT,
    TeamRole.PRODUCT_MANAGER: StaffRole.PRODUCT_MANAGER,
}


@dataclass(frozen=True, kw_only=True)
class Simulated:
    accounts: Sequence[Account]
    people: dict[str, Staff]
    managers: int


def simulated_portfolio(
    policy: Policy, count: int, first: date, seed: int
) -> Simulated:
    """So many accounts, with managers enough for what they are promised."""
    random = Random(seed)  # nosec B311
    people = {str(role): _person(str(role), does) for role, does in ROLES.items()}
    accounts, load, managers = [], Fraction(0), 0
    most = policy.visits.per_day * WORKING_DAYS * LOAD
    for number, tier in enumerate(_tiers(policy, count), start=1):
        signed_on = _signed_on(tier, first, random)
        weekly = sum(map(_a_week, policy.visits.of(tier, signed_on, first)))
        if not managers or load + weekly > most:
            managers, load = managers + 1, Fraction(0)
            code = f"manager{managers:03}"
            people[code] = _person(code, StaffRole.ACCOUNT_MANAGER)
        load += weekly
        accounts.append(
            Account(
                code=f"{tier}-{number:04}",
                name=f"{tier} {number}",
                tier=tier,
                industry=_industry(policy, number, random),
                signed_on=signed_on,
                team=_team(code),
            )
        )
    return Simulated(accounts=accounts, people=people, managers=managers)


def _tiers(policy: Policy, count: int) -> Iterator[Tier]:
    """By the shares that the policy expects; what is left goes 1 : 3 : 6 : 10 …

    Three tiers then hold 10, 30 and 60 %, as those of `retention` and of `key-account`.
    """
    rules = policy.tiers
    weights = {rule.tier: Fraction(n * (n + 1), 2) for n, rule in enumerate(rules, 1)}
    named = {rule.tier: rule.expected_share for rule in rules if rule.expected_share}
    rest = [rule.tier for rule in rules if rule.tier not in named]
    left = 1 - sum(named.values())
    shares = named | {
        tier: left * weights[tier] / sum(weights[one] for one in rest) for tier in rest
    }
    so_far, given = Fraction(0), 0
    for rule in rules:
        so_far += shares[rule.tier] * count
        for _ in range(round(so_far) - given):
            yield rule.tier
        given = round(so_far)


def _signed_on(tier: Tier, first: date, random: Random) -> date:
    oldest = NEW if tier is Tier.NEW else timedelta(days=365 * YEARS)
    return first - timedelta(days=random.randint(1, oldest.days))  # nosec B311


def _a_week(cadence: Cadence) -> Fraction:
    """Touchpoints a week that take a manager's time."""
    return Fraction(7, cadence.longest) if cadence.minutes else Fraction(0)


def _industry(policy: Policy, number: int, random: Random) -> str:
    seasonal = sorted(policy.visits.peaks)
    chosen = seasonal and number % EVERY_FOURTH == 0
    return random.choice(seasonal) if chosen else ""  # nosec B311


def _team(manager: str) -> tuple[TeamMember, ...]:
    lead = TeamMember(staff=manager, role=TeamRole.LEAD_MANAGER)
    return (lead, *(TeamMember(staff=str(role), role=role) for role in ROLES))


def _person(code: str, role: StaffRole) -> Staff:
    return Staff(code=code, name=code, email=f"{code}@example.com", role=role)
