"""Nothing is said in one language only."""

import re
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from kam_flows import rendering
from kam_flows.domain.errors import UserError
from kam_flows.domain.policy import Until
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.chinese import CHINESE
from kam_flows.rendering.vocabulary import LACKING, WORDS
from kam_flows.rendering.words import LANGUAGES
from kam_flows.settings import settings

PLACEHOLDER = re.compile(r"%\(\w+\)s")


def extracted() -> set[str | tuple[str, ...]]:
    """All messages of the templates and of the sentences."""
    sources = (
        (settings().templates, [("**.j2", "jinja2")]),
        (Path(rendering.__file__).parent, [("**.py", "python")]),
    )
    options = {"**.j2": {"trimmed": "true", "newstyle_gettext": "true"}}
    return {
        message
        for folder, method in sources
        for _, _, message, _, _ in extract_from_dir(folder, method, options_map=options)
    }


def translated() -> dict[str | tuple[str, ...], Message]:
    with (settings().templates / "zh_CN.po").open("rb") as file:
        catalog = read_po(file, locale="zh_CN", abort_invalid=True)
    assert not catalog.obsolete
    return {m.id if isinstance(m.id, str) else tuple(m.id): m for m in catalog if m.id}


def test_every_message_is_translated_and_no_translation_is_left_over():
    messages, translations = extracted(), translated()

    assert messages - set(translations) == set()
    assert set(translations) - messages == set()


@pytest.mark.parametrize("message", translated().values(), ids=lambda m: str(m.id)[:40])
def test_a_translation_says_the_same_things(message):
    forms = (message.string,) if isinstance(message.string, str) else message.string
    ids = (message.id,) if isinstance(message.id, str) else message.id

    assert not message.fuzzy
    for form in forms:
        assert form
        assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(ids[-1]))


def test_a_sentence_takes_values_of_any_name():
    """`language` is what the reader speaks as well: one such ended a run for everybody."""
    for sentence in CHINESE:
        values = {name: "x" for _, name, *_ in Formatter().parse(sentence) if name}
        for language in LANGUAGES:
            assert refusal(UserError(sentence, **values), language)


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_every_member_has_a_word_in_both_languages(kind: type[StrEnum]):
    assert set(WORDS[kind]) == set(kind)
    assert all(all(pair) for pair in WORDS[kind].values())


def test_every_stop_condition_has_words_for_its_absence():
    assert set(LACKING) == set(Until)
