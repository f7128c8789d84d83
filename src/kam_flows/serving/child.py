"""One process that a supervisor starts, watches, starts again and stops."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from kam_flows.serving import words

STEADY_SECONDS = 60
BACK_OFF = (0, 1, 2, 5, 10, 30)
LOG_BYTES = 10_000_000


class Child:
    """A process by its name, and how often it had to be started again."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name, self.command, self.log = name, command, log
        self.process: subprocess.Popen[bytes] | None = None
        self.generation = 0
        self.failures = 0
        self.started = 0.0
        self.due = 0.0

    def start(
        self, env: dict[str, str], stdin: int, inherited: tuple[int, ...]
    ) -> None:
        """In a session of its own: Ctrl-C at the terminal reaches the supervisor only."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=env,
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=inherited,
                start_new_session=True,
            )
        self.generation += 1
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self, start: Callable[[], None], say: Callable[[str], None]) -> None:
        """If it has ended, start it again after a pause that grows with its failures."""
        if self.alive:
            return
        if not self.due:
            delay = self.delay()
            self.due = time.monotonic() + delay
            say(words.ended(self.name, delay))
        if time.monotonic() >= self.due:
            self.due = 0.0
            start()

    def delay(self) -> float:
        """Seconds until the next start; none after a steady life."""
        if time.monotonic() - self.started > STEADY_SECONDS:
            self.failures = 0
        pause = BACK_OFF[min(self.failures, len(BACK_OFF) - 1)]
        self.failures += 1
        return pause

    def ask_to_stop(self) -> None:
        if self.process is not None and self.alive:
            self.process.terminate()

    def end(self, seconds: float) -> None:
        """Wait for its end; after `seconds` kill it and whatever it started."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self, lines: int = 5) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])

    def trim_log(self) -> None:
        if self.log.stat().st_size > LOG_BYTES:
            shutil.copy(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)
