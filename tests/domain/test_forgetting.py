"""What gives a person away is found however it is written, and nobody else's words go."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from kam_flows.domain.accounts import Contact
from kam_flows.domain.forgetting import Forgetting, address_digest, forgetting
from tests.builders import a_person

SHEN = Contact(
    code="C001",
    account="ACME",
    name="沈国栋",
    email="shen@acme.cn",
    phone="+86 512 5555 0001",
)


def forgotten(*others: Contact, **of: Any) -> Forgetting:
    return forgetting(replace(SHEN, **of), 3, [a_person("mara"), *others])


def other(**fields: Any) -> Contact:
    return replace(Contact(code="C002", account="OTHER", name="韩雅琴"), **fields)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("沈国栋说", "erased-3说"),
        ("写信给 Shen@Acme.cn。", "写信给 erased-3。"),
        ("an.shen@acme.cn", "an.shen@acme.cn"),
        ("0512-5555 0001 或 (0512)55550001", "erased-3 或 erased-3"),
        ("+8651255550001", "erased-3"),
        ("1512555500012", "1512555500012"),
        ("沈国", "沈国"),
    ],
)
def test_a_name_an_address_and_a_number_go_as_people_write_them(text: str, left: str):
    assert forgotten().words(text) == left


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        (
            "Ann Li",
            "ann\nli; Joann Li; Ann Lin; Ann Li's",
            "erased-3; Joann Li; Ann Lin; erased-3's",
        ),
        ("Jo O'Neil", "Jo O&#39;Neil, Jo O&#x27;Neil", "erased-3, erased-3"),
        ("李", "李说", "李说"),
        ("Ann Li", "请联系Ann Li女士", "请联系erased-3女士"),
    ],
)
def test_a_name_goes_as_a_whole_and_never_out_of_a_longer_word(
    name: str, text: str, left: str
):
    assert forgotten(name=name).words(text) == left


def test_a_link_stays_a_link():
    filled = quote(json.dumps({"care": "C-1 · 沈国栋"}, ensure_ascii=False), safe="")

    assert forgotten().words(f"/run?parameters={filled}") == (
        f"/run?parameters={quote(json.dumps({'care': 'C-1 · erased-3'}, ensure_ascii=False), safe='')}"
    )


def test_all_that_json_holds_is_searched():
    kept = {"of 沈国栋": [1, {"to": "shen@acme.cn"}, None]}

    assert forgotten().value(kept) == {"of erased-3": [1, {"to": "erased-3"}, None]}


def test_a_longer_name_of_somebody_else_stays_whole():
    assert forgotten(other(name="沈国栋梁")).words("沈国栋梁与沈国栋") == (
        "沈国栋梁与erased-3"
    )


def test_what_somebody_else_is_called_goes_only_from_the_record_of_the_account():
    both = forgotten(other(name="沈国栋", phone="0512 55550001"))

    assert both.words("沈国栋 shen@acme.cn 0512-55550001") == (
        "沈国栋 erased-3 0512-55550001"
    )
    assert both.words("沈国栋", home=True) == "erased-3"
    assert both.shared == ("the name", "the telephone number")
    assert forgotten().shared == ()


def test_whatever_is_replaced_is_found_by_a_quick_look():
    texts = ("SHEN@acme.cn", "051255550001", json.dumps("沈国栋"), quote("沈国栋"))
    quick = [needle.lower() for needle in forgotten().needles]

    for text in texts:
        assert forgotten().names(text)
        assert any(needle in text.lower() for needle in quick)


def test_an_address_is_known_again_however_it_is_written():
    assert address_digest(" Shen@acme.CN") == address_digest("shen@acme.cn")
    assert address_digest("") == ""
    assert "shen" not in address_digest("shen@acme.cn")
