"""What to do about each thing that is wrong with the portfolio."""

from collections.abc import Iterable
from itertools import groupby

from kam_flows.domain.findings import Check, Finding
from kam_flows.domain.people import TeamRole
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import clipped
from kam_flows.rendering.speech import Speech


def grouped(findings: Iterable[Finding]) -> list[tuple[Check, list[Finding]]]:
    """What is to be mended, one group per check, gravest checks first."""
    order = list(Check)
    ranked = sorted(findings, key=lambda finding: order.index(finding.check))
    groups = groupby(ranked, key=lambda finding: finding.check)
    return [(check, list(group)) for check, group in groups]


def detail(finding: Finding, say: Speech) -> str:
    """The words that make the finding exact; codes become names."""
    if finding.people:
        sign = ("{}（{}，已离职）", "{} ({}, has left)")[words.spoken(say.language)]
        named = (sign.format(name, code) for code, name in finding.people)
        return clipped(words.listed(named, say.language), 160)
    if finding.check is not Check.MISSING_TEAM_ROLE:
        return clipped(finding.detail, 160)
    roles = {role.value: say.word(role) for role in TeamRole}
    codes = finding.detail.split(", ") if finding.detail else []
    return words.listed((roles.get(code, code) for code in codes), say.language)


def remedy(check: Check, say: Speech) -> str:
    """What to do about findings of this kind."""
    return {
        Check.LADDER_ENDS_NOWHERE: say.texts.gettext(
            "Name a supervisor, a department head or a deputy who is there."
        ),
        Check.NO_ADDRESS: say.texts.gettext(
            "Correct the address in the staff file; until then no mail reaches the person."
        ),
        Check.DEPUTY_CYCLE: say.texts.gettext(
            "Give one person in the circle another deputy."
        ),
        Check.SUPERVISOR_CYCLE: say.texts.gettext(
            "Give one person in the circle another supervisor."
        ),
        Check.NO_LEAD_MANAGER: say.texts.gettext(
            "Name an active lead manager in the team file."
        ),
        Check.MISSING_TEAM_ROLE: say.texts.gettext(
            "Fill the missing roles in the team file."
        ),
        Check.LEFT_BUT_NAMED: say.texts.gettext(
            "Name somebody else in the team file or the staff file."
        ),
        Check.UNKNOWN_PERSON: say.texts.gettext(
            "Correct the staff code, or add the person to the staff file."
        ),
        Check.TIER_NOT_IN_POLICY: say.texts.gettext(
            "Give the account a tier that the service standard has."
        ),
        Check.CALENDAR_NOT_IN_POLICY: say.texts.gettext(
            "Name a calendar of the service standard, or leave it empty."
        ),
        Check.PROVISIONAL_CALENDAR: say.texts.gettext(
            "Due times there are provisional until the official list is loaded."
        ),
    }[check]
