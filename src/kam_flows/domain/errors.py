"""What people are told when something they typed cannot be done."""

from collections.abc import Mapping
from typing import Self

LONGEST_VALUE = 300
"""Characters of one value in a sentence."""


class UserError(Exception):
    """One sentence: what is wrong, and what to type or do instead.

    Raised before anything is written; the command line and the flows show it as it is.
    With `values` the sentence is a template for them, so that it can be said in another
    language too (`rendering.answers`).
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(_filled(sentence, values))
        self.sentence, self.values = sentence, values


class Phrase(str):
    """A piece of such a sentence: English, which another language can say again too."""

    sentence: str
    values: Mapping[str, object]

    def __new__(cls, sentence: str, **values: object) -> Self:
        phrase = super().__new__(cls, _filled(sentence, values))
        phrase.sentence, phrase.values = sentence, values
        return phrase


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    """Without values the sentence is no template: its braces stay as they are."""
    if not values:
        return sentence
    return sentence.format_map({name: _written(v) for name, v in values.items()})


def _written(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_written, value))
    return in_short(value)


def in_short(value: object) -> str:
    """As it stands in a sentence; of what somebody pasted, the beginning."""
    text = str(value)
    if isinstance(value, Phrase) or len(text) <= LONGEST_VALUE:
        return text
    return f"{text[:LONGEST_VALUE]}…"
