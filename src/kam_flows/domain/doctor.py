"""The doctor's judgments: what was seen of the house, and what to do where it is wrong."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from kam_flows.domain.house_watch import GIBI, disk_full

PYTHON = ((3, 11), (3, 15))
"""From this version on, and below that."""


class Pin(NamedTuple):
    """The versions of a package that work, and what happens with others."""

    lowest: str
    below: str
    else_: str


PINS = {
    "prefect": Pin("3.8.8", "3.8.9", "KAM Flows was tried with this version alone"),
    "fastapi": Pin(
        "0.139",
        "0.151",
        "Prefect 3.8.8 deploys nothing with 0.151, nor starts with 0.155",
    ),
    "sqlalchemy": Pin(
        "2.0", "2.1", "from 2.1 on Prefect 3.8.8 schedules nothing, without a word"
    ),
}
INSTALL = "make install (it installs exactly what requirements.lock names)"
DRIFT = timedelta(seconds=10)
"""Clocks further apart than this decide differently what is due."""
OLD = timedelta(hours=36)
"""A nightly backup that is older was missed."""
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One line of the doctor's page."""

    check: str
    ok: bool
    said: str
    remedy: str = ""


def fine(check: str, said: str) -> Verdict:
    return Verdict(check=check, ok=True, said=said)


def wrong(check: str, said: str, remedy: str) -> Verdict:
    return Verdict(check=check, ok=False, said=said, remedy=remedy)


def python(version: Sequence[int]) -> Verdict:
    lowest, below = PYTHON
    said = ".".join(map(str, version[:3]))
    if lowest <= tuple(version[:2]) < below:
        return fine("Python", said)
    return wrong(
        "Python", f"{said} is not 3.11 to 3.14", "make PYTHON=python3.12 install"
    )


def packages(installed: Mapping[str, str | None]) -> Verdict:
    """`None`: not installed."""
    bad = [
        f"{name} {version or 'is missing'}"
        + (f" ({PINS[name].else_})" if version else "")
        for name, version in installed.items()
        if not version or not _within(version, PINS[name])
    ]
    if bad:
        return wrong("packages", "; ".join(bad), INSTALL)
    return fine("packages", ", ".join(f"{n} {v}" for n, v in installed.items()))


def _within(version: str, pin: Pin) -> bool:
    return _numbers(pin.lowest) <= _numbers(version) < _numbers(pin.below)


def _numbers(version: str) -> tuple[int, ...]:
    """`2.1.0b1` counts as 2.1.0."""
    parts = version.partition("+")[0].split(".")
    digits = ("".join(_leading_digits(part)) for part in parts)
    return tuple(int(found) for found in digits if found)


def _leading_digits(part: str) -> Iterable[str]:
    for character in part:
        if not character.isdecimal():
            return
        yield character


def disk(folder: str, free: int, total: int) -> Verdict:
    """Bytes."""
    said = (
        f"{free / GIBI:.1f} of {total / GIBI:.0f} GiB are free on the disk of {folder}"
    )
    if disk_full(free, total, known=False):
        return wrong(
            "disk", said, "Make room, before mails and tickets cannot be kept."
        )
    return fine("disk", said)


def time_zones(missing: Collection[str]) -> Verdict:
    if missing:
        said = f"nothing is known of {', '.join(missing)}"
        return wrong("time zones", said, INSTALL)
    return fine("time zones", "known")


def database(
    where: str, trouble: str | None, revision: str | None, head: str
) -> Verdict:
    """`trouble`: why it cannot be read; `revision`: of its tables, if it has any."""
    if trouble:
        remedy = "Start it, or correct KAM_DATABASE_URL. A damaged one: kam restore."
        return wrong("database", f"{where} cannot be used: {trouble}", remedy)
    if revision is None:
        return wrong("database", f"{where} has no tables yet", "kam up makes them.")
    if revision > head:
        said = f"{where} has the tables of a newer version ({revision}, not {head})"
        return wrong("database", said, "Install that version of KAM Flows.")
    if revision < head:
        said = f"{where} has the tables of an older version ({revision}, not {head})"
        return wrong("database", said, "kam up brings them up to date; back up first.")
    return fine("database", f"{where}, tables {revision}")


