"""The wiring: every flow is deployed, every entry loads, every schedule has a zone."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow

import flows
from kam_flows.domain.errors import UserError
from kam_flows.serving.deployments import entries
from kam_flows.settings import PROJECT


def every_flow() -> set[str]:
    """Flows of all modules in flows/, as the entrypoints name them."""
    found = set()
    for module in pkgutil.iter_modules(flows.__path__):
        loaded = importlib.import_module(f"flows.{module.name}")
        found |= {
            f"flows.{module.name}.{name}"
            for name, value in vars(loaded).items()
            if isinstance(value, Flow) and value.fn.__module__ == loaded.__name__
        }
    return found


def test_every_flow_is_deployed_and_nothing_else():
    assert {entry.entrypoint for entry in entries()} == every_flow()


def test_every_deployment_is_named_as_its_flow():
    for entry in entries():
        assert entry.name == entry.flow().name.lower().replace(" ", "-")


def test_every_deployment_is_described_in_chinese_and_english_and_tagged():
    for entry in entries():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in entry.description)
        assert any("a" <= letter <= "z" for letter in entry.description)
        assert entry.tags


def test_every_schedule_tells_its_zone():
    schedules = [schedule for entry in entries() for schedule in entry.schedules]

    assert all(schedule.timezone == "Asia/Shanghai" for schedule in schedules)


def test_default_parameters_are_parameters_of_the_flow():
    for entry in entries():
        assert set(entry.parameters) <= set(entry.flow().parameters.properties)


def entry_file(folder: Path, **changed: Any) -> Path:
    entry = {"name": "quick", "entrypoint": "tests.serving.probes.quick"}
    entry |= {"description": "x"} | changed
    lines = "".join(f"    {key}: {value}\n" for key, value in entry.items())
    path = folder / "prefect.yaml"
    path.write_text(f"deployments:\n  -\n{lines}", encoding="utf-8")
    return path


def test_an_entry_whose_flow_is_missing_is_refused(tmp_path: Path):
    (entry,) = entries(entry_file(tmp_path, entrypoint="flows.nowhere.nothing"))

    with pytest.raises(UserError, match=r"flows\.nowhere\.nothing cannot be loaded"):
        entry.flow()


@pytest.mark.parametrize(
    "changed",
    [
        {"schedule": "{cron: '* * * * *'}"},
        {"schedules": "[{cron: '* * * * *'}]"},
        {"schedules": "[{cron: '* * * * *', timezone: Mars/Olympus}]"},
        {"name": "Not Kebab"},
    ],
)
def test_an_entry_with_a_mistake_is_refused(tmp_path: Path, changed: dict[str, str]):
    with pytest.raises(UserError, match="cannot be used"):
        entries(entry_file(tmp_path, **changed))


def test_the_deployments_stand_where_the_command_line_looks():
    assert (PROJECT / "deployments" / "prefect.yaml").is_file()
