"""The checker finds what it is there for, and shares nothing with what it checks."""

import ast
from pathlib import Path

import pytest

from tests.faults import hands
from tests.faults.databases import rows

HERE = Path(__file__).parent


@pytest.fixture
def world(faults):
    with faults.world("brought") as made:
        made.normal_run()
        yield made


@pytest.mark.one_database
def test_a_day_without_a_fault_is_in_order(world):
    verdict = world.verdict()

    assert (verdict.lost, verdict.doubled, verdict.untrue) == ([], [], [])
    assert world.arrived


@pytest.mark.one_database
def test_a_rung_taken_out_of_the_ledger_is_missed(world):
    [(entry,)] = rows(world.url, "SELECT max(id) FROM escalations")
    rows(world.url, "DELETE FROM notices WHERE escalation_id = ?", entry)
    rows(world.url, "DELETE FROM escalations WHERE id = ?", entry)

    assert len(world.verdict().lost) == 1


@pytest.mark.one_database
def test_a_line_that_stands_in_no_mail_is_missed(world):
    rows(
        world.url,
        "UPDATE notices SET mail_id = NULL WHERE id = (SELECT min(id) FROM notices)",
    )

    assert "stands in no mail" in world.verdict().lost[0]


@pytest.mark.one_database
def test_a_mail_that_never_came_and_one_that_came_twice_are_noticed(world):
    world.arrived[0] = world.arrived[1]

    verdict = world.verdict()
    assert any("never came" in what for what in verdict.lost)
    assert any("came 2 times" in what for what in verdict.doubled)


@pytest.mark.one_database
def test_a_mail_that_arrived_although_it_was_called_back_is_noticed(world):
    rows(
        world.url,
        "UPDATE outbox SET fate = 'cancelled' WHERE id = (SELECT min(id) FROM outbox)",
    )

    assert any("came all the same" in what for what in world.verdict().untrue)


@pytest.mark.one_database
def test_a_line_of_the_log_that_is_not_there_is_missed(world):
    rows(
        world.url,
        "DELETE FROM ticket_events WHERE id = "
        "(SELECT max(id) FROM ticket_events WHERE source_key IS NOT NULL)",
    )

    assert any("lines" in what for what in world.verdict().lost)


@pytest.mark.one_database
def test_work_that_fails_says_so(world):
    assert "no ticket" in (world.try_to(hands.change, "HD-0", "note", world) or "")


@pytest.mark.parametrize("name", ["checker", "truth", "databases", "day"])
def test_the_checker_shares_no_code_with_the_product(name):
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }

    ours = {"kam_flows", "flows", "tasks", "sqlalchemy"}
    assert not {module.split(".")[0] for module in imported} & ours
