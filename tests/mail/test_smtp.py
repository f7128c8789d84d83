"""Delivery against real servers: what each says or fails to say is told apart."""

import asyncio
import logging
import socket
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from kam_flows.domain.delivery import Answer, ClaimedMail, Delivery
from kam_flows.mail.connections import Patience, Pool
from kam_flows.mail.handover import on_the_wire
from kam_flows.mail.server import MailServer
from kam_flows.mail.smtp import Batch, deliver
from tests.mail.servers import (
    Closing,
    DropsAfterDot,
    DropsBeforeData,
    DropsInData,
    DropsOneSubject,
    Greylist,
    Inbox,
    NoPassword,
    RefusesContent,
    RefusesSender,
    Stalls,
    StallsBefore,
    a_certificate,
    a_server,
)

SHORT = Patience(connect=0.5, answer=0.2, mail=0.5)


def a_mail(number: int = 1, *addresses: str) -> ClaimedMail:
    return ClaimedMail(
        id=number,
        dedup_key=f"test:{number}",
        recipient="L01",
        addresses=addresses or (f"staff{number}@example.com",),
        subject="工单提醒",
        message_id=f"<{number}@example.com>",
        content=b"Subject: hello\r\n\r\n.a line that begins with a dot\r\n",
    )


async def sent(server: MailServer, *mails: ClaimedMail) -> Batch:
    batch = Batch(mails)
    async with Pool(server, patience=SHORT) as pool:
        await deliver(batch, pool)
    return batch


def answers(batch: Batch) -> list[Answer]:
    return [delivery.answer for delivery in batch.deliveries.values()]


async def test_a_mail_arrives_as_its_bytes():
    inbox = Inbox()
    mail = a_mail(1, "head@example.com", "copy@example.com")
    async with a_server(inbox) as server:
        batch = await sent(server, mail)

    assert inbox.mails == [(("head@example.com", "copy@example.com"), mail.content)]
    assert inbox.senders == ["kam@example.com"]
    assert answers(batch) == [Answer.ANSWERED]
    assert batch.deliveries[1].refusals == ()
    assert batch.trouble is None


async def test_connections_are_few_and_used_again():
    connected = []

    class Counted(Inbox):
        async def handle_EHLO(self, _server, session, _mail, hostname, responses):
            connected.append(session.peer)
            session.host_name = hostname
            return responses

    batches = [Batch([a_mail(n) for n in range(60)]) for _ in range(3)]
    async with a_server(Counted()) as server, Pool(server) as pool:
        for batch in batches:
            await deliver(batch, pool)

    assert all(set(answers(batch)) == {Answer.ANSWERED} for batch in batches)
    assert len(connected) <= 4


async def test_one_bad_address_does_not_stop_the_other_199():
    inbox = Inbox(refused={"staff77@example.com": "550 5.1.1 No such user"})
    async with a_server(inbox) as server:
        batch = await sent(server, *[a_mail(n) for n in range(200)])

    assert len(inbox.mails) == 199
    (refusal,) = batch.deliveries[77].refusals
    assert str(refusal) == "staff77@example.com: 550 5.1.1 No such user"
    assert refusal.permanent
    assert batch.trouble is None


@pytest.mark.parametrize(
    "address", ["张伟@example.com", "a b@example.com", "x\r\nDATA"]
)
async def test_what_is_no_address_is_refused_without_asking(address):
    inbox = Inbox()
    async with a_server(inbox) as server:
        batch = await sent(
            server, a_mail(1, address), a_mail(2, "b@example.com", address)
        )

    assert inbox.addresses == ["b@example.com"]
    assert [r.address for r in batch.deliveries[1].refusals] == [address]
    assert [r.address for r in batch.deliveries[2].refusals] == [address]


async def test_a_refused_copy_is_named_and_the_others_get_the_mail():
    inbox = Inbox(refused={"b@example.com": "550 No such user"})
    async with a_server(inbox) as server:
        batch = await sent(server, a_mail(1, "a@example.com", "b@example.com"))

    assert inbox.addresses == ["a@example.com"]
    assert [r.address for r in batch.deliveries[1].refusals] == ["b@example.com"]


