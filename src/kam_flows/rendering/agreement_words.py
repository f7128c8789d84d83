"""What a mail says about a signed agreement that no longer says what is promised."""

from kam_flows.domain.agreement_mails import OutdatedAgreement
from kam_flows.domain.agreements import TermChange
from kam_flows.rendering.cleaning import clipped
from kam_flows.rendering.lines import passed_over
from kam_flows.rendering.sentences import Action
from kam_flows.rendering.speech import Speech
from kam_flows.rendering.words import listed, span


def changed(change: TermChange, say: Speech) -> str:
    """`售前咨询 响应：1 个工作小时 → 30 个工作分钟`; of hours and ladders that they did."""
    gettext = say.texts.gettext
    what = say.word(change.term)
    if not change.scene:
        return gettext("%(what)s: changed") % {"what": what}
    scene = clipped(change.scene, 60)
    if change.priorities:
        names = listed(map(say.word, change.priorities), say.language)
        scene = gettext("%(scene)s (%(priorities)s)") % {
            "scene": scene,
            "priorities": names,
        }
    nothing = gettext("nothing promised")
    return gettext("%(scene)s, %(what)s: %(old)s → %(new)s") % {
        "scene": scene,
        "what": what,
        "old": span(change.old, say.language) if change.old else nothing,
        "new": span(change.new, say.language) if change.new else nothing,
    }


def signature(one: OutdatedAgreement, say: Speech) -> str:
    return say.texts.gettext(
        "Version %(version)s, signed by %(name)s on %(day)s; now outdated, because "
        "%(why)s"
    ) % {
        "version": one.version,
        "name": clipped(one.signed_by, 60),
        "day": say.on(one.signed_on),
        "why": say.word(one.why),
    }


def draft_action(one: OutdatedAgreement, say: Speech) -> list[Action]:
    if not one.draft:
        return []
    return [Action(say.texts.gettext("Draft a new version"), one.draft)]


def why_you(one: OutdatedAgreement, say: Speech) -> str:
    """Who was passed over on the way to this reader; empty: nobody."""
    if not one.skips:
        return ""
    return say.texts.gettext("Meant for the %(steps)s. So it comes to you.") % {
        "steps": passed_over(one.skips, say)
    }


FILTERS = {
    "changed": changed,
    "signature": signature,
    "draft_action": draft_action,
    "why_you": why_you,
}
"""What the template calls."""
