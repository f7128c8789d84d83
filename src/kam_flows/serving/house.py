"""Holds the house together: starts its processes, watches them, stops them in order."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kam_flows.domain.errors import UserError
from kam_flows.serving import checks, environment, words
from kam_flows.serving.child import Child
from kam_flows.serving.health import answers
from kam_flows.serving.supervised import READY, READY_FD, heard
from kam_flows.settings import Settings

TICK_SECONDS = 0.2
START_SECONDS = 240
SILENCE_SECONDS = 45
LEFTOVER_SECONDS = 60


class House:
    """The processes of one `kam up`.

    The server and the catcher read a pipe that the supervisor and the runner hold: they
    outlive a killed supervisor until the runner has let its runs end.
    """

    def __init__(self, where: Settings, say: Callable[[str], None]) -> None:
        self.where, self.say = where, say
        logs = where.var / "logs"
        logs.mkdir(parents=True, exist_ok=True)

        def child(name: str) -> Child:
            command = [sys.executable, "-m", f"kam_flows.serving.{name}"]
            return Child(name, command, logs / f"{name}.log")

        self.server, self.runner = child("server"), child("runner")
        self.catcher = None if where.smtp_url else child("catcher")
        self.stops = 0
        self.ready = False
        self.lock = take_house(where.var, say)
        self.house_end, self.house_hold = os.pipe()
        self.runner_end, self.runner_hold = os.pipe()
        self.runner_said = self.runner_says = -1
        self.runner_serves = 0
        self.heard = time.monotonic()

    def stop(self, *_: object) -> None:
        """A signal: the first lets runs end, the second cancels them."""
        self.stops += 1

    def open(self) -> None:
        """Start everything; returns when it serves, or raises and leaves nothing."""
        self._start_server()
        if self.catcher:
            self._start_catcher()
        self._start_runner()
        end = time.monotonic() + START_SECONDS
        try:
            while not self.ready and not self.stops:
                self._listen()
                for child in self._children():
                    if not child.alive:
                        raise UserError(
                            words.not_started(child.name, child.log, child.tail())
                        )
                if time.monotonic() > end:
                    raise UserError(
                        words.not_ready(START_SECONDS, self.where.var / "logs")
                    )
                time.sleep(TICK_SECONDS)
        except UserError:
            self.close()
            raise

    def watch(self) -> None:
        """Until a signal: start again what has ended."""
        self.heard = time.monotonic()
        ticks = 0
        while not self.stops:
            self._listen()
            self.server.revive(self._start_server, self.say)
            self.runner.revive(self._start_runner, self._say_of_runner)
            if self.catcher:
                self.catcher.revive(self._start_catcher, self.say)
            if ticks % 10 == 0:
                self._ask_server()
                for child in self._children():
                    child.trim_log()
            ticks += 1
            time.sleep(TICK_SECONDS)

    def close(self) -> None:
        """First the runner, then what its runs need until they end."""
        self.runner.ask_to_stop()
        hurried = False
        end = time.monotonic() + self.where.drain_seconds + 30
        while self.runner.alive and time.monotonic() < end:
            if self.stops > 1 and not hurried:
                self.runner.ask_to_stop()
                hurried = True
            time.sleep(TICK_SECONDS)
        self.runner.end(0)
        rest = [child for child in self._children() if child is not self.runner]
        for child in rest:
            child.ask_to_stop()
        for child in rest:
            child.end(15)

    def _children(self) -> list[Child]:
        return [c for c in (self.server, self.catcher, self.runner) if c]

    def _start_server(self) -> None:
        self.heard = time.monotonic()
        self.server.start(environment.for_server(), self.house_end, (self.lock,))

    def _start_catcher(self) -> None:
        assert self.catcher
        self.catcher.start(environment.for_clients(), self.house_end, (self.lock,))

    def _start_runner(self) -> None:
        for fd in (self.runner_said, self.runner_says):
            if fd >= 0:
                os.close(fd)
        self.runner_said, self.runner_says = os.pipe()
        os.set_blocking(self.runner_said, False)
        self.ready = False
        env = environment.for_clients() | {READY_FD: str(self.runner_says)}
        self.runner.start(
            env, self.runner_end, (self.lock, self.house_hold, self.runner_says)
        )
        self.runner_serves = self.server.generation

    def _listen(self) -> None:
        """What the runner says is for the person at the terminal."""
        for line in heard(self.runner_said):
            if line == READY:
                self.ready = True
            else:
                self.say(line)

    def _say_of_runner(self, sentence: str) -> None:
        """A runner that ended to follow a new server did not end unexpectedly."""
        if self._server_is_the_same():
            self.say(sentence)

    def _server_is_the_same(self) -> bool:
        return self.runner_serves == self.server.generation

    def _ask_server(self) -> None:
        """A server that hangs is killed; a new server gets a new runner.

        The runner of a server that was away no longer hears that a run is cancelled.
        """
        if answers(environment.api(self.where)):
            self.heard = time.monotonic()
            if not self._server_is_the_same() and self.runner.alive:
                if self.ready:
                    self.say(words.follows_server())
                    self.ready = False
                    self.runner.ask_to_stop()
                else:
                    self.runner_serves = self.server.generation
        elif time.monotonic() - self.heard > SILENCE_SECONDS and self.server.alive:
            self.say(words.silent("server", SILENCE_SECONDS))
            self.server.due = time.monotonic()
            self.server.end(0)


def take_house(folder: Path, say: Callable[[str], None]) -> int:
    """The lock of the folder; processes of a killed house are given time to end."""
    end = time.monotonic() + LEFTOVER_SECONDS
    told = False
    while True:
        try:
            return checks.take_house(folder)
        except checks.AlreadyRunning as error:
            if error.supervised or time.monotonic() > end:
                raise
            if not told:
                say(words.waiting_for_leftovers())
                told = True
            time.sleep(TICK_SECONDS)
