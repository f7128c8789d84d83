"""What mails and boards say about an onboarding, in the words of one reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.choices import choice
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import DUTY
from kam_flows.domain.onboarding import (
    Case,
    Known,
    due,
    lacking,
    open_items,
    progress,
)
from kam_flows.domain.onboarding_mails import ChecklistFacts, MissingItem
from kam_flows.domain.onboarding_rules import ItemRule
from kam_flows.domain.people import Directory, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.settings import settings


@dataclass(frozen=True, kw_only=True)
class Office:
    """What everything written at one moment is written from."""

    now: datetime
    people: Directory
    policies: Mapping[int, Policy]
    """By id: those that the onboardings run under."""
    current: Policy
    forms: Mapping[str, str]
    known: Mapping[str, Known] = field(default_factory=dict)
    """What is on record, by account code."""

    def name_of(self, code: str | None) -> str:
        person = self.people.get(code or "")
        return person.name if person else code or ""

    def language_of(self, reader: str) -> str:
        known = self.people.get(reader)
        return known.language if known else settings().language

    def timezone_of(self, reader: str) -> str:
        known = self.people.get(reader)
        return known.timezone if known else settings().timezone

    def address_of(self, reader: str) -> str:
        if reader == DUTY:
            return settings().duty_mailbox
        return self.people[reader].email

    def link(self, form: str, reader: str, **filled: object) -> str | None:
        """The form with these values and the reader as `by`, who may have no name."""
        if reader in self.people:
            filled["by"] = choice(reader, self.people[reader].name)
        return form_link(settings().ui, self.forms.get(form), filled)


def facts_of(
    case: Case, account: Account, office: Office, language: str
) -> ChecklistFacts:
    onboarding, rules, calendar = case.onboarding, case.rules, case.calendar
    due_at = due(onboarding, rules.deadline, calendar)
    required = {rule.code for rule in rules.items if rule.required}
    drawn = [item for item in onboarding.items if item.code in required]
    leads = account.members(TeamRole.LEAD_MANAGER)
    return ChecklistFacts(
        account=account.code,
        account_name=account.name,
        tier=onboarding.tier,
        lead_manager=office.name_of(next(iter(leads), None)),
        progress=progress(onboarding, rules, calendar, office.now),
        settled=len(drawn) - len(open_items(onboarding, rules)),
        required=len(drawn),
        signed_at=onboarding.signed_at,
        started_at=onboarding.started_at,
        due_at=due_at,
        due_in=str(rules.deadline),
        calendar=calendar.title(language) if rules.deadline.is_business else "",
        moved=due_at != calendar.add(onboarding.signed_at, rules.deadline),
        provisional=bool(
            due_at and calendar.provisional_years(onboarding.signed_at, due_at)
        ),
    )


def missing_items(
    case: Case, office: Office, language: str
) -> Iterator[tuple[str, MissingItem]]:
    """Every required item still open, by its code, in the order of the checklist."""
    rules = {rule.code: rule for rule in case.rules.items}
    for item in open_items(case.onboarding, case.rules):
        yield item.code, missing_item(case, rules[item.code], office, language)


def missing_item(
    case: Case, rule: ItemRule, office: Office, language: str
) -> MissingItem:
    onboarding = case.onboarding
    known = office.known.get(onboarding.account, Known())
    team = office.policies[onboarding.policy_id].team(onboarding.tier)
    return MissingItem(
        title=rule.titles.get(language) or rule.code,
        kind=rule.kind,
        owner=office.name_of(case.owners.get(rule.code)),
        lacking=lacking(rule, known, case.rules, team),
        due_at=due(onboarding, rule.due, case.calendar) if rule.due else None,
        evidence=(rule.evidence or {}).get(language, ""),
        is_required=rule.required,
    )
