"""What people do to a checklist: who may, what is refused, and what it is afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.choices import ambiguous, code_in, unknown
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import Item, ItemState, Onboarding, draw
from kam_flows.domain.onboarding_rules import ItemKind, ItemRule, OnboardingRules
from kam_flows.domain.pauses import Pause
from kam_flows.domain.people import STEERING_ROLES, Staff
from kam_flows.domain.texts import as_kept

LONGEST_TEXT = 5_000
"""Characters of evidence, of a note or of a reason."""

FORMS = {
    ItemKind.SURVEY: "record-survey-answers",
    ItemKind.AGREEMENT: "record-sla-signature",
    ItemKind.ACCOUNT_FILE: "add-to-the-account-file",
    ItemKind.INHERITANCE: "accept-handover-items",
    ItemKind.TEAM: "import-portfolio",
    ItemKind.TASK: "complete-checklist-item",
}
"""The form that brings an item of this kind forward."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody says about a checklist."""

    by: str
    """Staff code."""
    at: datetime
    note: str = ""
    """A remark, or the reason where one is required."""
    evidence: str = ""
    language: str
    """In which a refusal names the item."""


def check_team(person: Staff, account: Account) -> None:
    """Raise UserError unless this person serves the account or steers."""
    serves = any(member.staff == person.code for member in account.team)
    if serves or person.role in STEERING_ROLES:
        return
    raise UserError(
        "{name} ({code}) is not on the team of {account}; let somebody of its team do "
        "it, or one of {allowed}.",
        name=person.name,
        code=person.code,
        account=account.name,
        allowed=sorted(STEERING_ROLES),
    )


def begin(
    account: Account,
    rules: OnboardingRules,
    *,
    signed_at: datetime,
    predecessor: str | None,
    policy_id: int,
    by: str,
    at: datetime,
) -> Onboarding:
    """The checklist as it is drawn at the start; nothing of it is settled yet.

    Raises UserError where the start makes no sense.
    """
    if not account.active:
        raise UserError(
            "{account} is no longer an account of ours; set it to active in the account "
            "file first.",
            account=account.name,
        )
    if signed_at > at:
        raise UserError(
            "The signing cannot be later than the start; choose in `signed_at` when the "
            "account signed."
        )
    return Onboarding(
        id=0,
        account=account.code,
        tier=account.tier,
        signed_at=signed_at,
        started_at=at,
        started_by=by,
        predecessor=predecessor,
        policy_id=policy_id,
        calendar=account.calendar,
        items=draw(rules, account.tier, predecessor),
        progressed_at=at,
    )


def standing(
    earlier: Iterable[Onboarding], signed_at: datetime, calendar: WorkCalendar
) -> Onboarding | None:
    """The onboarding that a start would only repeat (scenario O3).

    It runs, or it was completed and the account has not signed again on a later day.
    """
    day = signed_at.astimezone(calendar.timezone).date()
    for one in earlier:
        if one.completed_at is None:
            return one
        if day <= one.completed_at.astimezone(calendar.timezone).date():
            return one
    return None


def title_of(rule: ItemRule, language: str) -> str:
    return rule.titles.get(language) or rule.code


def item_named(
    onboarding: Onboarding, rules: OnboardingRules, text: str
) -> tuple[Item, ItemRule]:
    """An item of this checklist by its code, its title, or as lists show it."""
    by_code = {rule.code: rule for rule in rules.items}
    drawn = {item.code: item for item in onboarding.items}
    typed, code = text.strip().casefold(), code_in(text).casefold()
    found = [one for one in drawn if one.casefold() == code] or [
        one
        for one in drawn
        if typed in {title.strip().casefold() for title in by_code[one].titles.values()}
    ]
    if len(found) > 1:
        raise ambiguous("checklist item", text, found)
    if not found:
        known = [(o, title) for o in drawn for title in by_code[o].titles.values()]
        raise unknown("checklist item", text, known)
    return drawn[found[0]], by_code[found[0]]


def check_above(person: Staff, owner: Staff | None, title: str) -> None:
    """Raise UserError unless this person may let an item of this owner off."""
    if owner is not None and person.code == owner.code:
        raise UserError(
            "'{item}' is your own; let somebody above you decide about it.", item=title
        )
    above = (owner.supervisor, owner.department_head) if owner else ()
    if person.role in STEERING_ROLES or person.code in above:
        return
    raise UserError(
        "{name} ({code}) may not decide about '{item}'; let a supervisor of its owner do "
        "it, or one of {allowed}.",
        name=person.name,
        code=person.code,
        item=title,
        allowed=sorted(STEERING_ROLES),
    )