async def test_a_greylisted_mail_is_put_off_and_accepted_the_second_time():
    inbox = Greylist()
    async with a_server(inbox) as server:
        first = await sent(server, a_mail())
        second = await sent(server, a_mail())

    (refusal,) = first.deliveries[1].refusals
    assert not refusal.permanent
    assert second.deliveries[1].refusals == ()
    assert inbox.addresses == ["staff1@example.com"]


async def test_refused_content_is_a_refusal_for_every_address():
    async with a_server(RefusesContent()) as server:
        batch = await sent(server, a_mail(1, "a@example.com", "b@example.com"))

    assert [str(refusal) for refusal in batch.deliveries[1].refusals] == [
        "a@example.com: 554 5.7.1 Looks like spam",
        "b@example.com: 554 5.7.1 Looks like spam",
    ]


async def test_a_line_cut_before_data_means_not_sent():
    async with a_server(protocol=DropsBeforeData) as server:
        batch = await sent(server, a_mail())

    assert answers(batch) == [Answer.NOT_SENT]


async def test_a_line_cut_in_data_means_lost():
    async with a_server(protocol=DropsInData) as server:
        batch = await sent(server, a_mail())

    assert answers(batch) == [Answer.LOST]


async def test_a_line_cut_after_the_final_dot_means_lost_though_it_arrived():
    inbox = DropsAfterDot(times=1)
    async with a_server(inbox) as server:
        batch = await sent(replace(server, connections=1), a_mail(1), a_mail(2))

    assert answers(batch) == [Answer.LOST, Answer.ANSWERED]
    assert len(inbox.mails) == 2


async def test_a_server_that_stalls_before_the_mail_has_not_got_it():
    async with a_server(StallsBefore()) as server:
        batch = await sent(server, a_mail())

    assert answers(batch) == [Answer.NOT_SENT]
    assert batch.deliveries[1].error == "no answer in time"


async def test_a_server_that_stalls_after_the_mail_may_have_got_it():
    async with a_server(Stalls()) as server:
        batch = await sent(server, a_mail())

    assert answers(batch) == [Answer.LOST]
    assert batch.deliveries[1].error == "no answer in time"


async def test_a_mail_the_server_chokes_on_does_not_stop_the_others():
    inbox = DropsOneSubject()
    async with a_server(inbox) as server:
        mails = [a_mail(0, "poison@example.com"), *[a_mail(n) for n in range(1, 20)]]
        batch = await sent(server, *mails)

    assert len(inbox.mails) == 19
    assert batch.deliveries[0].answer is Answer.NOT_SENT
    assert batch.trouble is None


@pytest.mark.parametrize("protocol", [DropsBeforeData, DropsInData, Closing])
async def test_a_server_that_always_hangs_up_does_not_use_up_every_mail(protocol):
    async with a_server(protocol=protocol) as server:
        batch = await sent(server, *[a_mail(n) for n in range(100)])

    assert answers(batch).count(Answer.NOT_TRIED) > 90
    assert batch.trouble == f"The mail server {server} keeps dropping connections"


async def test_a_server_that_is_not_there_leaves_every_mail_untried():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        server = MailServer(host="127.0.0.1", port=port, sender="kam@example.com")
        batch = await sent(server, *[a_mail(n) for n in range(200)])

    assert set(answers(batch)) == {Answer.NOT_TRIED}
    assert batch.trouble is not None
    assert batch.trouble.startswith(f"The mail server 127.0.0.1:{port} cannot be used:")
    assert "\n" not in batch.trouble


async def test_a_server_that_never_greets_leaves_every_mail_untried():
    gone = asyncio.Event()

    async def silent(reader, writer):
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    silence = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = silence.sockets[0].getsockname()[1]
    async with silence:
        server = MailServer(host="127.0.0.1", port=port, sender="kam@example.com")
        batch = await sent(server, a_mail())
        await gone.wait()

    assert answers(batch) == [Answer.NOT_TRIED]
    assert batch.trouble is not None
    assert "no answer in time" in batch.trouble


async def test_a_server_that_takes_nothing_from_us_leaves_every_mail_untried():
    async with a_server(protocol=RefusesSender) as server:
        batch = await sent(server, *[a_mail(n) for n in range(50)])

    assert set(answers(batch)) == {Answer.NOT_TRIED}
    assert batch.trouble == (
        f"The mail server {server} takes no mail from kam@example.com: "
        "550 5.7.1 Sender not allowed"
    )


