"""Forgetting a person: what gives them away in any text, and what stands there instead."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from kam_flows.domain.accounts import Contact
from kam_flows.domain.people import Staff

ALIAS = "erased-{number}"
"""Plain letters: it reads the same in a link, in JSON and in HTML."""
SHORTEST_NAME = 2
SHORTEST_PHONE = 7
"""Digits; fewer would be found in every number."""
CHINA = "86"
BETWEEN = r"[\s\-().·/]*"
"""What people put between the digits of a telephone number."""
HAN = "\u4e00-\u9fff"
LETTER = rf"[^\W\d_{HAN}]"


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    """One person, and what is left of them."""

    contact: Contact
    alias: str
    everywhere: re.Pattern[str]
    """What gives them away wherever it stands."""
    at_home: re.Pattern[str]
    """The same in what is on record about their own account."""
    needles: tuple[str, ...]
    """A text that gives them away holds one of these, in any letters: for a quick look."""
    shared: tuple[str, ...]
    """What somebody else is called or reached by, too, in words."""

    def words(self, text: str, *, home: bool = False) -> str:
        """The text without them; the names of others that hold theirs stay whole."""
        pattern = self.at_home if home else self.everywhere
        return pattern.sub(self._instead, text)

    def names(self, text: str, *, home: bool = False) -> bool:
        return self.words(text, home=home) != text

    def value(self, value: Any, *, home: bool = False) -> Any:
        """The same in all that JSON can hold, however deep."""
        if isinstance(value, str):
            return self.words(value, home=home)
        if isinstance(value, list):
            return [self.value(one, home=home) for one in value]
        if isinstance(value, dict):
            return {
                self.words(name, home=home): self.value(one, home=home)
                for name, one in value.items()
            }
        return value

    def _instead(self, match: re.Match[str]) -> str:
        return match["kept"] or self.alias


def forgetting(
    contact: Contact, number: int, others: Iterable[Contact | Staff]
) -> Forgetting:
    """`others` are everybody else on record: what is theirs too gives nobody away."""
    names, emails, phones = set[str](), set[str](), set[str]()
    for one in others:
        names.add(one.name.casefold())
        emails.add(one.email.casefold())
        if isinstance(one, Contact):
            phones.add(_digits(one.phone))
    email = contact.email if contact.email.casefold() not in emails else ""
    phone = _digits(contact.phone)
    phone = phone if len(phone) >= SHORTEST_PHONE and phone not in phones else ""
    name = contact.name.strip()
    name = name if len(name) >= SHORTEST_NAME else ""
    theirs_too = name.casefold() in names
    longer = [one for one in names | emails if _holds(one, name) or _holds(one, email)]
    reached = [*map(_address, _spellings(email)), *_numbers(phone)]
    called = list(map(_name, _spellings(name)))
    shared = {
        "the name": theirs_too,
        "the mail address": email != contact.email,
        "the telephone number": _digits(contact.phone) in phones - {""},
    }
    return Forgetting(
        contact=contact,
        alias=ALIAS.format(number=number),
        everywhere=_pattern(longer, reached + ([] if theirs_too else called)),
        at_home=_pattern(longer, reached + called),
        needles=(
            *_spellings(email),
            *_spellings(max(name.split(), key=len, default="")),
            # Whatever stands between the others: the last two stand together.
            *([phone[-2:]] if phone else []),
        ),
        shared=tuple(what for what, is_shared in shared.items() if is_shared),
    )


def address_digest(address: str) -> str:
    """By which an address is known again that is itself no longer kept; empty of none."""
    plain = address.strip().casefold()
    return sha256(f"kam erased {plain}".encode()).hexdigest() if plain else ""


def _holds(longer: str, name: str) -> bool:
    return bool(name) and name.casefold() in longer and name.casefold() != longer


def _pattern(kept: Iterable[str], gone: Iterable[str]) -> re.Pattern[str]:
    keeping = sorted(map(re.escape, kept), key=len, reverse=True)
    going = sorted(gone, key=len, reverse=True)
    never = "(?!)"
    return re.compile(
        f"(?P<kept>{'|'.join(keeping) or never})|(?:{'|'.join(going) or never})",
        re.IGNORECASE,
    )


def _spellings(text: str) -> Iterator[str]:
    """As people write it, and as it stands in HTML, in JSON and in a link."""
    if not text:
        return
    written = {
        text,
        html.escape(text),
        text.replace("'", "&#39;"),
        json.dumps(text)[1:-1],
        quote(text, safe=""),
        quote(text),
    }
    yield from sorted(written)


def _name(text: str) -> str:
    """Not as a part of a longer word; between the words of a name any space."""
    plain = "%" not in text  # in a link, what stands before ends in a letter as well
    before = f"(?<!{LETTER})" if plain and re.match(LETTER, text) else ""
    after = f"(?!{LETTER})" if re.search(f"{LETTER}$", text) else ""
    return before + r"\s+".join(map(re.escape, text.split())) + after


def _address(text: str) -> str:
    before = "" if "%" in text else r"(?<![A-Za-z0-9.!#$&'*+/=?^_`{|}~-])"
    return rf"{before}{re.escape(text)}(?![A-Za-z0-9-])"


def _digits(text: str) -> str:
    """Of a telephone number, without the ways to dial to China from elsewhere."""
    digits = "".join(re.findall("[0-9]", text))
    abroad = text.strip().startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if abroad and digits.startswith(CHINA):
        digits = digits.removeprefix(CHINA)
    return digits.removeprefix("0")


def _numbers(digits: str) -> Iterator[str]:
    if digits:
        dialled = rf"(?:(?:\+|00)?{BETWEEN}{CHINA}{BETWEEN})?\(?0?\)?{BETWEEN}"
        yield rf"(?<![0-9]){dialled}{BETWEEN.join(digits)}(?![0-9])"
