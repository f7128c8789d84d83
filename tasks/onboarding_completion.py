"""When an onboarding is complete: the team's brief, and the letters to the account."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.choices import choice
from kam_flows.domain.escalation import Around, Reach
from kam_flows.domain.mails import DUTY, Decision, is_address
from kam_flows.domain.onboarding import Case, ItemState
from kam_flows.domain.onboarding_mails import (
    HeldLetter,
    Need,
    NoLetter,
    OnboardingComplete,
    Waived,
)
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Answers, Dimension
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.rendering.cleaning import clipped
from kam_flows.rendering.outboxes import mail_choice
from kam_flows.rendering.words import word
from kam_flows.settings import settings
from tasks.onboarding_facts import Office, facts_of
from tasks.onboarding_letters import Letter, counterparts, post_letters, signed_of
from tasks.posting import post

ANSWER = 600
"""Letters of an answer that the brief shows; the account's page has all of it."""
NOTHING: Answers = {}


def tell_complete(
    uow: UnitOfWork, account: Account, case: Case, now: datetime, actor: str
) -> None:
    """Post the letters to the account, held, and the brief to team and manager.

    Briefs wait for working time. Who has no address gets none, which is put on record.
    """
    letters = post_letters(uow, account, case.onboarding, now)
    office = _office(uow, case, now)
    reach = Reach(office.people, now)
    for reader in readers(account, case, reach):
        if not is_address(office.people[reader].email):
            uow.audit.write(
                now,
                actor,
                "onboarding brief not sent",
                f"account {account.code}",
                person=reader,
                address=office.people[reader].email,
            )
            continue
        at = reach.deliver_at(Delivery.WORKING_TIME, reader, case.calendar)
        brief = brief_for(uow, reader, account, case, letters, office)
        post(uow, brief, now, not_before=at)


def readers(account: Account, case: Case, reach: Reach) -> list[str]:
    """The team, then the manager above whoever leads it; each once."""
    people = reach.people
    team = [code for code, _ in counterparts(account, people)]
    around = Around(case.lead_manager, case.lead_manager, case.executive_sponsor)
    manager = reach.resolve(around, Tell.SUPERVISOR).recipient
    return list(dict.fromkeys([*team, *([] if manager == DUTY else [manager])]))


def brief_for(
    uow: UnitOfWork,
    reader: str,
    account: Account,
    case: Case,
    letters: Sequence[Letter] | NoLetter,
    office: Office,
) -> OnboardingComplete:
    onboarding = case.onboarding
    language = office.language_of(reader)
    account_id = uow.accounts.id_of(account.code)
    team = [one for _, one in counterparts(account, office.people)]
    filled = {role for one in team for role in one.roles}
    wanted = office.policies[onboarding.policy_id].team(onboarding.tier)
    answers = uow.surveys.answers([account_id]).get(account_id, NOTHING)
    agreement = uow.agreements.in_force([account_id]).get(account_id)
    written = [] if isinstance(letters, NoLetter) else letters
    leads = reader in account.members(TeamRole.LEAD_MANAGER)
    shown = choice(account.code, account.name)
    return OnboardingComplete(
        recipient=reader,
        address=office.people[reader].email,
        name=office.people[reader].name,
        language=language,
        timezone=office.timezone_of(reader),
        dedup_key=f"onboarding.complete:{onboarding.id}:{reader}",
        facts=facts_of(case, account, office, language),
        needs=tuple(_needs(answers, office)),
        team=tuple(team),
        missing_roles=tuple(role for role in wanted if role not in filled),
        signed=signed_of(uow, agreement, language),
        waived=tuple(_waived(case, office, language)),
        letters=tuple(
            _held(uow, one, reader if leads else None, office) for one in written
        ),
        no_letter=letters if isinstance(letters, NoLetter) else None,
        decides=next(
            (one.name for one in team if TeamRole.LEAD_MANAGER in one.roles), ""
        ),
        as_of=office.now,
        policy=office.policies[onboarding.policy_id].title(language),
        show=office.link("show-an-onboarding", "", account=shown),
        account_page=office.link("show-an-account", "", account=shown),
    )


def _office(uow: UnitOfWork, case: Case, now: datetime) -> Office:
    policy_id = case.onboarding.policy_id
    return Office(
        now=now,
        people=uow.people.directory(),
        policies={policy_id: uow.policies.get(policy_id)},
        current=uow.policies.current(now),
        forms=uow.forms.ids(),
    )


def _needs(answers: Answers, office: Office) -> Iterator[Need]:
    """Red lines first, then in the order of the survey."""
    order = sorted(Dimension, key=lambda one: one is not Dimension.RED_LINES)
    for dimension in order:
        if answer := answers.get(dimension):
            yield Need(
                dimension=dimension,
                text=clipped(answer.text, ANSWER),
                at=answer.at,
                by=office.name_of(answer.by),
            )


def _waived(case: Case, office: Office, language: str) -> Iterator[Waived]:
    titles: Mapping[str, Mapping[str, str]] = {
        rule.code: rule.titles for rule in case.rules.items
    }
    for item in case.onboarding.items:
        if item.state is ItemState.WAIVED:
            yield Waived(
                title=titles[item.code].get(language) or item.code,
                note=item.note,
                by=office.name_of(item.settled_by),
                at=item.settled_at,
            )


def _held(
    uow: UnitOfWork, letter: Letter, decider: str | None, office: Office
) -> HeldLetter:
    mail_id, contact, rendered = letter
    spoken = settings().language
    decide = decider and office.link(
        "decide-about-a-mail",
        decider,
        mail=mail_choice(uow.outbox.get(mail_id), spoken),
        decision=word(Decision.SEND, spoken),
    )
    return HeldLetter(
        name=contact.name,
        title=contact.title,
        address=contact.email,
        subject=rendered.subject,
        lines=tuple(line for line in rendered.text.splitlines() if line.strip())
        if decider
        else (),
        decide=decide or None,
    )
