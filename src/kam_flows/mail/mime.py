"""A mail's words become the very bytes that will be sent, and can be read back."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256

from kam_flows.domain.mails import RenderedMail, is_address

# The email package builds the same mail in 1.4 ms, mostly by parsing and refolding its
# own headers; these few lines take a twentieth of that (docs: bytes once).

LINE = 76
"""Header lines with encoded words stay within this (RFC 2047, 2)."""

WORD_START, WORD_END = "=?utf-8?b?", "?="
BASE64_LINE = 76
ATTACHED = "invite.ics"
"""The name under which mail programs show a calendar file."""
CONTINUATION = 0b1000_0000
"""The first two bits of a byte that does not begin a character in UTF-8."""

HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
PLAIN = re.compile(r"[ -~]*")
PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
FORBIDDEN = re.compile(r"[\r\n\0]")


class UnwritableHeader(ValueError):
    """A header would hold a line break or an address that mail cannot carry."""


def build(
    rendered: RenderedMail,
    *,
    sender: str,
    reply_to: str,
    date: datetime,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The mail as multipart/alternative, text first, all UTF-8 in base64.

    A calendar file is the last alternative, where calendars look for an invitation,
    and an attachment besides, for those that look there.
    The same arguments always give the same bytes. `sender` and `reply_to` read
    `Name <address>` or `address`; an empty `reply_to` leaves the header
    out. A mail that says itself whose letter it is, or who reads answers, goes before them;
    the address it comes from stays, or servers would not believe it.
    Raises `UnwritableHeader` rather than let a value begin a header of its own.
    """
    mail = rendered.mail
    lines = [
        _from(mail.from_name, sender),
        _mailboxes("To", [(mail.name, mail.address)]),
        _header("Subject", rendered.subject),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id(mail.dedup_key, sender)}",
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    ]
    if mail.copies:
        lines.insert(2, _mailboxes("Cc", [("", copy) for copy in mail.copies]))
    if mail.answers_to:
        lines.insert(1, _mailboxes("Reply-To", [mail.answers_to]))
    elif reply_to:
        lines.insert(1, _sender("Reply-To", reply_to))
    lines += [_header(name, value) for name, value in (headers or {}).items()]
    lines += _content(rendered)
    return "\r\n".join(lines).encode("ascii")


def message_id(dedup_key: str, sender: str) -> str:
    """Derived from the dedup key: a mail that is sent again is the same mail."""
    return f"<{_digest(dedup_key)}@{address_of(sender).rpartition('@')[2]}>"


@lru_cache(maxsize=64)
def address_of(mailbox: str) -> str:
    """The address in `Name <address>`; raises `UnwritableHeader` if there is none."""
    _refuse_breaks(mailbox)
    return _checked(parseaddr(mailbox)[1])


@dataclass(frozen=True, kw_only=True)
class ReadMail:
    """A mail as its recipient sees it."""

    sender: str
    to: str
    subject: str
    date: datetime | None
    text: str
    html: str


