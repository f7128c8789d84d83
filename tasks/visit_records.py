"""Record what came of a touchpoint, correct it, or take it back: once, and on record."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from prefect import task

from kam_flows.domain.account_file import EntryKind, FileEntry
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import Directory
from kam_flows.domain.survey import Dimension
from kam_flows.domain.touchpoints import Outcome, Signal, Touchpoint, TouchpointState
from kam_flows.domain.visit_records import (
    Given,
    Recording,
    check_recordable,
    corrected,
    credited_to,
    done,
    open_again,
    outcome_of,
    read_report,
    said_at,
    served,
    uncredited,
    was_let_down,
)
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.answers import local
from kam_flows.settings import settings
from tasks.checklists import settle_checklist
from tasks.touchpoints import TOLERANCE, Desk, at_desk, called, credit, note
from tasks.visit_entries import in_words, learn, promise, replaced, see, write_entry


@dataclass(frozen=True, kw_only=True)
class VisitRecorded:
    """A touchpoint after something was recorded of it, and all that was written."""

    touchpoint: Touchpoint
    called: str
    account_name: str
    promises: tuple[FileEntry, ...] = ()
    needs: tuple[Dimension, ...] = ()
    signals: tuple[Signal, ...] = ()
    served: tuple[Touchpoint, ...] = ()
    """What was merged into it and is settled with it."""
    credited: Touchpoint | None = None
    """The slot for which it counts."""
    people: Directory = field(default_factory=dict)
    kept: tuple[FileEntry, ...] = ()
    """Promises that stay although the record is taken back: they are kept already."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A touchpoint with what is on record of it and around it."""

    touchpoint: Touchpoint
    outcome: Outcome | None
    partners: Sequence[Touchpoint]
    """What is served by it."""
    near: Sequence[Touchpoint]
    """What else the account has around its day."""


