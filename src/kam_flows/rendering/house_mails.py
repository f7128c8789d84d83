"""What is wrong with the house, in words: what it is, and what to do about it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from kam_flows.domain.house_mails import HouseFindings, HouseLine, RunTrouble
from kam_flows.domain.house_watch import HouseCheck, HouseFinding
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.house_words import HOUSE, RUN
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sections import Line, Section
from kam_flows.rendering.sentences import Action, Fact

SHOWN = 20
"""Findings of a kind that are listed; the rest are counted."""
LONG = 160
SAID = 600
MOMENTS = ("due", "last", "since")


class HouseWords(Phrasebook):
    """A finding as a sentence, for mails and tables."""

    def __init__(self, language: str, timezone: str, as_of: datetime) -> None:
        super().__init__(HOUSE, language, timezone, one_line, as_of)

    def titled(self, check: HouseCheck) -> str:
        return self.say(f"title_{check}")

    def what_to_do(self, check: HouseCheck) -> str:
        return self.say(f"do_{check}")

    def sentence(self, finding: HouseFinding) -> str:
        values = {k: self.value(k, text) for k, text in finding.values.items()}
        subject = self.short(finding.subject, LONG)
        return self.say(f"say_{finding.check}", subject=subject, **values)

    def value(self, name: str, text: str) -> str:
        if name in MOMENTS and text:
            return self.at(datetime.fromisoformat(text))
        return self.short(text, LONG)

    def note(self, finding: HouseFinding) -> str:
        if finding.check is not HouseCheck.SCHEDULE:
            return ""
        if last := finding.values["last"]:
            return self.say("note_schedule", last=self.value("last", last))
        return self.say("never_schedule")


class HousePage(HouseWords):
    def __init__(self, mail: HouseFindings) -> None:
        super().__init__(mail.language, mail.timezone, mail.as_of)
        order = list(HouseCheck)
        self.mail = mail
        self.found = sorted(
            mail.found, key=lambda line: order.index(line.finding.check)
        )

    @property
    def title(self) -> str:
        return self.say("title")

    @property
    def subject(self) -> str:
        if not self.found:
            return self.say("subject_cleared", count=len(self.mail.cleared))
        title, more = self.titled(self.found[0].finding.check), len(self.found) - 1
        return self.say(
            "subject_more" if more else "subject_found", title=title, more=more
        )

    @property
    def lead(self) -> str:
        if self.found:
            return self.say("lead_found", count=len(self.found))
        return self.say("lead_cleared")

    def sections(self) -> Iterator[Section]:
        for check, group in groupby(self.found, key=lambda line: line.finding.check):
            yield self.section(check, list(group))
        if self.mail.cleared:
            yield Section(
                title=self.say("cleared"),
                lines=tuple(self.cleared(line) for line in self.mail.cleared[:SHOWN]),
                more=self.rest(len(self.mail.cleared)),
            )

    def section(self, check: HouseCheck, group: list[HouseLine]) -> Section:
        todo = (self.rest(len(group)), self.what_to_do(check))
        return Section(
            title=self.titled(check),
            lines=tuple(self.line(line) for line in group[:SHOWN]),
            more=" ".join(filter(None, todo)),
        )

    def line(self, line: HouseLine) -> Line:
        finding, link = line.finding, line.link
        label = self.phrases.get(f"act_{finding.check}")
        return Line(
            text=self.sentence(finding),
            note=self.note(finding),
            action=Action(label, link) if label and link else None,
        )

    def cleared(self, line: HouseLine) -> Line:
        title, at = self.titled(line.finding.check), self.at(line.found_at)
        return Line(
            text=self.sentence(line.finding), note=self.say("was", title=title, at=at)
        )

    def rest(self, count: int) -> str:
        return self.say("more", count=count - SHOWN) if count > SHOWN else ""

    def remarks(self) -> Iterator[str]:
        if self.mail.still:
            yield self.say("still", count=self.mail.still)

    def why(self) -> Iterator[str]:
        yield self.say("why")


class RunPage(Phrasebook):
    def __init__(self, mail: RunTrouble) -> None:
        super().__init__(RUN, mail.language, mail.timezone, one_line, mail.as_of)
        self.mail = mail

    @property
    def title(self) -> str:
        return self.say(f"title_{self.mail.trouble}")

    @property
    def subject(self) -> str:
        deployment = self.short(self.mail.deployment)
        return self.say("subject", title=self.title, deployment=deployment)

    @property
    def name(self) -> str:
        return self.short(self.mail.deployment)

    def facts(self) -> Iterator[Fact]:
        mail = self.mail
        yield Fact(self.say("run"), self.short(mail.run, LONG))
        yield Fact(self.say("said"), self.short(mail.said, SAID) or self.say("nothing"))
        if mail.planned_at:
            yield Fact(self.say("planned"), self.at(mail.planned_at))
        started = self.at(mail.started_at) if mail.started_at else ""
        yield Fact(self.say("started"), started or self.say("not_started"))

    def actions(self) -> list[Action]:
        return [Action(self.say("open"), self.mail.link)]

    def remarks(self) -> Iterable[str]:
        return (self.say(f"do_{self.mail.trouble}"),)

    def why(self) -> Iterable[str]:
        return (self.say("why"),)


def finding_rows(
    findings: Iterable[HouseFinding], language: str, timezone: str, as_of: datetime
) -> list[dict[str, str]]:
    """For a table: what is wrong, exactly what, and what to do."""
    words = HouseWords(language, timezone, as_of)
    what, detail, todo = (
        words.say(f"head_{name}") for name in ("what", "detail", "do")
    )
    return [
        {
            what: words.titled(finding.check),
            detail: " · ".join(
                filter(None, (words.sentence(finding), words.note(finding)))
            ),
            todo: words.what_to_do(finding.check),
        }
        for finding in findings
    ]
