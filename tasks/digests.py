"""What a digest tells its reader: every owed line with its reason, clock and links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kam_flows.domain.choices import choice as staff_choice
from kam_flows.domain.durations import Unit
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import DUTY
from kam_flows.domain.notices import (
    ClimbedRung,
    Links,
    NextRung,
    OvernightTicket,
    RungsClimbed,
    TicketFacts,
    urgency,
)
from kam_flows.domain.people import Directory
from kam_flows.domain.policy import Anchor, Policy, Rung, Target
from kam_flows.persistence.ledger import Line
from kam_flows.persistence.models import NoticeKind
from kam_flows.persistence.tickets import TicketView, ticket_choice
from kam_flows.settings import settings

SHOWN = 40
"""Rungs that one mail lists in full; the rest are counted (a body stays below 100 KB)."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What one mail is about."""

    reader: str
    lines: Sequence[Line]
    """Those listed in full."""
    more: int
    """How many it only counts."""
    first: Line
    """The line that was owed first; it names the mail."""
    copies: Sequence[str]
    """The staff whose rungs were superseded by those of this mail."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """What all mails of a sweep are written from."""

    now: datetime
    people: Directory
    views: Mapping[str, TicketView]
    policy_of: Callable[[int], Policy]
    current: Policy
    forms: Mapping[str, str]


def compose_digest(bundle: Bundle, office: Office) -> RungsClimbed:
    """The mail for one reader, most urgent first; superseded readers are copied."""
    people, forms, now = office.people, office.forms, office.now
    reader, first = bundle.reader, bundle.first
    language = people[reader].language if reader in people else settings().language
    rungs = []
    overnight = []
    for line in bundle.lines:
        view = office.views[line.number]
        policy = office.policy_of(view.record.policy_id)
        facts = facts_of(view, policy, people, language)
        if line.kind is NoticeKind.OVERNIGHT:
            overnight.append(
                OvernightTicket(
                    ticket=facts,
                    due_at=line.due_at,
                    stopped_at=line.stopped_at or now,
                )
            )
        elif rung := rungs_of(view, policy).get(line.rung):
            links = links_for(view, reader, forms, people)
            rungs.append(
                _climbed(
                    line,
                    rung,
                    view=view,
                    policy=policy,
                    facts=facts,
                    links=links,
                    now=now,
                )
            )
    rungs.sort(key=urgency)
    return RungsClimbed(
        recipient=reader,
        address=address_of(reader, people),
        name=people[reader].name if reader in people else "",
        language=language,
        timezone=people[reader].timezone if reader in people else settings().timezone,
        dedup_key=(
            f"escalation.digest:{reader}:{now.isoformat()}:"
            f"{first.number}/{first.episode}/{first.rung}"
        ),
        copies=tuple(sorted({address_of(code, people) for code in bundle.copies})),
        rungs=tuple(rungs),
        overnight=tuple(overnight),
        more=bundle.more,
        as_of=now,
        policy=office.current.title(language),
        board=form_link(settings().ui, forms.get("show-the-ladder-board"), {}),
    )


def address_of(reader: str, people: Directory) -> str:
    return settings().duty_mailbox if reader == DUTY else people[reader].email


def facts_of(
    view: TicketView, policy: Policy, people: Directory, language: str
) -> TicketFacts:
    """A ticket in the words of one reader's language."""
    owner = people.get(view.owner or "")
    promised = policy.targets(view.scene, view.tier, view.priority)

    def written(target: Target) -> str:
        return str(promised.get(target) or "")

    return TicketFacts(
        number=view.record.number,
        title=view.record.title,
        account=view.account,
        account_name=view.account_name,
        tier=view.tier,
        scene=policy.scenes.get(view.scene, {}).get(language) or view.scene,
        priority=view.priority,
        state=view.state,
        owner=owner.name if owner else view.owner or "",
        opened_at=view.opened_at,
        respond_by=view.respond_by,
        plan_by=view.plan_by,
        resolve_by=view.resolve_by,
        respond_in=written(Target.RESPOND),
        plan_in=written(Target.PLAN),
        resolve_in=written(Target.RESOLVE),
        responded=view.responded_at is not None,
        planned=view.planned_at is not None,
        calendar=policy.calendar(view.record.calendar).title(language),
        provisional=view.provisional,
    )


def links_for(
    view: TicketView, reader: str, forms: Mapping[str, str], people: Directory
) -> Links:
    """Forms for this ticket with the reader as `by`; the duty mailbox types its name."""
    shown = ticket_choice(view.record.number, view.account_name, view.record.title)
    filled: dict[str, object] = {"ticket": shown}
    if reader in people:
        filled["by"] = staff_choice(reader, people[reader].name)
    ui = settings().ui
    return Links(
        take_up=form_link(ui, forms.get("take-up-a-ticket"), filled),
        resolve=form_link(ui, forms.get("resolve-a-ticket"), filled),
        assign=form_link(ui, forms.get("assign-a-ticket"), filled),
        history=form_link(ui, forms.get("show-a-ticket"), {"ticket": shown}),
    )


def _climbed(
    line: Line,
    rung: Rung,
    *,
    view: TicketView,
    policy: Policy,
    facts: TicketFacts,
    links: Links,
    now: datetime,
) -> ClimbedRung:
    ladder = rungs_of(view, policy)
    return ClimbedRung(
        ticket=facts,
        episode=line.episode,
        rung=line.rung,
        until=rung.until,
        anchor=rung.anchor,
        after=written_time(rung),
        anchored_at=anchored_at(rung, view),
        since=view.episode_started_at,
        due_at=line.due_at,
        late=now - line.due_at,
        calendar=facts.calendar if _is_business(rung, view, policy) else "",
        paused=_not_counted(rung, line, view),
        tell=rung.tell,
        skips=line.skips,
        following=_following(view, line.rung, ladder),
        links=links,
    )


def _following(
    view: TicketView, climbed: int, ladder: Mapping[int, Rung]
) -> NextRung | None:
    due = [r for r in view.armed if r.number > climbed and r.number in ladder]
    if not due:
        return None
    number, at = min(due, key=lambda rung: rung.due_at)
    return NextRung(at, ladder[number].tell, ladder[number].until)


def rungs_of(view: TicketView, policy: Policy) -> Mapping[int, Rung]:
    """The ladder that the ticket stands on now, by rung number."""
    return policy.rungs(view.scene, view.tier, view.priority)


def written_time(rung: Rung) -> str:
    return str(rung.after) if rung.share is None else f"{float(rung.share):.0%}"


def anchored_at(rung: Rung, view: TicketView) -> datetime:
    """Where the rung's time is counted from."""
    due = {
        Anchor.RESPOND_BY: view.respond_by,
        Anchor.PLAN_BY: view.plan_by,
        Anchor.RESOLVE_BY: view.resolve_by,
    }.get(rung.anchor)
    return due or view.episode_started_at


def _not_counted(rung: Rung, line: Line, view: TicketView) -> timedelta:
    """Waiting for the customer that put the rung off; later waiting did not."""
    if rung.after is None or rung.after.unit not in {Unit.MINUTES, Unit.HOURS}:
        return view.waited
    counted = anchored_at(rung, view) + rung.after.length
    return max(timedelta(), line.due_at - counted)


def _is_business(rung: Rung, view: TicketView, policy: Policy) -> bool:
    """Whether the rung's time ran on the ticket's calendar, or around the clock."""
    duration = rung.after
    if rung.share is not None and rung.anchor.target is not None:
        promised = policy.targets(view.scene, view.tier, view.priority)
        duration = promised.get(rung.anchor.target)
    return duration is not None and duration.is_business
