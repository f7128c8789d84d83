"""An account passes to somebody else, whole or not at all, and is accepted bit by bit."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from kam_flows.domain.account_file import EntryKind, FileEntry
from kam_flows.domain.accounts import Contact, TeamMember
from kam_flows.domain.errors import UserError
from kam_flows.domain.handovers import Handover, HandoverKind
from kam_flows.domain.mails import Fate
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.tickets import Action
from kam_flows.mail.mime import read
from kam_flows.persistence.models import AuditRow, OutboxRow
from kam_flows.persistence.onboarding_models import HandoverRow
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.escalation import climb_due, write_digests
from tasks.handover_watch import is_anything_due, watch_handovers
from tasks.handovers import HandedOver, accept_items, hand_over, mark_as_left
from tasks.onboarding import start_onboarding
from tests.builders import a_person, an_account, at, away
from tests.portfolio import change, opened, store, use_policy

NOW = at("2026-10-12 10:00")  # Monday
LEAD, TECHNICAL = TeamRole.LEAD_MANAGER, TeamRole.TECHNICAL


def member(staff: str, role: TeamRole = LEAD) -> TeamMember:
    return TeamMember(staff=staff, role=role)


PEOPLE = [
    a_person("mara", supervisor="sun", department_head="head"),
    a_person("noel", supervisor="sun", deputy="dora", department_head="head"),
    a_person("dora"),
    a_person("tom", role=StaffRole.TECHNICAL),
    a_person("sun", role=StaffRole.SUPERVISOR),
    a_person("head", role=StaffRole.DEPARTMENT_HEAD),
    a_person("gone", active=False),
]


@pytest.fixture
def house(database: str) -> None:
    use_policy("retention")
    team = (member("mara"), member("tom", TECHNICAL), member("mara", TECHNICAL))
    store(PEOPLE, [an_account(team=team), an_account("BETA", lead="mara", name="北辰")])


pytestmark = pytest.mark.usefixtures("house")


def know(text: str = "交货零容忍延迟", account: str = "ACME") -> None:
    """A red line, a contact, and a promise that is late."""
    with unit_of_work() as uow:
        account_id = uow.accounts.ids()[account]
        red = Answer(dimension=Dimension.RED_LINES, text=text, at=NOW, by="mara")
        uow.surveys.add(account_id, [red])
        uow.accounts.save_contacts(
            [Contact(code=f"C-{account}", account=account, name="刘总")]
        )
        promise(uow, account_id, account, text)


def promise(uow, account_id: int, account: str, text: str, owner: str = "mara") -> None:
    uow.files.write_down(
        account_id,
        FileEntry(
            id=0,
            account=account,
            kind=EntryKind.PROMISE,
            at=NOW,
            text=text,
            by="mara",
            recorded_at=NOW,
            owner=owner,
            due_on=date(2026, 10, 9),
        ),
    )


def handed(now: datetime = NOW, **changed) -> HandedOver:
    given = {"account": "ACME", "leaving": "mara", "successor": "noel", "by": "mara"}
    return hand_over.fn(**given | changed, now=now)


def accept(items: str = "", by: str = "noel", now: datetime = NOW, **changed):
    return accept_items.fn(**{"handover": "H-1"} | changed, by=by, now=now, items=items)


def mails(template: str = "onboarding/handover_brief") -> list[OutboxRow]:
    with unit_of_work(read_only=True) as uow:
        statement = select(OutboxRow).where(OutboxRow.template == template)
        rows = list(uow.session.scalars(statement.order_by(OutboxRow.id)))
        for row in rows:
            assert row.content
        uow.session.expunge_all()
        return rows


def stored(number: int = 1) -> Handover:
    with unit_of_work(read_only=True) as uow:
        found = uow.handovers.get(number)
    assert found is not None
    return found


def team(account: str = "ACME") -> tuple[TeamMember, ...]:
    with unit_of_work(read_only=True) as uow:
        return uow.accounts.get(account).team


def owners() -> dict[str, str | None]:
    with unit_of_work(read_only=True) as uow:
        numbers = uow.tickets.numbers()
        return {n: view.owner for n, view in uow.tickets.views(numbers).items()}


def count(row: type) -> int:
    with unit_of_work(read_only=True) as uow:
        return uow.session.scalar(select(func.count()).select_from(row)) or 0


def test_roles_tickets_and_promises_pass_to_the_successor_together():
    know()
    mine, other = opened("2026-10-12 09:00"), opened("2026-10-12 09:01", "BETA")

    done = handed(note="刘总周三好接电话")

    assert team() == (
        member("noel"),
        member("tom", TECHNICAL),
        member("noel", TECHNICAL),
    )
    assert team("BETA") == (member("mara"),)
    assert owners() == {mine: "noel", other: "mara"}
    with unit_of_work(read_only=True) as uow:
        assert [one.account for one in uow.files.owed_by("noel")] == ["ACME"]
    assert done.brief.passed.roles == (LEAD, TECHNICAL)
    assert done.brief.passed.tickets == (mine,)
    assert done.brief.passed.promises == 1
    assert done.handover.accept_by == at("2026-10-14 10:00")


def test_red_lines_stand_first_in_what_is_stored():
    know()
    opened("2026-10-12 09:00")

    handed()

    with unit_of_work(read_only=True) as uow:
        [stored] = uow.handovers.of(uow.accounts.ids()["ACME"])
    assert [item.kind for item in stored.items] == [
        HandoverKind.RED_LINE,
        HandoverKind.PROMISE,
        HandoverKind.CONTACT,
        HandoverKind.TICKET,
        HandoverKind.AGREEMENT,
    ]
    assert stored.items[0].text == "交货零容忍延迟"


def test_one_brief_goes_to_each_concerned_and_only_the_successor_gets_links():
    know()
    opened("2026-10-12 09:00")
    with unit_of_work() as uow:
        uow.forms.remember({"accept-handover-items": "form-1"})

    done = handed()

    assert done.mailed == ("Noel", "Mara", "Sun")
    to_noel, to_mara, to_sun = (read(row.content).text for row in mails())
    assert to_noel.count("form-1") == len(done.handover.items) + 1
    assert "form-1" not in to_mara + to_sun
    # The ticket came with the brief: no other mail tells of it.
    assert [row.recipient for row in mails("escalation/ticket_yours")] == []


def test_each_brief_names_the_calendar_in_the_language_of_its_reader():
    sun = next(one for one in PEOPLE if one.code == "sun")
    store([replace(sun, language="en")], [])

    handed()

    to_noel, _, to_sun = (read(row.content).text for row in mails())
    assert "按日历“办公时间”" in to_noel
    assert "on the calendar “office hours”" in to_sun


def test_who_has_left_gets_no_brief():
    mark_as_left.fn(person="mara", by="sun", now=NOW)

    assert handed(by="sun").mailed == ("Noel", "Sun")


def test_a_ladder_goes_on_with_the_successor():
    number = opened("2026-10-12 09:00")
    handed()

    climb_due.fn(at("2026-10-13 10:00"))
    told = {mail.recipient for mail in write_digests.fn(at("2026-10-13 10:00")).mails}

    assert owners()[number] == "noel"
    assert told == {"sun"}


def test_a_notice_that_waits_for_the_morning_is_not_sent_to_the_one_who_leaves():
    number = opened("2026-10-12 09:00", by="sun")
    [before] = mails("escalation/ticket_yours")

    handed()

    [notice] = mails("escalation/ticket_yours")
    assert (before.fate, notice.fate) == (Fate.QUEUED, Fate.CANCELLED)
    assert owners()[number] == "noel"


def test_a_ticket_that_is_resolved_stays_where_it_was():
    number = opened("2026-10-12 09:00")
    change("2026-10-12 09:30", number, Action.TAKE_UP)
    change("2026-10-12 09:40", number, Action.RESOLVE)

    handed()

    assert owners() == {number: "mara"}


def test_a_dry_run_shows_all_that_would_move_and_keeps_nothing():
    know()
    number = opened("2026-10-12 09:00")

    done = handed(dry_run=True)

    assert done.brief.passed.tickets == (number,)
    assert len(done.handover.items) == 5
    assert done.mailed == ("Noel", "Mara", "Sun")
    assert owners() == {number: "mara"}
    assert team()[0] == member("mara")
    assert count(HandoverRow) == 0
    assert mails() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"successor": "mara"}, "cannot hand an account over to themselves"),
        ({"successor": "gone"}, "has left; choose somebody who is here"),
        ({"leaving": "dora", "by": "sun"}, "has no part in"),
        ({"by_word_of_mouth": True}, "type the reference of the recording"),
        ({"by": "dora"}, "not on the team"),
        ({"by": "gone"}, "type your own staff code"),
        ({"account": "ACM"}, "did you mean"),
    ],
)
def test_what_cannot_be_handed_over_is_one_sentence_and_changes_nothing(changed, said):
    number = opened("2026-10-12 09:00")
    before = count(AuditRow)

    with pytest.raises(UserError, match=said):
        handed(**changed)

    assert owners() == {number: "mara"}
    assert team()[0] == member("mara")
    assert (count(HandoverRow), count(AuditRow)) == (0, before)


def test_what_was_said_on_a_recording_keeps_its_reference():
    handed(by_word_of_mouth=True, recording=" REC-7 ")

    [row] = mails()[:1]
    assert "REC-7" in read(row.content).text


def test_a_second_handover_while_one_is_open_is_refused():
    handed()
    with unit_of_work() as uow:
        uow.accounts.replace_teams({"ACME": [*team(), member("mara")]})

    with pytest.raises(
        UserError, match=r"Mara has handed .* over to Noel already, and H-1"
    ):
        handed(successor="dora", by="sun")

    assert count(HandoverRow) == 1


def test_two_handovers_in_the_same_second_pass_the_account_once():
    know()
    opened("2026-10-12 09:00")
    ready, outcomes = threading.Barrier(2), []

    def work(successor: str) -> None:
        ready.wait()
        try:
            handed(successor=successor)
            outcomes.append(successor)
        except UserError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=work, args=(s,)) for s in ("noel", "dora")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [won] = {"noel", "dora"}.intersection(outcomes)
    [refused] = set(outcomes) - {won}
    assert "already, and H-1 is not accepted" in refused
    assert count(HandoverRow) == 1
    assert set(owners().values()) == {won}
    assert {m.staff for m in team()} == {won, "tom"}


def test_a_successor_who_is_away_is_said_with_who_stands_in():
    with unit_of_work() as uow:
        noel = replace(
            uow.people.get("noel"), absences=away("2026-10-12", "2026-10-16")
        )
        uow.people.save([noel])

    done = handed()

    assert (done.is_away, done.stand_in) == (True, "Dora")
    assert "Dora" in done.mailed
    assert accept("1", by="dora").handover.open_items == ()


def test_items_are_accepted_by_number_until_the_last_closes_it():
    know()
    opened("2026-10-12 09:00")
    handed()

    first = accept("1, 3-4", note="gelesen")
    assert [item.place for item in first.handover.open_items] == [2, 5]
    assert mails("onboarding/handover_accepted") == []
    last = accept()

    assert last.handover.accepted_at == NOW
    assert last.told == ("Sun",)
    [mail] = mails("onboarding/handover_accepted")
    assert mail.recipient == "sun"
    with pytest.raises(UserError, match="accepted already"):
        accept()


@pytest.mark.parametrize("by", ["dora", "mara", "sun"])
def test_only_the_successor_accepts_while_they_are_there(by: str):
    handed()

    with pytest.raises(UserError, match="H-1 is accepted by Noel, or by their deputy"):
        accept(by=by)


def test_nothing_is_accepted_before_it_was_handed_over():
    handed()

    with pytest.raises(UserError, match="is before H-1 began"):
        accept(at=NOW - timedelta(hours=1))


@pytest.mark.parametrize("typed", ["H-9", "9", "H-", "nonsense", "H-99999999999"])
def test_a_handover_that_is_not_there_is_refused(typed: str):
    handed()

    with pytest.raises(UserError, match="no handover"):
        accept(handover=typed)


@pytest.mark.parametrize(
    "typed", ["H-1", "h-1", "1", "H-1 · 华东精密科技", "ACME · 华东精密科技"]
)
def test_a_handover_is_named_by_number_by_its_account_or_as_the_list_shows_it(
    typed: str,
):
    handed()
    with unit_of_work(read_only=True) as uow:
        assert uow.handovers.choices() == ["H-1 · 华东精密科技"]

    assert accept(handover=typed).handover.accepted_at


def test_a_dry_run_of_accepting_keeps_nothing():
    handed()

    assert accept(dry_run=True).handover.accepted_at
    assert stored().open_items
    assert mails("onboarding/handover_accepted") == []


def test_the_last_acceptance_settles_the_inheritance_of_a_running_checklist():
    handed()
    start_onboarding.fn(
        account="ACME", by="noel", now=NOW, signed_at=NOW, predecessor="mara"
    )

    def inheritance() -> ItemState:
        with unit_of_work(read_only=True) as uow:
            [running] = uow.onboardings.running()
        return next(i.state for i in running.items if i.code == "inheritance")

    assert inheritance() is ItemState.OPEN
    accept()
    assert inheritance() is ItemState.DONE


def test_who_passes_it_on_before_accepting_passes_the_handover_on_too():
    know()
    handed()

    done = handed(leaving="noel", successor="dora", by="noel")

    assert done.brief.passed.handovers == ("H-1",)
    with pytest.raises(UserError, match="accepted by Dora"):
        accept(by="noel")
    assert accept(by="dora").handover.accepted_at


def test_an_account_that_comes_back_closes_what_was_not_accepted():
    know()
    handed()

    handed(leaving="noel", successor="mara", by="noel")

    assert stored(1).accepted_at == NOW
    assert stored(2).open_items
    assert team()[0] == member("mara")


def swept(when: str, **changed):
    return watch_handovers.fn(at(when), **changed)


def test_what_is_not_accepted_climbs_each_step_once():
    know()
    handed()
    assert swept("2026-10-14 09:00").looked_at == 0
    assert not is_anything_due(at("2026-10-14 09:59"))

    for when in ("2026-10-14 10:00", "2026-10-14 10:15", "2026-10-15 10:00"):
        swept(when)
    told = [(row.recipient, row.subject) for row in mails("onboarding/handovers_late")]

    assert [recipient for recipient, _ in told] == ["sun", "head"]
    assert told[0][1] == "客户交接未被接受：华东精密科技"
    accept()
    assert swept("2026-10-16 10:00").looked_at == 0


def test_after_a_week_without_a_sweep_there_is_one_mail():
    handed()

    swept("2026-10-23 10:00")
    swept("2026-10-23 10:15")

    assert [row.recipient for row in mails("onboarding/handovers_late")] == ["head"]
    assert not is_anything_due(at("2027-01-01 10:00"))


def test_one_digest_tells_a_person_of_all_that_is_late():
    know()
    handed()
    handed(account="BETA")

    [mail] = swept("2026-10-14 10:00").mails

    assert mail.subject == "2 项客户交接未被接受：华东精密科技等"
    assert "北辰" in mail.text


def test_a_handover_that_is_late_at_night_waits_for_the_morning():
    handed(now=at("2026-10-12 17:59"))

    swept("2026-10-14 20:00")
    assert mails("onboarding/handovers_late") == []
    swept("2026-10-15 09:00")
    assert len(mails("onboarding/handovers_late")) == 1


def test_a_dry_run_of_the_sweep_and_a_sweep_beyond_the_guard_keep_nothing():
    handed()

    assert len(swept("2026-10-14 10:00", dry_run=True).mails) == 1
    with pytest.raises(UserError, match="1 mails about handovers, more than the 0"):
        swept("2026-10-14 10:00", allow_mails=0)

    assert mails("onboarding/handovers_late") == []
    assert len(swept("2026-10-14 10:00", allow_mails=1).mails) == 1


def test_nobody_is_kept_from_their_digest_by_a_bad_address_and_it_stays_due():
    with unit_of_work() as uow:
        uow.people.save([replace(uow.people.get("sun"), email="sun@")])
    handed()

    done = swept("2026-10-14 10:00")

    assert list(done.unaddressed) == ["sun"]
    assert done.mails == []
    with unit_of_work() as uow:
        uow.people.save([replace(uow.people.get("sun"), email="sun@example.com")])
    assert len(swept("2026-10-14 10:15").mails) == 1


def test_marking_as_left_lists_every_account_and_tells_the_supervisor_once():
    know()
    opened("2026-10-12 09:00")
    handed(account="BETA", successor="dora")

    done = mark_as_left.fn(person="mara", by="head", now=NOW)

    acme, beta = done.accounts
    assert (acme.code, acme.roles, acme.tickets, acme.promises) == (
        "ACME",
        (LEAD, TECHNICAL),
        1,
        1,
    )
    assert (beta.code, beta.handovers, beta.is_under_way) == ("BETA", ("H-1",), True)
    assert done.told == "Sun"
    assert done.said() == (
        "mara left: accounts that now need a handover: ACME (open tickets 1, "
        "promises 1), BETA (handover in progress H-1)."
    )
    [mail] = mails("onboarding/accounts_to_hand_over")
    assert mail.recipient == "sun"
    with unit_of_work(read_only=True) as uow:
        assert not uow.people.get("mara").active
        row = uow.audit.about("staff mara")[-1]
        assert (row.actor, row.detail) == ("head", {"active": ["yes", "no"]})


def test_a_successor_who_leaves_before_accepting_leaves_the_handover_to_be_passed_on():
    handed(account="BETA")

    done = mark_as_left.fn(person="noel", by="sun", now=NOW)

    [beta] = done.accounts
    assert (beta.handovers, beta.is_under_way) == (("H-1",), False)


@pytest.mark.parametrize(
    ("person", "by", "said"),
    [
        ("gone", "sun", "marked as left already; nothing was changed"),
        ("tom", "mara", "may not do this"),
        ("nobody", "sun", "no person"),
    ],
)
def test_who_cannot_be_marked_as_left_is_one_sentence(person: str, by: str, said: str):
    with pytest.raises(UserError, match=said):
        mark_as_left.fn(person=person, by=by, now=NOW)


def test_a_dry_run_of_leaving_keeps_everybody_and_mails_nobody():
    assert mark_as_left.fn(person="mara", by="sun", now=NOW, dry_run=True).accounts

    with unit_of_work(read_only=True) as uow:
        assert uow.people.get("mara").active
    assert mails("onboarding/accounts_to_hand_over") == []


def test_somebody_without_accounts_leaves_quietly():
    done = mark_as_left.fn(person="dora", by="sun", now=NOW)

    assert (done.accounts, done.told) == ((), "")
    assert mails("onboarding/accounts_to_hand_over") == []


HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "很长" * 10_000,
    "🧨 {{7*7}} %(name)s",
    "\u202egnp.exe\u2066",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_people_typed_is_handed_over_as_they_typed_it(text: str):
    know(text)

    done = handed(note=text, recording=text)

    assert stored(done.handover.id).items[0].text == text
    for row in mails():
        mail = read(row.content)
        assert "<script" not in mail.html
        assert len(row.content) < 250_000
    assert accept(note=text).handover.accepted_at
