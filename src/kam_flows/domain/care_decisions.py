"""What people decide about a care: its letter, whether it waits, and what of it is done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.care_letters import Letter, framed
from kam_flows.domain.care_plans import CareState, check_move
from kam_flows.domain.care_rules import Action
from kam_flows.domain.cares import Care, Task
from kam_flows.domain.choices import code_in
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import STEERING_ROLES, Directory, Staff, TeamRole, above


def check_concerned(
    person: Staff, care: Care, account: Account | None, people: Directory
) -> None:
    """Raise UserError unless this person has a part in it, stands in, or steers.

    An event of ours has no account.
    """
    owners = (care.owner, *(step.owner for step in care.tasks))
    takes_part = {code for code in owners if code}
    takes_part |= {member.staff for member in account.team} if account else set()
    stand_in = {people[code].deputy for code in takes_part if code in people}
    superiors = {code for one in takes_part for code in above(one, people)}
    if person.code in takes_part | stand_in | superiors:
        return
    if person.role not in STEERING_ROLES:
        raise UserError(
            "{name} ({code}) has no part in {care} and does not serve its account; let "
            "somebody who does do it, or one of {allowed}.",
            name=person.name,
            code=person.code,
            care=care.number,
            allowed=sorted(STEERING_ROLES),
        )


def check_may_approve(
    person: Staff,
    care: Care,
    account: Account | None,
    people: Directory,
    *,
    now: datetime,
) -> None:
    """Raise UserError unless this person leads the account or stands above the owner.

    While whoever leads it is away, their deputy prepares the letter, and approves it.
    """
    leads = account.members(TeamRole.LEAD_MANAGER) if account else (care.owner,)
    there = [people[code] for code in leads if code and code in people]
    deputies = [one.deputy for one in there if one.deputy and one.is_absent(now)]
    superiors = above(care.owner or "", people)
    allowed = {code: None for code in (*leads, *deputies, *superiors)}
    if person.code in allowed:
        return
    here = [code for code in allowed if code in people and people[code].active]
    raise UserError(
        "{name} ({code}) may not approve {care}; let one of {allowed} do it.",
        name=person.name,
        code=person.code,
        care=care.number,
        allowed=[people[code].name for code in here] or sorted(STEERING_ROLES),
    )


def edited(
    care: Care, own_text: str, signature: tuple[str, ...] = (), salutation: str = ""
) -> Care:
    """With a body that staff wrote; whoever approved it approved another letter.

    `signature`: of whoever leads the account by now, `salutation`: of whom it goes to;
    empty leaves what it has.
    """
    here = _letter_here(care)
    framed_anew = replace(
        here,
        signature=signature or here.signature,
        salutation=salutation or here.salutation,
    )
    letter = framed(framed_anew, own_text)
    if letter == care.letter:
        raise UserError(
            "The letter of {care} says that already; nothing was changed.",
            care=care.number,
        )
    taken_back = replace(
        care,
        letter=letter,
        approved_by=None,
        approved_at=None,
        tasks=tuple(_reopened(one) if one.is_approval else one for one in care.tasks),
    )
    if care.state is CareState.HELD:
        return taken_back
    return replace(taken_back, state=taken_back.released)


def approved(care: Care, person: Staff, people: Directory, now: datetime) -> Care:
    """Its letter may leave on its day. What is held stays held, and is approved."""
    _letter_here(care)
    if care.approved_by:
        raise UserError(
            "{care} was approved by {name} already; nothing was done.",
            care=care.number,
            name=_name(care.approved_by, people),
        )
    if care.state is not CareState.HELD:
        check_move(care.state, CareState.APPROVED)
    signed = replace(care, approved_by=person.code, approved_at=now)
    state = care.state if care.state is CareState.HELD else signed.released
    return replace(
        signed,
        state=state,
        tasks=tuple(
            _done(one, person, now) if one.is_approval else one for one in care.tasks
        ),
    )


def held(care: Care, reason: str) -> Care:
    if care.state is CareState.HELD:
        raise UserError(
            "{care} is held already ({reason}); nothing was changed.",
            care=care.number,
            reason=care.held_because,
        )
    check_move(care.state, CareState.HELD)
    return replace(care, state=CareState.HELD, held_because=reason)


def released(care: Care, today: date) -> Care:
    """As it was before it was held; it is not held for the same again."""
    if care.state is not CareState.HELD:
        raise UserError(
            "{care} is not held, but {state}; nothing was changed.",
            care=care.number,
            state=care.state,
        )
    over = ", ".join(filter(None, (care.released_over, care.held_because)))
    free = replace(
        care,
        state=care.released,
        held_because="",
        released_over=over,
        trouble=None if care.letter else care.trouble,
    )
    return settled(free, today)


def dropped(care: Care, today: date) -> Care:
    """Given up: nothing more is done for it, and its letter never leaves."""
    check_move(care.state, CareState.DROPPED)
    return replace(care, state=CareState.DROPPED, held_because="", closed_on=today)


def step_done(
    care: Care,
    text: str,
    titles: Mapping[str, str],
    person: Staff,
    people: Directory,
    now: datetime,
    today: date,
) -> tuple[Care, Task]:
    """One step is done, and with the last one the care, once its letter has left.

    `titles` are what people read, by code. Left empty, it is the only one that is open.
    """
    _check_open(care)
    step = _step_named(care, text, titles)
    called = titles.get(step.code, step.code)
    if step.is_approval and care.wants_letter:
        raise UserError(
            "'{step}' is done by approving the letter of {care}; use 'Approve a letter'.",
            step=called,
            care=care.number,
        )
    if not step.is_open:
        raise UserError(
            "'{step}' of {care} was done by {name} already; nothing was changed.",
            step=called,
            care=care.number,
            name=_name(step.done_by or "", people),
        )
    ticked = _done(step, person, now)
    tasks = tuple(ticked if one is step else one for one in care.tasks)
    return settled(replace(care, tasks=tasks), today), ticked


def gift_given(care: Care, person: Staff, now: datetime, today: date) -> Care:
    """Whoever records the gift has chosen it and handed it over."""
    tasks = tuple(
        _done(one, person, now) if one.is_open and one.action is Action.GIFT else one
        for one in care.tasks
    )
    return settled(replace(care, tasks=tasks), today)


def settled(care: Care, today: date) -> Care:
    """Done if nothing is left to do; what is held waits for a person all the same."""
    if care.state is CareState.HELD or not care.is_complete:
        return care
    check_move(care.state, CareState.DONE)
    return replace(care, state=CareState.DONE, closed_on=today)


def _letter_here(care: Care) -> Letter:
    """Its letter, as long as it has not left."""
    if care.mail_id is not None:
        raise UserError(
            "The letter of {care} has left already; nothing was changed.",
            care=care.number,
        )
    _check_open(care)
    if care.letter is not None:
        return care.letter
    if care.trouble is not None:
        raise UserError(
            "{care} has no letter yet. {trouble}",
            care=care.number,
            trouble=care.trouble,
        )
    raise UserError("No letter belongs to {care}.", care=care.number)


def _check_open(care: Care) -> None:
    if not care.is_open:
        raise UserError(
            "{care} is over ({state}, {day}); nothing was changed.",
            care=care.number,
            state=care.state,
            day=care.closed_on or care.on,
        )


def _step_named(care: Care, text: str, titles: Mapping[str, str]) -> Task:
    wanted = code_in(text).casefold()
    mine = {one.code: titles.get(one.code, one.code) for one in care.tasks}
    named = [
        one
        for one in care.tasks
        if wanted in (one.code.casefold(), mine[one.code].casefold())
    ]
    found = named if wanted else list(care.open_tasks)
    if len(found) == 1:
        return found[0]
    if not care.tasks:
        raise UserError("{care} has no steps.", care=care.number)
    raise UserError(
        "Say which step of {care} is done: one of {steps}.",
        care=care.number,
        steps=[mine[one.code] for one in care.open_tasks or care.tasks],
    )


def _done(step: Task, person: Staff, now: datetime) -> Task:
    return replace(step, done_at=now, done_by=person.code)


def _reopened(step: Task) -> Task:
    return replace(step, done_at=None, done_by=None)


def _name(code: str, people: Directory) -> str:
    return people[code].name if code in people else code
