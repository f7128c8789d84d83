"""Letters of care: what they may say, which one is next, and what they say in the end.

A letter is drafted from facts on record and from nothing else. Which facts a wording
needs it says itself; whoever has none of them to hear of gets a shorter one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from statistics import median
from typing import ClassVar
from zlib import crc32

from kam_flows.domain.errors import UserError
from kam_flows.domain.letter_numbers import numbers
from kam_flows.domain.mails import Mail, Reader
from kam_flows.domain.survey import Dimension
from kam_flows.domain.texts import as_kept

SHORT = "short"
"""Wordings whose name begins so need no facts; there are several, to differ by year."""
YEARS_APART = 2
"""A wording comes back in the third year at the earliest."""
FEW = 3
"""Fewer solved tickets than this are nothing to count in a letter of thanks."""
QUICK = 72
"""Hours; what took longer than this in the middle is nothing to thank somebody with."""
MOST_PROJECTS, MOST_CONCERNS = 3, 2
LONGEST_BODY = 3_000
"""Characters of a body that staff write themselves: two printed pages."""

SAID_TO_THEM = (
    Dimension.RED_LINES,
    Dimension.DELIVERY,
    Dimension.QUALITY,
    Dimension.GOALS,
    Dimension.GROWTH_PLANS,
    Dimension.COLLABORATION,
    Dimension.COMMUNICATION,
)
"""What an account may be reminded of having told us, the weightiest first.

A letter names the dimension and never quotes the answer: staff wrote that down for
themselves. Who decides, who competes and how they buy is not for a letter at all.
"""


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """What is on record for one letter; whatever is empty is not known."""

    kind: str
    """Of the occasion, as the policy names it."""
    account_name: str
    contact: str
    """Name of the person."""
    contact_code: str = ""
    title: str = ""
    on: date
    """The day of the occasion."""
    dated: date
    """The day on which the letter leaves."""
    about: str = ""
    """What the occasion itself is called: the product that is launched."""
    since: date | None = None
    """Signing, founding, first day at work: the day from which `years` count."""
    years: int | None = None
    """Full years on the day. For a birthday nobody says them."""
    projects: tuple[str, ...] = ()
    """What was done together, the latest first."""
    solved: int = 0
    """Tickets solved within the twelve months before the day."""
    hours: int | None = None
    """Half of them were solved within so many hours (`median_hours`)."""
    mattered: tuple[Dimension, ...] = ()
    """What the account has told us something about."""
    sender: str
    """Name of the lead manager."""
    sender_title: str = ""
    """In the letter's language; empty: account manager."""
    house: str
    """Our company's name, as it signs."""


FACTS = tuple(one.name for one in fields(LetterFacts))
NEVER_MISSING = ("account_name", "contact", "sender", "house")
"""Without these there is no letter: nobody is greeted, and nothing signed, with nothing."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter as it will be read, in its parts."""

    kind: str
    variant: str
    language: str
    subject: str
    salutation: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
    date: str


@dataclass(frozen=True, kw_only=True)
class CareLetter(Mail):
    """Carries the letter to a contact of the account."""

    template: ClassVar[str] = "care/letter"
    reader: ClassVar[Reader] = Reader.ACCOUNT

    letter: Letter


def known(facts: LetterFacts) -> dict[str, object]:
    """What a wording may name, by name; what is empty or not worth saying is not there."""
    solved = facts.solved if facts.solved >= FEW else 0
    concerns = [one for one in SAID_TO_THEM if one in facts.mattered]
    worth_saying = replace(
        facts,
        projects=facts.projects[:MOST_PROJECTS],
        solved=solved,
        hours=facts.hours if solved and (facts.hours or 0) <= QUICK else None,
        mattered=tuple(concerns[:MOST_CONCERNS]),
    )
    return {name: value for name in FACTS if (value := getattr(worth_saying, name))}


def fits(facts: LetterFacts, needs: Iterable[str]) -> bool:
    """Whether all that a wording needs is known."""
    return set(needs) <= set(known(facts))


def median_hours(lengths: Iterable[timedelta]) -> int | None:
    """Within how many full hours half of the tickets were solved; `None`: there are none."""
    seconds = [length.total_seconds() for length in lengths]
    return max(1, -int(-median(seconds) // 3600)) if seconds else None


def choose_variant(
    facts: LetterFacts,
    variants: Mapping[str, frozenset[str]],
    used: Mapping[int, str],
    edition: int,
) -> str:
    """The wording for this edition of the occasion: by name, of `variants` with needs.

    `used` are the wordings this contact got before, by edition. None of the last two
    years comes again; before a short one comes a full one that fits, and first the one
    that was not read for longest. Colleagues at one account begin with different ones.
    """
    recent = {used.get(edition - back) for back in range(1, YEARS_APART + 1)}
    fresh = [
        name
        for name, needs in variants.items()
        if name not in recent and fits(facts, needs)
    ]
    if not fresh:
        raise UserError(
            "{contact} of {account} has read every wording for '{kind}' that fits within "
            "the last {years} years; write another one, with a name of its own, into "
            "templates/care/letters.",
            contact=facts.contact,
            account=facts.account_name,
            kind=facts.kind,
            years=YEARS_APART,
        )
    last = {name: year for year, name in sorted(used.items()) if year < edition}

    def rank(name: str) -> tuple[bool, int, int]:
        turn = crc32(f"{facts.contact_code or facts.contact} {name}".encode())
        return is_short(name), last.get(name, 0), turn

    return min(fresh, key=rank)


def is_short(variant: str) -> bool:
    return variant.startswith(SHORT)


def strange_numbers(text: str, facts: LetterFacts) -> list[str]:
    """Numbers in the text that are in none of the facts, each once."""
    allowed = {n for name in FACTS for n in numbers(_plain(getattr(facts, name)))}
    return list(dict.fromkeys(n for n in numbers(text) if n not in allowed))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return f"{value.year}, {value.month}, {value.day}"
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def checked(letter: Letter, facts: LetterFacts) -> Letter:
    """The same letter; raises UserError if it says a number that nothing on record has."""
    strange = strange_numbers("\n".join([letter.subject, *letter.paragraphs]), facts)
    if strange:
        raise UserError(
            "The letter {letter} to {contact} says {numbers}, which is not on record for "
            "{account}; correct the wording in templates/care/letters.",
            letter=f"{letter.kind}.{letter.variant}.{letter.language}",
            contact=facts.contact,
            numbers=strange,
            account=facts.account_name,
        )
    return letter


def framed(letter: Letter, own_body: str) -> Letter:
    """The letter with a body that staff wrote; its salutation and its end stay.

    Whoever typed those too has them once. An empty line parts paragraphs; without any,
    every line is one.
    """
    frame = {letter.salutation, *letter.closing, *letter.signature, letter.date}
    typed = [line.strip() for line in as_kept(own_body).split("\n")]
    lines = [line for line in typed if line not in frame]
    apart = "" in "\n".join(lines).strip().split("\n")
    between = "" if letter.language.startswith("zh") else " "
    paragraphs = [""]
    for line in lines:
        if not line or not apart:
            paragraphs.append("")
        paragraphs[-1] += f"{between}{line}" if paragraphs[-1] else line
    body = tuple(filter(None, paragraphs))
    if not body:
        raise UserError("The letter has no text; type it into `text`.")
    if (length := sum(map(len, body))) > LONGEST_BODY:
        raise UserError(
            "The letter has {length} characters; keep it below {limit}.",
            length=length,
            limit=LONGEST_BODY,
        )
    return replace(letter, paragraphs=body)
