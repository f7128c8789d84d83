"""What the watch tells a person: their open items, account by account, and why now."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kam_flows.domain.accounts import Account
from kam_flows.domain.checklists import FORMS
from kam_flows.domain.choices import choice
from kam_flows.domain.onboarding import Case, ItemDecision
from kam_flows.domain.onboarding_mails import (
    OpenChecklist,
    StillOpen,
    ToldItem,
    pressing,
)
from kam_flows.domain.onboarding_rules import ItemKind, ItemRule
from kam_flows.domain.people import STEERING_ROLES
from kam_flows.settings import settings
from tasks.onboarding_facts import Office, facts_of, missing_item

SHOWN = 20
"""Accounts that one mail lists; the rest are counted (a body stays below 100 KB)."""


class Told(NamedTuple):
    """One item of one account, about which somebody is to be told."""

    case: Case
    account: Account
    decision: ItemDecision


def compose_digest(reader: str, told: Sequence[Told], office: Office) -> StillOpen:
    """The mail for one reader, what is overdue first."""
    language = office.language_of(reader)
    first = min(told, key=lambda one: (one.decision.step.due_at, one.account.code))
    by_account = listed_of(told)
    checklists = [
        checklist_for(mine, reader, office, language) for mine in by_account.values()
    ]
    step = first.decision.step
    return StillOpen(
        recipient=reader,
        address=office.address_of(reader),
        name=office.people[reader].name if reader in office.people else "",
        language=language,
        timezone=office.timezone_of(reader),
        dedup_key=(
            f"onboarding.open:{reader}:{office.now.isoformat()}:"
            f"{first.case.onboarding.id}/{first.decision.item}/{step.kind}/{step.number}"
        ),
        checklists=tuple(sorted(checklists, key=pressing)),
        more=len({one.account.code for one in told}) - len(by_account),
        as_of=office.now,
        policy=office.current.title(language),
        board=office.link("show-the-onboarding-board", ""),
    )


def listed_of(told: Sequence[Told]) -> Mapping[str, list[Told]]:
    """By account, those longest due first, as many as a mail can list."""
    by_account: dict[str, list[Told]] = {}
    for one in sorted(told, key=lambda one: one.decision.step.due_at):
        if one.account.code in by_account or len(by_account) < SHOWN:
            by_account.setdefault(one.account.code, []).append(one)
    return by_account


def checklist_for(
    mine: Sequence[Told], reader: str, office: Office, language: str
) -> OpenChecklist:
    """One account's part of a mail: what is open and this reader's, with links."""
    case, account, _ = mine[0]
    shown = choice(account.code, account.name)
    rules = {rule.code: rule for rule in case.rules.items}
    order = list(rules)
    return OpenChecklist(
        facts=facts_of(case, account, office, language),
        told=tuple(
            _told(one, rules[one.decision.item], reader, office, language)
            for one in sorted(mine, key=lambda one: order.index(one.decision.item))
        ),
        show=office.link("show-an-onboarding", "", account=shown),
        hold=office.link("hold-onboarding", reader, account=shown),
    )


def _told(
    one: Told, rule: ItemRule, reader: str, office: Office, language: str
) -> ToldItem:
    step, resolution = one.decision.step, one.decision.resolution
    shown = choice(one.account.code, one.account.name)
    item = choice(rule.code, rule.titles.get(settings().language) or rule.code)
    filled = {} if rule.kind is ItemKind.TEAM else {"account": shown}
    if rule.kind is ItemKind.TASK:
        filled["item"] = item
    if rule.kind is ItemKind.INHERITANCE:
        filled = {"handover": shown}
    person = office.people.get(reader)
    may_waive = person is not None and person.role in STEERING_ROLES
    return ToldItem(
        item=missing_item(one.case, rule, office, language),
        step=step.kind,
        number=step.number,
        tell=one.case.told(step),
        skips=resolution.skips,
        link=office.link(FORMS[rule.kind], reader, **filled),
        waive=office.link("waive-checklist-item", reader, account=shown, item=item)
        if may_waive
        else None,
    )
