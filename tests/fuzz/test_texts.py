"""Durations, policies, event maps, templates, addresses, links: any text will do."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.durations import Duration
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import RenderedMail
from kam_flows.mail.mime import UnwritableHeader, build, read
from kam_flows.policies import load
from kam_flows.policies.event_maps import SHIPPED, load_event_map
from kam_flows.policies.load import parse_policy, preset_text, text_of
from kam_flows.rendering.agreements import document
from kam_flows.rendering.care_letters import draft
from kam_flows.rendering.care_samples import letter_facts
from kam_flows.rendering.samples import sample
from kam_flows.settings import settings
from tasks.inbox import inbox_file
from tests.fuzz.inputs import ends_well, texts, tried

YAML = (
    "a: &a [1, 2]\n", "b: *a\n", "<<: [*a, *a]\n", "? [x]\n: y\n", "- " * 400, "[" * 2000,
    "!!bool maybe", "!!int x", "!!timestamp 2026-99-99", "!!binary $", "!!set {a}", "\t",
    "%YAML 9.9\n---\n", "---\n...\n---\n", "!!python/object:os.system x", "&a *a", "{}", "1d",
)  # fmt: skip
PIECES = (
    "{{ ", " }}", "{% ", " %}", "{# ", " #}", "for a in ", "endfor", "if ", "endif", "on",
    "years", "|", "clip(9)", "full_date", "sort", "map('upper')", ".__class__", "[0]", "()",
    "range(99999)", "'x'", "*", "~", "**", "+", "- 1", "not ", "in ", "set a = ", "loop",
    "recursive", "macro f(n)", "endmacro", "f(3)", "include 'x'", "extends 'x'", "9" * 99,
    "block b", "endblock", "self.b()", "namespace()", "is defined", "joiner", "\n\n", "x",
)  # fmt: skip


def pieces(*some: str) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(st.sampled_from(some), texts(8)), max_size=12).map(
        "".join
    )


@tried()
@given(number=texts(8), unit=st.sampled_from(["", "min", "h", "d", "bmin", "bh", "bd"]))
def test_a_duration_is_read_and_written_alike_or_refused(number, unit):
    text = number + unit
    if ends_well(lambda: Duration.parse(text)):
        read_ = Duration.parse(text)
        assert Duration.parse(str(read_)) == read_


@tried(cost=3)
@given(data=st.data())
def test_a_policy_is_read_or_every_mistake_is_named(data):
    lines = preset_text("default").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        put = data.draw(st.one_of(st.sampled_from(YAML), texts()))
        key, colon, _ = lines[place].partition(": ")
        lines[place] = key + colon + put if data.draw(st.booleans()) else put
    load._READ.clear()

    ends_well(lambda: parse_policy("\n".join(lines), "ours.yaml"))


@tried()
@given(text=pieces(*YAML))
def test_no_text_stops_the_reader_of_policies(text):
    ends_well(lambda: parse_policy(text, "ours.yaml"))


@tried(cost=2)
@given(data=st.data())
def test_an_event_map_is_read_or_refused(data, tmp_path):
    text = (SHIPPED / "helpdesk.yaml").read_text("utf-8")
    place = data.draw(st.integers(0, len(text)))
    put = data.draw(st.one_of(st.sampled_from(YAML), texts()))
    path = tmp_path / "map.yaml"
    path.write_text(text[:place] + put + text[place:], "utf-8", "replace")
    load_event_map.cache_clear()

    ends_well(lambda: load_event_map(str(path)))


@tried()
@given(name=texts())
def test_no_name_of_a_file_or_a_preset_fails_otherwise(name):
    for call in (inbox_file, text_of, load_event_map):
        ends_well(call, name)


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "templates" / "care" / "letters"
    shutil.copytree(settings().templates / "care" / "letters", folder)
    monkeypatch.setenv("KAM_TEMPLATES", str(tmp_path / "templates"))
    settings.cache_clear()
    return folder


@tried()
@given(wording=pieces(*PIECES), number=st.integers())
def test_a_wording_of_ones_own_is_filled_in_or_refused(letters, wording, number):
    path = letters / f"birthday.ours{number}.en.txt.j2"
    path.write_text(f"Hello\n\n{wording}", "utf-8", "replace")

    ends_well(lambda: draft(letter_facts("birthday", "en"), f"ours{number}", "en"))


@tried(cost=4)
@given(wording=pieces(*PIECES))
def test_an_agreement_of_ones_own_is_filled_in_or_refused(wording, tmp_path):
    word, path = Document(), tmp_path / "ours.docx"
    word.add_paragraph("{{ account }} {{ version }} {{ promises }}")
    kept = "".join(c for c in wording if c.isprintable() and c.isascii())
    word.add_paragraph(kept)
    word.save(str(path))

    ends_well(
        lambda: document(path, {"account": "x", "version": 1, "promises": [{"a": "b"}]})
    )


@tried()
@given(name=texts(), address=texts(), subject=texts())
def test_no_name_or_subject_begins_a_header_of_its_own(name, address, subject):
    mail = sample("escalation/ticket_yours", "en")
    object.__setattr__(mail, "name", name)
    object.__setattr__(mail, "address", address)
    rendered = RenderedMail(mail=mail, subject=subject, text="x", html="<p>x</p>")
    try:
        content = build(
            rendered,
            sender="KAM <kam@example.com>",
            reply_to="",
            date=datetime(2026, 10, 12, tzinfo=UTC),
        )
    except UnwritableHeader:
        return

    head = content.partition(b"\r\n\r\n")[0]
    names = [
        line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] != b" "
    ]
    assert set(names) <= {
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"MIME-Version",
        b"Auto-Submitted", b"X-Auto-Response-Suppress", b"Content-Type", b"Cc",
        b"Reply-To", b"Content-Transfer-Encoding",
    }  # fmt: skip


@tried()
@given(
    content=st.one_of(
        st.binary(max_size=400), texts().map(lambda t: t.encode("utf-8", "replace"))
    )
)
def test_no_stored_mail_stops_the_reader_of_mails(content):
    read(b"From: x\r\nSubject: =?utf-8?b?" + content)
    read(content)


@tried()
@given(parameters=st.dictionaries(st.text(max_size=9), texts()))
def test_a_link_carries_every_text_unchanged(parameters):
    link = form_link("http://kam.example.com", "d-1", parameters)
    assert link

    (carried,) = parse_qs(urlsplit(link).query)["parameters"]
    sent = json.dumps(parameters, ensure_ascii=False).encode(errors="replace")
    assert json.loads(carried) == json.loads(sent)