def completed(
    onboarding: Onboarding, item: Item, rule: ItemRule, act: Act
) -> Onboarding:
    """The checklist once somebody says that this is done, with the evidence it wants."""
    title = title_of(rule, act.language)
    if rule.kind is not ItemKind.TASK:
        raise UserError(
            "'{item}' is not ticked off by hand: it is done once it is on record; use "
            "the form {form}.",
            item=title,
            form=FORMS[rule.kind],
        )
    _check_open(item, title)
    evidence = _kept(act.evidence)
    if rule.evidence and not evidence:
        raise UserError(
            "'{item}' wants evidence: {wanted}; type it into `evidence`.",
            item=title,
            wanted=rule.evidence.get(act.language) or rule.code,
        )
    done = replace(
        item,
        state=ItemState.DONE,
        settled_at=act.at,
        settled_by=act.by,
        evidence=evidence,
        note=_kept(act.note),
    )
    return _with(onboarding, done, act.at)


def waived(onboarding: Onboarding, item: Item, rule: ItemRule, act: Act) -> Onboarding:
    """The checklist without this item, for the reason that stands in the note."""
    title = title_of(rule, act.language)
    _check_open(item, title)
    let_off = replace(
        item,
        state=ItemState.WAIVED,
        settled_at=act.at,
        settled_by=act.by,
        note=_reason(act),
    )
    return _with(onboarding, let_off, act.at)


def reopened(
    onboarding: Onboarding, item: Item, rule: ItemRule, act: Act
) -> Onboarding:
    """The checklist with an item open again that was ticked off or waived by mistake."""
    title = title_of(rule, act.language)
    if item.state is ItemState.OPEN:
        raise UserError("'{item}' is open; nothing was changed.", item=title)
    if item.state is ItemState.DONE and rule.kind is not ItemKind.TASK:
        raise UserError(
            "'{item}' is on record, so it is done; correct the record instead.",
            item=title,
        )
    if onboarding.completed_at and rule.required:
        raise UserError(
            "The onboarding is complete and everybody was told; '{item}' stays as it is.",
            item=title,
        )
    again = Item(code=item.code, taken=item.taken, note=_reason(act))
    return _with(onboarding, again, act.at)


def put_on_hold(onboarding: Onboarding, act: Act) -> Onboarding:
    """Its clock stands still from then on."""
    _check_running(onboarding)
    if onboarding.on_hold:
        raise UserError("The onboarding is on hold already; nothing was changed.")
    _reason(act)
    earliest = max(
        [
            onboarding.started_at,
            *(pause.end for pause in onboarding.pauses if pause.end),
        ]
    )
    if act.at < earliest:
        raise UserError(
            "That moment is before the onboarding was started or last resumed; choose a "
            "later one."
        )
    return replace(onboarding, pauses=(*onboarding.pauses, Pause(act.at, None)))


def resumed(onboarding: Onboarding, act: Act) -> Onboarding:
    """Its clock goes on; what was due later than the hold is due later by its length."""
    _check_running(onboarding)
    if not onboarding.on_hold:
        raise UserError("The onboarding is not on hold; nothing was changed.")
    _kept(act.note)
    *before, last = onboarding.pauses
    if act.at < last.start:
        raise UserError(
            "That moment is before the onboarding was put on hold; choose a later one."
        )
    # What nobody could do meanwhile makes nobody look idle.
    return replace(
        onboarding,
        pauses=(*before, Pause(last.start, act.at)),
        progressed_at=max(onboarding.progressed_at, act.at),
    )


def _check_open(item: Item, title: str) -> None:
    if item.state is not ItemState.OPEN:
        raise UserError(
            "'{item}' is settled already ({state}); nothing was changed.",
            item=title,
            state=item.state,
        )


def _check_running(onboarding: Onboarding) -> None:
    if onboarding.completed_at:
        raise UserError("The onboarding is complete; nothing was changed.")


def _reason(act: Act) -> str:
    reason = _kept(act.note)
    if not reason:
        raise UserError("Say why: type it into `reason`.")
    return reason


def _kept(text: str) -> str:
    text = as_kept(text)
    if len(text) > LONGEST_TEXT:
        raise UserError(
            "The text has {length} characters; keep it to {limit} and put the rest "
            "into the account file.",
            length=len(text),
            limit=LONGEST_TEXT,
        )
    return text


def _with(onboarding: Onboarding, item: Item, at: datetime) -> Onboarding:
    items = tuple(item if i.code == item.code else i for i in onboarding.items)
    return replace(
        onboarding, items=items, progressed_at=max(onboarding.progressed_at, at)
    )