def clock(now: datetime, theirs: datetime | None, newest: datetime | None) -> Verdict:
    """`theirs` is the database server's clock; `newest` when something last happened."""
    if theirs and abs(apart := theirs - now) > DRIFT:
        seconds = apart.total_seconds()
        which = "ahead of" if seconds > 0 else "behind"
        said = f"the database server is {abs(seconds):.0f} s {which} this machine"
        return wrong("clock", said, "Let both follow the same time server (NTP).")
    if newest and newest - now > DRIFT:
        said = (
            f"the newest entry of the audit trail is from {newest:%Y-%m-%d %H:%M} UTC"
        )
        return wrong("clock", f"{said}, in the future", "Set this machine's clock.")
    return fine("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def server(address: str, trouble: str | None, version: str, ours: str) -> Verdict:
    if trouble == "401":
        return wrong(
            "Prefect server",
            f"{address} wants another login",
            "Set PREFECT_API_AUTH_STRING to what the server has as "
            "PREFECT_SERVER_API_AUTH_STRING.",
        )
    if trouble:
        return wrong(
            "Prefect server",
            f"{address} does not answer ({trouble})",
            "Start it: kam up. Elsewhere: correct PREFECT_API_URL.",
        )
    if version != ours:
        said = f"{address} is version {version}, this is {ours}"
        return wrong("Prefect server", said, "Install the same version on both.")
    return fine("Prefect server", f"{address}, version {version}")


def hands(house: bool, workers: Mapping[str, bool]) -> Verdict:
    """Who carries runs out: the runner of a house here, or workers (alive or not)."""
    alive = [name for name, is_alive in workers.items() if is_alive]
    if house:
        return fine("hands", "a house runs here and carries out what is due")
    if alive:
        return fine("hands", f"{len(alive)} workers: {_some(alive)}")
    said = "no runner and no worker is alive: nothing is carried out"
    return wrong("hands", said, "kam up, or start the workers of the pool.")


def deployments(wanted: Collection[str], there: Collection[str]) -> Verdict:
    if missing := sorted(set(wanted) - set(there)):
        said = f"{len(missing)} of {len(wanted)} are missing: {_some(missing)}"
        return wrong("deployments", said, _AGAIN)
    return fine("deployments", f"all {len(wanted)}")


def forms(bare: Collection[str]) -> Verdict:
    if bare:
        said = f"{len(bare)} have no titles and choices: {_some(sorted(bare))}"
        remedy = "They come back within ten minutes; else start 'Watch the house'."
        return wrong("forms", said, remedy)
    return fine("forms", "titled")


def schedules(idle: Collection[str], off: Collection[str], count: int) -> Verdict:
    """`idle` have a schedule and no run ahead; `off` were switched off by somebody."""
    if idle:
        said = f"no run lies ahead of {_some(sorted(idle))}"
        return wrong(
            "schedules",
            said,
            "Look at 'packages' above, then restart the server (or its services).",
        )
    if off:
        said = f"switched off: {_some(sorted(off))}"
        return wrong("schedules", said, "Switch them on again on their pages.")
    return fine("schedules", f"all {count} have runs ahead")


def mail_server(where: str, trouble: str | None) -> Verdict:
    if trouble:
        remedy = "Correct KAM_SMTP_URL and KAM_SMTP_PASSWORD, or wait for the server."
        return wrong("mail server", trouble, f"{remedy} Mails wait in the outbox.")
    return fine("mail server", f"{where} answers; nothing was sent")


def templates(folder: str, troubles: Sequence[str], count: int) -> Verdict:
    if troubles:
        said = f"{len(troubles)} in {folder} cannot be used: {troubles[0]}"
        return wrong("templates", said, "Correct it, or unset KAM_TEMPLATES.")
    return fine("templates", f"{count} mails, each in both languages")


def backup(last: datetime | None, now: datetime) -> Verdict:
    if last is None:
        said = "there never was one"
        return wrong("backup", said, "kam backup --keep 14, every night.")
    hours = (now - last).total_seconds() / 3600
    said = f"the last one is {hours:.0f} hours old"
    if now - last > OLD:
        return wrong("backup", said, "kam backup --keep 14, every night.")
    return fine("backup", said)


def kept_back(waits: bool, count: int) -> Verdict:
    """`waits`: a restore keeps new mail back."""
    if waits or count:
        said = f"since a restore no new mail leaves by itself; {count} wait"
        remedy = "Look at kam mail outbox, then: kam mail release (or --drop)."
        return wrong("mail", said, remedy)
    return fine("mail", "leaves by itself")


def known_findings(findings: Sequence[str]) -> Verdict:
    """What the watch over the house has on record."""
    if findings:
        said = f"the watch has found {len(findings)}: {_some(findings)}"
        remedy = "Its mails to operations say what to do about each."
        return wrong("watch", said, remedy)
    return fine("watch", "has nothing on record")


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


_AGAIN = (
    "Restart kam up, or: prefect --no-prompt deploy --all "
    "--prefect-file deployments/prefect.yaml"
)
