"""Only the secret of this house signs, and only what it signed is read."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kam_flows import signing
from kam_flows.domain.errors import UserError
from kam_flows.domain.signed_links import MARK, Offer, offer, parted, signed_name
from kam_flows.settings import settings
from tests.builders import at

NOW = at("2026-10-12 10:00")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def an_offer(ticket: str = "T-0001") -> Offer:
    filled = {"ticket": ticket, "by": "S01 · 王立伟"}
    return offer("take-up-a-ticket", "S01", filled, NOW + timedelta(hours=72))


def test_what_was_signed_is_read_again():
    token = signing.sign(an_offer())

    assert signing.read(token) == an_offer()
    assert parted(signed_name("S01", token)) == ("S01", token)
    assert MARK not in token


@given(place=st.integers(min_value=0), letter=st.sampled_from(LETTERS))
@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_letter_of_a_token_can_be_changed(place: int, letter: str):
    token = signing.sign(an_offer())
    place %= len(token)
    other = token[:place] + letter + token[place + 1 :]

    assert other == token or signing.read(other) is None


def test_no_spelling_of_a_signature_is_a_second_link():
    """Its last letter has two bits that say nothing."""
    token = signing.sign(an_offer())
    spellings = [token[:-1] + letter for letter in LETTERS]

    assert [one for one in spellings if signing.read(one)] == [token]


def test_another_house_signs_otherwise(monkeypatch: pytest.MonkeyPatch):
    token = signing.sign(an_offer())
    monkeypatch.setenv("KAM_SECRET", "a secret of another house")
    settings.cache_clear()

    assert signing.read(token) is None
    assert signing.read("") is None


def test_a_secret_is_made_once_and_only_its_owner_reads_it():
    token = signing.sign(an_offer())
    kept = settings().var / "secret"

    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(kept.read_text("ascii")) == 43
    assert list(settings().var.iterdir()) == [kept]
    signing._kept.cache_clear()
    assert signing.read(token) == an_offer()


def test_whoever_makes_a_secret_second_takes_the_first(tmp_path: Path):
    path = tmp_path / "secret"
    signing._make(path)
    first = path.read_text("ascii")
    signing._make(path)

    assert path.read_text("ascii") == first


def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("KAM_VAR", str(tmp_path / "file"))
    settings.cache_clear()

    with pytest.raises(UserError, match=r"secret cannot be used .* set KAM_SECRET"):
        signing.sign(an_offer())


def test_a_secret_that_could_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KAM_SECRET", "hunter2")
    settings.cache_clear()

    with pytest.raises(UserError, match="KAM_SECRET cannot be used: too short") as said:
        settings()
    assert "hunter2" not in str(said.value)
