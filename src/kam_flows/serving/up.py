"""`kam up`: check, migrate, open the house, watch it, close it."""

import os
import signal
import time
from collections.abc import Callable

from kam_flows.persistence.migrate import upgrade
from kam_flows.serving import checks, environment, words
from kam_flows.serving.house import House
from kam_flows.settings import settings


def up(say: Callable[[str], None]) -> None:
    """Returns when everything has stopped; UserError when nothing was started."""
    began = time.monotonic()
    where = settings()
    checks.check_folder(where.var)
    house = House(where, say)
    checks.check_ports(where)
    if where.host not in checks.LOOPBACK:
        login = os.environ.get(environment.LOGIN)
        say((words.in_the_clear if login else words.open_to_others)(where))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, house.stop)
    say(words.starting())
    upgrade()
    house.open()
    try:
        if not house.stops:
            say(words.ready(where, time.monotonic() - began))
            house.watch()
    finally:
        say(words.stopping(where.drain_seconds))
        house.close()
        say(words.STOPPED)
