"""Which links of a mail are signed when it is written: those of its reader, no others."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kam_flows import signing
from kam_flows.domain.door_mails import Filled, LinkToConfirm
from kam_flows.domain.links import form_link
from kam_flows.domain.signed_links import parted
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.samples import sample
from tasks.forms import remember
from tasks.posting import post
from tests.builders import at

NOW = at("2026-10-12 10:00")
BY = "E0104 · 王芳"


@pytest.fixture(autouse=True)
def known(sqlite_database: str) -> None:
    remember({"take-up-a-ticket": "1", "report-visits": "2"})


def a_mail(form: str = "1", **filled: str) -> LinkToConfirm:
    mail = sample("doors/confirm", "en")
    link = form_link("http://ui", form, {"ticket": "T-0001", **filled})
    assert isinstance(mail, LinkToConfirm)
    assert link is not None
    return replace(mail, link=link)


def written(mail: LinkToConfirm, wait: timedelta | None = None) -> dict[str, Any]:
    """What the link of the written mail fills in."""
    with unit_of_work() as uow:
        leaves = NOW + wait if wait else None
        _, rendered = post(uow, mail, NOW, not_before=leaves)
    [address] = [word for word in rendered.text.split() if word.startswith("http://ui")]
    [parameters] = parse_qs(urlsplit(address).query)["parameters"]
    filled: dict[str, Any] = json.loads(parameters)
    return filled


def test_a_link_that_names_the_reader_acts_for_them():
    filled = written(a_mail(by=BY))

    by, token = parted(filled["by"])
    offer = signing.read(token)
    assert (by, filled["ticket"]) == (BY, "T-0001")
    assert offer is not None
    assert (offer.form, offer.by, set(offer.covers)) == (
        "take-up-a-ticket",
        "E0104",
        {"ticket"},
    )
    assert offer.until == NOW + timedelta(hours=72)


def test_a_mail_that_leaves_later_has_links_that_act_as_long():
    filled = written(a_mail(by=BY), timedelta(days=8))

    offer = signing.read(parted(filled["by"])[1])
    assert offer is not None
    assert offer.until == NOW + timedelta(days=8, hours=72)


def test_where_others_read_the_same_mail_a_link_proves_nothing():
    copied = replace(a_mail(by=BY), copies=("li.lei@example.com",))

    assert written(copied) == {"ticket": "T-0001", "by": BY}


@pytest.mark.parametrize(
    "mail",
    [
        a_mail(),
        a_mail(by="E0101 · 李雷"),
        a_mail("2", by=BY),
        a_mail("unknown", by=BY),
    ],
    ids=["nobody", "somebody else", "a form that only reads", "no form of ours"],
)
def test_no_other_link_is_signed(mail: LinkToConfirm):
    assert parted(written(mail).get("by", ""))[1] == ""


def test_an_address_that_somebody_typed_is_not_signed():
    link = form_link("http://elsewhere", "1", {"ticket": "T-0002", "by": BY})
    mail = a_mail(by=BY)
    typed = replace(mail, rows=(Filled(label="Note", value=str(link)),))
    with unit_of_work() as uow:
        _, rendered = post(uow, typed, NOW)

    assert rendered.text.count("~") == 1
