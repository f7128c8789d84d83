"""What fuzzing has found, each by its name, so that it stays mended."""

from itertools import pairwise
from pathlib import Path

import pytest

from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.domain.event_table import read_log
from kam_flows.domain.letter_numbers import numbers
from kam_flows.domain.links import form_link
from kam_flows.domain.transaction_import import amount
from kam_flows.policies.event_maps import load_event_map
from kam_flows.policies.load import parse_policy, text_of
from kam_flows.spreadsheets import read
from tasks.inbox import inbox_file

LETTERS = "abcdefghi"
BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise(LETTERS)
)
MERGES = "a: &a {k0: x}\n" + "".join(
    f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 20)}]}}\n"
    for old, new in pairwise(LETTERS)
)


def test_a_number_of_thousands_of_digits_is_no_duration():
    with pytest.raises(UserError, match="is not a duration"):
        Duration.parse("9" * 5000 + "h")


def test_an_amount_has_no_exponent():
    """`1e999999999` is a number of a billion digits, made before it is compared."""
    with pytest.raises(ValueError, match="1e9"):
        amount("1e999999999")


@pytest.mark.parametrize("numeral", ["一" * 5000, "亿" * 600])
def test_a_numeral_without_end_is_a_number_all_the_same(numeral):
    assert numbers(f"{numeral}年")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: !!bool maybe", "not YAML"),
        ("a: \ud800", "not YAML"),
        ("[" * 5000, "nested too deeply"),
        (BOMB + "? [*i, *i]\n: x", "a key is one word"),
        (BOMB * 3, "."),
        (MERGES, "repeats itself without end"),
        (f"a: &a {{k: x}}\nb: {{<<: [{'*a, ' * 30}]}}", "too many blocks at once"),
    ],
)
def test_no_bomb_of_yaml_goes_off_in_a_policy(text, says):
    with pytest.raises(UserError, match=says):
        parse_policy(text, "ours.yaml")


@pytest.mark.parametrize(
    "text", [BOMB, "a: !!bool maybe", "timezone: 1", "x", "[" * 5000]
)
def test_nor_in_an_event_map(text, tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(UserError) as refused:
        load_event_map(str(path))

    assert "\n" not in str(refused.value)


def test_a_policy_file_is_read_up_to_a_size(tmp_path):
    path = tmp_path / "ours.yaml"
    with path.open("wb") as file:
        file.truncate(10**12)

    with pytest.raises(UserError, match=r"ours\.yaml is larger than 1 MB"):
        text_of(str(path))


@pytest.mark.parametrize("name", ["x" * 5000, "~nobody/x", "\x00", "\ud800"])
def test_no_name_that_is_typed_fails_but_by_not_being_there(name):
    with pytest.raises(UserError, match="There is no file"):
        inbox_file(name)
    with pytest.raises(UserError, match=r"There is no preset|cannot be read"):
        text_of(name)
    with pytest.raises(UserError, match="There is no event map"):
        load_event_map(name)
    with pytest.raises(UserError, match="cannot be read"):
        text_of(str(Path("/tmp") / f"{name}.yaml"))


def test_what_somebody_pasted_is_repeated_in_part():
    with pytest.raises(UserError) as refused:
        inbox_file("长" * 40_000)

    assert len(str(refused.value)) < 2000


@pytest.mark.parametrize(
    ("ticket", "at", "says"),
    [
        ("T\x00", "2026-10-12 09:00", "text of at most 500 characters"),
        ("T" * 501, "2026-10-12 09:00", "text of at most 500 characters"),
        ("T", "0001-01-01T00:00:00+23:59", "a moment like"),
        ("T", "9999-12-31T23:59:59-23:59", "a moment like"),
    ],
)
def test_a_log_holds_what_a_database_takes(ticket, at, says):
    table = read(
        "log.csv", f"ticket,activity,agent,at\n{ticket},Wait,x,{at}\n".encode()
    )

    with pytest.raises(UserError, match=says):
        read_log(table[0], "UTC")


def test_half_a_character_breaks_no_link():
    assert form_link("http://kam", "d", {"by": "\ud800"})
