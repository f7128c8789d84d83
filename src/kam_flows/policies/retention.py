"""The `retention` block of a policy file."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import Field

from kam_flows.domain.retention import RetentionRules
from kam_flows.policies.parts import Part

USUAL = Path(__file__).parent / "usual_retention.yaml"
MOST = 3_650
"""Ten years."""


class RetentionPart(Part):
    mail_bodies: int = Field(ge=1, le=MOST, description="days from 1 to 3650")
    used_links: int = Field(ge=30, le=MOST, description="days from 30 to 3650")
    house_findings: int = Field(ge=1, le=MOST, description="days from 1 to 3650")
    runs: int = Field(ge=1, le=MOST, description="days from 1 to 3650")

    def to_rules(self) -> RetentionRules:
        return RetentionRules(**self.model_dump())


@cache
def usual_retention() -> RetentionPart:
    return RetentionPart.model_validate(
        yaml.safe_load(USUAL.read_text(encoding="utf-8"))["retention"]
    )
