"""What the Prefect server and every run of the house are told by the environment."""

import os

import certifi

from kam_flows.settings import Settings, settings

HEARTBEAT_SECONDS = 30
RETENTION_SECONDS = 30 * 24 * 3600


def for_clients() -> dict[str, str]:
    """The environment of the runner and of every flow run.

    A person's own Prefect profile or `PREFECT_API_URL` must not lead them to another
    server, so both are set here, not defaulted.
    """
    where = settings()
    told = {
        "PREFECT_API_URL": api(where),
        "PREFECT_API_SSL_CERT_FILE": _one_root(where),
    }
    return _login() | os.environ | _quiet() | _folders(where) | told


def for_server() -> dict[str, str]:
    """The environment of the server; what an administrator has set stays as it is."""
    where = settings()
    kept = {name: value for name, value in os.environ.items() if name != API_URL}
    return _SERVER | kept | _quiet() | _folders(where) | _address(where)


def api(where: Settings) -> str:
    """Address of the API as this machine reaches it."""
    # Nothing is bound here, which bandit cannot see: these are looked for.
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(where.host, where.host)  # nosec B104
    return f"http://{host}:{where.port}/api"


API_URL = "PREFECT_API_URL"
LOGIN = "PREFECT_SERVER_API_AUTH_STRING"


def _login() -> dict[str, str]:
    """Whoever sets a login for the server need not set it twice."""
    login = os.environ.get(LOGIN)
    return {"PREFECT_API_AUTH_STRING": login} if login else {}


_SERVER = {
    # A page of another site that somebody reads cannot start a form in their name.
    "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # The new interface asks amplitude.com from the reader's browser before it looks at
    # the setting that forbids it; the classic one asks nobody.
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    # In memory, a lease is lost with the server and its deployment is blocked for good.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
    # Whoever submits a form that a colleague has just submitted waits their turn: for
    # seconds, not for the half minute that is usual.
    "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "2",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(RETENTION_SECONDS),
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}


def _quiet() -> dict[str, str]:
    """Nothing asks the internet for anything, and nothing asks the terminal."""
    return {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    }


def _folders(where: Settings) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(where.var.resolve() / "prefect"),
        "PREFECT_PROFILES_PATH": str(where.var.resolve() / "prefect" / "profiles.toml"),
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
        "KAM_VAR": str(where.var.resolve()),
    }


def _one_root(where: Settings) -> str:
    """A certificate store of one, for clients that speak plain http on this machine.

    Prefect reads a whole store for each client, 0.06 s each and four times a run.
    """
    end = "-----END CERTIFICATE-----\n"
    path = where.var.resolve() / "prefect" / "root.pem"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(certifi.contents().partition(end)[0] + end, encoding="ascii")
    return str(path)


def _address(where: Settings) -> dict[str, str]:
    """A relative API address works on every port, from other desks, behind a proxy."""
    return {
        "PREFECT_SERVER_API_HOST": where.host,
        "PREFECT_SERVER_API_PORT": str(where.port),
        "PREFECT_SERVER_UI_API_URL": "/api",
    }
