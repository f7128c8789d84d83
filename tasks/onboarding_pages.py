"""One onboarding from its start to what is open, gathered from all that is on record."""

from collections.abc import Iterator
from datetime import datetime

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.checklists import title_of as item_title
from kam_flows.domain.mails import DUTY
from kam_flows.domain.onboarding import Case, Item, Onboarding, due
from kam_flows.domain.onboarding_pages import (
    Heard,
    ItemLine,
    OnboardingPage,
    OnRecord,
    Recorded,
)
from kam_flows.domain.onboarding_rules import ItemRule
from kam_flows.persistence.onboardings import NewStep
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.settings import settings
from tasks.checklists import case_of, known_of, newest_of
from tasks.histories import mail_about
from tasks.onboarding_facts import Office, facts_of, missing_item


@task
def onboarding_page(account: str, now: datetime) -> OnboardingPage:
    """All about the newest onboarding of an account; `UserError` if it has none."""
    with unit_of_work(read_only=True) as uow:
        found = uow.accounts.find(account)
        return read_page(uow, found, newest_of(uow, found), now)


def read_page(
    uow: UnitOfWork, account: Account, onboarding: Onboarding, now: datetime
) -> OnboardingPage:
    language = settings().language
    policy, people = uow.policies.get(onboarding.policy_id), uow.people.directory()
    account_id = uow.accounts.id_of(account.code)
    office = Office(
        now=now,
        people=people,
        policies={onboarding.policy_id: policy},
        current=policy,
        forms={},
        known={account.code: known_of(uow, {account_id: account})[account_id]},
    )
    case = case_of(onboarding, account, policy, people)
    titles = {rule.code: item_title(rule, language) for rule in case.rules.items}
    steps = uow.onboardings.ledger(onboarding.id)
    mails = uow.outbox.about(
        {step.mail_id for step in steps if step.mail_id is not None},
        [f"onboarding.begun:{account.code}:{onboarding.id}:"],
    )
    return OnboardingPage(
        facts=facts_of(case, account, office, language),
        started_by=office.name_of(onboarding.started_by),
        predecessor=office.name_of(onboarding.predecessor),
        completed_at=onboarding.completed_at,
        policy=policy.title(language),
        items=tuple(_items(case, office, language)),
        heard=tuple(_heard(step, titles[step.item], office) for step in steps),
        holds=onboarding.pauses,
        trail=tuple(_trail(uow, onboarding, titles, office)),
        mails=tuple(mail_about(mail, people) for mail in mails),
        as_of=now,
    )


def _items(case: Case, office: Office, language: str) -> Iterator[ItemLine]:
    rules = {rule.code: rule for rule in case.rules.items}
    for item in case.onboarding.items:
        yield _line(case, item, rules[item.code], office, language)


def _line(
    case: Case, item: Item, rule: ItemRule, office: Office, language: str
) -> ItemLine:
    after = rule.due or (case.rules.deadline if rule.required else None)
    return ItemLine(
        code=item.code,
        about=missing_item(case, rule, office, language),
        state=item.state,
        due_at=due(case.onboarding, after, case.calendar) if after else None,
        settled_at=item.settled_at,
        settled_by=office.name_of(item.settled_by),
        evidence=item.evidence,
        note=item.note,
    )


def _heard(step: NewStep, title: str, office: Office) -> Heard:
    return Heard(
        item=title,
        kind=step.kind,
        number=step.number,
        due_at=step.due_at,
        decided_at=step.decided_at,
        outcome=step.outcome,
        name="" if step.recipient == DUTY else office.name_of(step.recipient),
        skips=step.skips,
        mail=step.mail_id,
    )


def _trail(
    uow: UnitOfWork, onboarding: Onboarding, titles: dict[str, str], office: Office
) -> Iterator[OnRecord]:
    """What was recorded of this onboarding, and of none before it."""
    ours = set(Recorded)
    rows = [r for r in uow.audit.about(f"account {onboarding.account}")]
    begun = [row.id for row in rows if row.action == Recorded.STARTED]
    for row in rows:
        if row.action not in ours or (begun and row.id < begun[-1]):
            continue
        said = row.detail
        why = [str(said.get(key) or "") for key in ("reason", "note", "evidence")]
        yield OnRecord(
            at=row.at,
            who=office.name_of(row.actor),
            what=Recorded(row.action),
            item=titles.get(said.get("item", ""), ""),
            why=" · ".join(filter(None, why)),
        )
