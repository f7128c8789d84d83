"""A handover in words: its items, what moved with it, and what is not accepted."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from kam_flows.domain.handover_mails import (
    BriefItem,
    HandoverAccepted,
    HandoverBrief,
    LateHandover,
    LeftAccount,
    Passed,
    Reading,
)
from kam_flows.domain.handovers import (
    Detail,
    HandoverItem,
    HandoverKind,
    NextDate,
)
from kam_flows.domain.survey import Dimension
from kam_flows.domain.tickets import TicketState
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import clipped
from kam_flows.rendering.lines import passed_over
from kam_flows.rendering.sentences import Action, Fact, Facts
from kam_flows.rendering.speech import Speech

ROOM = 9000
"""Characters of all items of a mail together, so that it stays below 100 KB."""
NUMBERS = 20
"""So many tickets are named; of more it says how many."""
PLAIN = {Detail.JOB_TITLE, Detail.EMAIL, Detail.PHONE, Detail.NUMBER}
TIMES = {Detail.RESPOND_BY, Detail.PLAN_BY, Detail.RESOLVE_BY}
LATE = {Detail.LATE_RESPONSES, Detail.LATE_PLANS, Detail.LATE_SOLUTIONS}
IN_THE_TEXT = {Detail.DIMENSION, Detail.VERSION, Detail.SIGNED_ON, Detail.OCCASION}


class ItemWords(NamedTuple):
    place: int
    text: str
    note: str
    """What is on record beside it; may be empty."""
    late: str
    """How long past its time it is; empty: it is not."""


def in_words(item: HandoverItem, say: Speech, length: int) -> ItemWords:
    """An item as one reader is told of it, its text cut to so many characters."""
    known = dict(item.details)
    notes = [
        note
        for what, value in item.details
        if what not in IN_THE_TEXT and (note := _note(what, value, say))
    ]
    if item.kind is HandoverKind.AGREEMENT and not LATE & known.keys():
        notes.append(say.texts.gettext("nothing was late in the last 12 months"))
    return ItemWords(
        place=item.place,
        text=clipped(_text(item, known, say), length),
        note=" · ".join(notes),
        late=_late(known, say),
    )


def _text(item: HandoverItem, known: dict[Detail, str], say: Speech) -> str:
    if item.kind is HandoverKind.AGREEMENT:
        if Detail.VERSION not in known:
            return say.texts.gettext("No SLA agreement is in force")
        return say.texts.gettext("Version %(version)s, signed %(day)s") % {
            "version": known[Detail.VERSION],
            "day": say.on(date.fromisoformat(known[Detail.SIGNED_ON])),
        }
    label = ""
    if item.kind is HandoverKind.NEED and Detail.DIMENSION in known:
        label = say.word(Dimension(known[Detail.DIMENSION]))
    if Detail.OCCASION in known:
        label = say.word(NextDate(known[Detail.OCCASION]))
    colon = say.texts.gettext(": ")
    return colon.join(part for part in (label, item.text) if part)


def _note(what: Detail, value: str, say: Speech) -> str:
    label = say.word(what)
    if what is Detail.DECISION_MAKER:
        return label
    if what in PLAIN:
        return clipped(value, 80)
    if what is Detail.STATE:
        return say.word(TicketState(value))
    if what is Detail.FALLS_ON:
        return say.on(date.fromisoformat(value))
    if what is Detail.DUE_ON:
        value = say.on(date.fromisoformat(value))
    elif what is Detail.SAID_ON:
        value = say.on(say.day_of(datetime.fromisoformat(value)))
    elif what in TIMES:
        value = say.at(datetime.fromisoformat(value))
    space = say.texts.gettext(": ") if what in LATE else " "
    return f"{label}{space}{clipped(value, 60)}"


def _late(known: dict[Detail, str], say: Speech) -> str:
    times = [datetime.fromisoformat(known[what]) for what in TIMES if what in known]
    past = [say.as_of - at for at in times if at < say.as_of]
    if Detail.DUE_ON in known:
        days = say.today - date.fromisoformat(known[Detail.DUE_ON])
        past += [days] if days > timedelta() else []
    if not past:
        return ""
    return say.texts.gettext("%(time)s late") % {"time": say.lapse(max(past))}


def room(items: Sequence[object]) -> int:
    """How long the text of each of these may be in a mail."""
    return min(600, max(200, ROOM // max(len(items), 1)))


def by_kind(items: Iterable[BriefItem]) -> list[tuple[HandoverKind, list[BriefItem]]]:
    """In the order of the brief, with what belongs together under one head."""
    groups = groupby(items, key=lambda one: one.item.kind)
    return [(kind, list(group)) for kind, group in groups]


def introduction(mail: HandoverBrief, say: Speech) -> str:
    """Who handed what over to whom, as this reader is concerned."""
    said = {
        Reading.SUCCESSOR: say.texts.gettext(
            "%(leaving)s served this account, and it is yours now. Please accept every "
            "item once you have read it."
        ),
        Reading.STAND_IN: say.texts.gettext(
            "%(leaving)s served this account, and it passed to %(successor)s, who is "
            "away. Please accept for them what cannot wait."
        ),
        Reading.LEAVING: say.texts.gettext(
            "Your part in this account has passed to %(successor)s. This is the brief "
            "they are asked to accept."
        ),
        Reading.SUPERVISOR: say.texts.gettext(
            "%(leaving)s handed this account over to %(successor)s. This is the brief "
            "they are asked to accept."
        ),
    }[mail.reading]
    return said % {
        "leaving": clipped(mail.leaving, 60),
        "successor": clipped(mail.successor, 60),
    }


def brief_facts(mail: HandoverBrief, say: Speech) -> Facts:
    """What moved, until when the items are to be accepted, and who did it."""
    gettext = say.texts.gettext
    until = say.at(mail.accept_by)
    if mail.provisional:
        until += gettext(" (provisional)")
    rows = [
        *moved(mail.passed, say),
        Fact(gettext("Accept by"), until),
        Fact(gettext("Handed over by"), clipped(mail.by, 60)),
    ]
    if mail.recording:
        rows.append(Fact(gettext("Recording"), clipped(mail.recording, 200)))
    people = f"{clipped(mail.leaving, 60)} → {clipped(mail.successor, 60)}"
    return Facts(
        title=clipped(mail.account_name, 120),
        about=f"{clipped(mail.number, 40)} · {say.word(mail.tier)} · {people}",
        rows=tuple(rows),
    )


def moved(passed: Passed, say: Speech) -> list[Fact]:
    """Only what did move."""
    gettext = say.texts.gettext
    rows = (
        (gettext("Roles"), words.listed(map(say.word, passed.roles), say.language)),
        (gettext("Tickets"), _some(passed.tickets, say)),
        (gettext("Promises"), str(passed.promises or "")),
        (gettext("Handovers before"), _some(passed.handovers, say)),
        (gettext("Held mails"), str(passed.mails or "")),
    )
    return [Fact(label, value) for label, value in rows if value]


def _some(numbers: Sequence[str], say: Speech) -> str:
    shown = words.listed(numbers[:NUMBERS], say.language)
    return f"{shown} … ({len(numbers)})" if len(numbers) > NUMBERS else shown


def counted(mail: HandoverBrief, say: Speech) -> str:
    """How the time to accept came about."""
    span = words.span(mail.accept_within, say.language)
    if not mail.calendar:
        return say.texts.gettext(
            "To be accepted within %(time)s, around the clock."
        ) % {"time": span}
    return say.texts.gettext(
        "To be accepted within %(time)s on the calendar “%(calendar)s”."
    ) % {"time": span, "calendar": clipped(mail.calendar, 60)}


def brief_actions(mail: HandoverBrief, say: Speech) -> list[Action]:
    links = (
        (say.texts.gettext("Accept all items"), mail.accept_all),
        (say.texts.gettext("All about this account"), mail.account_page),
    )
    return [Action(label, url) for label, url in links if url]


def accepted_facts(mail: HandoverAccepted, say: Speech) -> Facts:
    gettext = say.texts.gettext
    people = f"{clipped(mail.leaving, 60)} → {clipped(mail.successor, 60)}"
    return Facts(
        title=clipped(mail.account_name, 120),
        about=f"{clipped(mail.number, 40)} · {people}",
        rows=(
            Fact(gettext("Handed over"), say.at(mail.started_at)),
            Fact(gettext("Accept by"), say.at(mail.accept_by)),
            Fact(gettext("Accepted"), say.at(mail.as_of)),
            Fact(gettext("Accepted by"), clipped(mail.by, 60)),
        ),
    )


def headline(late: LateHandover, say: Speech) -> str:
    return say.texts.gettext(
        "%(open)s of %(all)s items not accepted, %(time)s late"
    ) % {
        "open": len(late.open_items),
        "all": late.of,
        "time": say.lapse(say.as_of - late.accept_by),
    }


def late_actions(late: LateHandover, say: Speech) -> list[Action]:
    labels = (
        (say.texts.gettext("Accept the items"), late.accept),
        (say.texts.gettext("Hand over to somebody else"), late.hand_over),
    )
    return [Action(label, url) for label, url in labels if url]


def why_told(late: LateHandover, say: Speech) -> str:
    """Whom this was meant for, and why it reached this reader."""
    if not late.skips:
        return say.texts.gettext("This goes to the %(place)s: you.") % {
            "place": words.place(late.tell, say.language)
        }
    return say.texts.gettext("Meant for the %(steps)s. So it comes to you.") % {
        "steps": passed_over(late.skips, say, say.texts.gettext("is the successor"))
    }


def outlook(late: LateHandover, say: Speech) -> str:
    times = {"times": late.times, "most": late.at_most}
    if late.next_at is None:
        return say.texts.gettext("Told %(times)s of %(most)s times: the last.") % times
    return say.texts.gettext(
        "Told %(times)s of %(most)s times; again on %(when)s if it is still open."
    ) % (times | {"when": say.at(late.next_at)})


def left_there(account: LeftAccount, say: Speech) -> str:
    """What somebody who left still has at this account."""
    gettext = say.texts.gettext
    numbers = (
        (gettext("open tickets"), account.tickets),
        (gettext("promises"), account.promises),
    )
    parts = [words.listed(map(say.word, account.roles), say.language)]
    parts += [f"{label} {count}" for label, count in numbers if count]
    if account.handovers:
        label = gettext("handover in progress")
        parts.append(f"{label} {words.listed(account.handovers, say.language)}")
    return " · ".join(part for part in parts if part)


FILTERS = {
    "in_words": in_words,
    "room": room,
    "by_kind": by_kind,
    "introduction": introduction,
    "brief_facts": brief_facts,
    "counted": counted,
    "brief_actions": brief_actions,
    "accepted_facts": accepted_facts,
    "headline": headline,
    "late_actions": late_actions,
    "why_told": why_told,
    "outlook": outlook,
    "left_there": left_there,
    "passed_over": passed_over,
}
"""What the templates of handovers call."""
