"""A link in a mail speaks for its reader: for the one thing it offers, for a while.

In its parameter `by` a token follows the reader's name: `E0104 · 李雷 ~token`. What the
token was signed for is an `Offer`; the form that is submitted has to be just that.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from hashlib import sha256

MARK = "~"
TOKEN = re.compile(rf"\s*{MARK}([A-Za-z0-9_.-]{{40,}})")
IN_A_LINK = re.compile(rf"(%20)*{TOKEN.pattern}")
FREE = frozenset({"text"})
"""Filled in to be changed: the words of a letter that somebody is asked to edit."""
PRINT_BYTES = 12
"""Of SHA-256: nobody finds another value with the same print among 2⁹⁶."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a signed link allows, and until when."""

    form: str
    """Deployment behind it."""
    by: str
    """Staff code of who may do it."""
    covers: Mapping[str, str]
    """Prints of what it fills in, by parameter; what it leaves open stays open."""
    until: datetime


class Flaw(StrEnum):
    """Why a link does not act, the gravest first."""

    UNREADABLE = "unreadable"
    OTHER_FORM = "other form"
    OTHER_PERSON = "other person"
    CHANGED = "changed"
    EXPIRED = "expired"


def offer(
    form: str, by: str, parameters: Mapping[str, object], until: datetime
) -> Offer:
    covers = {
        name: print_of(value)
        for name, value in parameters.items()
        if name != "by" and name not in FREE
    }
    return Offer(form=form, by=by, covers=covers, until=until)


def flaw(
    offer: Offer | None,
    form: str,
    by: str,
    parameters: Mapping[str, object],
    now: datetime,
) -> Flaw | None:
    """What speaks against it, if this person submits this form with these values now."""
    if offer is None:
        return Flaw.UNREADABLE
    if offer.form != form:
        return Flaw.OTHER_FORM
    if offer.by != by:
        return Flaw.OTHER_PERSON
    if changed(offer, parameters):
        return Flaw.CHANGED
    return Flaw.EXPIRED if now >= offer.until else None


def changed(offer: Offer, parameters: Mapping[str, object]) -> list[str]:
    """The parameters that are not as the link filled them in."""
    return [
        name
        for name, print_then in offer.covers.items()
        if name not in parameters or print_of(parameters[name]) != print_then
    ]


def print_of(value: object) -> str:
    """A short name of a value; two values of a form that differ have different ones."""
    written = json.dumps(value, sort_keys=True, default=as_in_json)
    digest = sha256(written.encode()).digest()[:PRINT_BYTES]
    return urlsafe_b64encode(digest).decode()


def as_in_json(value: object) -> object:
    """As a form sends it: moments, days and choices are text there."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def signed_name(by: str, token: str) -> str:
    return f"{by} {MARK}{token}"


def parted(by: str) -> tuple[str, str]:
    """Who acts, and the token that says so; empty if there is none."""
    found = TOKEN.search(by)
    return (by[: found.start()], found[1]) if found else (by, "")


def without_tokens(text: str) -> str:
    """A mail's words as others may read them: its links open forms and prove nothing."""
    return IN_A_LINK.sub("", text)
