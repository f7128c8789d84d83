"""One ticket from its opening to what comes next, gathered from all that is on record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from prefect import task

from kam_flows.domain.clocks import Clock
from kam_flows.domain.escalation import Around, Outcome, deliverable_at, resolve
from kam_flows.domain.histories import (
    Ahead,
    Climb,
    Happened,
    MailAbout,
    Promise,
    TicketHistory,
    Told,
    Why,
)
from kam_flows.domain.mails import DUTY
from kam_flows.domain.notices import Cause
from kam_flows.domain.people import Directory, TeamRole
from kam_flows.domain.policy import Policy, Rung, Target
from kam_flows.domain.tickets import REOPENS, Happening
from kam_flows.persistence.histories import Decided, Notice, Recorded
from kam_flows.persistence.ledger import Entry
from kam_flows.persistence.outbox import Posted
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.settings import settings
from tasks.digests import facts_of
from tasks.recording import clock_of

LADDER_CHANGES = frozenset(
    {
        Happening.SCENE_CHANGED,
        Happening.PRIORITY_CHANGED,
        Happening.TIER_CHANGED,
        Happening.RECLOCKED,
    }
)


@task
def ticket_history(ticket: str, now: datetime) -> TicketHistory:
    """All about this ticket. Raises UserError, naming near ones, if there is none."""
    with unit_of_work(read_only=True) as uow:
        return read_history(uow, uow.tickets.find(ticket), now)


def read_history(uow: UnitOfWork, view: TicketView, now: datetime) -> TicketHistory:
    people = uow.people.directory()
    policy = uow.policies.get(view.record.policy_id)
    language = settings().language
    events = uow.histories.events(view.record.id)
    entries = uow.ledger.entries([view.record.id]).get(view.record.id, [])
    notices = uow.histories.notices([entry.id for entry in entries])
    changes = [r.event.at for r in events if r.event.kind in LADDER_CHANGES]
    clock = clock_of(uow, view.record, [recorded.event for recorded in events])
    mails = uow.outbox.about(
        {notice.mail_id for notice in notices if notice.mail_id is not None},
        [f"escalation.yours:{view.record.number}:{cause}:" for cause in Cause],
    )
    return TicketHistory(
        ticket=facts_of(view, policy, people, language),
        episode=view.episode,
        policy=policy.title(language),
        promises=tuple(promises(view, policy, clock)),
        waited=view.waited,
        waiting_since=view.waiting_since,
        events=tuple(happened(event, policy, people, language) for event in events),
        climbs=tuple(
            climbs(
                uow,
                view,
                policy,
                clock,
                entries,
                notices,
                people,
                max(changes, default=None),
            )
        ),
        mails=tuple(mail_about(mail, people) for mail in mails),
        ahead=ahead(uow, view, policy, entries, people, now),
        as_of=now,
    )


def promises(view: TicketView, policy: Policy, clock: Clock) -> Iterator[Promise]:
    """Those of the ticket as it stands, after what was broken before: solutions of other
    episodes, and times that the ticket had before it was promised others.
    """
    stands = (clock.respond_by, clock.plan_by, clock.resolve_by)
    due_now = dict(zip(Target, stands, strict=True))
    for breach in clock.breaches:
        solved_before = (
            breach.target is Target.RESOLVE and breach.episode < view.episode
        )
        other_time = breach.due_at != due_now[breach.target]
        if solved_before or (breach.episode == view.episode and other_time):
            yield Promise(
                target=breach.target,
                episode=breach.episode,
                written="",
                due_at=breach.due_at,
                met_at=breach.met_at,
            )
    promised = policy.targets(view.scene, view.tier, view.priority)
    for target, due_at, met_at in (
        (Target.RESPOND, clock.respond_by, clock.responded_at),
        (Target.PLAN, clock.plan_by, clock.planned_at),
        (Target.RESOLVE, clock.resolve_by, clock.resolved_at),
    ):
        written = promised.get(target)
        if written is not None or due_at is not None:
            yield Promise(
                target=target,
                episode=view.episode,
                written=str(written or ""),
                due_at=due_at,
                met_at=met_at,
            )


def happened(
    recorded: Recorded, policy: Policy, people: Directory, language: str
) -> Happened:
    event = recorded.event
    value = event.value
    if event.kind is Happening.ASSIGNED:
        value = name_of(value, people)
    elif event.kind is Happening.SCENE_CHANGED:
        value = policy.scenes.get(value, {}).get(language) or value
    return Happened(
        at=event.at,
        kind=event.kind,
        who=name_of(event.by, people),
        value="" if value == REOPENS else value,
        note=event.note,
        recorded_at=recorded.recorded_at,
    )


def climbs(
    uow: UnitOfWork,
    view: TicketView,
    policy: Policy,
    clock: Clock,
    entries: Sequence[Entry],
    notices: Sequence[Notice],
    people: Directory,
    changed_at: datetime | None,
) -> Iterator[Climb]:
    """Every rung of every episode: those of the ledger, settled in time, and ahead."""
    ladder = policy.rungs(view.scene, view.tier, view.priority)
    decisions = uow.histories.decisions(view.record.id)
    on_record = {(entry.episode, entry.rung): entry for entry in entries}
    settled = {(rung.episode, rung.number): rung for rung in clock.passed}
    left = {(view.episode, number): due for number, due in still_left(clock, ladder)}
    for key in sorted({*on_record, *settled, *left}):
        episode, number = key
        entry, passed = on_record.get(key), settled.get(key)
        climb = Climb(
            episode=episode,
            rung=number,
            meant_for=ladder[number].tell if number in ladder else None,
            due_at=passed.due_at if passed else left.get(key),
            stopped_at=passed.stopped_at if passed else None,
        )
        if entry is not None:
            climb = climbed(climb, entry, decisions[entry.id], notices, people)
        then = climb.decided_at or climb.stopped_at
        if changed_at is not None and then is not None and then < changed_at:
            climb = replace(climb, meant_for=None)
        yield climb


def still_left(
    clock: Clock, ladder: Mapping[int, Rung]
) -> Iterable[tuple[int, datetime | None]]:
    """Rungs that may still fall due; while waiting nobody can say when."""
    if clock.waiting_since is not None:
        return [(number, None) for number in ladder]
    return [(rung.number, rung.due_at) for rung in clock.armed]


def climbed(
    climb: Climb,
    entry: Entry,
    decided: Decided,
    notices: Sequence[Notice],
    people: Directory,
) -> Climb:
    """The rung with what the ledger has of it."""
    is_held = entry.outcome is Outcome.HELD
    return replace(
        climb,
        due_at=entry.due_at,
        outcome=entry.outcome,
        decided_at=decided.at,
        deliver_at=entry.deliver_at,
        stopped_at=entry.stopped_at,
        held_for=name_of(entry.recipient or "", people) if is_held else "",
        told=tuple(
            Told(
                name=name_of(notice.recipient, people),
                why=Why(notice.kind.value),
                mail=notice.mail_id,
            )
            for notice in notices
            if notice.escalation_id == entry.id
        ),
        skips=decided.skips,
    )


def mail_about(mail: Posted, people: Directory) -> MailAbout:
    return MailAbout(
        id=mail.id,
        name=name_of(mail.recipient, people),
        addresses=mail.addresses,
        subject=mail.subject,
        fate=mail.fate,
        created_at=mail.created_at,
        not_before=mail.not_before,
        finished_at=mail.finished_at,
        attempts=mail.attempts,
        reason=mail.error or mail.held_for or "",
    )


def ahead(
    uow: UnitOfWork,
    view: TicketView,
    policy: Policy,
    entries: Sequence[Entry],
    people: Directory,
    now: datetime,
) -> Ahead | None:
    """The next rung, and whom it would reach as things stand; `None`: there is none."""
    mine = {entry.rung: entry for entry in entries if entry.episode == view.episode}
    ladder = policy.rungs(view.scene, view.tier, view.priority)
    waiting = [
        (entry.due_at, number)
        for number, entry in mine.items()
        if entry.outcome is Outcome.HELD
    ] or [(due_at, number) for number, due_at in view.armed if number not in mine]
    due_at, number = min(waiting, default=(now, 0))
    if number not in ladder:
        return None
    rung = ladder[number]
    reached = resolve(
        around(uow, view, mine.values()), rung.tell, people=people, now=now
    )
    return Ahead(
        rung=number,
        due_at=due_at,
        tell_at=deliverable_at(
            rung.delivery,
            reached.recipient,
            policy.calendar(view.record.calendar),
            people=people,
            now=max(now, due_at),
        ),
        meant_for=rung.tell,
        name=name_of(reached.recipient, people),
        skips=reached.skips,
    )


def around(uow: UnitOfWork, view: TicketView, entries: Iterable[Entry]) -> Around:
    account = uow.accounts.get(view.account)
    leads = account.members(TeamRole.LEAD_MANAGER)
    sponsors = account.members(TeamRole.EXECUTIVE_SPONSOR)
    told = (e.recipient for e in entries if e.outcome is Outcome.TOLD)
    return Around(
        owner=view.owner,
        lead_manager=leads[0] if leads else None,
        executive_sponsor=sponsors[0] if sponsors else None,
        told=frozenset(code for code in told if code),
    )


def name_of(code: str, people: Directory) -> str:
    """A person's name, or what was written where nobody has this code; duty: empty."""
    if code == DUTY:
        return ""
    return people[code].name if code in people else code