def read(content: bytes) -> ReadMail:
    """The words of a mail from its bytes; what is missing is empty."""
    message = message_from_bytes(content, policy=policy.default)
    date = message["Date"]
    return ReadMail(
        sender=str(message.get("From", "")),
        to=", ".join(str(message[name]) for name in ("To", "Cc") if message[name]),
        subject=str(message.get("Subject", "")),
        date=date.datetime if date else None,
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return "" if part is None else str(part.get_content())


def _digest(dedup_key: str) -> str:
    return sha256(dedup_key.encode()).hexdigest()[:32]


def _content(rendered: RenderedMail) -> list[str]:
    digest, calendar = _digest(rendered.mail.dedup_key), rendered.calendar
    parts = [
        _part('text/plain; charset="utf-8"', rendered.text),
        _part('text/html; charset="utf-8"', rendered.html),
    ]
    if calendar is None:
        return _multipart("alternative", f"=_{digest}", parts)
    asked = f'text/calendar; charset="utf-8"; method={calendar.method}'
    invitation = _multipart(
        "alternative", f"=_{digest}", [*parts, _part(asked, calendar.text)]
    )
    attached = _part(f'application/ics; name="{ATTACHED}"', calendar.text, ATTACHED)
    return _multipart("mixed", f"=_with_{digest}", [invitation, attached])


def _multipart(
    subtype: str, boundary: str, parts: Iterable[Sequence[str]]
) -> list[str]:
    lines = [f"Content-Type: multipart/{subtype};", f' boundary="{boundary}"', ""]
    for part in parts:
        lines += [f"--{boundary}", *part]
    return [*lines, f"--{boundary}--", ""]


def _part(kind: str, text: str, attached_as: str = "") -> list[str]:
    encoded = b64encode(text.encode("utf-8", "replace")).decode("ascii")
    headers = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
    if attached_as:
        named = f'Content-Disposition: attachment; filename="{attached_as}"'
        headers.append(named)
    return [
        *headers,
        "",
        *[encoded[i : i + BASE64_LINE] for i in range(0, len(encoded), BASE64_LINE)],
    ]


def _header(name: str, value: str) -> str:
    if not HEADER_NAME.fullmatch(name):
        raise UnwritableHeader(f"{name!r} is not the name of a header.")
    _refuse_breaks(value)
    prefix = f"{name}: "
    if len(prefix) + len(value) <= LINE and _is_plain(value):
        return prefix + value
    return prefix + "\r\n ".join(_words(value, LINE - len(prefix)))


def _from(name: str, sender: str) -> str:
    if not name:
        return _sender("From", sender)
    return _mailboxes("From", [(name, address_of(sender))])


@lru_cache(maxsize=64)
def _sender(name: str, mailbox: str) -> str:
    return _mailboxes(name, [(parseaddr(mailbox)[0], address_of(mailbox))])


def _mailboxes(name: str, mailboxes: Sequence[tuple[str, str]]) -> str:
    """An address header: one mailbox a line, folded where a name is long."""
    lines = [f"{name}:"]
    for display, address in mailboxes:
        _refuse_breaks(display)
        pieces = _phrase(display, LINE - len(lines[-1]) - 1)
        pieces.append(f"<{_checked(address)}>" if pieces else _checked(address))
        for piece in pieces:
            if len(lines[-1]) + 1 + len(piece) > LINE:
                lines.append("")
            lines[-1] += f" {piece}"
        lines[-1] += ","
    return "\r\n".join(lines).removesuffix(",")


def _phrase(display: str, room: int) -> list[str]:
    """A display name as atoms, a quoted string or encoded words; none if empty."""
    if not display:
        return []
    if len(display) > LINE // 2 or not _is_plain(display):
        return _words(display, room)
    if PLAIN_NAME.fullmatch(display):
        return [display]
    escaped = display.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def _is_plain(value: str) -> bool:
    """Whether the value reads the same without being encoded."""
    return (
        PLAIN.fullmatch(value) is not None
        and "=?" not in value
        and value == value.strip()
        and "  " not in value
    )


def _words(value: str, room: int) -> list[str]:
    """Encoded words, the first within `room`, no character cut in two (RFC 2047, 5)."""
    data = value.encode("utf-8", "replace")
    words: list[str] = []
    start = 0
    while start < len(data) or not words:
        size = max((room - len(WORD_START) - len(WORD_END)) // 4 * 3, 4)
        end = min(start + size, len(data))
        while end < len(data) and data[end] & 0b1100_0000 == CONTINUATION:
            end -= 1
        words.append(WORD_START + b64encode(data[start:end]).decode() + WORD_END)
        start, room = end, LINE - 1
    return words


def _checked(address: str) -> str:
    if not is_address(address):
        raise UnwritableHeader(
            f"{address!r} is not an address mail can be sent to; "
            "write it as name@example.com in plain letters."
        )
    return address


def _refuse_breaks(value: str) -> None:
    if FORBIDDEN.search(value):
        raise UnwritableHeader(f"A header must not hold a line break: {value!r}.")
