"""`kam mail`: reading what was caught, what waits, and samples."""

import os
from datetime import datetime, timedelta

import pytest

from kam_flows.cli import main
from kam_flows.mail.mime import build, message_id
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tests.mail.builders import MONDAY, SENDER, a_mail


@pytest.fixture
def kam(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `kam mail` with these arguments; returns exit code, output, complaint."""

    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["kam", "mail", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code, *capsys.readouterr())

    return run


def catch(number: int, subject: str, date: datetime = MONDAY) -> None:
    folder = settings().maildir / "new"
    folder.mkdir(parents=True, exist_ok=True)
    content = build(
        a_mail(f"test:{number}", subject=subject, html=f"<b>{subject}</b>"),
        sender=SENDER,
        reply_to="",
        date=date,
    )
    # The clock of the catcher begins anew with the machine: names do not sort.
    path = folder / f"{9 - number}.kam"
    path.write_bytes(b"Delivered-To: li.wei@example.com\r\n" + content)
    os.utime(path, (number, number))


def test_caught_mails_are_listed_newest_first(kam):
    catch(1, "早")
    catch(2, "晚")

    code, out, _ = kam("list")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split()[0] == "1"
    assert lines[0].endswith("李伟 <li.wei@example.com>  晚")
    assert lines[1].endswith("早")
    assert lines[2] == f"2 mails in {settings().maildir} (Asia/Shanghai)"


def test_caught_mails_are_ordered_by_the_date_they_show(kam):
    catch(1, "晚", MONDAY + timedelta(hours=1))
    catch(2, "早")

    _, out, _ = kam("list")
    assert [line.split()[-1] for line in out.splitlines()[:2]] == ["晚", "早"]


def test_times_are_those_of_the_office_and_say_so(kam, monkeypatch):
    monkeypatch.setenv("KAM_TIMEZONE", "Europe/Rome")
    settings.cache_clear()
    catch(1, "早")

    _, listed, _ = kam("list")
    _, shown, _ = kam("show")
    assert listed.splitlines()[0].split()[1:3] == ["10-12", "11:00"]
    assert listed.endswith("(Europe/Rome)\n")
    assert "Date: 2026-10-12 11:00 +0200 (Europe/Rome)\n" in shown


def test_one_mail_is_shown_as_text(kam):
    catch(1, "早")
    catch(2, "晚")

    _, out, _ = kam("show", "2")
    assert "Subject: 早\n" in out
    assert "有一张工单需要您处理。" in out


def test_one_mail_is_written_as_a_page_to_open(kam):
    catch(1, "早")

    _, out, _ = kam("open", "--no-open")
    page = settings().var / "preview" / "8.kam.html"
    assert out.strip() == str(page)
    assert page.read_text(encoding="utf-8") == "<b>早</b>"


def test_a_number_that_is_not_there_is_one_sentence(kam):
    code, _, complaint = kam("show")
    assert (code, complaint) == (
        2,
        f"No mail was caught yet in {settings().maildir}.\n",
    )
    catch(1, "早")

    code, _, complaint = kam("show", "7")
    assert (code, complaint) == (2, "There are 1 mails; type a number from 1 to 1.\n")


def test_a_sample_of_a_mail_is_rendered_in_the_language_asked_for(kam):
    _, chinese, _ = kam("preview", "escalation/rungs_climbed", "--no-open")
    _, english, _ = kam(
        "preview", "escalation/rungs_climbed", "--lang", "en", "--no-open"
    )

    assert chinese != english
    page = settings().var / "preview" / "escalation-rungs_climbed.en.html"
    assert str(page) in english
    assert page.exists()


def test_a_mail_nobody_knows_is_one_sentence(kam):
    code, _, complaint = kam("preview", "nothing", "--no-open")

    assert code == 2
    assert "There is no mail 'nothing'" in complaint


@pytest.mark.usefixtures("sqlite_database")
def test_the_outbox_is_listed_with_what_became_of_each_mail(kam):
    with unit_of_work() as uow:
        for number, held_for in ((1, None), (2, "approval")):
            uow.outbox.enqueue(
                mail=a_mail(f"test:{number}"),
                content=b"",
                message_id=message_id("test:1", SENDER),
                now=MONDAY,
                held_for=held_for,
            )

    _, out, _ = kam("outbox")
    held, queued, counts = out.splitlines()
    assert "暂缓" in held
    assert "(approval)" in held
    assert "待发送" in queued
    assert "10-12 17:00" in queued
    assert counts == "暂缓 1, 待发送 1 (Asia/Shanghai)"
