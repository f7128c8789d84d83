"""One mail is handed over on one connection: the envelope, then the very bytes.

aiosmtplib's `sendmail` takes anything, so it parses each address four times and searches
the whole mail with two regular expressions: half the time of a mail. Our addresses are
checked before and our mails are bytes, so the same commands are given here without that.
"""

from collections.abc import Sequence

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPStatus,
)

TAKEN = (SMTPStatus.completed, SMTPStatus.will_forward)


class Connection(SMTP):
    """A connection that says when a mail begins to be handed over."""

    handing_over = False

    async def greet(self) -> None:
        """Learn what the server can do, unless TLS or a login has asked before."""
        if not self.is_ehlo_or_helo_needed:
            return
        try:
            await self.ehlo()
        except SMTPHeloError:
            await self.helo()

    async def hand_over(
        self, sender: str, addresses: Sequence[str], content: bytes
    ) -> dict[str, SMTPResponse]:
        """The addresses that were refused, with the server's words.

        Raises what `sendmail` raises if all are refused, or the sender, or the mail.
        Every address must be one by `domain.mails.is_address`.
        """
        wire = on_the_wire(content)
        try:
            await self._offer(sender, len(wire) - len(END))
            refused = await self._ask_for(addresses)
            await self._hand_bytes(wire)
        except (SMTPResponseException, SMTPRecipientsRefused):
            await self._forget()
            raise
        return refused

    async def _offer(self, sender: str, size: int) -> None:
        sized = [b"SIZE=%d" % size] if self.supports_extension("size") else []
        answer = await self.execute_command(
            b"MAIL", b"FROM:<%s>" % sender.encode("ascii"), *sized
        )
        if answer.code != SMTPStatus.completed:
            raise SMTPSenderRefused(answer.code, answer.message, sender)

    async def _ask_for(self, addresses: Sequence[str]) -> dict[str, SMTPResponse]:
        refused: dict[str, SMTPResponse] = {}
        for address in addresses:
            answer = await self.execute_command(
                b"RCPT", b"TO:<%s>" % address.encode("ascii")
            )
            if answer.code not in TAKEN:
                refused[address] = answer
        if len(refused) == len(addresses):
            raise SMTPRecipientsRefused(
                [SMTPRecipientRefused(*answer, to) for to, answer in refused.items()]
            )
        return refused

    async def _hand_bytes(self, wire: bytes) -> None:
        """From here on nobody can say whether the server has the mail, but itself."""
        self.handing_over = True
        # The whole mail has its own limit, longer than that of other answers.
        answer = await self.execute_command(b"DATA", timeout=None)
        if answer.code != SMTPStatus.start_input:
            raise SMTPDataError(*answer)
        if self.protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        self.protocol.write(wire)
        answer = await self.protocol.read_response()
        if answer.code != SMTPStatus.completed:
            raise SMTPDataError(*answer)

    async def _forget(self) -> None:
        """The next mail begins with an empty envelope."""
        try:
            await self.rset()
        except (SMTPException, OSError):
            # What was refused is worth more than that the line broke after it.
            self.close()


END = b".\r\n"


def on_the_wire(content: bytes) -> bytes:
    """How DATA carries a mail: line ends as RFC 5321 wants them, dots doubled."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = lines if lines.endswith(b"\n") else lines + b"\n"
    # A line that begins with a dot would end the mail (RFC 5321, 4.5.2).
    dotted = (b"\n" + lines).replace(b"\n.", b"\n..")[1:]
    return dotted.replace(b"\n", b"\r\n") + END
