"""The doctor: finds what would make a ladder end nowhere before a ticket runs into it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from kam_flows.domain.accounts import Account
from kam_flows.domain.cycles import cycles
from kam_flows.domain.findings import Check, Finding
from kam_flows.domain.mails import is_address
from kam_flows.domain.people import Directory, Staff, TeamRole
from kam_flows.domain.policy import Policy

AHEAD = timedelta(days=90)
"""How far due times are looked at for years without published holidays."""


def examine(
    directory: Directory,
    accounts: Mapping[str, Account],
    policy: Policy,
    now: datetime,
    language: str,
) -> tuple[Finding, ...]:
    """Everything to mend, the gravest first. Accounts that ended are left alone.

    Titles of the policy are taken in `language`; all else is named as it is on record.
    """
    served = [account for account in accounts.values() if account.active]
    found = [
        *_unaddressed(directory),
        *_dead_ends(directory, served, policy),
        *_circles(directory, Check.DEPUTY_CYCLE),
        *_circles(directory, Check.SUPERVISOR_CYCLE),
        *_teams(served, policy),
        *_gone(directory, served),
        *_not_in_policy(served, policy),
        *_provisional(served, policy, now, language),
    ]
    order = list(Check)
    return tuple(sorted(found, key=lambda f: (order.index(f.check), f.subject)))


def chain(directory: Directory, owner: str) -> list[str]:
    """Who can be told about the owner's tickets before the duty mailbox is.

    Everybody's deputy stands in for them (design, decision 7).
    """
    person = directory.get(owner)
    first = [owner]
    if person:
        first += [c for c in (person.supervisor, person.department_head) if c]
    everybody: list[str] = []
    for code in first:
        known = directory.get(code)
        everybody += [code, *([known.deputy] if known and known.deputy else [])]
    return list(dict.fromkeys(everybody))


def _unaddressed(directory: Directory) -> Iterable[Finding]:
    """No import lets such an address in; a hand in the database might."""
    for person in directory.values():
        if person.active and not is_address(person.email):
            yield Finding(
                check=Check.NO_ADDRESS,
                subject=person.code,
                name=person.name,
                detail=person.email,
            )


def _dead_ends(
    directory: Directory, accounts: Iterable[Account], policy: Policy
) -> Iterable[Finding]:
    for account in accounts:
        owners = (m for role in policy.ticket_owners for m in account.members(role))
        owner = next(owners, None)
        people = chain(directory, owner) if owner else []
        if not any(_active(directory, code) for code in people):
            yield Finding(
                check=Check.LADDER_ENDS_NOWHERE,
                subject=account.code,
                name=account.name,
                detail=", ".join(people),
            )


def _circles(directory: Directory, check: Check) -> Iterable[Finding]:
    def following(person: Staff) -> str | None:
        return person.deputy if check is Check.DEPUTY_CYCLE else person.supervisor

    for circle in cycles({code: following(p) for code, p in directory.items()}):
        yield Finding(
            check=check,
            subject=circle[0],
            name=directory[circle[0]].name,
            detail=" → ".join([*circle, circle[0]]),
        )


def _teams(accounts: Iterable[Account], policy: Policy) -> Iterable[Finding]:
    teams = {rule.tier: rule.team for rule in policy.tiers}
    for account in accounts:
        # A role whose holder left or never was is told of once, by `_gone`.
        filled = {member.role for member in account.team}
        if TeamRole.LEAD_MANAGER not in filled:
            yield Finding(
                check=Check.NO_LEAD_MANAGER,
                subject=account.code,
                name=account.name,
            )
        wanted = dict.fromkeys(teams.get(account.tier, ()))
        missing = [r for r in wanted if r not in filled | {TeamRole.LEAD_MANAGER}]
        if missing:
            yield Finding(
                check=Check.MISSING_TEAM_ROLE,
                subject=account.code,
                name=account.name,
                detail=", ".join(missing),
            )


def _gone(directory: Directory, accounts: Iterable[Account]) -> Iterable[Finding]:
    """Accounts and people who name somebody that left or never was."""
    named = [(a.code, a.name, [m.staff for m in a.team]) for a in accounts]
    named += [
        (p.code, p.name, [c for c in (p.supervisor, p.department_head, p.deputy) if c])
        for p in directory.values()
        if p.active
    ]
    for code, name, others in named:
        gone = dict.fromkeys(c for c in others if not _active(directory, c))
        if left := [directory[c] for c in gone if c in directory]:
            yield Finding(
                check=Check.LEFT_BUT_NAMED,
                subject=code,
                name=name,
                detail=", ".join(person.code for person in left),
                people=tuple((person.code, person.name) for person in left),
            )
        if unknown := [c for c in gone if c not in directory]:
            yield Finding(
                check=Check.UNKNOWN_PERSON,
                subject=code,
                name=name,
                detail=", ".join(unknown),
            )


def _not_in_policy(accounts: Iterable[Account], policy: Policy) -> Iterable[Finding]:
    tiers = {rule.tier for rule in policy.tiers}
    for account in accounts:
        if account.tier not in tiers:
            yield Finding(
                check=Check.TIER_NOT_IN_POLICY,
                subject=account.code,
                name=account.name,
                detail=account.tier.value,
            )
        if account.calendar and account.calendar not in policy.calendars:
            yield Finding(
                check=Check.CALENDAR_NOT_IN_POLICY,
                subject=account.code,
                name=account.name,
                detail=account.calendar,
            )


def _provisional(
    accounts: Iterable[Account], policy: Policy, now: datetime, language: str
) -> Iterable[Finding]:
    used = {policy.default_calendar, *(account.calendar for account in accounts)}
    for name in sorted(used & set(policy.calendars)):
        calendar = policy.calendars[name]
        years = calendar.provisional_years(now, now + AHEAD)
        if years:
            yield Finding(
                check=Check.PROVISIONAL_CALENDAR,
                subject=name,
                name=calendar.title(language),
                detail=", ".join(map(str, years)),
            )


def _active(directory: Directory, code: str) -> bool:
    person = directory.get(code)
    return person is not None and person.active
