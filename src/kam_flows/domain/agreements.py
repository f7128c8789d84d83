"""SLA agreements: what an account is promised in writing, and who signed it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kam_flows.domain.accounts import Account, Contact, Tier
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import Directory
from kam_flows.domain.policy import Ladder, Policy, Rung, Target
from kam_flows.domain.tickets import Priority

LONGEST_NAME = 200
"""Characters of a name or a place in a signature."""

Terms = Mapping[str, Any]
"""What an agreement says, as plain JSON: `promises`, and who stands behind them."""


class Outdated(StrEnum):
    """Why a signed agreement no longer says what is promised."""

    TIER = "tier"
    CALENDAR = "calendar"
    POLICY = "policy"
    REPLACED = "replaced"
    """A later version was signed."""


class Term(StrEnum):
    """What of a promise can change."""

    RESPOND = "respond"
    PLAN = "plan"
    RESOLVE = "resolve"
    HOURS = "hours"
    LADDER = "ladder"


@dataclass(frozen=True, kw_only=True)
class TermChange:
    """One term that was signed and is another now; hours and ladders have no values."""

    term: Term
    scene: str = ""
    """Code, or title where a reader is told."""
    priorities: tuple[Priority, ...] = ()
    """Empty: whatever the priority."""
    old: str = ""
    """As the policy writes it; empty: nothing was promised."""
    new: str = ""


@dataclass(frozen=True, kw_only=True)
class Signature:
    on: date
    by: str
    """Name of who signed for the account."""
    for_us: str
    """Staff code of who signed for us."""
    place: str
    face_to_face: bool


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One version of an account's agreement; its document is read when asked for."""

    id: int
    account: str
    version: int
    """From 1, counted within the account."""
    language: str
    tier: Tier
    policy_id: int
    terms: Mapping[str, Any]
    """What it promises, as plain JSON: compared with what the policy promises later."""
    drafted_at: datetime
    drafted_by: str
    signature: Signature | None = None
    outdated_at: datetime | None = None
    outdated_why: str = ""
    """A member of `Outdated`; empty while it is not."""

    @property
    def in_force(self) -> bool:
        return self.signature is not None and self.outdated_at is None


def terms_of(
    account: Account,
    policy: Policy,
    people: Directory,
    contacts: Iterable[Contact],
) -> dict[str, Any]:
    """All that an agreement with this account says today."""
    promises = promises_of(policy, account.tier, account.calendar)
    named = [line["scene"] for line in promises["scenes"]]
    named += [scene for ladder in promises["ladders"] for scene in ladder["scenes"]]
    return {
        "promises": promises,
        "titles": {scene: dict(policy.scenes[scene]) for scene in sorted(set(named))},
        "account": {"name": account.name, "tier": account.tier.value},
        "team": [
            {
                "role": member.role.value,
                "name": people[member.staff].name,
                "email": people[member.staff].email,
            }
            for member in account.team
            if member.staff in people and people[member.staff].active
        ],
        "contacts": [
            {
                "name": contact.name,
                "title": contact.title,
                "email": contact.email,
                "phone": contact.phone,
            }
            for contact in contacts
            if contact.account == account.code
        ],
    }


def promises_of(policy: Policy, tier: Tier, calendar: str) -> dict[str, Any]:
    """The times by scene, who is told when they are missed, and which hours count.

    A calendar that no time runs on promises nothing, and is left out.
    """
    scenes = [line for scene in policy.scenes for line in _lines(policy, scene, tier)]
    ladders = [_ladder(ladder) for ladder in _ladders(policy, tier)]
    written = [line[target] for line in scenes for target in Target]
    written += [rung["after"] for ladder in ladders for rung in ladder["rungs"]]
    return {
        "scenes": scenes,
        "ladders": ladders,
        "hours": _hours(policy.calendar(calendar))
        if any(map(is_business, written))
        else None,
    }


def is_business(written: str | None) -> bool:
    """Whether a time as the policy writes it runs on a calendar."""
    return (
        bool(written and not written.endswith("%"))
        and Duration.parse(written or "").is_business
    )


def version_of(
    versions: Sequence[Agreement], version: int | None, account: str
) -> Agreement:
    """Of an account's versions, the newest first, this one; `None`: the newest."""
    if not versions:
        raise UserError(
            "{account} has no agreement yet; draft one first.", account=account
        )
    for agreement in versions:
        if version in {None, agreement.version}:
            return agreement
    raise UserError(
        "{account} has no version {version} of its agreement; there are: {versions}.",
        account=account,
        version=version,
        versions=[agreement.version for agreement in versions],
    )


