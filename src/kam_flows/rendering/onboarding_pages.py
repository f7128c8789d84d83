"""An onboarding as one page: its items, who heard of what and why, holds, the record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from kam_flows.domain.histories import MailAbout
from kam_flows.domain.onboarding import ItemState, StepKind, StepOutcome
from kam_flows.domain.onboarding_pages import (
    Heard,
    ItemLine,
    OnboardingPage,
    OnRecord,
)
from kam_flows.rendering.catalog import catalog
from kam_flows.rendering.checklists import ChecklistWords
from kam_flows.rendering.cleaning import cell, clipped, one_line
from kam_flows.rendering.lines import passed_over
from kam_flows.rendering.pages import table
from kam_flows.rendering.sentences import Sentences
from kam_flows.settings import settings

LONGEST, SUBJECT = 600, 80
"""Letters that are shown of an evidence or a note, and of a mail's subject."""

Rows = Iterable[Sequence[str]]


class Page:
    """Writes a page in one language and time zone, typed words by `typed`."""

    def __init__(
        self,
        page: OnboardingPage,
        language: str,
        timezone: str,
        typed: Callable[[str], str],
    ) -> None:
        self.page, self.typed = page, typed
        texts = catalog(settings().templates, language)
        self.say = Sentences(texts, language, timezone, page.as_of)
        self.gettext = texts.gettext
        self.words = ChecklistWords(page.facts, self.say)

    def lines(self) -> Iterator[str]:
        page, _ = self.page, self.gettext
        yield from self.head()
        yield from self.section(
            _("Checklist"),
            (_("Item"), _("Owner"), _("By"), _("State"), _("Missing"), _("On record")),
            map(self.item, page.items),
        )
        yield from self.section(
            _("Who heard of it"),
            (_("When"), _("Item"), _("Why"), _("Told"), _("Passed over"), _("Mail")),
            map(self.heard, page.heard),
        )
        yield from self.section(
            _("Holds"), (_("From"), _("Until")), (self.hold(*one) for one in page.holds)
        )
        yield from self.section(
            _("Mails"),
            (_("Mail"), _("What became of it"), _("To"), _("Subject")),
            map(self.mail, page.mails),
        )
        yield from self.section(
            _("What was done"),
            (_("When"), _("What"), _("Who"), _("Why")),
            map(self.on_record, page.trail),
        )
        as_of = self.gettext("As of %(when)s. All times are %(zone)s.")
        yield ""
        yield as_of % {"when": self.say.at(page.as_of), "zone": self.say.zone}

    def head(self) -> Iterator[str]:
        facts, page = self.page.facts, self.page
        yield f"# {self.typed(facts.account)} · {self.typed(self.words.name)}"
        yield ""
        yield f"**{self.standing()}** · {self.percent()}"
        yield ""
        yield self.typed(self.words.about)
        yield ""
        yield self.typed(self.words.computed)
        yield ""
        started = self.gettext("Started %(when)s by %(name)s")
        parts = [
            started
            % {
                "when": self.say.at(facts.started_at),
                "name": self.typed(page.started_by),
            }
        ]
        if page.predecessor:
            before = self.gettext("served before by %(name)s")
            parts.append(before % {"name": self.typed(page.predecessor)})
        standard = self.gettext("service standard “%(policy)s”")
        parts.append(standard % {"policy": self.typed(page.policy)})
        yield " · ".join(parts)

    def standing(self) -> str:
        """Where it stands in words; once complete, since when."""
        if self.page.completed_at is None:
            return self.words.headline
        done = self.say.word(self.page.facts.progress)
        return f"{done} · {self.say.at(self.page.completed_at)}"

    def percent(self) -> str:
        return self.gettext("%(percent)s %% done") % {"percent": self.page.percent}

    def section(self, title: str, heads: Sequence[str], rows: Rows) -> Iterator[str]:
        """A section; without rows it is left out."""
        body = list(rows)
        if body:
            yield from ("", f"## {title}", "", *table(heads, body))

    def item(self, item: ItemLine) -> Sequence[str]:
        about = item.about
        title = self.typed(about.title)
        if not about.is_required:
            title += self.gettext(" (optional)")
        is_open = item.state is ItemState.OPEN
        return (
            title,
            self.typed(self.words.owner(about)),
            self.say.at(item.due_at) if item.due_at else "",
            self.state(item),
            self.words.lacking(about) if is_open else "",
            self.kept(item),
        )

    def state(self, item: ItemLine) -> str:
        """`Done Wed 14 Oct, 17:00, by Wang Fang`; overdue where it is open too long."""
        state = self.say.word(item.state)
        if item.state is ItemState.OPEN or item.settled_at is None:
            overdue = self.gettext("overdue")
            is_late = item.due_at is not None and item.due_at <= self.page.as_of
            return f"**{state}** · {overdue}" if is_late else state
        when = self.say.at(item.settled_at)
        by = self.typed(item.settled_by) or self.gettext("shown by the records")
        return f"{state} {when} · {by}"

    def kept(self, item: ItemLine) -> str:
        """Its evidence and notes, or what it wants."""
        said = [
            self.typed(clipped(text, LONGEST)) for text in (item.evidence, item.note)
        ]
        if item.state is ItemState.OPEN and item.about.evidence:
            wants = self.gettext("wants %(what)s")
            said.append(wants % {"what": self.typed(item.about.evidence)})
        return " · ".join(filter(None, said))

    def heard(self, heard: Heard) -> Sequence[str]:
        why = self.say.word(heard.kind)
        if heard.kind is StepKind.CLIMB or heard.number:
            why += f" {heard.number + 1}"
        told = self.typed(heard.name) or self.gettext("duty mailbox")
        if heard.outcome is StepOutcome.SUPERSEDED:
            told = self.say.word(heard.outcome)
        skipped = passed_over(heard.skips, self.say, self.gettext("has it in hand"))
        return (
            self.say.at(heard.decided_at),
            self.typed(heard.item),
            why,
            told,
            self.typed(skipped),
            str(heard.mail or ""),
        )

    def hold(self, start: datetime, end: datetime | None) -> Sequence[str]:
        still = self.gettext("still on hold")
        return self.say.at(start), self.say.at(end) if end else still

    def mail(self, mail: MailAbout) -> Sequence[str]:
        fate = self.say.word(mail.fate)
        if mail.finished_at:
            fate += f" {self.say.at(mail.finished_at)}"
        if mail.reason:
            fate += f" · {self.typed(mail.reason)}"
        name = self.typed(mail.name) or self.gettext("duty mailbox")
        to = f"{name} · {self.typed(', '.join(mail.addresses))}"
        return str(mail.id), fate, to, self.typed(clipped(mail.subject, SUBJECT))

    def on_record(self, entry: OnRecord) -> Sequence[str]:
        what = self.say.word(entry.what)
        return (
            self.say.at(entry.at),
            f"{what} · {self.typed(entry.item)}" if entry.item else what,
            self.typed(entry.who),
            self.typed(clipped(entry.why, LONGEST)),
        )


def onboarding_markdown(page: OnboardingPage, language: str, timezone: str) -> str:
    """In Markdown; whatever people typed is shown as typed, never as markup."""
    return "\n".join(Page(page, language, timezone, cell).lines())


def onboarding_text(page: OnboardingPage, language: str, timezone: str) -> str:
    """The same for a terminal, where letters stand for themselves."""
    return "\n".join(Page(page, language, timezone, one_line).lines())
