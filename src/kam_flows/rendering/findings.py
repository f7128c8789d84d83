"""Says the doctor's findings in one language, for tables and the command line."""

from collections.abc import Iterable
from typing import NamedTuple

from kam_flows.domain.findings import Finding
from kam_flows.rendering.catalog import catalog
from kam_flows.rendering.remedies import detail, remedy
from kam_flows.rendering.speech import Speech
from kam_flows.settings import settings


class FindingLine(NamedTuple):
    """One finding: what is wrong, about whom, exactly what, and what to do."""

    what: str
    whom: str
    detail: str
    remedy: str


def finding_lines(findings: Iterable[Finding], language: str) -> list[FindingLine]:
    chosen = settings()
    words = catalog(chosen.templates, language)
    say = Speech(words, language, chosen.timezone, None)
    return [
        FindingLine(
            what=say.word(finding.check),
            whom=f"{finding.name} ({finding.subject})",
            detail=detail(finding, say),
            remedy=remedy(finding.check, say),
        )
        for finding in findings
    ]