@task
def record_visit(
    *,
    touchpoint: str,
    given: Given,
    by: str,
    now: datetime,
    at: datetime | None = None,
    mode: Recording = Recording.RECORD,
    dry_run: bool = False,
) -> VisitRecorded:
    """Write down what came of a touchpoint: its outcome, promises, needs and signals."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk, found = at_desk(uow, touchpoint, by, now, at)
        visit = _visit(uow, desk, found)
        if mode is Recording.TAKE_BACK:
            return _take_back(uow, desk, visit)
        if mode is Recording.CORRECT:
            return _correct(uow, desk, visit, given)
        return _record(uow, desk, visit, given)


def _visit(uow: UnitOfWork, desk: Desk, found: Touchpoint) -> Visit:
    """What is merged into another is recorded with that one."""
    if found.state is TouchpointState.MERGED and found.merged_into is not None:
        found = uow.touchpoints.get(found.merged_into, lock=True) or found
    near = uow.touchpoints.of(
        [desk.account_id], found.on - TOLERANCE, found.on + TOLERANCE
    )
    merged = uow.touchpoints.merged_into([found.id])
    return Visit(
        touchpoint=found,
        outcome=uow.touchpoints.outcomes([found.id]).get(found.id),
        partners=[*merged, *(one for one in near if was_let_down(one, found))],
        near=near,
    )


def _record(uow: UnitOfWork, desk: Desk, visit: Visit, given: Given) -> VisitRecorded:
    check_recordable(visit.touchpoint)
    if visit.outcome is not None:
        raise _recorded_before(desk, visit.outcome, visit.touchpoint)
    report = read_report(given, visit.touchpoint, desk.today)
    after = done(visit.touchpoint, report.on)
    text = in_words(desk, after, report)
    entry = write_entry(uow, desk, after, EntryKind.COMMUNICATION, text)
    promises = [promise(uow, desk, after, line) for line in report.promises]
    outcome = outcome_of(report, after.id, desk.at, desk.person.code)
    entries = (entry.id, *(one.id for one in promises))
    uow.touchpoints.record(replace(outcome, entries=entries))
    note(uow, desk, after, "visit recorded", on=report.on.isoformat())
    return replace(
        _conclude(uow, desk, visit, after),
        promises=tuple(promises),
        needs=learn(uow, desk, after, given),
        signals=see(uow, desk, after, report),
    )


def _correct(uow: UnitOfWork, desk: Desk, visit: Visit, given: Given) -> VisitRecorded:
    outcome, number = visit.outcome, visit.touchpoint.number
    if outcome is None:
        raise UserError(
            "{touchpoint} is not recorded yet, so there is nothing to correct; choose "
            "to record it.",
            touchpoint=number,
        )
    if given.is_blank:
        raise UserError(
            "Fill in what was recorded wrongly; what is empty stays as it is."
        )
    report = read_report(given, visit.touchpoint, desk.today)
    after = done(visit.touchpoint, report.on)
    new = corrected(outcome, report)
    entry, *others = uow.files.chosen(outcome.entries)
    told = replace(
        report,
        present=new.present,
        learned=new.learned,
        satisfaction=new.satisfaction,
        next_step=new.next_step,
    )
    at = said_at(after, report.on, desk.calendar, desk.at)
    uow.files.rewrite(entry.id, in_words(desk, after, told), at)
    promises = replaced(uow, desk, after, others, report.promises)
    entries = (entry.id, *(one.id for one in promises))
    uow.touchpoints.rewrite(replace(new, entries=entries))
    before = {"outcome": _plain(outcome), "entry": entry.text}
    note(uow, desk, after, "visit record corrected", before=before)
    if report.signals:
        uow.touchpoints.unsee(after.id)
    if report.on != outcome.on:
        visit = replace(visit, near=_wanted_again(uow, desk, visit))
    return replace(
        _conclude(uow, desk, visit, after),
        promises=tuple(promises),
        needs=learn(uow, desk, after, given),
        signals=see(uow, desk, after, report),
    )


def _take_back(uow: UnitOfWork, desk: Desk, visit: Visit) -> VisitRecorded:
    """As if it had never been recorded; what was, stands in the audit trail."""
    if visit.touchpoint.state is not TouchpointState.DONE:
        raise UserError(
            "{touchpoint} is not recorded, so there is nothing to take back.",
            touchpoint=visit.touchpoint.number,
        )
    after = open_again(visit.touchpoint)
    outcome, source = visit.outcome, visit.touchpoint.number
    entries = uow.files.chosen(outcome.entries if outcome else ())
    kept = tuple(entry for entry in entries if entry.kept_at)
    answers = [
        one for one in uow.surveys.history(desk.account_id) if one.source == source
    ]
    before = {
        "outcome": _plain(outcome) if outcome else None,
        "entries": [entry.text for entry in entries],
        "needs": {one.dimension: one.text for one in answers},
    }
    note(uow, desk, after, "visit record taken back", before=before)
    uow.files.take_back([entry.id for entry in entries if not entry.kept_at])
    uow.surveys.take_back(desk.account_id, source)
    uow.touchpoints.unsee(after.id)
    uow.touchpoints.take_back(after.id)
    uow.touchpoints.keep(after)
    for partner in visit.partners:
        uow.touchpoints.keep(open_again(partner))
    _wanted_again(uow, desk, visit)
    _settle(uow, desk)
    return VisitRecorded(
        touchpoint=after,
        called=called(after, desk.policy),
        account_name=desk.account.name,
        kept=kept,
    )


def _recorded_before(desk: Desk, outcome: Outcome, touchpoint: Touchpoint) -> UserError:
    person = desk.people.get(outcome.recorded_by)
    return UserError(
        "{touchpoint} was recorded by {name} at {moment}; nothing was changed. If the "
        "record is wrong, choose to correct it or to take it back.",
        touchpoint=touchpoint.number,
        name=person.name if person else outcome.recorded_by,
        moment=local(outcome.recorded_at, settings().timezone),
    )


def _conclude(
    uow: UnitOfWork, desk: Desk, visit: Visit, after: Touchpoint
) -> VisitRecorded:
    """It took place, and with it what was merged into it; else it counts for a slot."""
    uow.touchpoints.keep(after)
    partners = tuple(served(partner, after) for partner in visit.partners)
    for partner in partners:
        uow.touchpoints.keep(partner)
    counts = any(credited_to(slot) == after.number for slot in visit.near)
    slot = None
    if not after.cadence and not partners and not counts:
        slot = credit(uow, desk, after, visit.near)
    _settle(uow, desk)
    return VisitRecorded(
        touchpoint=after,
        called=called(after, desk.policy),
        account_name=desk.account.name,
        served=partners,
        credited=slot,
        people=desk.people,
    )


def _wanted_again(uow: UnitOfWork, desk: Desk, visit: Visit) -> list[Touchpoint]:
    """What is near, in which no slot is credited to this touchpoint any more."""
    near = []
    for slot in visit.near:
        if credited_to(slot) == visit.touchpoint.number:
            near.append(uncredited(slot))
            uow.touchpoints.keep(near[-1])
            note(uow, desk, slot, "visit wanted again")
        else:
            near.append(slot)
    return near


def _settle(uow: UnitOfWork, desk: Desk) -> None:
    settle_checklist(uow, desk.account, now=desk.now, actor=desk.person.code)
    uow.touchpoints.unplan(desk.account_id)


def _plain(outcome: Outcome) -> dict[str, object]:
    """As the audit trail keeps it."""
    kept = asdict(outcome)
    return kept | {
        "on": outcome.on.isoformat(),
        "recorded_at": outcome.recorded_at.isoformat(),
    }
