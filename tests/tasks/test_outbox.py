"""What staff decide about mails that wait for a person, and what they see of the rest."""

from datetime import timedelta

import pytest

from kam_flows.domain.delivery import Answer, Delivery, Refusal
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Decision, Fate
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.outbox import Posted
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.outboxes import fate_rows, mail_choice, outbox_rows
from tasks.forms import choices
from tasks.outbox import NEWEST, decide_about, outbox_now
from tests.builders import a_person
from tests.mail.builders import MONDAY, ToAccount, a_mail
from tests.portfolio import store, use_policy

LATER = MONDAY + timedelta(hours=1)
REFUSED = Delivery(
    answer=Answer.ANSWERED,
    refusals=(Refusal(address="li.wei@example.com", code=550, words="no such user"),),
)
LOST = Delivery(answer=Answer.LOST, error="connection lost")
SENT = Delivery(answer=Answer.ANSWERED)


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy()
    store([a_person("ops", role=StaffRole.OPERATIONS), a_person("mara")], [])


def queue(key: str, *, held_for: str | None = None, subject: str = "工单提醒") -> int:
    with unit_of_work() as uow:
        return uow.outbox.enqueue(
            mail=a_mail(key, kind=ToAccount, subject=subject),
            content=b"bytes",
            message_id=f"<{key}@example.com>",
            now=MONDAY,
            held_for=held_for,
        )


def ended(key: str, delivery: Delivery) -> int:
    """A mail with which it ended so."""
    mail_id = queue(key)
    with unit_of_work() as uow:
        uow.outbox.claim(MONDAY, "test", 100, timedelta(minutes=5))
        uow.outbox.record({mail_id: delivery}, MONDAY, "test")
    return mail_id


def decide(mail: object, decision: Decision, by: str = "ops", **more: bool) -> Posted:
    return decide_about.fn(
        mail=str(mail), decision=decision, by=by, now=LATER, note="他们来电", **more
    )


def due() -> list[int]:
    with unit_of_work() as uow:
        lease = timedelta(minutes=5)
        return [mail.id for mail in uow.outbox.claim(LATER, "next", 100, lease).mails]


@pytest.mark.parametrize("delivery", [REFUSED, LOST])
def test_what_came_to_nothing_is_sent_again(delivery):
    mail_id = ended("a", delivery)
    decided = decide(mail_id, Decision.SEND)

    assert (decided.fate, decided.attempts) == (Fate.QUEUED, 0)
    assert due() == [mail_id]


def test_a_held_mail_is_released():
    mail_id = queue("a", held_for="approval")
    decide(mail_id, Decision.SEND)

    assert due() == [mail_id]


def test_a_dropped_mail_never_leaves_and_keeps_what_the_server_had_said():
    held, refused = queue("a", held_for="approval"), ended("b", REFUSED)
    first, second = decide(held, Decision.DROP), decide(refused, Decision.DROP)

    assert {first.fate, second.fate} == {Fate.CANCELLED}
    assert "550 no such user" in str(second.error)
    assert due() == []
    assert outbox_now.fn(MONDAY).counts == {Fate.CANCELLED: 2}


def test_a_decision_is_on_record_with_who_and_why():
    decide(queue("a", held_for="approval"), Decision.SEND)

    with unit_of_work(read_only=True) as uow:
        [row] = uow.audit.about("mail a")
        assert (row.actor, row.action, row.at) == ("ops", "mail released", LATER)
        assert row.detail["note"] == "他们来电"


def test_the_choice_of_the_form_is_understood():
    mail_id = ended("a", REFUSED)
    with unit_of_work(read_only=True) as uow:
        [choice] = choices(uow, LATER, "zh_CN")["mails"].values()

    assert choice == f"{mail_id} · 被拒收 · li.wei@example.com · 工单提醒"
    assert decide(choice, Decision.SEND).id == mail_id


def test_a_dry_run_keeps_nothing():
    mail_id = ended("a", REFUSED)
    shown = decide(mail_id, Decision.DROP, dry_run=True)

    assert shown.fate is Fate.CANCELLED
    with unit_of_work() as uow:
        assert uow.outbox.get(mail_id).fate is Fate.FAILED
        assert [row.actor for row in uow.audit.about("mail a")] == ["dispatch"]


@pytest.mark.parametrize("decision", Decision)
def test_a_sent_mail_can_be_neither_repeated_nor_taken_back(decision):
    mail_id = ended("a", SENT)

    with pytest.raises(UserError) as error:
        decide(mail_id, decision)
    assert refusal(error.value, "zh_CN") == (
        f"邮件 {mail_id} 的状态是“已发送”；只有“暂缓、被拒收、结果不明”的邮件可以这样处理。"
    )


@pytest.mark.parametrize("mail", ["7", "x", "", "99999999999999999999", "-1", "1.5"])
def test_a_mail_that_is_not_there_is_one_sentence(mail):
    with pytest.raises(UserError, match=r"There is no mail '.*'; choose one"):
        decide(mail, Decision.SEND)


def test_only_those_who_steer_decide():
    mail_id = ended("a", REFUSED)

    with pytest.raises(UserError) as error:
        decide(mail_id, Decision.SEND, by="mara")
    assert "角色是“客户经理”，无权操作" in refusal(error.value, "zh_CN")
    with unit_of_work() as uow:
        assert uow.outbox.get(mail_id).fate is Fate.FAILED


def test_mails_that_wait_for_a_person_come_first_however_old():
    old = [ended("old", LOST), queue("held", held_for="approval")]
    young = [queue(f"young:{n}") for n in range(NEWEST + 1)]
    now = outbox_now.fn(MONDAY)

    listed = [mail.id for mail in now.mails]
    assert listed == [*reversed(old), *reversed(young[1:])]
    assert fate_rows(now.counts, "en") == [
        {"Fate": "Held", "Count": "1"},
        {"Fate": "Queued", "Count": str(NEWEST + 1)},
        {"Fate": "Unknown", "Count": "1"},
    ]


def test_the_table_says_what_became_of_a_mail_in_the_staffs_language():
    ended("a", REFUSED)

    [row] = outbox_rows(outbox_now.fn(MONDAY).mails, "zh_CN", "Asia/Shanghai", {})
    assert row == {
        "邮件": "1",
        "状态": "被拒收",
        "收件人": "li.wei@example.com",
        "主题": "工单提醒",
        "写成时间": "2026-10-12 17:00",
        "结束时间": "2026-10-12 17:00",
        "尝试次数": "1",
        "原因": "li.wei@example.com: 550 no such user",
    }


def test_a_hostile_subject_is_one_line_in_table_and_list():
    subject = "a · b\n<script>\u202e" + "x" * 100
    mail_id = queue("a", held_for="approval", subject=subject)
    [mail] = outbox_now.fn(MONDAY).mails

    [row] = outbox_rows([mail], "en", "UTC", {})
    choice = mail_choice(mail, "en")
    assert row["Subject"].startswith("a · b <script>xxx")
    assert "\n" not in choice
    assert "\u202e" not in choice
    assert decide(choice, Decision.DROP).id == mail_id
