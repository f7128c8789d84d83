"""A ticket's history gathered from the database: clocks, ladder, mails, what is next."""

from datetime import timedelta

import pytest

from flows.histories import artifact_key
from kam_flows.cli import main
from kam_flows.domain.accounts import Tier
from kam_flows.domain.delivery import Answer, Delivery, Refusal
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Outcome
from kam_flows.domain.histories import Climb, TicketHistory, Why
from kam_flows.domain.mails import Fate
from kam_flows.domain.notices import Skip
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Target
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import Action, Happening
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import preset_text
from kam_flows.rendering.histories import ticket_page
from kam_flows.settings import settings
from tasks.escalation import climb_due, write_digests
from tasks.histories import ticket_history
from tasks.tickets import open_ticket
from tests.builders import a_person, an_account, at, away
from tests.portfolio import change, opened, store, use_text

AFTER_SALES = "{scenes: [after_sales], respond: 4bh"
LEASE = timedelta(minutes=5)


@pytest.fixture
def house(database: str) -> None:
    """Mara owns, Sun supervises and is away on the 13th, Dai stands in, Hu is above."""
    retention = preset_text("retention")
    assert AFTER_SALES in retention
    use_text(retention.replace(AFTER_SALES, AFTER_SALES + ", resolve: 72h"))
    store(
        [
            a_person("mara", supervisor="sun", department_head="hu"),
            a_person(
                "sun",
                department_head="hu",
                deputy="dai",
                absences=away("2026-10-13", "2026-10-13"),
            ),
            a_person("hu"),
            a_person("dai"),
        ],
        [an_account(lead="mara", tier=Tier.STRATEGIC)],
    )


def sweep(when: str) -> None:
    climb_due.fn(at(when))
    write_digests.fn(at(when))


def send(when: str, *refused: str) -> None:
    """Everything that is due leaves; these addresses are refused for good."""
    with unit_of_work() as uow:
        mails = uow.outbox.claim(at(when), "test", 100, LEASE).mails
        uow.outbox.record(
            {
                mail.id: Delivery(
                    answer=Answer.ANSWERED,
                    refusals=tuple(
                        Refusal(address=address, code=550, words="no such user")
                        for address in mail.addresses
                        if address in refused
                    ),
                )
                for mail in mails
            },
            at(when),
            "test",
        )


def look(number: str, when: str) -> TicketHistory:
    return ticket_history.fn(number, at(when))


def became(climbs: tuple[Climb, ...]) -> list[tuple[int, int, Outcome | None]]:
    return [(climb.episode, climb.rung, climb.outcome) for climb in climbs]


@pytest.mark.usefixtures("house")
def test_a_new_ticket_shows_its_promises_and_what_is_next():
    number = opened("2026-10-12 10:00", by="sun")
    history = look(f"{number} · 华东精密科技 · 无法登录", "2026-10-12 10:01")

    # Strategic accounts have half the time.
    assert [(p.target, p.due_at, p.met_at) for p in history.promises] == [
        (Target.RESPOND, at("2026-10-12 12:00"), None),
        (Target.RESOLVE, at("2026-10-13 22:00"), None),
    ]
    assert [(e.kind, e.who, e.value) for e in history.events] == [
        (Happening.OPENED, "Sun", ""),
        (Happening.ASSIGNED, "", "Mara"),
    ]
    assert {outcome for _, _, outcome in became(history.climbs)} == {None}
    assert history.ahead is not None
    assert (history.ahead.rung, history.ahead.meant_for) == (1, Tell.SUPERVISOR)
    assert (history.ahead.name, history.ahead.due_at) == ("Sun", at("2026-10-13 10:00"))
    [mail] = history.mails
    assert (mail.name, mail.fate) == ("Mara", Fate.QUEUED)


@pytest.mark.usefixtures("house")
def test_a_climbed_rung_shows_who_was_told_who_was_passed_over_and_the_mails_fate():
    number = opened("2026-10-12 10:00")
    sweep("2026-10-13 10:00")
    send("2026-10-13 10:01", "dai@example.com")
    history = look(number, "2026-10-13 10:05")

    climb = history.climbs[0]
    assert (climb.outcome, climb.decided_at) == (Outcome.TOLD, at("2026-10-13 10:00"))
    [mail] = history.mails
    assert [(t.name, t.why, t.mail) for t in climb.told] == [
        ("Dai", Why.ALERT, mail.id)
    ]
    assert [(s.name, s.reason) for s in climb.skips] == [("Sun", Skip.ABSENT)]
    assert (mail.fate, mail.finished_at) == (Fate.FAILED, at("2026-10-13 10:01"))
    assert mail.reason == "dai@example.com: 550 no such user"
    assert history.ahead is not None
    assert (history.ahead.rung, history.ahead.name) == (2, "Hu")


