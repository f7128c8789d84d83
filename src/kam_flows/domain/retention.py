"""How long the house keeps what nobody needs for good."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class RetentionRules:
    """In days. What was decided, told, and done is kept for good."""

    mail_bodies: int
    """From when a mail was sent, expired or dropped."""
    used_links: int
    """From when a link of a mail was used."""
    house_findings: int
    """From when a finding cleared."""
    runs: int
    """From when a run ended: its parameters, log and artifacts in Prefect."""


def days_ago(now: datetime, days: int) -> datetime:
    """What ended before this moment is no longer kept."""
    return now - timedelta(days=days)
