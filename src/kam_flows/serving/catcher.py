"""The mail catcher: mail of a house without a mail server ends in a folder to read."""

import asyncio
import signal
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from kam_flows.serving import lifeline
from kam_flows.settings import settings


class Maildir:
    """Stores every message it is handed, one file each, in `folder`/new."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    async def handle_DATA(
        self, _server: SMTP, _session: Session, mail: Envelope
    ) -> str:
        """Write the message as it came, under who it came from and went to.

        Where that cannot be done now it can be later: whoever sends keeps it till then.
        """
        name = f"{asyncio.get_running_loop().time():.6f}.{uuid4().hex}.kam"
        written = self.folder / "tmp" / name
        try:
            written.write_bytes(_trace(mail) + (mail.original_content or b""))
            written.rename(self.folder / "new" / name)
        except OSError as error:
            return f"452 4.3.1 The mail folder cannot be written: {error.strerror}"
        return "250 Message stored"


def _trace(mail: Envelope) -> bytes:
    """The two headers a delivering mail server puts on top (RFC 5321, 4.4)."""
    lines = [f"Return-Path: <{mail.mail_from or ''}>"]
    lines += [f"Delivered-To: {to}" for to in mail.rcpt_tos]
    return "".join(f"{line}\r\n" for line in lines).encode()


async def serve(host: str, port: int, folder: Path) -> None:
    """Catch mail until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    handler = Maildir(folder)
    server = await loop.create_server(
        # Without a name of its own it would ask the network for one.
        lambda: SMTP(
            handler,
            hostname="localhost",
            ident="KAM Flows mail catcher",
            enable_SMTPUTF8=True,
            loop=loop,
        ),
        host,
        port,
    )
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    server.close()


def main() -> None:
    lifeline.follow(grace=2)
    asyncio.run(serve(settings().host, settings().smtp_port, settings().maildir))


if __name__ == "__main__":
    main()