def check_signing(
    versions: Iterable[Agreement],
    agreement: Agreement,
    signature: Signature,
    *,
    drafted: date,
    today: date,
) -> None:
    """Raise UserError unless this version can have been signed in this way."""
    if not signature.by:
        raise UserError("Say who signed for the account: type a name into `signed_by`.")
    if not signature.place:
        raise UserError("Say where it was signed: type a place into `place`.")
    for text in (signature.by, signature.place):
        if len(text) > LONGEST_NAME:
            raise UserError(
                "'{text}' is too long; keep it to {limit} characters.",
                text=f"{text[:20]}…",
                limit=LONGEST_NAME,
            )
    if agreement.signature:
        raise UserError(
            "Version {version} is signed already, by {name} on {day}; nothing was "
            "changed. For other terms draft a new version.",
            version=agreement.version,
            name=agreement.signature.by,
            day=agreement.signature.on,
        )
    newer = [one.version for one in versions if one.signature]
    if newer and max(newer) > agreement.version:
        raise UserError(
            "Version {newer} is signed already, and newer than {version}; record the "
            "signature of a later one.",
            newer=max(newer),
            version=agreement.version,
        )
    if signature.on > today:
        raise UserError(
            "The signature of {day} lies in the future; choose the day on which it was "
            "signed.",
            day=signature.on,
        )
    if signature.on < drafted:
        raise UserError(
            "Version {version} was drafted on {drafted}, after {day}; choose the day on "
            "which it was signed.",
            version=agreement.version,
            drafted=drafted,
            day=signature.on,
        )


def why_outdated(agreement: Agreement, now: Terms, account: Account) -> Outdated | None:
    """What made the promises other than those signed; `None`: they are the same."""
    signed = agreement.terms["promises"]
    if signed == now:
        return None
    if agreement.tier is not account.tier:
        return Outdated.TIER
    if {**signed, "hours": None} == {**now, "hours": None}:
        return Outdated.CALENDAR
    return Outdated.POLICY


def changes(signed: Terms, now: Terms) -> tuple[TermChange, ...]:
    """Term by term what is promised otherwise than signed, of two `promises`."""
    before, after = _flat(signed), _flat(now)
    found = [
        change
        for scene, target in dict.fromkeys([*before, *after])
        for change in _changed(
            scene,
            target,
            before.get((scene, target), {}),
            after.get((scene, target), {}),
        )
    ]
    for term, part in ((Term.HOURS, "hours"), (Term.LADDER, "ladders")):
        if signed[part] != now[part]:
            found.append(TermChange(term=term))
    return tuple(found)


def _lines(policy: Policy, scene: str, tier: Tier) -> list[dict[str, Any]]:
    """One for the scene, or one for each group of priorities with times of its own."""
    groups: dict[tuple[str | None, ...], list[str]] = {}
    for priority in Priority:
        targets = policy.targets(scene, tier, priority)
        times = tuple(
            str(duration) if (duration := targets.get(target)) else None
            for target in Target
        )
        groups.setdefault(times, []).append(priority.value)
    return [
        {"scene": scene, "priorities": priorities if len(groups) > 1 else []}
        | {target.value: time for target, time in zip(Target, times, strict=True)}
        for times, priorities in groups.items()
        if any(times)
    ]


def _ladders(policy: Policy, tier: Tier) -> list[Ladder]:
    """Those that tickets of this tier stand on, in the order in which they are chosen."""
    used = {
        ladder.name
        for scene in policy.scenes
        for priority in Priority
        if (ladder := policy.ladder(scene, tier, priority))
    }
    return [ladder for ladder in policy.ladders if ladder.name in used]


def _ladder(ladder: Ladder) -> dict[str, Any]:
    return {
        "scenes": list(ladder.scenes),
        "priorities": [priority.value for priority in ladder.priorities],
        "rungs": [_rung(rung) for rung in ladder.rungs],
    }


def _rung(rung: Rung) -> dict[str, str]:
    after = str(rung.after) if rung.share is None else f"{float(rung.share * 100):g}%"
    return {
        "after": after,
        "from": rung.anchor.value,
        "until": rung.until.value,
        "tell": rung.tell.value,
    }


def _hours(calendar: WorkCalendar) -> dict[str, Any]:
    return {
        "timezone": calendar.timezone.key,
        "week": [[str(window) for window in windows] for windows in calendar.week],
        "days_off": calendar.knows_days_off,
    }


def _flat(promises: Terms) -> dict[tuple[str, Target], dict[Priority, str]]:
    flat: dict[tuple[str, Target], dict[Priority, str]] = {}
    for line in promises["scenes"]:
        for target in Target:
            times = flat.setdefault((line["scene"], target), {})
            for priority in map(Priority, line["priorities"] or Priority):
                times[priority] = line[target] or ""
    return flat


def _changed(
    scene: str,
    target: Target,
    before: Mapping[Priority, str],
    after: Mapping[Priority, str],
) -> Iterable[TermChange]:
    groups: dict[tuple[str, str], list[Priority]] = {}
    for priority in Priority:
        pair = before.get(priority, ""), after.get(priority, "")
        groups.setdefault(pair, []).append(priority)
    for (old, new), priorities in groups.items():
        if old != new:
            yield TermChange(
                term=Term(target),
                scene=scene,
                priorities=_unless_all(priorities),
                old=old,
                new=new,
            )


def _unless_all(priorities: Sequence[Priority]) -> tuple[Priority, ...]:
    return () if len(priorities) == len(Priority) else tuple(priorities)
