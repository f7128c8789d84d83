"""Letters of care as they are drafted, and laid out as letters are.

A wording stands in `templates/care/letters/<kind>.<variant>.<language>.txt.j2`: its
first paragraph is the subject, and `{# needs: years, projects #}` says what must be known.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from unicodedata import east_asian_width

from jinja2 import FileSystemLoader
from jinja2.exceptions import TemplateError, UndefinedError

from kam_flows.domain.care_letters import (
    FACTS,
    NEVER_MISSING,
    Letter,
    LetterFacts,
    checked,
    known,
)
from kam_flows.domain.care_rules import WRITTEN_AS, Source
from kam_flows.domain.errors import UserError
from kam_flows.rendering import care_words
from kam_flows.rendering.cleaning import cleaned, clipped, one_line
from kam_flows.rendering.salutations import salutation
from kam_flows.rendering.sandbox import Sandbox, filling_in
from kam_flows.rendering.words import LANGUAGES, spoken
from kam_flows.settings import settings

FOLDER = Path("care") / "letters"
NEEDS = re.compile(r"\{#\s*needs:(.*?)#\}")
TOGETHER = re.compile(rf"(?<=\d) (?=[\u4e00-\u9fff]|{'|'.join(care_words.MONTHS)})")
"""Between a number and what it counts no line is broken."""
UNKNOWN = re.compile(r"'(\w+)' is undefined$")
SUBJECT, NAME = 80, 60
"""Letters that are shown of a subject, and of a name in a letter."""
INDENT = "\u3000\u3000"
"""By two characters, as a Chinese paragraph begins."""
WIDTH = 64
"""Columns of a letter in plain text, within which its end stands on the right."""


def written_as(kind: str, source: Source | None, language: str) -> str:
    """The kind whose wordings it takes: its own, or else those of where its days come
    from, so that a leader's birthday is written to as a birthday."""
    there = _wordings(settings().templates, LANGUAGES[spoken(language)])
    return kind if kind in there or source is None else WRITTEN_AS.get(source, kind)


def variants(kind: str, language: str) -> Mapping[str, frozenset[str]]:
    """The wordings there are for occasions of this kind, with what each needs."""
    found = _wordings(settings().templates, LANGUAGES[spoken(language)]).get(kind)
    if not found:
        raise UserError(
            "There is no wording for '{kind}' in {language}; write one into "
            "templates/care/letters.",
            kind=kind,
            language=LANGUAGES[spoken(language)],
        )
    return found


def draft(facts: LetterFacts, variant: str, language: str) -> Letter:
    """The letter of this wording; raises UserError naming what is missing or untrue."""
    language = LANGUAGES[spoken(language)]
    name = f"{facts.kind}.{variant}.{language}"
    facts = cleaned(facts)
    for field in NEVER_MISSING:
        if not getattr(facts, field).strip():
            raise _missing(field, name, facts)
    subject, *paragraphs = _paragraphs(_written(name, facts, language), language)
    if not paragraphs:
        raise UserError(
            "The letter {letter} says nothing below its subject; correct the wording in "
            "templates/care/letters.",
            letter=name,
        )
    return checked(
        Letter(
            kind=facts.kind,
            variant=variant,
            language=language,
            subject=clipped(subject, SUBJECT),
            salutation=greeting(facts.contact, facts.title, language),
            paragraphs=tuple(paragraphs),
            closing=care_words.CLOSING[language],
            signature=signature(
                facts.sender, facts.house, language, facts.sender_title
            ),
            date=letter_date(facts.dated, language),
        ),
        facts,
    )


def greeting(name: str, title: str, language: str) -> str:
    """How a letter to this person begins."""
    return salutation(clipped(one_line(name), NAME), one_line(title), language)


def letter_date(day: date, language: str) -> str:
    """`二〇二六年十月一日`, `1 October 2026`."""
    if spoken(language):
        return care_words.full_date(day, language)
    return care_words.formal_date(day)


