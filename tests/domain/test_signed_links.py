"""What a signed link offers, and that nothing else gets through by it."""

from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kam_flows.domain.links import FormLink, form_link, relinked
from kam_flows.domain.signed_links import (
    Flaw,
    Offer,
    changed,
    flaw,
    offer,
    parted,
    signed_name,
    without_tokens,
)
from kam_flows.domain.tickets import Priority
from kam_flows.rendering.samples import sample, templates
from tests.builders import at

NOW = at("2026-10-12 10:00")
UNTIL = NOW + timedelta(hours=72)
FORM = "take-up-a-ticket"
FILLED = {"ticket": "T-0001 · 华东精密科技 · 无法登录", "by": "S01 · 王立伟"}
TOKEN = "WyJ0YWtlLXVwLWEtdGlja2V0IiwiUzAxIl0.aW5fZmFjdF9ub3Rfc2lnbmVkX2F0X2FsbA"

KINDS = (
    st.text(max_size=12),
    st.integers(),
    st.floats(allow_nan=False).map(lambda n: n + 0.0),  # no minus zero
    st.booleans(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.text(max_size=4), max_size=3),
)
VALUES = st.one_of(*KINDS, st.none())
NAMES = st.text("abcdefgh_", min_size=1, max_size=8)
FIELDS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)


def an_offer(**parameters: object) -> Offer:
    return offer(FORM, "S01", {**FILLED, **parameters}, UNTIL)


def submitted(**parameters: object) -> dict[str, object]:
    """The form as the link filled it in, and what else it has."""
    empty = {"note": "", "as_of": None, "dry_run": False}
    return {"ticket": FILLED["ticket"], **empty, **parameters}


def test_what_a_link_offers_may_be_done_until_its_end():
    before = UNTIL - timedelta(seconds=1)

    assert flaw(an_offer(), FORM, "S01", submitted(), before) is None
    assert flaw(an_offer(), FORM, "S01", submitted(), UNTIL) is Flaw.EXPIRED


def test_what_a_link_leaves_open_may_be_filled_in():
    fields = submitted(note="已联系现场", as_of=NOW)

    assert flaw(an_offer(), FORM, "S01", fields, NOW) is None


@pytest.mark.parametrize(
    ("form", "by", "fields", "expected"),
    [
        ("drop-care", "S01", submitted(), Flaw.OTHER_FORM),
        (FORM, "S02", submitted(), Flaw.OTHER_PERSON),
        (FORM, "S01", submitted(ticket="T-0002"), Flaw.CHANGED),
        (FORM, "S01", {"note": ""}, Flaw.CHANGED),
    ],
)
def test_nothing_else_gets_through(form, by, fields, expected):
    assert flaw(an_offer(), form, by, fields, NOW) is expected


def test_a_link_that_cannot_be_read_offers_nothing():
    assert flaw(None, FORM, "S01", submitted(), NOW) is Flaw.UNREADABLE


@given(fields=FIELDS, name=NAMES, value=VALUES)
@settings(max_examples=60)
def test_whatever_is_changed_of_what_a_link_filled_in_is_seen(
    fields: dict[str, Any], name: str, value: object
):
    assume(name != "text")
    made = offer(FORM, "S01", {**fields, name: value}, UNTIL)
    now = {**fields, name: value}
    other = {**now, name: [value, "and more"]}

    assert changed(made, now) == []
    assert changed(made, other) == [name]
    assert changed(made, {n: v for n, v in now.items() if n != name}) == [name]


@given(pair=st.one_of([st.tuples(kind, kind) for kind in KINDS]))
@settings(max_examples=100)
def test_two_values_that_differ_are_not_taken_for_each_other(pair: tuple[Any, Any]):
    one, other = pair
    made = offer(FORM, "S01", {"field": one}, UNTIL)

    assert changed(made, {"field": other}) == ([] if one == other else ["field"])


def test_a_value_is_the_same_however_the_form_sends_it():
    china = timezone(timedelta(hours=8))
    made = an_offer(as_of=NOW.astimezone(UTC).isoformat(), priority="urgent")
    fields = submitted(as_of=NOW.astimezone(china), priority=Priority.URGENT)

    assert changed(made, fields) == []


def test_words_that_were_filled_in_to_be_edited_may_be_edited():
    made = an_offer(text="Dear Ms Li")

    assert changed(made, submitted(text="Dear Mr Li")) == []


def test_who_acts_and_the_token_are_parted_again():
    assert parted(signed_name("S01 · 王立伟", TOKEN)) == ("S01 · 王立伟", TOKEN)
    assert parted(f"S01~{TOKEN}") == ("S01", TOKEN)


@pytest.mark.parametrize("typed", ["S01", "王立伟", "o~k@example.com", "S01 ~abc", ""])
def test_what_has_no_token_stays_as_it_was_typed(typed: str):
    assert parted(typed) == (typed, "")


def test_a_page_that_others_read_has_the_links_without_tokens():
    plain = form_link("http://ui", "1", {"by": "S01 · 王立伟", "ticket": "T-0001"})
    assert plain is not None
    signed = plain.filled(
        {**plain.parameters, "by": signed_name("S01 · 王立伟", TOKEN)}
    )

    assert without_tokens(f"接手：{signed} 。") == f"接手：{plain} 。"


@pytest.mark.parametrize("name", templates())
def test_every_link_of_every_mail_is_found(name: str):
    """However deep in the mail it stands; an address somebody typed is none."""
    from kam_flows.rendering.mails import render

    mail = sample(name, "en")
    found: list[FormLink] = []

    def change(link: FormLink) -> str:
        found.append(link)
        return "https://signed.example"

    written = render(relinked(mail, change))

    assert "/deployments/deployment/" not in written.text + written.html
    assert bool(found) == ("/deployments/deployment/" in render(mail).html)


def test_a_link_is_made_again_with_more():
    link = form_link("http://ui", "1", {"ticket": "T-0001"})

    assert link is not None
    again = link.filled({**link.parameters, "by": "S01"})
    assert again == form_link("http://ui", "1", {"ticket": "T-0001", "by": "S01"})
