"""A log replayed on a simulated clock gives what living through it would have given."""

import csv
import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from kam_flows.cli import app
from kam_flows.cli import simulate as _command  # noqa: F401  # registers it
from kam_flows.domain.accounts import Tier
from kam_flows.domain.errors import UserError
from kam_flows.policies.event_maps import load_event_map
from kam_flows.policies.load import load_preset, preset_text
from tasks.event_logs import lines_of
from tasks.simulation import shortest_wait, simulate_escalation

EXTRACT = Path(__file__).parent.parent / "data" / "helpdesk_200.csv"
WHOLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "helpdesk_events.csv"


def log(tmp_path: Path, *rows: tuple[str, str, str]) -> Path:
    path = tmp_path / "log.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket", "activity", "agent", "at"])
        writer.writerows((t, activity, "agent-1", at) for t, activity, at in rows)
    return path


def replay(path: Path, tier: Tier = Tier.BASIC, policy: str = "retention"):
    mapping = load_event_map("helpdesk")
    lines = lines_of(path, mapping)
    return simulate_escalation(lines, mapping, preset_text(policy), tier=tier)


def test_l1_to_l3_come_out_of_a_replay_as_they_do_in_life(tmp_path):
    path = log(
        tmp_path,
        # L1: nobody takes it up over a weekend; both rungs fall due.
        ("HD-1", "Assign seriousness", "2026-10-16 15:00:00"),
        # L3: taken up two minutes after the first rung fell due.
        ("HD-2", "Assign seriousness", "2026-10-19 10:01:00"),
        ("HD-2", "Take in charge ticket", "2026-10-20 10:03:00"),
        # In time on both rungs.
        ("HD-3", "Assign seriousness", "2026-10-20 11:00:00"),
        ("HD-3", "Take in charge ticket", "2026-10-20 11:30:00"),
        ("HD-3", "Resolve ticket", "2026-10-20 12:00:00"),
        ("HD-2", "Resolve ticket", "2026-10-20 12:30:00"),
        ("HD-4", "Assign seriousness", "2026-10-26 12:00:00"),
    )

    result = replay(path)

    first, second = result.rungs["standard", 1], result.rungs["standard", 2]
    assert (first.told, first.superseded) == (0, 1)
    assert (first.stopped_late, first.stopped_in_time) == (1, 1)
    assert (second.told, second.stopped_in_time) == (1, 2)
    assert result.mails == {("head", "2026-10-19"): 1}


def test_the_extract_replays_with_every_rung_accounted_for():
    result = replay(EXTRACT)

    first, second = result.rungs["standard", 1], result.rungs["standard", 2]
    assert result.tickets == 200
    assert first.told + second.told > 0
    assert first.superseded <= second.told + second.held
    assert sum(result.mails.values()) > 0


def test_the_command_prints_the_same_as_json_and_as_a_table():
    arguments = ["simulate", "escalation", "--events", str(EXTRACT)]
    arguments += ["--policy", "retention", "--to", "2025-02-01"]

    table = CliRunner().invoke(app, arguments)
    data = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output)

    told = {(r["ladder"], r["rung"]): r["told"] for r in data["rungs"]}
    assert f"{data['tickets']} tickets" in table.output
    assert str(told["standard", 2]) in table.output


def test_a_range_without_tickets_is_refused_with_what_the_log_covers():
    arguments = ["simulate", "escalation", "--events", str(EXTRACT)]
    arguments += ["--from", "2031-01-01", "--to", "2031-02-01"]

    result = CliRunner().invoke(app, arguments)

    mapping = load_event_map("helpdesk")
    zone = ZoneInfo(mapping.timezone)
    moments = [line.at.astimezone(zone) for line in lines_of(EXTRACT, mapping)]
    assert isinstance(result.exception, UserError)
    assert str(result.exception) == (
        f"The log covers {min(moments):%Y-%m-%d} to {max(moments):%Y-%m-%d}; no ticket "
        "was opened in the range asked for (from 2031-01-01 00:00 to 2031-02-01 00:00); "
        "choose another."
    )


@pytest.mark.skipif(not WHOLE.exists(), reason="the log of the help desk is not here")
def test_the_first_weeks_of_the_real_log_replay():
    mapping = load_event_map("helpdesk")
    lines = [line for line in lines_of(WHOLE, mapping) if line.at.year == 2010][:300]

    result = simulate_escalation(lines, mapping, preset_text("retention"))

    assert result.tickets == len({line.ticket for line in lines})
    settled = result.rungs["standard", 2]
    assert settled.told + settled.stopped_in_time + settled.stopped_late > 20


@pytest.mark.parametrize("name", ["retention", "enterprise", "value-tiers", "default"])
def test_events_are_recorded_no_further_ahead_than_a_rung_can_fall_due(name):
    policy = load_preset(name)

    assert timedelta(minutes=5) <= shortest_wait(policy) <= timedelta(hours=6)
