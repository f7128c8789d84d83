"""Reads the database and what arrived, and says what is lost, doubled or not so.

It shares no code with the product: SQL, the email package, and `truth`.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.utils import getaddresses
from functools import cache, cached_property

from tests.faults.databases import moment, rows
from tests.faults.truth import Due, Rung

Arrived = Sequence[tuple[Sequence[str], bytes]]
"""What a server accepted: envelope recipients and the bytes."""

FINAL = {"sent", "failed", "unknown", "expired", "cancelled"}


@dataclass
class Verdict:
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    """Staff mails repeated once because nobody could know whether they had arrived."""
    untrue: list[str] = field(default_factory=list)
    """What the database says otherwise than it was."""


@dataclass
class Stored:
    """A mail of the outbox."""

    id: int
    message_id: str
    fate: str
    reader: str
    repeated: bool
    error: str | None
    readers: set[str]
    """All addresses in its To and Cc."""
    text: str


@dataclass
class Checker:
    url: str
    arrived: Arrived
    verdict: Verdict = field(default_factory=Verdict)

    def ledger(
        self,
        must: Mapping[Rung, Due],
        *,
        may: Collection[Rung] = (),
        moved: frozenset[str] = frozenset(),
    ) -> None:
        """Every rung once.

        `moved` are tickets whose due times changed on the way; what was due before the
        change `may` have been decided by then or not.
        """
        found = rows(
            self.url,
            "SELECT t.number, e.episode, e.rung, e.due_at, e.outcome, e.recipient "
            "FROM escalations e JOIN tickets t ON t.id = e.ticket_id",
        )
        counted = Counter(Rung(*row[:3]) for row in found)
        self.verdict.lost += [
            f"{rung} is not in the ledger" for rung in must.keys() - counted.keys()
        ]
        self.verdict.doubled += [
            f"{r} is there {n} times" for r, n in counted.items() if n > 1
        ]
        self.verdict.untrue += [
            f"{rung} was never due" for rung in counted.keys() - must.keys() - set(may)
        ]
        for number, episode, rung, due_at, outcome, recipient in found:
            key = Rung(number, episode, rung)
            due = must.get(key)
            if due is None or number in moved:
                continue
            if moment(due_at) != due.at:
                self.verdict.untrue.append(f"{key} was due {due.at}, not {due_at}")
            if outcome in {"told", "superseded"} and not recipient:
                self.verdict.untrue.append(f"{key} does not say who was meant")
            if outcome == "held" or (outcome == "stopped" and not due.stopped_at):
                self.verdict.untrue.append(f"{key} is {outcome}")

    def lines(self) -> None:
        """Every told rung has one alert, every owed line stands in a mail."""
        told = rows(
            self.url,
            "SELECT t.number, e.rung, count(n.id) FROM escalations e "
            "JOIN tickets t ON t.id = e.ticket_id "
            "LEFT JOIN notices n ON n.escalation_id = e.id AND n.kind = 'alert' "
            "WHERE e.outcome = 'told' GROUP BY t.number, e.id, e.rung",
        )
        self.verdict.lost += [
            f"{t} rung {r} told to nobody" for t, r, n in told if not n
        ]
        self.verdict.doubled += [
            f"{t} rung {r} told {n} times" for t, r, n in told if n > 1
        ]
        owed = rows(
            self.url,
            "SELECT n.kind, n.recipient, e.ticket_id, e.rung FROM notices n "
            "JOIN escalations e ON e.id = n.escalation_id WHERE n.mail_id IS NULL",
        )
        self.verdict.lost += [f"the line {line} stands in no mail" for line in owed]
        self._legible()

    def _legible(self) -> None:
        """A mail names the tickets whose lines it carries, or says how many more."""
        stands = rows(
            self.url,
            "SELECT n.mail_id, t.number FROM notices n "
            "JOIN escalations e ON e.id = n.escalation_id "
            "JOIN tickets t ON t.id = e.ticket_id WHERE n.kind = 'alert'",
        )
        carried: dict[int, set[str]] = {}
        for mail, number in stands:
            carried.setdefault(mail, set()).add(number)
        for mail, numbers in carried.items():
            if mail in self.stored:
                named = set(re.findall(r"HD-\d+", self.stored[mail].text))
                if len(numbers) <= 40 and not numbers <= named:
                    self.verdict.lost.append(
                        f"mail {mail} leaves out {numbers - named}"
                    )

    @cached_property
    def stored(self) -> dict[int, Stored]:
        found = rows(
            self.url,
            "SELECT o.id, o.message_id, o.fate, o.reader, o.repeated, o.error, c.content "
            "FROM outbox o LEFT JOIN outbox_contents c ON c.id = o.id",
        )
        return {row[0]: _stored(*row) for row in found}

    def mails(self, refused: frozenset[str] = frozenset()) -> None:
        """Each mail has its fate, and that is what happened to it.

        `refused` are addresses that the server refused for good.
        """
        got: Counter[tuple[str, str]] = Counter()
        for to, content in self.arrived:
            message_id = _read(content)[0]
            got.update((message_id, address) for address in to)
        known = {mail.message_id for mail in self.stored.values()}
        self.verdict.untrue += [
            f"{m} was never decided" for m, _ in got if m not in known
        ]
        for mail in self.stored.values():
            self._fate(
                mail, {a: got[mail.message_id, a] for a in mail.readers}, refused
            )
        keys = rows(
            self.url,
            "SELECT dedup_key FROM outbox GROUP BY dedup_key HAVING count(*) > 1",
        )
        self.verdict.doubled += [f"{key} is in the outbox twice" for (key,) in keys]

    def _fate(
        self, mail: Stored, copies: Mapping[str, int], refused: frozenset[str]
    ) -> None:
        if mail.fate not in FINAL:
            self.verdict.lost.append(
                f"mail {mail.id} is still {mail.fate}: {mail.error}"
            )
        for address, times in copies.items():
            who = f"mail {mail.id} ({mail.fate}) for {address}"
            if times > 1 and times == 2 and mail.repeated and mail.reader == "staff":
                self.verdict.allowed.append(who)
            elif times > 1:
                self.verdict.doubled.append(f"{who} came {times} times")
            if mail.fate == "sent" and not times and address not in refused:
                self.verdict.lost.append(f"{who} never came")
            if times and address in refused:
                self.verdict.untrue.append(f"{who} came though it was refused")
            if mail.fate in {"cancelled", "expired"} and times and not mail.repeated:
                self.verdict.untrue.append(f"{who} came all the same")
        if mail.fate == "failed" and not mail.readers & refused:
            self.verdict.lost.append(f"mail {mail.id} failed: {mail.error}")

    def cancelled_rightly(self) -> None:
        """Only mails whose rungs were all stopped were called back."""
        wrong = rows(
            self.url,
            "SELECT o.id FROM outbox o JOIN notices n ON n.mail_id = o.id "
            "JOIN escalations e ON e.id = n.escalation_id "
            "WHERE o.fate = 'cancelled' AND e.stopped_at IS NULL AND n.kind = 'alert'",
        )
        self.verdict.lost += [
            f"mail {id_} was called back but is true" for (id_,) in wrong
        ]

    def histories(self, events: Mapping[str, int], states: Mapping[str, str]) -> None:
        """Every line of the log once, and every ticket where its history left it."""
        found = rows(
            self.url,
            "SELECT t.number, t.state, count(e.source_key), "
            "sum(CASE WHEN e.kind = 'opened' THEN 1 ELSE 0 END) "
            "FROM tickets t LEFT JOIN ticket_events e ON e.ticket_id = t.id "
            "WHERE t.number LIKE 'HD-%' GROUP BY t.number, t.state",
        )
        for number, state, lines, openings in found:
            if lines != events.get(number):
                self.verdict.lost.append(
                    f"{number}: {lines} of {events.get(number)} lines"
                )
            if state != states[number] or openings != 1:
                self.verdict.untrue.append(f"{number} is {state}, not {states[number]}")
        missing = events.keys() - {row[0] for row in found}
        self.verdict.lost += [f"{number} was not imported" for number in missing]


def _stored(
    id_: int,
    message_id: str,
    fate: str,
    reader: str,
    repeated: object,
    error: str | None,
    content: bytes | None,
) -> Stored:
    _, readers, text = _read(bytes(content or b""))
    return Stored(
        id=id_,
        message_id=message_id,
        fate=fate,
        reader=reader,
        repeated=bool(repeated),
        error=error,
        readers=set(readers),
        text=text,
    )


@cache
def _read(content: bytes) -> tuple[str, frozenset[str], str]:
    """Message-ID, everybody in To and Cc, and the text."""
    mail = message_from_bytes(content, policy=policy.default)
    boxes = [str(mail[name]) for name in ("To", "Cc") if mail[name]]
    body = mail.get_body(("plain",))
    readers = frozenset(address for _, address in getaddresses(boxes))
    return str(mail["Message-ID"]), readers, str(body.get_content()) if body else ""