async def test_mail_goes_out_encrypted_and_logged_in(tmp_path, monkeypatch):
    inbox, door = Inbox(), NoPassword(kam="geheim")
    context, trusted = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with a_server(
        inbox, tls_context=context, authenticator=door, auth_required=True
    ) as server:
        login = replace(server, starttls=True, user="kam", password="geheim")
        batch = await sent(login, a_mail())

    assert answers(batch) == [Answer.ANSWERED]
    assert inbox.addresses == ["staff1@example.com"]


async def test_mail_goes_out_over_tls_from_the_first_byte(tmp_path, monkeypatch):
    inbox = Inbox()
    context, trusted = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with a_server(inbox, implicit_tls=context) as server:
        batch = await sent(replace(server, tls=True), a_mail())

    assert answers(batch) == [Answer.ANSWERED]


async def test_a_certificate_nobody_vouches_for_is_not_accepted(tmp_path):
    inbox = Inbox()
    context, _ = a_certificate(tmp_path)
    async with a_server(inbox, tls_context=context) as server:
        batch = await sent(replace(server, starttls=True), a_mail())

    assert answers(batch) == [Answer.NOT_TRIED]
    assert batch.trouble is not None
    assert "certificate" in batch.trouble


async def test_a_server_without_encryption_is_not_used_if_it_is_asked_for():
    inbox = Inbox()
    async with a_server(inbox) as server:
        batch = await sent(replace(server, starttls=True), a_mail())

    assert answers(batch) == [Answer.NOT_TRIED]
    assert inbox.mails == []


async def test_a_wrong_password_is_tried_once_and_never_shown(
    tmp_path, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    door = NoPassword(kam="right")
    context, trusted = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with a_server(tls_context=context, authenticator=door) as server:
        login = replace(server, starttls=True, user="kam", password="wr0ng-secret")
        batch = await sent(login, *[a_mail(n) for n in range(200)])

    assert set(answers(batch)) == {Answer.NOT_TRIED}
    assert batch.trouble is not None
    assert "535" in batch.trouble
    assert "wr0ng-secret" not in batch.trouble + repr(login) + str(login) + caplog.text
    assert door.knocks <= 2


async def test_a_run_that_is_stopped_knows_which_mails_were_on_their_way():
    stalls = Stalls()
    async with a_server(stalls) as server:
        batch = Batch([a_mail(n) for n in range(10)])
        async with Pool(replace(server, connections=2)) as pool:
            delivery = asyncio.create_task(deliver(batch, pool))
            await stalls.has(2)
            delivery.cancel()
            with pytest.raises(asyncio.CancelledError):
                await delivery

    assert answers(batch).count(Answer.LOST) == 2
    assert answers(batch).count(Answer.NOT_TRIED) == 8


async def test_what_comes_in_while_fates_are_written_is_written_together_and_once():
    written: list[list[int]] = []

    def slowly(fates: Mapping[int, Delivery]) -> None:
        time.sleep(0.05)
        written.append(list(fates))

    async with a_server(Inbox()) as server:
        batch = Batch([a_mail(n) for n in range(40)], slowly)
        async with Pool(replace(server, connections=8)) as pool:
            await deliver(batch, pool)

    assert sorted(id_ for fates in written for id_ in fates) == list(range(40))
    assert max(map(len, written)) >= 4


@pytest.mark.parametrize(
    ("content", "carried"),
    [
        (b"a\r\nb\r\n", b"a\r\nb\r\n.\r\n"),
        (b"a\nb\rc", b"a\r\nb\r\nc\r\n.\r\n"),
        (b".a\r\n.\r\n..b\r\n", b"..a\r\n..\r\n...b\r\n.\r\n"),
        (b"a\r.b\r\r\n.c.\r\n", b"a\r\n..b\r\n\r\n..c.\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ],
)
def test_data_carries_line_ends_as_the_rules_want_them_and_doubles_dots(
    content, carried
):
    assert on_the_wire(content) == carried


async def test_what_keeps_a_fate_from_being_written_is_raised_as_it_was():
    def full_disk(_news: Mapping[int, Delivery]) -> None:
        raise OSError("No space left on device")

    batch = Batch([a_mail(n) for n in range(20)], full_disk)
    async with a_server(Inbox()) as server, Pool(server, patience=SHORT) as pool:
        with pytest.raises(OSError, match="No space left on device"):
            await deliver(batch, pool)

    assert set(batch.unkept) == set(range(20))