def laid_out(letter: Letter) -> Iterator[str]:
    """Line by line, as a letter in plain text; empty lines part what is apart."""
    if spoken(letter.language):
        yield from (letter.date, "", letter.salutation, "")
        for paragraph in letter.paragraphs:
            yield from (paragraph, "")
        yield from (*letter.closing, "", *letter.signature)
        return
    yield from (letter.salutation, "")
    for paragraph in letter.paragraphs:
        yield from (f"{INDENT}{paragraph}", "")
    here, *rest = letter.closing
    yield from (f"{INDENT}{here}", *rest, "")
    yield from (_to_the_right(line) for line in (*letter.signature, letter.date))


@cache
def _wordings(
    folder: Path, language: str
) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """By kind and name. Read once: who edits a wording starts KAM Flows anew."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for path in sorted((folder / FOLDER).glob(f"*.{language}.txt.j2")):
        kind, variant, *_ = path.name.split(".")
        found.setdefault(kind, {})[variant] = _needs(path)
    return found


def _needs(path: Path) -> frozenset[str]:
    stated = NEEDS.search(path.read_text("utf-8"))
    named = frozenset(re.findall(r"\w+", stated[1])) if stated else frozenset()
    for need in sorted(named - set(FACTS)):
        raise UserError(
            "The wording {letter} needs '{need}'; it may need {known}.",
            letter=path.name.removesuffix(".txt.j2"),
            need=need,
            known=FACTS,
        )
    return named


def _written(name: str, facts: LetterFacts, language: str) -> str:
    told = known(facts) | {
        "early": facts.dated < facts.on,
        "late": facts.dated > facts.on,
    }
    for field in ("account_name", "contact", "sender", "about"):
        if field in told:
            told[field] = clipped(str(told[field]), NAME)
    try:
        with filling_in(f"{name}.txt.j2"):
            template = _environment(settings().templates, language)
            return template.get_template(f"{name}.txt.j2").render(told)
    except UndefinedError as error:
        found = UNKNOWN.search(str(error))
        raise _missing(found[1] if found else str(error), name, facts) from None
    except (
        TemplateError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        LookupError,
    ) as error:
        raise UserError(
            "The letter {letter} cannot be written: {problem}; correct the wording in "
            "templates/care/letters.",
            letter=name,
            problem=error,
        ) from None


def _missing(field: str, name: str, facts: LetterFacts) -> UserError:
    return UserError(
        "The letter {letter} to {contact} of {account} names '{field}', which is not on "
        "record; add it, or correct the wording in templates/care/letters.",
        letter=name,
        contact=facts.contact or facts.contact_code,
        account=facts.account_name,
        field=field,
    )


def _paragraphs(text: str, language: str) -> Iterator[str]:
    """Parted by empty lines; Chinese goes on in the next line without a space."""
    between = (" " if spoken(language) else "").join
    for block in re.split(r"\n\s*\n", text.strip()):
        paragraph = between(line.strip() for line in block.splitlines())
        yield TOGETHER.sub("\N{NO-BREAK SPACE}", paragraph)


def signature(
    sender: str, house: str, language: str, title: str = ""
) -> tuple[str, ...]:
    """Whose letter it is; without a title an account manager's."""
    title = title or care_words.ACCOUNT_MANAGER[language]
    if spoken(language):
        return (sender, title, house)
    return (house, f"{title}\u3000{sender}")


def _to_the_right(line: str) -> str:
    wide = sum(east_asian_width(char) in "WF" for char in line)
    space = max(0, WIDTH - len(line) - wide)
    return "\u3000" * (space // 2) + " " * (space % 2) + line


@cache
def _environment(folder: Path, language: str) -> Sandbox:
    env = Sandbox(
        loader=FileSystemLoader(folder / FOLDER),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {
        name: _in(language, write) for name, write in care_words.FILTERS.items()
    }
    return env


def _in(language: str, write: Callable[..., str]) -> Callable[..., str]:
    return lambda value: write(value, language)
