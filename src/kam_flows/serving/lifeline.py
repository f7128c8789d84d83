"""A process of the house never outlives the process that started it.

The parent holds the writing end of a pipe whose reading end is the child's standard
input. However the parent ends, also by `kill -9`, the child reads the end of the pipe.
"""

import os
import signal
import threading
import time


def follow(*, grace: float, fd: int = 0) -> None:
    """Stop as SIGTERM would when the pipe ends; after `grace` seconds stop at once."""
    threading.Thread(target=_wait, args=(fd, grace), daemon=True).start()


def _wait(fd: int, grace: float) -> None:
    while os.read(fd, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace)
    os._exit(70)
