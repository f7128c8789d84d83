"""Holds a program that knows nothing of the house: it ends with the house, and as asked.

    python -m kam_flows.serving.leash [--stop INT] [--user nobody] PROGRAM ARGUMENT ...

PostgreSQL, Redis and Prefect's own servers do not follow the lifeline, and PostgreSQL
neither runs as root nor ends at SIGTERM while somebody is connected.
"""

import argparse
import ctypes
import pwd
import signal
import subprocess
import sys
import threading

from kam_flows.serving import lifeline

GRACE_SECONDS = 25
"""Between asking and killing; less than a supervisor waits."""
PR_SET_PDEATHSIG = 1
"""Of prctl(2)."""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--stop", default="TERM", help="signal that ends the program")
    asked.add_argument("--user", help="run it as this user")
    asked.add_argument("program", nargs=argparse.REMAINDER)
    told = asked.parse_args()
    held = subprocess.Popen(
        told.program,
        stdin=subprocess.DEVNULL,
        user=told.user,
        group=told.user and pwd.getpwnam(told.user).pw_gid,
        extra_groups=[] if told.user else None,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread has begun yet
    )

    def stop(*_: object) -> None:
        held.send_signal(signal.Signals[f"SIG{told.stop}"])
        patience = threading.Timer(GRACE_SECONDS, held.kill)
        patience.daemon = True
        patience.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    lifeline.follow(grace=2 * GRACE_SECONDS)
    code = held.wait()
    sys.exit(code if code >= 0 else 128 - code)


def _die_with_parent() -> None:
    """Whoever kills this process kills the program: nobody else holds it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
