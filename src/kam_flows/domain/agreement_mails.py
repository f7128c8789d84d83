"""What people are told about SLA agreements."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kam_flows.domain.agreements import Outdated, TermChange
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skipped


@dataclass(frozen=True, kw_only=True)
class OutdatedAgreement:
    """A signed agreement, and what is promised otherwise by now."""

    account: str
    account_name: str
    version: int
    signed_on: date
    signed_by: str
    why: Outdated
    changes: tuple[TermChange, ...]
    """Scenes by their titles in the reader's language."""
    skips: tuple[Skipped, ...]
    """Who was meant to hear of it and was passed over."""
    draft: str | None
    """The form "Draft SLA agreement", filled in."""


@dataclass(frozen=True, kw_only=True)
class AgreementOutdated(Mail):
    """Asks the lead manager for new versions; one mail whatever the number of accounts."""

    template: ClassVar[str] = "onboarding/agreement_outdated"

    agreements: tuple[OutdatedAgreement, ...]
    more: int
    """Agreements beyond those listed, so that a mail stays below 100 KB."""
    by: str
    """Name of whoever made the change."""
    policy: str
    """Title of the service standard in force, in the reader's language."""
    as_of: datetime
