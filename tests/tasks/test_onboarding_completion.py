"""What is posted when an onboarding is complete, and who lets the account's letter go."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Contact, TeamMember, Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Decision, Fate, Reader
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.mail.mime import read
from kam_flows.persistence.models import AuditRow, OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import preset_text
from tasks.handovers import hand_over
from tasks.outbox import decide_about
from tests.builders import a_person, an_account, at
from tests.onboardings import answered, filed, signed_sla, started
from tests.portfolio import store, use_policy, use_text, watching

TEAM = (
    TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
    TeamMember(staff="ti", role=TeamRole.TECHNICAL),
    TeamMember(staff="ti", role=TeamRole.DELIVERY),
    TeamMember(staff="gone", role=TeamRole.SUPPORT),
)
INTERNAL = re.compile(
    "policy|tier|ladder|onboard|checklist|kam flows|escalat|waive|服务标准|分级|潜力级|升级"
    "|接入|清单|豁免|工单",
    re.IGNORECASE,
)
DONE = "2026-10-12 12:00"
LATER = "2026-10-13 10:00"


def a_contact(code: str, **fields: object) -> Contact:
    defaults: dict[str, object] = {
        "name": code.title(),
        "email": f"{code}@acme.example",
        "is_decision_maker": True,
    }
    return Contact(code=code, account="ACME", **defaults | fields)  # type: ignore[arg-type]


def house(*contacts: Contact, mara: str = "mara@example.com", **fields: object) -> None:
    use_policy("enterprise")
    people = [
        a_person("mara", name="马岚", supervisor="sun", email=mara),
        a_person("ti", name="田一"),
        a_person("gone", active=False),
        a_person("sun", role="supervisor"),
        a_person("ben"),
    ]
    store(people, [an_account(tier=Tier.POTENTIAL, team=TEAM)])
    with unit_of_work() as uow:
        uow.accounts.save_contacts(contacts)


def complete(*, agreement: bool = True) -> None:
    started("2026-10-12 09:00")
    answered("2026-10-12 10:00", Dimension.GOALS)
    answered("2026-10-12 10:30", *[d for d in Dimension if d is not Dimension.GOALS])
    signed_sla("2026-10-12 11:00")
    filed(DONE)


@pytest.fixture
def session(database: str):
    with watching() as opened_session:
        yield opened_session


def mails(session: Session, template: str) -> dict[str, OutboxRow]:
    rows = session.scalars(select(OutboxRow).where(OutboxRow.template == template))
    return {row.recipient: row for row in rows}


def letters(session: Session) -> dict[str, OutboxRow]:
    return mails(session, "onboarding/welcome")


def briefs(session: Session) -> dict[str, OutboxRow]:
    return mails(session, "onboarding/complete")


def decide(mail: OutboxRow, by: str, decision: Decision = Decision.SEND):
    now = at("2026-10-14 09:00")
    return decide_about.fn(mail=str(mail.id), decision=decision, by=by, now=now)


def test_team_and_manager_get_the_brief_once_and_red_lines_stand_first(session):
    house(a_contact("wang"))
    complete()

    found = briefs(session)
    assert set(found) == {"mara", "ti", "sun"}
    text = read(found["ti"].content).text
    assert text.index("红线与禁忌") < text.index("业务痛点")
    assert "田一" in text
    assert "致客户的 1 封信等待马岚放行" in text


def test_decision_makers_get_a_letter_that_waits_for_the_lead_manager(session):
    house(
        a_contact("wang", name="王总"),
        a_contact("li", name="Ms Li", language="en"),
        a_contact("xu", is_decision_maker=False),
    )
    complete()

    found = letters(session)
    assert set(found) == {"wang", "li"}
    for row in found.values():
        assert (row.fate, row.reader) == (Fate.HELD, Reader.ACCOUNT)
        assert row.expires_at is None
    assert "尊敬的王总" in read(found["wang"].content).text
    assert "Dear Ms Li" in read(found["li"].content).text


def test_the_letter_says_nothing_internal_links_to_nothing_and_is_answered_by_the_lead(
    session,
):
    house(a_contact("wang"), a_contact("li", language="en"))
    with unit_of_work() as uow:
        uow.forms.remember({"show-an-onboarding": "x", "decide-about-a-mail": "y"})
    complete()

    for row in letters(session).values():
        mail = read(row.content)
        for words in (mail.subject, mail.text, re.sub("<[^>]*>", " ", mail.html)):
            assert not INTERNAL.search(words)
        assert "http" not in mail.text + mail.html
        assert "href" not in mail.html
        assert "mara@example.com" in mail.text
        assert "gone" not in mail.text.lower()
        assert b"\r\nReply-To: " in row.content
        assert b"<mara@example.com>" in row.content.split(b"\r\nTo: ")[0]


def test_promised_times_stand_in_the_letter_only_where_they_are_signed(session):
    house(a_contact("wang"))
    complete()
    text = read(letters(session)["wang"].content).text
    assert "签署的服务协议" in text
    assert "24 小时内响应" in text


def test_what_is_not_known_is_left_out_of_the_letter(session):
    house(a_contact("wang"), mara="mara(at)example.com")
    complete()

    mail = letters(session)["wang"]
    text = read(mail.content).text
    assert "请直接回复" not in text
    assert "mara(at)" not in text
    assert b"Reply-To" not in mail.content
    assert set(briefs(session)) == {"ti", "sun"}
    about = session.scalars(select(AuditRow.action)).all()
    assert "onboarding brief not sent" in about


@pytest.mark.parametrize(
    "contacts",
    [(), (a_contact("wang", email="wang at acme"),)],
    ids=["nobody", "no address"],
)
def test_without_anybody_to_write_to_the_brief_says_so(session, contacts):
    house(*contacts)
    complete()

    assert letters(session) == {}
    assert "没有可送达的联系人邮箱" in read(briefs(session)["mara"].content).text


def test_where_nobody_decides_the_first_contact_with_an_address_is_written_to(session):
    house(
        a_contact("a", is_decision_maker=False, email=""),
        a_contact("b", is_decision_maker=False),
        a_contact("c", is_decision_maker=False),
    )
    complete()

    assert set(letters(session)) == {"b"}


def test_the_brief_to_the_lead_shows_the_letter_and_the_form_that_lets_it_go(session):
    house(a_contact("wang"))
    with unit_of_work() as uow:
        uow.forms.remember({"decide-about-a-mail": "id-of-decide"})
    complete()

    found, letter = briefs(session), letters(session)["wang"]
    text = read(found["mara"].content).text
    assert "尊敬的Wang：" in text
    assert "id-of-decide" in text
    assert f"%22{letter.id}%20" in text
    assert "id-of-decide" not in read(found["ti"].content).text


def test_the_lead_manager_lets_the_letter_go_and_it_is_sent(session):
    house(a_contact("wang"))
    complete()
    letter = letters(session)["wang"]
    with pytest.raises(UserError, match="may not do this"):
        decide(letter, "ben")

    assert decide(letter, "mara").fate is Fate.QUEUED

    session.expire_all()
    assert letters(session)["wang"].expires_at == at("2026-10-15 09:00")


def test_a_supervisor_may_drop_it(session):
    house(a_contact("wang"))
    complete()

    assert decide(letters(session)["wang"], "sun", Decision.DROP).fate is Fate.CANCELLED


def test_a_letter_does_not_speak_for_who_has_passed_the_account_on(session):
    house(a_contact("wang"))
    complete()
    team = (TeamMember(staff="ben", role=TeamRole.LEAD_MANAGER),)
    with unit_of_work() as uow:
        uow.accounts.replace_teams({"ACME": team})

    with pytest.raises(UserError, match="no longer on the team"):
        decide(letters(session)["wang"], "ben")
    assert decide(letters(session)["wang"], "ben", Decision.DROP).fate is Fate.CANCELLED


def test_a_policy_without_a_letter_has_none(session):
    house(a_contact("wang"))
    text = preset_text("enterprise").replace("welcome: true", "welcome: false")
    use_text(text, at("2026-10-01 09:00"))
    complete()

    assert letters(session) == {}
    assert set(briefs(session)) == {"mara", "ti", "sun"}


def test_a_letter_in_the_name_of_who_hands_over_is_written_anew_for_the_successor(
    session,
):
    house(a_contact("wang"))
    complete()
    [before] = [row.id for row in letters(session).values()]

    done = hand_over.fn(
        account="ACME", leaving="mara", successor="ben", by="mara", now=at(LATER)
    )

    assert done.brief.passed.mails == 1
    statement = select(OutboxRow).where(OutboxRow.template == "onboarding/welcome")
    old, new = session.scalars(statement.order_by(OutboxRow.id))
    assert (old.id, old.fate, new.fate) == (before, Fate.CANCELLED, Fate.HELD)
    assert "马岚" not in read(new.content).text
    with pytest.raises(UserError):
        decide(new, "mara")
    assert decide(new, "ben").fate is Fate.QUEUED


def test_an_account_that_comes_back_has_its_letter_written_once_more(session):
    house(a_contact("wang"))
    complete()
    for leaving, successor in (("mara", "ben"), ("ben", "mara")):
        hand_over.fn(
            account="ACME",
            leaving=leaving,
            successor=successor,
            by="sun",
            now=at(LATER),
        )

    statement = select(OutboxRow.fate).where(OutboxRow.template == "onboarding/welcome")
    fates = list(session.scalars(statement.order_by(OutboxRow.id)))
    assert fates == [Fate.CANCELLED, Fate.CANCELLED, Fate.HELD]
