"""What is no longer kept goes, and what was decided and done stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from typer.testing import CliRunner

from kam_flows.cli.mail import mail as cli
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Fate
from kam_flows.mail.mime import message_id
from kam_flows.persistence.house_models import HouseFindingRow, UsedLinkRow
from kam_flows.persistence.models import ContentRow, OutboxRow, Row
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import load_preset, presets
from kam_flows.rendering.outboxes import outbox_rows
from tasks import tidying
from tasks.outbox import outbox_now
from tasks.tidying import tell_what_went, tidy_house
from tests.builders import at
from tests.mail.builders import SENDER, a_mail
from tests.mail.test_mime import built
from tests.portfolio import use_policy, watching

NOW = at("2028-10-12 03:20")


@pytest.fixture(autouse=True)
def house(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_policy("default")
    monkeypatch.setattr(tidying, "CHUNK", 3)


def mail(days: int, fate: Fate = Fate.SENT) -> int:
    """A mail that ended so many days ago; its number."""
    then = NOW - timedelta(days=days)
    rendered = a_mail(f"test:{days}:{fate}")
    with unit_of_work() as uow:
        id_ = uow.outbox.enqueue(
            mail=rendered,
            content=built(rendered),
            message_id=message_id(rendered.mail.dedup_key, SENDER),
            now=then - timedelta(minutes=1),
        )
        of_this = update(OutboxRow).where(OutboxRow.id == id_)
        over = fate not in {Fate.QUEUED, Fate.HELD}
        uow.session.execute(
            of_this.values(fate=fate, finished_at=then if over else None)
        )
    return id_


def count(row: type[Row]) -> int:
    with watching() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def bodies() -> set[int]:
    with watching() as session:
        return set(session.scalars(select(ContentRow.id)))


def used(days: int) -> None:
    found: dict[str, Any] = {"key": f"{days}", "kind": "disk", "values": {}}
    then = NOW - timedelta(days=days)
    link = {"signature": f"{days}", "flow_run": "x", "used_at": then}
    with unit_of_work() as uow:
        uow.session.execute(insert(UsedLinkRow).values(link))
        for cleared in (then, None):
            finding = found | {"found_at": then, "cleared_at": cleared}
            uow.session.execute(insert(HouseFindingRow).values(finding))


def test_bodies_of_mails_go_after_their_days_and_the_mails_stay():
    old = [mail(days) for days in range(740, 730, -1)]
    waits = [mail(739, fate) for fate in (Fate.FAILED, Fate.UNKNOWN, Fate.HELD)]
    dropped = mail(731, Fate.CANCELLED)
    young = [mail(days) for days in range(729, 719, -1)]

    gone = tidy_house.fn(NOW)

    assert gone["mail_bodies"] == len(old) + 1
    assert bodies() == {*waits, *young}
    assert count(OutboxRow) == len(old) + len(waits) + len(young) + 1
    assert dropped not in bodies()


def test_used_links_and_findings_that_cleared_go():
    for days in (400, 300, 200, 190, 181, 179, 89):
        used(days)

    gone = tidy_house.fn(NOW)

    assert (gone["used_links"], gone["house_findings"]) == (6, 5)
    assert (count(UsedLinkRow), count(HouseFindingRow)) == (1, 9)


def test_a_dry_run_counts_and_keeps_everything():
    for days in (800, 790, 780, 770):
        mail(days)
        used(days)

    rehearsed = tidy_house.fn(NOW, dry_run=True)

    assert (len(bodies()), count(UsedLinkRow)) == (4, 4)
    assert tidy_house.fn(NOW) == rehearsed
    assert not any(tidy_house.fn(NOW).values())


def test_the_audit_trail_has_the_counts_and_nothing_where_nothing_went():
    mail(800)
    for _ in range(2):
        tell_what_went.fn(tidy_house.fn(NOW), NOW)

    with unit_of_work(read_only=True) as uow:
        [entry] = uow.audit.about("house")
    assert entry.detail == {"mail_bodies": 1, "used_links": 0, "house_findings": 0}


def test_who_asks_for_a_body_that_went_is_told_why(monkeypatch: pytest.MonkeyPatch):
    old, young = mail(800), mail(1)
    tidy_house.fn(NOW)

    shown = {m.id: row for m, row in zip(*rows(NOW), strict=True)}
    opened = CliRunner().invoke(cli, ["open", str(young), "--outbox", "--no-open"])
    refused = CliRunner().invoke(cli, ["open", str(old), "--outbox", "--no-open"])
    listed = CliRunner().invoke(cli, ["outbox"])

    assert shown[old]["原因"] == "正文已在 730 天后删除"
    assert shown[young]["原因"] == ""
    assert opened.exit_code == 0
    assert isinstance(refused.exception, UserError)
    assert "cannot be read any more: 正文已在 730 天后删除" in str(refused.exception)
    assert "(正文已在 730 天后删除)" in listed.output


def rows(now: datetime) -> tuple[list[Any], list[dict[str, str]]]:
    found = outbox_now.fn(now)
    return found.mails, outbox_rows(
        found.mails, "zh_CN", "Asia/Shanghai", found.bodiless
    )


@pytest.mark.parametrize("name", presets())
def test_every_preset_says_how_long_what_is_kept(name: str):
    rules = load_preset(name).retention

    assert rules.mail_bodies >= 365
    assert rules.used_links >= 30
