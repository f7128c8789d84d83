"""Who comes in by a form, and which links of mails let somebody in."""

import re
from datetime import datetime, timedelta
from urllib.parse import unquote

import pytest

from kam_flows import signing
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole
from kam_flows.domain.signed_links import offer, parted
from kam_flows.mail.mime import read
from kam_flows.persistence.models import ContentRow
from kam_flows.persistence.outbox import Posted
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.answers import refusal, told
from kam_flows.serving.deployments import entries
from kam_flows.settings import settings
from tasks.doors import Asked, NothingDone, doors, let_in
from tasks.forms import remember
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

NOW = at("2026-10-12 10:00")
FORMS = {"take-up-a-ticket": "1", "drop-care": "2", "report-visits": "3"}
DEFAULTS = {"ticket": None, "note": "", "dry_run": False}
"""Of the form "Take up a ticket"."""


@pytest.fixture
def house(sqlite_database: str) -> None:
    use_policy()
    people = [
        a_person("mara", name="张敏"),
        a_person("paul", name="保罗"),
        a_person("wei", role=StaffRole.READ_ONLY),
        a_person("gone", active=False),
        a_person("ops", role=StaffRole.OPERATIONS),
    ]
    store(people, [an_account()])
    remember(FORMS)


pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def signed_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAM_DOORS", "signed")
    settings.cache_clear()


def asked(
    by: str = "mara",
    *,
    title: str = "Take up a ticket",
    run: str = "run 1",
    now: datetime = NOW,
    **fields: object,
) -> Asked:
    plain, token = parted(by)
    return Asked(
        title=title,
        by=plain,
        token=token,
        values={"ticket": "T-0001", "note": "", "dry_run": False, **fields},
        defaults=DEFAULTS,
        run=run,
        now=now,
    )


def signed_by(code: str = "mara", ticket: str = "T-0001") -> str:
    filled = {"ticket": ticket, "by": code}
    until = NOW + timedelta(hours=72)
    token = signing.sign(offer("take-up-a-ticket", code, filled, until))
    return f"{code} · 张敏 ~{token}"


def came_in(form: Asked) -> str:
    with let_in(form) as by:
        return by


def turned_away(form: Asked) -> str:
    with pytest.raises(UserError) as error, let_in(form):
        pass
    return refusal(error.value, "en")


def did_nothing(form: Asked) -> str:
    with pytest.raises(NothingDone) as nothing, let_in(form):
        pass
    return told(nothing.value.said, "en")


def mails() -> list[Posted]:
    with unit_of_work(read_only=True) as uow:
        return uow.outbox.recent(50)


def test_by_a_link_its_reader_comes_in_by_their_plain_code():
    assert came_in(asked(signed_by())) == "mara"


def test_a_link_acts_once_and_then_says_when_that_was():
    link = signed_by()
    came_in(asked(link))

    later = asked(link, run="run 2", now=NOW + timedelta(minutes=5))
    assert did_nothing(later).startswith(
        "Nothing was done this time: this link was used already on 2026-10-12 10:00"
    )


def test_a_run_that_is_tried_again_goes_on():
    link = signed_by()

    assert [came_in(asked(link)), came_in(asked(link))] == ["mara", "mara"]


def test_what_was_refused_gives_the_link_back():
    link = signed_by()
    with (
        pytest.raises(UserError, match="no such ticket"),
        let_in(asked(link)),
    ):
        raise UserError("no such ticket")

    assert came_in(asked(link, run="run 2")) == "mara"


def test_a_dry_run_uses_nothing_and_asks_for_nothing():
    link = signed_by(ticket="T-0009")

    assert came_in(asked(link, dry_run=True)) == "mara · 张敏"
    assert came_in(asked("wei", dry_run=True)) == "wei"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (lambda: asked(signed_by(), ticket="T-0002"), "Ticket was changed in the form"),
        (lambda: asked(signed_by(), title="Drop care"), "is for another form"),
        (lambda: asked(signed_by().replace("mara", "paul")), "acts for mara alone"),
        (lambda: asked(f"{signed_by()}x"), "is not whole"),
        (
            lambda: asked(signed_by(), now=NOW + timedelta(hours=72)),
            "The link acted until 2026-10-15 10:00",
        ),
    ],
)
def test_nobody_comes_in_by_a_link_for_something_else(
    form, sentence, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()

    assert sentence in turned_away(form())


def test_where_doors_are_open_whoever_names_somebody_comes_in():
    assert came_in(asked("张敏")) == "张敏"


@pytest.mark.parametrize("by", ["nobody", "gone"])
def test_strangers_and_who_has_left_do_not_come_in(by: str):
    turned_away(asked(by))


def test_who_may_only_look_changes_nothing():
    assert "Read-only" in turned_away(asked("wei"))
    assert came_in(asked("wei", title="Report visits")) == "wei"


def test_what_concerns_everybody_is_not_open_to_all():
    assert "one of" in turned_away(asked("mara", title="Switch policy"))
    assert came_in(asked("ops", title="Switch policy")) == "ops"


@pytest.mark.usefixtures("signed_doors")
def test_where_doors_are_signed_a_name_alone_does_nothing_but_mail_that_person():
    said = did_nothing(asked("张敏", note="马上处理"))

    [mail] = mails()
    assert said.startswith("Nothing is done yet: 张敏 gets a mail")
    assert mail.addresses == ("mara@example.com",)
    assert mail.subject == "请确认“Take up a ticket”"


@pytest.mark.usefixtures("signed_doors")
def test_the_link_of_that_mail_lets_in_for_just_what_was_asked():
    did_nothing(asked("mara", note="马上处理"))

    by = by_in(newest_mail())
    assert came_in(asked(by, run="run 2", note="马上处理")) == "mara"
    with pytest.raises(UserError):
        came_in(asked(by, run="run 3", note="别的事"))


@pytest.mark.usefixtures("signed_doors")
def test_where_doors_are_signed_a_new_link_follows_an_expired_one():
    late = asked(signed_by(), now=NOW + timedelta(hours=80))

    assert did_nothing(late).startswith("Nothing is done yet")
    assert len(mails()) == 1


@pytest.mark.usefixtures("signed_doors")
def test_where_doors_are_signed_a_run_that_lost_its_token_is_tried_again():
    came_in(asked(signed_by()))

    assert came_in(asked("mara")) == "mara"


@pytest.mark.usefixtures("signed_doors")
def test_looking_and_trying_out_need_no_link():
    assert came_in(asked("mara", dry_run=True)) == "mara"
    assert came_in(asked("mara", title="Report visits")) == "mara"
    assert mails() == []


def newest_mail() -> str:
    with unit_of_work(read_only=True) as uow:
        row = uow.session.get_one(ContentRow, uow.outbox.recent(1)[0].id)
        return read(row.content).text


def by_in(text: str) -> str:
    [by] = re.findall(r'"by": "([^"]+)"', unquote(text))
    return str(by)


def test_every_form_that_asks_who_acts_is_in_the_file_and_nothing_else():
    asking = {e.name for e in entries() if "by" in e.flow().parameters.properties}

    assert set(doors()) == asking
