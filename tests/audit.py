"""What is dangerous in our code, and known to be broken in what we pin, for `make lint`.

Advisories are asked for over the network. Where no index of them answers, that is said
in one line and nothing is red: the gate must pass on a machine that sees packages alone.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

LOCK = Path(__file__).parents[1] / "requirements.lock"
INDEXES = ("pypi", "osv")
PATIENCE = 120
"""Seconds for all packages together, of one index."""
BANDIT = (
    sys.executable, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml",
    "--recursive", "src", "flows", "tasks",
)  # fmt: skip
NEEDLESS = "but no failed test on file"
ASK = (
    sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes",
    "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10",
)  # fmt: skip


def main() -> int:
    return our_code() or packages()


def our_code() -> int:
    """What bandit finds, without its warnings that a `nosec` covers two parts of a line."""
    done = subprocess.run(BANDIT, capture_output=True, text=True, check=False)
    warned = [line for line in done.stderr.splitlines() if NEEDLESS not in line]
    typer.echo("\n".join([*done.stdout.splitlines(), *warned]), nl=False)
    return done.returncode


def packages() -> int:
    for index in INDEXES:
        asked = _asked(index)
        known = [one for one in asked if "skip_reason" not in one]
        if not known:
            continue
        if found := list(_findings(known)):
            typer.echo("\n".join(found))
            return 1
        typer.echo(
            f"{len(known)} of {len(asked)} packages looked up: nothing is known."
        )
        return 0
    typer.echo(
        "Advisories: skipped, as neither PyPI's nor OSV's index of them answers here."
    )
    return 0


def _asked(index: str) -> list[dict[str, Any]]:
    """What an index says of each package; nothing if it cannot be reached."""
    command = (*ASK, "--vulnerability-service", index)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return []
    return found


def _findings(packages: Sequence[dict[str, Any]]) -> list[str]:
    return [
        f"{one['name']} {one['version']}: {flaw['id']}; mended in "
        f"{', '.join(flaw['fix_versions']) or 'no version yet'}. Lift it in "
        "pyproject.toml and run `make lock`."
        for one in packages
        for flaw in one["vulns"]
    ]


if __name__ == "__main__":
    sys.exit(main())
