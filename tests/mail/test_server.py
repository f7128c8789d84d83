"""Which mail server the settings mean; what cannot be meant is one sentence."""

from typing import Any

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.mail.server import MailServer, mail_server
from kam_flows.settings import Settings, settings


def a_server(url: str = "", **others: Any) -> MailServer:
    return mail_server(Settings(smtp_url=url, **others))


def test_without_a_server_mail_goes_to_the_catcher():
    server = a_server(host="127.0.0.1", smtp_port=9025)

    assert (server.host, server.port) == ("127.0.0.1", 9025)
    assert (server.tls, server.starttls, server.user) == (False, False, None)


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp://mail.example.com", 25, False, None),
        ("smtp://mail.example.com:2525?starttls=no", 2525, False, False),
        ("smtp://user@mail.example.com", 587, False, True),
        ("smtp://user@mail.example.com:587?starttls=yes", 587, False, True),
        ("smtp://user@mail.example.com:25?starttls=no", 25, False, False),
        ("smtps://user@mail.example.com", 465, True, False),
        ("smtps://user@mail.example.com:4650", 4650, True, False),
    ],
)
def test_the_address_says_how_to_speak_to_the_server(url, port, tls, starttls):
    server = a_server(url)

    assert server.host == "mail.example.com"
    assert (server.port, server.tls, server.starttls) == (port, tls, starttls)
    assert server.user == ("user" if "user@" in url else None)


def test_a_user_may_be_an_address_of_its_own():
    assert a_server("smtps://kam%40example.com@mail.example.com").user == (
        "kam@example.com"
    )


def test_the_password_comes_from_its_own_setting_and_is_never_shown():
    server = a_server("smtps://user@mail.example.com", smtp_password="geheim")

    assert server.password == "geheim"
    assert not server.wants_password
    assert "geheim" not in f"{server} {server!r}"
    assert a_server("smtps://user@mail.example.com").wants_password


def test_bounces_go_to_the_address_of_the_sender():
    assert a_server(sender="KAM 服务 <kam@example.com>").sender == "kam@example.com"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("smtp://user:geheim@mail.example.com", "holds a password; take it out"),
        ("mail.example.com", "not the address of a mail server"),
        ("http://mail.example.com", "not the address of a mail server"),
        ("smtp://", "not the address of a mail server"),
        ("smtp://mail.example.com/inbox", "not the address of a mail server"),
        ("smtp://mail.example.com:port", "cannot be read"),
        ("smtp://mail.example.com?starttls=maybe", "only \\?starttls=yes and"),
        ("smtp://mail.example.com?tls=yes", "only \\?starttls=yes and"),
        ("smtps://mail.example.com?starttls=yes", "smtps and starttls at once"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(url, words):
    with pytest.raises(UserError, match=words) as refused:
        a_server(url)

    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAM_SENDER", "KAM Flows"),
        ("KAM_SENDER", "KAM\nBcc: x@example.com <kam@example.com>"),
        ("KAM_REPLY_TO", "desk"),
        ("KAM_DUTY_MAILBOX", "duty"),
        ("KAM_DUTY_MAILBOX", "Duty <duty@example.com>"),
    ],
)
def test_what_is_no_address_is_refused_at_the_start(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(UserError, match=rf"{name} cannot be used: no mail address; "):
        settings()
