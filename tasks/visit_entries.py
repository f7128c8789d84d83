"""What is written into an account's records with the outcome of a touchpoint."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kam_flows.domain.account_file import EntryKind, FileEntry
from kam_flows.domain.survey import Dimension, added, latest
from kam_flows.domain.touchpoints import Signal, Touchpoint
from kam_flows.domain.visit_promises import PromiseLine
from kam_flows.domain.visit_records import Given, Report, Satisfaction, said_at
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.rendering.answers import say
from kam_flows.settings import settings
from tasks.account_files import file_entry, keeper_of
from tasks.surveys import keep_answers
from tasks.touchpoints import Desk, called


def in_words(desk: Desk, touchpoint: Touchpoint, report: Report) -> str:
    """What the account file says of it, in the language of the forms."""
    language = settings().language
    lines = [f"{touchpoint.number} {called(touchpoint, desk.policy)}"]
    if report.present:
        lines.append(say("Present: {text}", language, text=report.present))
    if report.learned:
        lines.append(say("Learned: {text}", language, text=report.learned))
    if report.satisfaction:
        degree = Satisfaction(str(report.satisfaction))
        lines.append(say("Satisfaction: {degree}", language, degree=degree))
    if report.next_step:
        lines.append(say("Next step: {text}", language, text=report.next_step))
    return "\n".join(lines)


def write_entry(
    uow: UnitOfWork,
    desk: Desk,
    touchpoint: Touchpoint,
    kind: EntryKind,
    text: str,
    promise: PromiseLine | None = None,
) -> FileEntry:
    on = touchpoint.concluded_on or touchpoint.on
    entry = FileEntry(
        id=0,
        account=desk.account.code,
        kind=kind,
        at=said_at(touchpoint, on, desk.calendar, desk.at),
        text=text,
        by=desk.person.code,
        recorded_at=desk.now,
        owner=promise.owner if promise else None,
        due_on=promise.due_on if promise else None,
    )
    return file_entry(uow, desk.account_id, entry, touchpoint=touchpoint.number)


def promise(
    uow: UnitOfWork, desk: Desk, touchpoint: Touchpoint, line: PromiseLine
) -> FileEntry:
    line = _owned(uow, desk, line)
    return write_entry(uow, desk, touchpoint, EntryKind.PROMISE, line.text, line)


def _owned(uow: UnitOfWork, desk: Desk, line: PromiseLine) -> PromiseLine:
    return replace(line, owner=keeper_of(uow, line.owner or desk.person.code))


def replaced(
    uow: UnitOfWork,
    desk: Desk,
    touchpoint: Touchpoint,
    known: Iterable[FileEntry],
    given: Sequence[PromiseLine],
) -> list[FileEntry]:
    """The promises as they are now: those on record stay if nothing else is given."""
    known = list(known)
    if not given:
        return known
    wanted = [_owned(uow, desk, line) for line in given]
    stay = [one for one in known if one.kept_at or _line_of(one) in wanted]
    uow.files.take_back([one.id for one in known if one not in stay])
    there = [_line_of(one) for one in stay]
    new = [promise(uow, desk, touchpoint, one) for one in wanted if one not in there]
    return [*stay, *new]


def _line_of(entry: FileEntry) -> PromiseLine | None:
    if entry.due_on is None or entry.owner is None:
        return None
    return PromiseLine(text=entry.text, owner=entry.owner, due_on=entry.due_on)


def learn(
    uow: UnitOfWork, desk: Desk, touchpoint: Touchpoint, given: Given
) -> tuple[Dimension, ...]:
    """Needs that are new go into the survey; those left empty erase nothing."""
    on = touchpoint.concluded_on or touchpoint.on
    at = said_at(touchpoint, on, desk.calendar, desk.at)
    history = uow.surveys.history(desk.account_id)
    surveyed = keep_answers(
        uow,
        desk.account,
        history,
        added(latest(history, at), given.needs),
        actor=desk.person.code,
        at=at,
        now=desk.now,
        source=touchpoint.number,
    )
    return surveyed.added


def see(
    uow: UnitOfWork, desk: Desk, touchpoint: Touchpoint, report: Report
) -> tuple[Signal, ...]:
    signals = tuple(
        Signal(
            account=desk.account.code,
            kind=kind,
            text=report.signal_note,
            at=said_at(touchpoint, report.on, desk.calendar, desk.at),
            by=desk.person.code,
            touchpoint=touchpoint.id,
        )
        for kind in report.signals
    )
    uow.touchpoints.see(desk.account_id, signals)
    return signals
