"""What became of touchpoints: for whoever asks, and monthly for those who answer for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from prefect import task

from kam_flows import spreadsheets
from kam_flows.domain.cadences import month_key
from kam_flows.domain.choices import choice
from kam_flows.domain.errors import UserError
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import RenderedMail
from kam_flows.domain.people import Directory, Staff
from kam_flows.domain.policy import Policy
from kam_flows.domain.visit_figures import (
    Cell,
    Owners,
    Report,
    Stretch,
    last_month,
    named,
    readers,
    report,
    seen,
    sight,
)
from kam_flows.domain.visit_report_mails import VisitReport
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.visit_reports import ReportPage
from kam_flows.rendering.visit_tables import details, sheets
from kam_flows.settings import Language, settings
from tasks.tickets import acting

FORM = "report-visits"
Typed = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """All that reports on one stretch are written from."""

    now: datetime
    stretch: Stretch
    cells: Sequence[Cell]
    policy: Policy
    people: Directory
    form: str | None
    """Deployment behind the form that asks for other days."""

    def report(self, owners: Owners | None) -> Report:
        tiers = [rule.tier for rule in self.policy.tiers]
        cells = seen(self.cells, owners)
        found = report(cells, self.stretch, self.policy.visits, tiers)
        return named(found, self.people)

    def titles(self, language: str) -> tuple[str, ...]:
        """Of the cadences that stand first."""
        rules = self.policy.visits
        cadences = (rules.cadence(code) for code in rules.headline)
        return tuple(c.titles.get(language, c.code) for c in cadences if c)

    def mail(
        self, reader: Staff, figures: Report, key: str, *, asked: bool
    ) -> VisitReport:
        by = choice(reader.code, reader.name)
        return VisitReport(
            recipient=reader.code,
            address=reader.email,
            name=reader.name,
            language=reader.language,
            timezone=reader.timezone,
            dedup_key=key,
            figures=figures,
            titles=self.titles(reader.language),
            asked=asked,
            as_of=self.now,
            policy=self.policy.title(reader.language),
            form=form_link(settings().ui, self.form, {"by": by}),
        )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A report as somebody asked for it; `None`: nobody in particular, who sees all."""

    counted: Counted
    figures: Report
    owners: Owners | None
    reader: Staff | None


@dataclass(kw_only=True)
class Monthly:
    """The reports on the last full month that were written."""

    is_working_day: bool = True
    mails: list[RenderedMail] = field(default_factory=list)
    unaddressed: list[Staff] = field(default_factory=list)


@task
def ask_for_report(
    now: datetime, first: date | None = None, last: date | None = None, by: str = ""
) -> Asked:
    """The figures that this person may see: their own and those of people below them."""
    with unit_of_work(read_only=True) as uow:
        reader = acting(uow, by) if by.strip() else None
        counted = _count(uow, now, first, last)
    owners = None
    if reader:
        of_all = {cell.owner for cell in counted.cells}
        owners = sight(reader, of_all, counted.people)
    return Asked(
        counted=counted, figures=counted.report(owners), owners=owners, reader=reader
    )


@task
def send_report(asked: Asked, *, dry_run: bool = False) -> RenderedMail | None:
    """To who asked for it; `None` if nobody said who they are."""
    from tasks.posting import post

    if asked.reader is None:
        return None
    counted, stretch = asked.counted, asked.counted.stretch
    asked_for = f"{stretch.first}..{stretch.last}:{counted.now.isoformat()}"
    key = f"visits.report:{asked.reader.code}:{asked_for}"
    mail = counted.mail(asked.reader, asked.figures, key, asked=True)
    with rehearsal() if dry_run else unit_of_work() as uow:
        return post(uow, mail, counted.now)[1]


@task
def send_monthly_reports(
    now: datetime, allow_mails: int | None = None, *, dry_run: bool = False
) -> Monthly:
    """One mail to each manager about the last full month, from its first working day on.

    Who is away gets it when they are back; who has nothing planned below them gets none.
    Raises UserError if that would be more mails than the guard allows.
    """
    from tasks.rounds import send_round

    with unit_of_work(read_only=True) as uow:
        counted = _count(uow, now)
    calendar = counted.policy.calendar(counted.policy.default_calendar)
    if not calendar.is_working_day(now.astimezone(calendar.timezone).date()):
        return Monthly(is_working_day=False)
    of_all = {cell.owner for cell in counted.cells}
    reports = {
        code: counted.report(owners)
        for code, owners in readers(of_all, counted.people).items()
    }
    month = month_key(counted.stretch.first)
    with rehearsal() if dry_run else unit_of_work() as uow:
        written = send_round(
            uow,
            {
                code: f"visits.report:{code}:{month}"
                for code, figures in reports.items()
                if figures.total.counts.planned
            },
            lambda code, key: counted.mail(
                counted.people[code], reports[code], key, asked=False
            ),
            form="Report visits",
            now=now,
            allow_mails=allow_mails,
        )
    return Monthly(mails=written.mails, unaddressed=written.unaddressed)


@task
def write_report(asked: Asked, path: Path, language: Language | None = None) -> Path:
    """As a workbook with a sheet for every way of sorting it, or the details as CSV."""
    language = language or settings().language
    counted = asked.counted
    cells = seen(counted.cells, asked.owners)
    rows = details(cells, counted.policy.visits, counted.people, language)
    if path.suffix.lower() == ".csv":
        content = spreadsheets.write_csv(rows)
    elif path.suffix.lower() == ".xlsx":
        page = page_of(asked, language)
        content = spreadsheets.write_xlsx(sheets(page, rows))
    else:
        raise UserError(
            "{name} is neither CSV nor XLSX; let its name end in .csv or .xlsx.",
            name=path.name,
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UserError(
            "{folder} cannot be written ({why}); name another folder.",
            folder=path.parent,
            why=error.strerror,
        ) from error
    return path


def page_of(asked: Asked, language: str, typed: Typed = one_line) -> ReportPage:
    """In this language and the time zone of the house."""
    return ReportPage(
        asked.figures,
        asked.counted.titles(language),
        language,
        settings().timezone,
        asked.counted.now,
        typed,
    )


def _count(
    uow: UnitOfWork,
    now: datetime,
    first: date | None = None,
    last: date | None = None,
) -> Counted:
    policy = uow.policies.current(now)
    today = now.astimezone(policy.calendar(policy.default_calendar).timezone).date()
    stretch = stretch_of(first, last, today)
    return Counted(
        now=now,
        stretch=stretch,
        cells=uow.touchpoints.counts(stretch.since, stretch.last, today),
        policy=policy,
        people=uow.people.directory(),
        form=uow.forms.ids().get(FORM),
    )


def stretch_of(first: date | None, last: date | None, today: date) -> Stretch:
    """The last full month, unless somebody says otherwise; up to today at the latest."""
    if first is None and last is None:
        return last_month(today)
    last = last or today
    first = first or last.replace(day=1)
    if first > last:
        raise UserError(
            "The last day {last} is before the first {first}; give days in order.",
            first=first,
            last=last,
        )
    return Stretch(first=first, last=last, since=first)
