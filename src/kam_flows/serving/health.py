"""Whether the server that this process speaks to answers; its exit code says it."""

import os
import sys
import urllib.request

PATIENCE = 8
# Never through a proxy that the environment names.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(api: str, seconds: float = 2) -> bool:
    """Whether the Prefect API at this address is well; its `/health` wants no login."""
    try:
        with _DIRECT.open(f"{api}/health", timeout=seconds):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(not answers(os.environ["PREFECT_API_URL"], PATIENCE))
