"""A mail server that misbehaves by the seed, and whose disk may be full."""

import asyncio
import random
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mail.servers import Inbox, hang_up

PUT_OFF, BUSY, LOST = 0.04, 0.02, 0.02


class Moody(Inbox):
    """Puts addresses off, says that it is busy, stalls, or is gone after it took a mail.

    It keeps every mail in a spool as well; where that cannot be written, it says so.
    """

    def __init__(self, spool: Path, seed: int) -> None:
        super().__init__()
        self.random = random.Random(seed)
        self.spool = spool
        self.full = False
        self.stalled = False
        self.refusals = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, mail: Envelope, to: str, options: object
    ) -> str:
        if self.random.random() < PUT_OFF:
            return "451 4.7.1 Greylisted, try again later"
        return await super().handle_RCPT(server, session, mail, to, options)

    async def handle_DATA(self, server: SMTP, session: Session, mail: Envelope) -> str:
        while self.stalled:
            await asyncio.sleep(0.05)
        if self.random.random() < BUSY:
            return "452 4.3.2 Busy, try again later"
        try:
            self._spool(mail.original_content or b"")
        except OSError as error:
            self.refusals += 1
            return f"452 4.3.1 The spool cannot be written: {error.strerror}"
        answer = await super().handle_DATA(server, session, mail)
        if self.random.random() < LOST:
            hang_up(server)
        return answer

    def _spool(self, content: bytes) -> None:
        """A device that is always full stands for the disk that is."""
        path = Path("/dev/full") if self.full else self.spool / str(len(self.mails))
        path.write_bytes(content)
