"""The lines of a visit brief: a person, a promise, a ticket, a touchpoint of the past."""

from kam_flows.domain.account_file import promise_code
from kam_flows.domain.account_pages import Promised
from kam_flows.domain.accounts import Contact
from kam_flows.domain.notices import TicketFacts, unmet
from kam_flows.domain.visit_briefs import Past
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sections import Line

NOTE, LONG = 90, 200
"""Letters shown of a text in a list, and of what should be read in full."""


def contact_line(contact: Contact, book: Phrasebook) -> Line:
    parts = [contact.name, contact.title, contact.phone]
    line = " · ".join(book.short(part) for part in parts if part)
    return Line(
        f"{line} · {book.say('decides')}" if contact.is_decision_maker else line
    )


def promise_line(one: Promised, book: Phrasebook) -> Line:
    entry, due_on = one.entry, one.entry.due_on
    late = (book.today - due_on).days if due_on and one.is_late else 0
    return Line(
        book.say(
            "promise",
            number=promise_code(entry.id),
            text=book.short(entry.text, NOTE),
        ),
        book.say(
            "promise_note",
            day=book.on(due_on) if due_on else "",
            who=book.short(one.owner) or book.say("unowned"),
        ),
        book.say("late_by", days=late) if late else "",
    )


def ticket_line(ticket: TicketFacts, book: Phrasebook) -> Line:
    """With the promise that comes first, or that has passed."""
    line = book.say(
        "ticket",
        number=book.short(ticket.number),
        title=book.short(ticket.title, NOTE),
    )
    note = book.say(
        "ticket_note",
        state=book.word(ticket.state),
        owner=book.short(ticket.owner) or book.say("unowned"),
    )
    for at, target in unmet(ticket)[:1]:
        due = {"what": book.word(target), "when": book.at(at)}
        if at < book.as_of:
            return Line(line, note, book.say("overdue", **due))
        note += book.say("due", **due)
    return Line(line, note)


def past_line(past: Past, book: Phrasebook) -> Line:
    line = book.say(
        "past_line",
        day=book.on(past.on),
        what=book.called(past.title, past.kind),
        owner=book.short(past.owner) or book.say("unowned"),
    )
    outcome = past.outcome
    if outcome is None:
        return Line(line, flag=book.say("unrecorded"))
    said = [book.short(outcome.learned, LONG)]
    if outcome.present:
        said.append(book.say("was_there", people=book.short(outcome.present, NOTE)))
    if outcome.satisfaction is not None:
        said.append(book.say("rated_one", figure=outcome.satisfaction))
    if outcome.next_step:
        said.append(book.say("next", text=book.short(outcome.next_step, NOTE)))
    return Line(line, " · ".join(filter(None, said)))
