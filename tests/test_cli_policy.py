"""`kam policy`: the standards are listed, shown, checked, and switched with open eyes."""

from datetime import UTC, datetime
from io import StringIO

import pytest

from kam_flows.cli import main
from kam_flows.cli.policy import table
from kam_flows.domain.people import STEERING_ROLES
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import preset_text
from tasks import tickets
from tasks.portfolio import load_sample_if_empty

NOW = datetime(2026, 10, 12, 1, tzinfo=UTC)


@pytest.fixture
def kam(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `kam policy …`; returns exit code, out, err."""

    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["kam", "policy", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def own_file(tmp_path):
    path = tmp_path / "ours.yaml"
    text = preset_text("retention").replace("name: retention", "name: ours")
    path.write_text(text, encoding="utf-8")
    return path


def heads(out: str) -> list[str]:
    return [line for line in out.splitlines() if not line.startswith(" ")]


def test_the_presets_are_listed_with_both_titles_tiers_and_ladders(kam):
    code, out, err = kam("list")

    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in heads(out)] == [
        "default",
        "care",
        "enterprise",
        "key-account",
        "retention",
        "value-tiers",
    ]
    assert "care: 客户关怀方案 / Customer-care scheme" in heads(out)
    assert "  tiers: strategic, core, growth, opportunity" in out
    assert "  ladders and their rungs: strategic 2, standard 2" in out


def test_without_a_database_the_recommended_policy_is_the_one_in_force(kam):
    _, out, _ = kam("list")

    assert [line for line in heads(out) if line.endswith("(in force)")] == [
        heads(out)[0]
    ]


@pytest.mark.usefixtures("sqlite_database")
def test_the_policy_in_force_is_marked_also_if_it_is_a_file_of_ones_own(kam, own_file):
    with unit_of_work() as uow:
        ours = uow.policies.store(own_file.read_text(encoding="utf-8"), NOW)
        uow.policies.use(ours, "KAM-01", NOW)

    _, out, _ = kam("list")

    assert heads(out)[0].startswith("ours: ")
    assert [h for h in heads(out) if h.endswith("(in force)")] == [heads(out)[0]]
    assert kam("show")[1].startswith("ours: ")


def test_a_policy_is_shown_in_words(kam):
    code, out, _ = kam("show", "retention")

    assert code == 0
    for line in (
        "retention: 客户关系维护与服务质量方案 / Relationship upkeep and service quality",
        "  24x7 全天候 / around the clock (Asia/Shanghai)",
        "  core 核心级 / Core: spend_12m ≥ 500,000 or purchases_12m ≥ 10; about 10%",
        "    respond in 30bmin: strategic, core",
        "  standard (every ticket)",
        "    2. 48h after opened, unless resolved: department_head, working_time",
    ):
        assert line in out.splitlines()


def test_a_calendar_is_shown_with_its_titles_where_they_say_more_than_its_name(
    kam, own_file
):
    text = own_file.read_text(encoding="utf-8")
    text = text.replace("en: office hours}", "en: office}")
    bare = text.replace("    title: {zh_CN: 全天候, en: around the clock}\n", "")
    own_file.write_text(bare, encoding="utf-8")

    lines = kam("show", str(own_file))[1].splitlines()

    office = "  office 办公时间 / office (Asia/Shanghai)"
    assert f"{office}, unless an account names another" in lines
    assert "  24x7 (Asia/Shanghai)" in lines


def test_what_holds_for_onboarding_and_handovers_is_shown_in_words(kam):
    out = kam("show", "enterprise")[1].splitlines()

    for line in (
        "Onboarding, 72h after the signing",
        "  survey 需求调研 / Needs survey: lead_manager",
        "  team 服务小组到位 / Service team complete: lead_manager; within 24h",
        "    业务痛点 / Business pain points",
        "    特殊需求 / Special needs",
        "  reminders of what is open: after 24h, 48h, 66h, at_once",
        "  stuck: nothing was done for 24h",
        "Handovers, accepted within 2bd",
    ):
        assert line in out
    [pack] = [line for line in out if line.startswith("  welcome_pack ")]
    assert pack.endswith(
        ": support; optional; evidence 寄出日期和培训时间 / day of sending and dates of the "
        "course; only core"
    )
    overdue = (
        "  overdue: supervisor, then department_head; every 1bd, 5 times at most, "
        "working_time"
    )
    assert out.count(overdue) == 2


def test_who_is_met_how_often_is_shown_in_both_languages(kam):
    out = kam("show", "enterprise")[1].splitlines()
    visits = out[out.index("Visits, planned 90 days ahead") + 1 :]
    place = visits.index(
        "  needs_workshop 需求诊断工作坊 / Needs-diagnosis workshop: core"
    )

    assert visits[place + 1 : place + 3] == [
        "    每 3 个月，自签约日起 / every 3 months from the signing",
        (
            "    需求诊断工作坊 / Workshop; within 14 days; 180 min; lead_manager with "
            "product_manager, technical, after_sales; the account is invited; "
            "months 3 to 12 of the cooperation"
        ),
    ]
    for line in (
        "    每周（周四） / every week on Thu",
        "    高层会晤 / Executive meeting; within 7 days; 60 min; lead_manager",
        "  4 on one day for one person at most, from 10:00, 14:00, 15:30, 17:00",
        "  peak season of 物流: 11-05 to 11-20",
        "  goal: 90% of what was due takes place",
        "  brief 2bd and invitation 10bd before, reminder 1bd after, missed 3bd after",
    ):
        assert line in visits


def test_which_occasions_are_honoured_and_how_is_shown(kam):
    out = kam("show", "care")[1].splitlines()
    head = "Care; a day off moves what is prepared and delivered, never the occasion"
    care = out[out.index(head) + 1 :]

    assert care[:4] == [
        "  cooperation_anniversary 合作周年 / Cooperation anniversary: 签约日 / Signing",
        (
            "    prepared 7 days before by the lead_manager; delivered on a working day, "
            "else the one before; approved by a person; never 04-04 to 04-06"
        ),
        "    core: 信函 / Letter, 礼品 / Gift, up to CNY 800",
        "    every other account: 信函 / Letter, 礼品 / Gift, up to CNY 300",
    ]
    for line in (
        "    summit_rehearsal 彩排 / Rehearse: 2 days before; left out if it is too late",
        "    letter_approval 批准信件 / Approve the letter: 2 days before; the approval",
        "    gift_handover 送达礼品并登记 / Hand over the gift and record it: on the day",
        "  peak season of 零售: 11-01 to 11-12",
    ):
        assert line in care


def test_large_amounts_and_promises_for_one_priority_are_readable(kam):
    assert "annual_contribution > 10,000,000;" in kam("show", "enterprise")[1]
    assert (
        "respond in 1h, resolve in 24h: strategic if urgent"
        in (kam("show", "key-account")[1])
    )


def test_a_preset_can_be_copied_as_a_file(kam):
    assert kam("show", "care", "--source")[1] == preset_text("care")


def test_a_good_file_passes_the_check(kam, own_file):
    assert kam("check", str(own_file)) == (
        0,
        "ours.yaml is a valid policy 'ours': 4 tiers, 3 scenes, 2 ladders.\n",
        "",
    )


def test_a_bad_file_fails_the_check_with_every_mistake(kam, own_file):
    text = own_file.read_text(encoding="utf-8")
    text = text.replace("respond: 1bh", "respond: soon").replace(
        "scenes:\n", "scene:\n"
    )
    own_file.write_text(text, encoding="utf-8")

    code, out, err = kam("check", str(own_file))

    assert (code, out) == (2, "")
    assert (
        "ours.yaml:77: targets[0].respond: 'soon' is not a duration; allowed: " in err
    )
    assert "scene: is no key of this block, did you mean 'scenes'; allowed: " in err
    assert "Traceback" not in err


@pytest.fixture
def open_tickets(sqlite_database) -> list[str]:
    """The sample portfolio and one more ticket; returns the numbers of all."""
    load_sample_if_empty(NOW)
    with unit_of_work(read_only=True) as uow:
        account = next(iter(uow.accounts.ids()))
    tickets.open_ticket.fn(
        account=account, title="Printer", by=steering_code(), now=NOW, scene="routine"
    )
    with unit_of_work(read_only=True) as uow:
        return [view.record.number for view in uow.tickets.open_views(1000)]


def steering_code() -> str:
    with unit_of_work(read_only=True) as uow:
        people = uow.people.directory().values()
        return next(one.code for one in people if one.role in STEERING_ROLES)


def in_force() -> tuple[str, set[str]]:
    """Names of the policy in force and of those that open tickets run under."""
    with unit_of_work(read_only=True) as uow:
        views = uow.tickets.open_views(1000)
        current = uow.policies.current(datetime.now(UTC))
        used = {uow.policies.get(view.record.policy_id).name for view in views}
        return current.name, used


def test_a_switch_shows_what_would_change_and_leaves_open_cases_alone(
    kam, open_tickets
):
    code, out, err = kam("use", "enterprise", "--by", steering_code(), "--yes")

    assert (code, err) == (0, "")
    assert "Open cases keep the policy they began under" in out
    assert set(open_tickets) & {line.split()[0] for line in out.splitlines()[2:-1]}
    assert in_force() == ("enterprise", {"default"})


@pytest.mark.usefixtures("open_tickets")
def test_open_cases_move_to_the_policy_when_told_to(kam):
    code, out, _ = kam("use", "care", "--by", steering_code(), "--yes", "--reclock")

    assert code == 0
    assert "These due times of open cases change:" in out
    assert in_force() == ("care", {"care"})


@pytest.mark.usefixtures("open_tickets")
def test_a_switch_that_nobody_confirms_changes_nothing(kam, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("n\n"))

    code, out, _ = kam("use", "care", "--by", steering_code())

    assert code == 1
    assert out.endswith("Nothing was changed.\n")
    assert in_force() == ("default", {"default"})


@pytest.mark.usefixtures("open_tickets")
def test_who_decides_is_asked_for_if_not_said(kam, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO(f"y\n{steering_code()}\n"))

    code, out, _ = kam("use", "care")

    assert code == 0
    assert "Your staff code or email" in out
    assert in_force() == ("care", {"default"})


@pytest.mark.usefixtures("open_tickets")
def test_without_a_person_nothing_is_switched(kam):
    code, _, err = kam("use", "care", "--yes")

    assert code == 2
    assert "Say who you are" in err
    assert in_force() == ("default", {"default"})


@pytest.mark.parametrize("command", ["show", "use"])
def test_a_mistyped_preset_is_one_sentence(kam, command):
    code, out, err = kam(command, "enterprize")

    assert (code, out) == (2, "")
    assert err.startswith("There is no preset 'enterprize'; did you mean 'enterprise'?")


def test_an_invalid_file_is_not_put_in_force(kam, own_file):
    own_file.write_text("name: ours\n", encoding="utf-8")

    code, _, err = kam("use", str(own_file), "--yes")

    assert code == 2
    assert "ours.yaml:1: ladders: is missing" in err


def test_changes_of_open_cases_are_an_aligned_table_in_local_time():
    changes = [("T-1", "respond", NOW, None), ("T-0002", "resolve", None, NOW)]

    assert table(changes, reclock=True) == [
        "These due times of open cases change:",
        "  ticket  what     due so far            due then",
        "  T-1     respond  Mon 2026-10-12 09:00  none",
        "  T-0002  resolve  none                  Mon 2026-10-12 09:00",
    ]
    assert "with --reclock" in table(changes, reclock=False)[0]


def test_a_long_table_is_cut_and_says_so():
    lines = table([("T-1", "respond", NOW, None)] * 60, reclock=False)

    assert len(lines) == 1 + 1 + 50 + 1
    assert lines[-1] == "  and 10 more"


def test_nothing_to_change_is_said():
    assert table([], reclock=True) == ["No due time of an open case differs under it."]
