"""`kam mail` shows the mail that was caught, sent or is waiting, and samples of each."""

import webbrowser
from datetime import UTC, datetime
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from kam_flows.cli import app
from kam_flows.domain.errors import UserError
from kam_flows.domain.signed_links import without_tokens
from kam_flows.mail.mime import ReadMail, read
from kam_flows.settings import settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""A mail without a date is the oldest."""

mail = typer.Typer(no_args_is_help=True)
app.add_typer(mail, name="mail")

Number = Annotated[int, typer.Argument(min=1, help="As in the list; 1 is the newest.")]
NoOpen = Annotated[bool, typer.Option("--no-open", help="Only write the file.")]


@mail.callback()
def mails() -> None:
    """Read the mail the catcher caught, the outbox, and samples of every mail."""


@mail.command("list")
def list_caught(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
) -> None:
    """List the mails that were caught, newest first."""
    paths = caught()
    for number, path in enumerate(paths[:limit], start=1):
        found = read(path.read_bytes())
        when = f"{local(found.date):%m-%d %H:%M}" if found.date else ""
        typer.echo(f"{number:>4}  {when:11}  {found.to}  {found.subject}")
    typer.echo(f"{len(paths)} mails in {settings().maildir} ({settings().timezone})")


@mail.command()
def show(number: Number = 1) -> None:
    """Show one caught mail as text."""
    typer.echo(as_text(read(chosen(number).read_bytes())))


@mail.command("open")
def open_caught(
    number: Number = 1,
    no_open: NoOpen = False,
    of_outbox: Annotated[
        bool, typer.Option("--outbox", help="The mail with this number of the outbox.")
    ] = False,
) -> None:
    """Open one mail in the browser, as its reader sees it."""
    if of_outbox:
        # Of another's mail, which is not to act in their name.
        page = without_tokens(read(kept_body(number)).html)
        present(page, f"outbox-{number}", look=not no_open)
        return
    path = chosen(number)
    present(read(path.read_bytes()).html, path.name, look=not no_open)


@mail.command()
def preview(
    template: Annotated[str, typer.Argument(help="Which mail, e.g. escalation/…")],
    lang: Annotated[
        Literal["zh_CN", "en"] | None, typer.Option(help="Empty: KAM_LANGUAGE.")
    ] = None,
    no_open: NoOpen = False,
) -> None:
    """Render a sample of a mail, show its text and open it in the browser."""
    from kam_flows.rendering.mails import render
    from kam_flows.rendering.samples import sample

    language = lang or settings().language
    rendered = render(sample(template, language))
    typer.echo(f"{rendered.subject}\n\n{rendered.text}\n")
    name = f"{template.replace('/', '-')}.{language}"
    present(rendered.html, name, look=not no_open)


@mail.command()
def outbox(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
) -> None:
    """List the newest mails of the outbox with what became of each."""
    from kam_flows.persistence.unit_of_work import unit_of_work
    from kam_flows.rendering.words import word
    from tasks.outbox import bodiless

    language = settings().language
    with unit_of_work(read_only=True) as uow:
        recent, counts = uow.outbox.recent(limit), uow.outbox.counts()
        bare = bodiless(uow, recent, datetime.now(UTC))
    for posted in recent:
        reasons = (posted.error or posted.held_for, bare.get(posted.id))
        why = "; ".join(filter(None, reasons))
        typer.echo(
            f"{posted.id:>6}  {local(posted.created_at):%m-%d %H:%M}  "
            f"{word(posted.fate, language)}  {', '.join(posted.addresses)}  "
            f"{posted.subject}" + (f"  ({why})" if why else "")
        )
    counted = (f"{word(fate, language)} {count}" for fate, count in counts.items())
    total = ", ".join(counted)
    typer.echo(f"{total} ({settings().timezone})" if total else "The outbox is empty.")


@mail.command()
def release(
    drop: Annotated[
        bool, typer.Option("--drop", help="Give them up: all was told before.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let go what waits since a backup was restored; later mail then leaves by itself."""
    from kam_flows.persistence.unit_of_work import unit_of_work

    with unit_of_work(read_only=True) as uow:
        waiting = uow.outbox.kept_back()
    for posted in waiting:
        typer.echo(f"{posted.id:>6}  {', '.join(posted.addresses)}  {posted.subject}")
    what = "given up" if drop else "sent"
    if not yes and not typer.confirm(f"{len(waiting)} mails will be {what}. Go on?"):
        raise UserError("Nothing was changed; the mails go on waiting.")
    now = datetime.now(UTC)
    with unit_of_work() as uow:
        count = uow.outbox.let_go(
            "kam mail release", now, settings().mail_lifetime, send=not drop
        )
    typer.echo(f"{count} mails are {what}; mail written from now on leaves by itself.")


def kept_body(mail_id: int) -> bytes:
    """Of a mail of the outbox; raises UserError where it is no longer kept."""
    from kam_flows.persistence.unit_of_work import unit_of_work
    from tasks.outbox import bodiless

    with unit_of_work(read_only=True) as uow:
        posted, body = uow.outbox.get(mail_id), uow.outbox.body(mail_id)
        if body is None:
            [why] = bodiless(uow, [posted], datetime.now(UTC)).values()
            raise UserError(
                f"Mail {mail_id} to {', '.join(posted.addresses)} cannot be read any "
                f"more: {why}. What became of it stays in 'kam mail outbox'."
            )
        return body


def caught() -> list[Path]:
    """Files of the maildir, newest first by the date that the mails carry."""
    found = [
        path
        for folder in ("new", "cur")
        for path in (settings().maildir / folder).glob("*")
    ]
    return sorted(found, key=_sent, reverse=True)


def _sent(path: Path) -> tuple[datetime, int]:
    """Of mails of the same second, the one caught later is the newer."""
    # The bodies of thousands of mails need no look.
    with path.open("rb") as file:
        date = BytesHeaderParser(policy=policy.default).parse(file)["Date"]
    at = date.datetime if date else None
    return local(at) if at else EPOCH, path.stat().st_mtime_ns


def local(moment: datetime) -> datetime:
    """On the wall of the office (`KAM_TIMEZONE`), wherever this machine stands.

    A date of `-0000` names no zone; it is UTC by the rules of mail (RFC 5322, 3.3).
    """
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(settings().timezone))


def chosen(number: int) -> Path:
    paths = caught()
    if not paths:
        raise UserError(f"No mail was caught yet in {settings().maildir}.")
    if number > len(paths):
        raise UserError(
            f"There are {len(paths)} mails; type a number from 1 to {len(paths)}."
        )
    return paths[number - 1]


def as_text(found: ReadMail) -> str:
    head = [f"From: {found.sender}", f"To: {found.to}", f"Subject: {found.subject}"]
    if found.date:
        head.append(
            f"Date: {local(found.date):%Y-%m-%d %H:%M %z} ({settings().timezone})"
        )
    return "\n".join([*head, "", found.text])


def present(html: str, name: str, *, look: bool) -> None:
    """Write the page under `var` and, if wanted, open it in the browser."""
    page = settings().var / "preview" / f"{name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(html, encoding="utf-8")
    typer.echo(str(page))
    if look:
        webbrowser.open(page.resolve().as_uri())
