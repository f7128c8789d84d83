"""Mail servers that misbehave, each in its own way, and then one that does not."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from kam_flows.mail.connections import PATIENCE
from kam_flows.serving.stores import free_port
from tests.faults import day, hands
from tests.faults.conftest import Faults, all_well
from tests.faults.databases import rows
from tests.faults.offices import office
from tests.mail.servers import (
    DropsAfterDot,
    DropsBeforeData,
    DropsInData,
    Greylist,
    Inbox,
    NoPassword,
    Stalls,
    StallsBefore,
    a_certificate,
)

pytestmark = pytest.mark.one_database


class PutsOff(Inbox):
    """Takes a mail only when it is offered the second time."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[bytes] = set()

    async def handle_DATA(self, server: SMTP, session: Session, mail: Envelope) -> str:
        content = mail.original_content or b""
        if content not in self.seen:
            self.seen.add(content)
            return "451 4.3.0 Try again later"
        return await super().handle_DATA(server, session, mail)


class TakesMinutes(Inbox):
    """Has taken the mail, and says so when nobody listens any more."""

    async def handle_DATA(self, server: SMTP, session: Session, mail: Envelope) -> str:
        answer = await super().handle_DATA(server, session, mail)
        await asyncio.sleep(MINUTES * 60)
        return answer


class ThinksForMinutes(Inbox):
    """Says only after minutes whether it would take a mail for somebody."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, mail: Envelope, to: str, options: object
    ) -> str:
        await asyncio.sleep(MINUTES * 60)
        return await super().handle_RCPT(server, session, mail, to, options)


MINUTES = 4
STALLING = {"before DATA": ThinksForMinutes, "after the final dot": TakesMinutes}
SERVERS: dict[str, tuple[Callable[[], Inbox], type[SMTP]]] = {
    "greylists": (Greylist, SMTP),
    "answers 4xx, then accepts": (PutsOff, SMTP),
    "drops the line before DATA": (Inbox, DropsBeforeData),
    "drops the line in DATA": (Inbox, DropsInData),
    "drops the line after the final dot": (lambda: DropsAfterDot(times=3), SMTP),
    "stalls before DATA": (StallsBefore, SMTP),
    "stalls after the final dot": (Stalls, SMTP),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_in_trouble_loses_no_mail_and_doubles_none_it_did_not_take(
    faults: Faults, name: str
):
    tally = faults.tally(f"mail server {name}")
    make, protocol = SERVERS[name]
    for _ in range(3 if faults.full else 1):
        with faults.world("swept") as world:
            inbox = make()
            inbox.mails = world.arrived
            with office(inbox, protocol) as port:
                for minutes in (0, 2):
                    moment = day.NOW + minutes * day.MINUTE
                    world.run(hands.dispatch, moment, KAM_SMTP_PORT=str(port))
            world.mail()
            tally.add(world.verdict(day.NOW))

    all_well(tally)
    if "after the final dot" not in name and "in DATA" not in name:
        assert tally.allowed == 0


def test_a_server_that_stalls_for_minutes_is_given_up_and_tried_again(faults: Faults):
    """In full it is waited for as long as a dispatch in use waits."""
    patience = PATIENCE if faults.full else hands.SHORT
    with ExitStack() as stack:
        trying = []
        for where, make in STALLING.items():
            world = stack.enter_context(faults.world("swept"))
            port = stack.enter_context(office(make(mails=world.arrived)))
            hand = world.start(
                hands.dispatch, day.NOW, patience, KAM_SMTP_PORT=str(port)
            )
            tally = faults.tally(f"mail server stalls for {MINUTES} minutes {where}")
            trying.append((world, hand, tally))
        for world, hand, tally in trying:
            assert "dropping connections" in hand.result(timeout=900)
            world.mail()
            tally.add(world.verdict(day.NOW))

    before, after = (tally for *_, tally in trying)
    all_well(before, after)
    assert before.allowed == 0
    assert after.allowed > 0


@pytest.mark.parametrize(
    "name", ["refuses the connection", "wants TLS", "rejects the login"]
)
def test_a_server_that_takes_nothing_keeps_all_mail_waiting(
    faults: Faults, name: str, tmp_path
):
    tally = faults.tally(f"mail server {name}")
    options: dict[str, Any] = {}
    if name == "wants TLS":
        certificate, _ = a_certificate(tmp_path)
        options = {"tls_context": certificate, "require_starttls": True}
    if name == "rejects the login":
        options = {
            "authenticator": NoPassword({"kam": "right"}),
            "auth_require_tls": False,
            "auth_required": True,
        }
    with faults.world("swept") as world:
        waiting = world.waiting()
        with office(Inbox(mails=world.arrived), **options) as port:
            urls = {
                "refuses the connection": f"smtp://127.0.0.1:{free_port()}",
                "wants TLS": f"smtp://127.0.0.1:{port}?starttls=no",
                "rejects the login": f"smtp://kam@127.0.0.1:{port}?starttls=no",
            }
            trouble = world.run(
                hands.dispatch,
                day.NOW,
                KAM_SMTP_URL=urls[name],
                KAM_SMTP_PASSWORD="wrong",
            )
        assert trouble
        assert world.waiting() == waiting
        world.mail()
        tally.add(world.verdict(day.NOW))

    all_well(tally)
    assert tally.allowed == 0


def test_5xx_for_one_of_many_recipients_keeps_no_other_from_its_mail(faults: Faults):
    tally = faults.tally("mail server answers 5xx for one of many recipients")
    refused = "s01@example.com"
    with faults.world("swept", Inbox(refused={refused: "550 5.1.1 Unknown"})) as world:
        world.mail()
        tally.add(world.verdict(day.NOW, refused=[refused]))
        fates = rows(
            world.url,
            "SELECT fate, count(*) FROM outbox WHERE recipient = 's01' GROUP BY fate",
        )

    all_well(tally)
    assert [fate for fate, _ in fates] == ["failed"]


def test_one_bad_address_keeps_no_other_from_its_mail(faults: Faults):
    tally = faults.tally("one bad address among good ones")
    with faults.world("swept") as world:
        [(first,)] = rows(world.url, "SELECT min(id) FROM outbox")
        # No import lets such an address in; a hand in the database might.
        bad = '["no address"]'
        rows(world.url, f"UPDATE outbox SET addresses = '{bad}' WHERE id = ?", first)
        world.mail()
        failed = rows(world.url, "SELECT id, error FROM outbox WHERE fate = 'failed'")
        # Checked, and then set aside: it is the one that had to fail.
        rows(world.url, "UPDATE outbox SET fate = 'unknown' WHERE id = ?", first)
        tally.add(world.verdict(day.NOW))

    all_well(tally)
    assert [id_ for id_, _ in failed] == [first]
    assert "not a mail address" in failed[0][1]
