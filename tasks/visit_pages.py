"""One touchpoint from its slot to what came of it, gathered from all that is on record."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from prefect import task

from kam_flows.domain.account_file import EntryKind, FileEntry
from kam_flows.domain.accounts import Account
from kam_flows.domain.links import form_link
from kam_flows.domain.touchpoints import PREFIX, Outcome, Signal, Touchpoint
from kam_flows.domain.visit_changes import CAN_CHANGE
from kam_flows.domain.visit_pages import (
    VisitAct,
    VisitForms,
    VisitLine,
    VisitOnRecord,
    VisitPage,
    VisitTold,
)
from kam_flows.domain.visit_records import (
    CAN_BE_RECORDED,
    Recording,
    Satisfaction,
    credited_to,
)
from kam_flows.persistence.touchpoints import touchpoint_choice
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.rendering.words import word
from kam_flows.settings import settings
from tasks.histories import mail_about, name_of
from tasks.touchpoints import TOLERANCE
from tasks.visit_facts import name_of as called
from tasks.visit_facts import office_of

FOR_LINKS = 1000
"""Longer texts do not go into a link: what a form leaves empty stays as it was."""
BEHIND, AHEAD = timedelta(days=400), timedelta(days=400)
"""What is listed of one account."""
UNRECORDED, SOON = timedelta(days=60), timedelta(days=14)
"""What is listed of all accounts, if it is still planned."""


@task
def visit_page(touchpoint: str, now: datetime) -> VisitPage:
    """All about this touchpoint; `UserError`, naming near ones, if there is none."""
    with unit_of_work(read_only=True) as uow:
        return read_page(uow, uow.touchpoints.find(touchpoint), now)


@task
def visit_lines(account: str, now: datetime) -> list[VisitLine]:
    """Of one account all that is near; of all what is not recorded and comes soon."""
    with unit_of_work(read_only=True) as uow:
        today = now.date()
        if account:
            found = uow.accounts.find(account)
            ids = [uow.accounts.id_of(found.code)]
            listed = uow.touchpoints.of(ids, today - BEHIND, today + AHEAD)
        else:
            listed = uow.touchpoints.planned(today - UNRECORDED, today + SOON)
        return list(_lines(uow, listed, now))


def _lines(
    uow: UnitOfWork, listed: Sequence[Touchpoint], now: datetime
) -> Iterator[VisitLine]:
    office = office_of(uow, now, listed)
    accounts = uow.accounts.named({one.account for one in listed}).values()
    names = {account.code: account.name for account in accounts}
    for one in listed:
        yield VisitLine(
            number=one.number,
            on=one.on,
            starts=one.starts,
            state=one.state,
            kind=one.kind,
            title=called(one, office, settings().language),
            account=one.account,
            account_name=names[one.account],
            owner=office.name_of(one.owner),
        )


def read_page(uow: UnitOfWork, touchpoint: Touchpoint, now: datetime) -> VisitPage:
    office, language = office_of(uow, now, [touchpoint]), settings().language
    account = uow.accounts.get(touchpoint.account)
    account_id = uow.accounts.id_of(account.code)
    policy = office.policies.get(touchpoint.policy_id or 0)
    outcome = uow.touchpoints.outcomes([touchpoint.id]).get(touchpoint.id)
    entries = uow.files.chosen(outcome.entries if outcome else ())
    promises = tuple(one for one in entries if one.kind is EntryKind.PROMISE)
    answers = uow.surveys.history(account_id)
    signals = tuple(
        one
        for one in uow.touchpoints.signals([account_id])
        if one.touchpoint == touchpoint.id
    )
    steps = uow.touchpoints.ledger(touchpoint.id)
    mails = uow.outbox.about({s.mail_id for s in steps if s.mail_id is not None}, [])
    near = uow.touchpoints.of(
        [account_id], touchpoint.on - TOLERANCE, touchpoint.on + TOLERANCE
    )
    into = touchpoint.merged_into
    return VisitPage(
        number=touchpoint.number,
        kind=touchpoint.kind,
        title=called(touchpoint, office, language),
        state=touchpoint.state,
        account=account.code,
        account_name=account.name,
        nominal=touchpoint.nominal,
        on=touchpoint.on,
        starts=touchpoint.starts,
        zone=office.current.calendar(account.calendar).timezone.key,
        minutes=touchpoint.minutes,
        concluded_on=touchpoint.concluded_on,
        owner=office.name_of(touchpoint.owner),
        participants=tuple(map(office.name_of, touchpoint.participants)),
        with_customer=touchpoint.with_customer,
        pinned=touchpoint.pinned,
        moves=touchpoint.moves,
        policy=policy.title(language) if policy else "",
        why=touchpoint.why,
        names={
            code: office.people[code].name
            for code in _concerned(touchpoint, outcome, promises)
            if code in office.people
        },
        merged_into=f"{PREFIX}{into}" if into else "",
        serves=tuple(o.number for o in uow.touchpoints.merged_into([touchpoint.id])),
        counts_for=tuple(
            one.number for one in near if credited_to(one) == touchpoint.number
        ),
        told=tuple(
            VisitTold(
                kind=step.kind,
                number=step.number,
                at=step.decided_at,
                name=name_of(step.recipient, office.people),
                mail=step.mail_id,
            )
            for step in steps
        ),
        mails=tuple(mail_about(mail, office.people) for mail in mails),
        outcome=outcome,
        promises=promises,
        needs=tuple(one for one in answers if one.source == touchpoint.number),
        signals=signals,
        trail=tuple(_trail(uow, touchpoint)),
        forms=_forms(uow, touchpoint, account, outcome, promises, signals),
        as_of=now,
    )


def _concerned(
    touchpoint: Touchpoint, outcome: Outcome | None, promises: Sequence[FileEntry]
) -> set[str]:
    """Codes that may be those of people."""
    codes = {reason.what for reason in touchpoint.why}
    codes |= {promise.owner or "" for promise in promises}
    return codes | ({outcome.recorded_by} if outcome else set())


def _trail(uow: UnitOfWork, touchpoint: Touchpoint) -> Iterator[VisitOnRecord]:
    known, people, number = set(VisitAct), uow.people.directory(), touchpoint.number
    for row in uow.audit.about(f"account {touchpoint.account}"):
        # What planning adds to an account is one entry.
        if row.action == "visits planned" and number in row.detail:
            yield VisitOnRecord(
                at=row.at,
                who=name_of(row.actor, people),
                what=VisitAct.PLANNED,
                before="",
                after="",
                reason="",
            )
    for row in uow.audit.about(f"touchpoint {number}"):
        if row.action in known:
            before, after = row.detail.get("before"), row.detail.get("after")
            yield VisitOnRecord(
                at=row.at,
                who=name_of(row.actor, people),
                what=VisitAct(row.action),
                before=before if isinstance(before, str) else "",
                after=after if isinstance(after, str) else "",
                reason=str(row.detail.get("reason") or ""),
            )


def _forms(
    uow: UnitOfWork,
    touchpoint: Touchpoint,
    account: Account,
    outcome: Outcome | None,
    promises: Sequence[FileEntry],
    signals: Sequence[Signal],
) -> VisitForms:
    forms = uow.forms.ids()
    shown = touchpoint_choice(touchpoint.id, touchpoint.on, account.name)

    def link(form: str, **filled: object) -> str | None:
        given = {"touchpoint": shown} | filled
        return form_link(settings().ui, forms.get(form), given)

    if outcome is not None:
        return VisitForms(
            correct=link("record-a-visit", **_recorded(outcome, promises, signals))
        )
    is_ahead = touchpoint.state in CAN_CHANGE and touchpoint.concluded_on is None
    can_be_recorded = touchpoint.state in CAN_BE_RECORDED
    return VisitForms(
        record=link("record-a-visit") if can_be_recorded else None,
        reschedule=link("reschedule-a-visit") if is_ahead else None,
        cancel=link("cancel-a-visit") if is_ahead else None,
    )


def _recorded(
    outcome: Outcome, promises: Sequence[FileEntry], signals: Sequence[Signal]
) -> dict[str, object]:
    """What was recorded, as the form takes it."""
    language, degree = settings().language, outcome.satisfaction
    lines = "\n".join(f"{p.text}; {p.owner}; {p.due_on}" for p in promises)
    texts = {
        "present": outcome.present,
        "learned": outcome.learned,
        "next_step": outcome.next_step,
        "promises": lines,
        "signal_note": next((one.text for one in signals), ""),
        "satisfaction": word(Satisfaction(str(degree)), language) if degree else "",
    }
    filled: dict[str, object] = {
        name: text for name, text in texts.items() if 0 < len(text) <= FOR_LINKS
    }
    if signals:
        filled["signals"] = [word(one.kind, language) for one in signals]
    mode = word(Recording.CORRECT, language)
    return filled | {"on": outcome.on.isoformat(), "mode": mode}
