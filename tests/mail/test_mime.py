"""Bytes on the wire: whatever people are called, a mail reads as it was written."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.mail.mime import UnwritableHeader, build, message_id, read
from tests.mail.builders import MONDAY, SENDER, a_mail

HOSTILE = [
    "张伟 经理",
    "华东某某科技有限公司" * 12,
    'O\'Neil, Ann "Annie" \\ (KAM) <ceo@example.com>',
    "=?utf-8?b?5Lit?=",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "\u202emalicious\u202c \u200f\u0645\u0631\u062d\u0628\u0627",
    "👩‍👩‍👧‍👦🏳️‍🌈 emoji",
    "a" * 300,
    "two  spaces, a\ttab and \x07",
    "Ünïcödé Cafe\u0301",
    "Plain Name",
    "名" + "x" * 90 + "字",
]
words = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=200
) | st.sampled_from(HOSTILE)
# Mail readers strip and the email package folds white space around a header's value.
phrases = words.map(str.strip).filter(bool)
bodies = st.text(st.characters(codec="utf-8"), max_size=3000)


def built(rendered, **headers) -> bytes:
    return build(rendered, sender=SENDER, reply_to="", date=MONDAY, **headers)


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def display_name(content: bytes) -> str:
    """The name in To; the modern parser keeps a space between two encoded words."""
    raw = message_from_bytes(content, policy=policy.compat32)["To"]
    name, _ = parseaddr(raw.replace("\r\n", ""))
    return str(make_header(decode_header(name))) if "=?" in name else name


@given(name=phrases, subject=phrases)
def test_names_and_subjects_arrive_as_they_were_written(name, subject):
    content = built(a_mail(name=name, subject=subject))

    message = parsed(content)
    assert message["Subject"] == subject
    assert message["To"].addresses[0].addr_spec == "li.wei@example.com"
    assert display_name(content) == name
    assert len(message["To"].addresses) == 1
    assert not message.defects


@given(name=phrases, subject=phrases, text=bodies)
def test_no_line_is_longer_than_mail_allows(name, subject, text):
    content = built(a_mail(name=name, subject=subject, text=text))

    head = content.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 78
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")


@given(text=bodies, html=bodies)
def test_both_bodies_arrive_byte_for_byte(text, html):
    content = built(a_mail(text=text, html=html))

    plain, rich = parsed(content).iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert rich.get_content_type() == "text/html"
    assert plain.get_payload(decode=True) == text.encode()
    assert rich.get_payload(decode=True) == html.encode()


@given(
    st.text(max_size=20),
    st.sampled_from(["\r", "\n", "\r\n", "\0", "\r\nBcc: x@example.com"]),
    st.text(max_size=20),
)
def test_a_line_break_never_begins_a_header(before, line_break, after):
    value = before + line_break + after

    for rendered in (a_mail(subject=value), a_mail(name=value), a_mail(address=value)):
        with pytest.raises(UnwritableHeader):
            built(rendered)
    with pytest.raises(UnwritableHeader):
        built(a_mail(copies=(f"a@example.com{value}",)))
    with pytest.raises(UnwritableHeader):
        built(a_mail(), headers={"X-Ticket": value})
    with pytest.raises(UnwritableHeader):
        build(a_mail(), sender=f"A{value} <a@example.com>", reply_to="", date=MONDAY)


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a b@example.com", "a@b@example.com", "张伟@example.com",
     "a@example.com, b@example.com", "<a@example.com>", "a@example.com>", "a@例子.cn"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    with pytest.raises(UnwritableHeader):
        built(a_mail(address=address))


def test_a_further_header_may_not_be_named_like_two():
    with pytest.raises(UnwritableHeader):
        built(a_mail(), headers={"X-A: 1\r\nBcc": "x@example.com"})


def test_the_headers_say_what_the_mail_is():
    content = build(
        a_mail(copies=("head@example.com", "duty@example.com")),
        sender=SENDER,
        reply_to="服务台 <desk@example.com>",
        date=MONDAY,
        headers={"X-Kam-Ticket": "T-0001"},
    )

    message = parsed(content)
    assert message["From"] == SENDER
    assert message["Reply-To"] == "服务台 <desk@example.com>"
    assert message["Cc"] == "head@example.com, duty@example.com"
    assert message["Date"].datetime == MONDAY
    assert message["Message-ID"] == message_id("test:1", SENDER)
    assert message["MIME-Version"] == "1.0"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Kam-Ticket"] == "T-0001"
    assert message.get_content_type() == "multipart/alternative"


def test_many_copies_stand_on_lines_of_their_own():
    copies = tuple(f"somebody.with.a.long.name.{n}@example.com" for n in range(20))

    message = parsed(built(a_mail(copies=copies)))
    assert tuple(a.addr_spec for a in message["Cc"].addresses) == copies


def test_the_same_mail_is_the_same_bytes():
    assert built(a_mail()) == built(a_mail())
    assert built(a_mail("test:1")) != built(a_mail("test:2"))


def test_the_message_id_derives_from_the_dedup_key():
    one, two = message_id("test:1", SENDER), message_id("test:2", SENDER)

    assert one != two
    assert one == message_id("test:1", "Other Name <kam@example.com>")
    assert one.endswith("@example.com>")


def test_a_mail_reads_back_as_it_was_written():
    mail = read(built(a_mail(copies=("head@example.com",))))

    assert mail.subject == "工单提醒"
    assert mail.text == "有一张工单需要您处理。\n"
    assert mail.html == "<p>有一张工单需要您处理。</p>\n"
    assert mail.to == "李伟 <li.wei@example.com>, head@example.com"
    assert mail.date == MONDAY


def test_half_a_character_does_not_lose_a_mail():
    mail = read(built(a_mail(subject="a\ud800b", text="c\udfffd")))

    assert (mail.subject, mail.text) == ("a?b", "c?d")