@pytest.mark.usefixtures("house")
def test_every_episode_keeps_its_rungs_and_late_solutions_stay_on_the_page():
    number = opened("2026-10-12 10:00")
    sweep("2026-10-13 10:00")
    change("2026-10-13 11:00", number, Action.TAKE_UP)
    change("2026-11-13 12:00", number, Action.RESOLVE)
    change("2026-11-14 09:00", number, Action.REOPEN)
    history = look(number, "2026-11-14 10:00")

    assert became(history.climbs)[0] == (1, 1, Outcome.TOLD)
    assert history.climbs[0].stopped_at == at("2026-10-13 11:00")
    second = [climb for climb in history.climbs if climb.episode == 2]
    assert second
    assert all(climb.outcome is None for climb in second)
    resolves = [p for p in history.promises if p.target is Target.RESOLVE]
    assert [(p.episode, p.met_at) for p in resolves] == [
        (1, at("2026-11-13 12:00")),
        (2, None),
    ]


@pytest.mark.usefixtures("house")
def test_a_rung_settled_in_time_says_so_and_a_changed_ladder_claims_no_reader():
    number = opened("2026-10-12 10:00")
    change("2026-10-12 11:00", number, Action.TAKE_UP)
    settled = look(number, "2026-10-12 12:00").climbs[0]
    change("2026-10-12 13:00", number, Action.CHANGE_PRIORITY, value="urgent")
    later = look(number, "2026-10-12 14:00").climbs[0]

    assert (settled.outcome, settled.stopped_at) == (None, at("2026-10-12 11:00"))
    assert settled.meant_for is Tell.SUPERVISOR
    assert later.meant_for is None


@pytest.mark.usefixtures("house")
def test_while_it_waits_for_the_customer_nobody_is_next():
    number = opened("2026-10-12 10:00")
    change("2026-10-12 11:00", number, Action.WAIT)
    history = look(number, "2026-10-12 12:00")

    assert history.ahead is None
    assert history.waiting_since == at("2026-10-12 11:00")
    assert {climb.due_at for climb in history.climbs} == {None}


@pytest.mark.usefixtures("house")
def test_only_mails_about_this_ticket_are_on_its_page():
    first = opened("2026-10-12 10:00", by="sun")
    second = opened("2026-10-12 10:00", by="sun")

    [mine], [other] = (look(n, "2026-10-12 11:00").mails for n in (first, second))
    assert mine.id != other.id


@pytest.mark.usefixtures("house")
def test_a_hostile_title_stays_in_its_line_of_the_page():
    title = "x | y <script>alert(1)</script> [z](http://example.com) {{7*7}} %s {when}"
    done = open_ticket.fn(
        account="ACME", title=title, by="mara", now=at("2026-10-12 10:00"), note=title
    )
    history = look(done.ticket.record.number, "2026-10-12 11:00")
    page = ticket_page(history, "en", "Asia/Shanghai")

    assert history.ticket.title == title
    assert "<script>" not in page
    assert "](http" not in page
    assert "{{7\\*7}}" in page


@pytest.mark.usefixtures("house")
def test_a_number_nobody_has_is_one_sentence():
    with pytest.raises(UserError, match="There is no ticket 'T-9'"):
        look("T-9", "2026-10-12 11:00")


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("T-0001", "ticket-t-0001"),
        ("HD/7 #3", "ticket-hd-7-3"),
        ("工单_12", "ticket-12"),
        ("工单", "ticket"),
    ],
)
def test_the_artifact_is_named_as_prefect_allows(number: str, key: str):
    assert artifact_key(number) == key


@pytest.fixture
def kam(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `kam ticket` with these arguments; returns exit code, output, complaint."""

    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["kam", "ticket", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code, *capsys.readouterr())

    return run


@pytest.mark.usefixtures("house")
def test_a_terminal_shows_the_page_in_the_language_of_the_settings(kam, monkeypatch):
    number = opened("2026-10-12 10:00")
    _, chinese, _ = kam("show", number)
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()
    code, english, _ = kam("show", number)

    assert code == 0
    assert chinese.startswith(f"# {number} · 无法登录")
    assert "## 经过" in chinese
    assert "## History" in english


@pytest.mark.usefixtures("house")
def test_a_terminal_gives_json_to_programs_and_one_sentence_to_typing_mistakes(kam):
    number = opened("2026-10-12 10:00")

    _, out, _ = kam("show", number, "--json")
    assert f'"number": "{number}"' in out
    code, _, complaint = kam("show", "T-7")
    assert code == 2
    assert complaint.startswith("There is no ticket 'T-7'")


@pytest.mark.usefixtures("house")
def test_an_account_without_a_team_still_has_a_page():
    store([], [an_account("BETA", team=(), name="北辰物流")])
    number = opened("2026-10-12 10:00", account="BETA")
    history = look(number, "2026-10-12 11:00")

    assert history.ticket.owner == ""
    assert history.ahead is not None
    assert history.ahead.name == ""
    assert TeamRole.LEAD_MANAGER not in [s.place for s in history.ahead.skips]
