"""A mail server that takes everything and keeps nothing, in a process of its own."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

END = b"\r\n.\r\n"
ANSWERS = {b"EHLO": b"250-sink\r\n250 8BITMIME\r\n", b"DATA": b"354 go\r\n"}


class Sink(asyncio.Protocol):
    def __init__(self) -> None:
        self.held = b""
        self.in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        held = self.held + data
        while held:
            mark = END if self.in_data else b"\r\n"
            told, found, rest = held.partition(mark)
            if not found:
                break
            held = rest
            self.answer(told)
        self.held = held

    def answer(self, told: bytes) -> None:
        if self.in_data:
            self.in_data = False
            self.transport.write(b"250 taken\r\n")
            return
        word = told[:4].upper()
        self.in_data = word == b"DATA"
        self.transport.write(ANSWERS.get(word, b"250 fine\r\n"))
        if word == b"QUIT":
            self.transport.close()


@contextmanager
def a_sink() -> Iterator[int]:
    """Its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sink"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
