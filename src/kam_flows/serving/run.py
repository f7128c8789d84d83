"""One flow run in a process of its own, made ready before anybody clicks.

Starting Python and importing Prefect takes most of the second that a click waits for.
A process of this module imports first, then reads from standard input which run it is
to be, and becomes that run as `python -m prefect.engine` would.
"""

import importlib
import json
import os
import runpy
import sys

import prefect.engine
import prefect.flow_engine

from kam_flows.serving import lifeline
from kam_flows.serving.deployments import entries

GRACE_SECONDS = 5


def main() -> None:
    for module in {entry.module for entry in entries()}:
        importlib.import_module(module)
    told = sys.stdin.readline()
    if not told:
        return
    os.environ.update(json.loads(told))
    lifeline.follow(grace=GRACE_SECONDS)
    runpy.run_path(prefect.engine.__file__, run_name="__main__")


if __name__ == "__main__":
    main()
