"""What a letter says of the team and of what is promised."""

from collections.abc import Sequence

from kam_flows.domain.onboarding_mails import Counterpart, PromisedTimes
from kam_flows.rendering import words
from kam_flows.rendering.sentences import Sentences


def roles(person: Counterpart, say: Sentences) -> str:
    return words.listed(map(say.word, person.roles), say.language)


def promised(
    promises: Sequence[PromisedTimes], say: Sentences
) -> list[tuple[str, str]]:
    """Of what, and within which times: `常规需求、来电` and `2 小时内响应、24 小时内解决`."""
    gettext = say.texts.gettext
    lines = []
    for one in promises:
        times = (
            (gettext("respond within %(time)s"), one.respond),
            (gettext("plan within %(time)s"), one.plan),
            (gettext("resolve within %(time)s"), one.resolve),
        )
        said = [
            words_ % {"time": words.span(time, say.language)}
            for words_, time in times
            if time
        ]
        lines.append(
            (
                words.listed(one.scenes, say.language),
                words.listed(said, say.language),
            )
        )
    return lines
