"""What every part of a policy file has in common: no unknown keys, titles in two languages."""

from pydantic import BaseModel, ConfigDict, Field

from kam_flows.policies.fields import Text


class Part(BaseModel):
    """A block of a policy file; the description of a field says what may stand there."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Titles(Part):
    """What staff read, in either language."""

    zh_CN: Text = Field(description="the title in Chinese")
    en: Text = Field(description="the title in English")
