"""The words of a mail on record are changed, and nothing else of it."""

import re
from base64 import encodebytes
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

CALENDARS = ("text/calendar", "application/ics")
HEADERS = ("From", "Reply-To", "To", "Cc", "Subject")
FOLDED = re.compile(r"\r?\n[ \t]")
"""Where a calendar file broke a long line (RFC 5545, 3.1)."""
OCTETS = 74

Change = Callable[[str], str]


def rewritten(content: bytes, change: Change) -> bytes | None:
    """The bytes with every text and header changed; `None` if it says the same then."""
    message = message_from_bytes(content, policy=policy.SMTP)
    changed = _headers(message, change)
    for part in message.walk():
        kind = part.get_content_type()
        if part.get_content_maintype() == "text" or kind in CALENDARS:
            changed |= _text(part, change, folded=kind in CALENDARS)
    return message.as_bytes() if changed else None


def _headers(message: EmailMessage, change: Change) -> bool:
    changed = False
    for name in HEADERS:
        said = str(message[name] or "")
        if said and (new := change(said)) != said:
            message.replace_header(name, new)
            changed = True
    return changed


def _text(part: EmailMessage, change: Change, *, folded: bool) -> bool:
    payload = part.get_payload(decode=True)
    said = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    whole = FOLDED.sub("", said) if folded else said
    if (new := change(whole)) == whole:
        return False
    text = "\r\n".join(_folded(new)) if folded else new
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(text.encode()).decode("ascii"))
    return True


def _folded(calendar: str) -> Iterator[str]:
    """No line of more octets than calendars read, no character cut in two."""
    for line in calendar.splitlines():
        room, start = OCTETS, 0
        for end in range(1, len(line) + 1):
            if len(line[start:end].encode()) > room:
                yield (" " if start else "") + line[start : end - 1]
                room, start = OCTETS - 1, end - 1
        yield (" " if start else "") + line[start:]
    yield ""
