"""The files of `deployments/`: held against published schemas and their own programs."""

import json
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from kam_flows.serving import image
from kam_flows.settings import PROJECT

HERE = PROJECT / "deployments"
KUBERNETES = HERE / "kubernetes"
SECRETS = {
    "DATABASE_PASSWORD",
    "REDIS_PASSWORD",
    "LOGIN",
    "KAM_SECRET",
    "SMTP_PASSWORD",
}
# Not by a user of the image, and each for its own reason: see compose.yaml.
STORES = {"postgres", "redis", "caddy", "mailpit"}


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def run(*command: str, **given: str) -> str:
    done = subprocess.run(
        command,
        cwd=HERE,
        env={"PATH": "/usr/sbin:/usr/bin:/bin"} | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = loaded(HERE / "compose.yaml")
    return found


def test_the_compose_file_holds_to_the_published_schema(compose: dict[str, Any]):
    schemas = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((schemas / "compose-spec.json").read_text(encoding="utf-8"))

    jsonschema.validate(compose, schema)


def test_no_container_can_write_its_root_gain_a_right_or_fill_the_machine(
    compose: dict[str, Any],
):
    for name, service in compose["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["pids_limit"], name
        assert service["logging"]["options"]["max-size"], name


def test_every_container_is_of_a_version_and_says_whether_it_is_well(
    compose: dict[str, Any],
):
    for name, service in compose["services"].items():
        tag = (
            service["image"].replace("${KAM_IMAGE:-", "").rstrip("}").partition(":")[2]
        )
        assert tag
        assert tag != "latest"
        # The image of the house has a health check of its own.
        assert "healthcheck" in service or name not in STORES


def test_only_the_door_is_open_to_the_network(compose: dict[str, Any]):
    ports = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }

    assert ports == {
        "caddy": ["80:80", "443:443"],
        "mailpit": ["127.0.0.1:8025:8025"],
    }
    for store in ("postgres", "redis"):
        assert compose["services"][store]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_what_a_container_is_told_fills_the_image_of_settings(compose: dict[str, Any]):
    for name in compose["services"].keys() - STORES:
        service = compose["services"][name]
        told = {key: "given" for key in service["environment"]}

        settled = image.settled(told | dict.fromkeys(service["secrets"], "secret"))

        assert not [value for value in settled.values() if "${" in value]


def test_secrets_reach_containers_as_files_alone(compose: dict[str, Any]):
    assert set(compose["secrets"]) == SECRETS
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    for service in compose["services"].values():
        assert not SECRETS & set(service.get("environment", {}))


def test_the_topology_is_two_servers_one_of_services_and_three_workers(
    compose: dict[str, Any],
):
    services = compose["services"]
    commands = {name: " ".join(s.get("command", [])) for name, s in services.items()}

    servers = "prefect server start --no-services"
    assert sorted(commands.values()).count(servers) == 2
    assert commands["services"] == "prefect server services start"
    assert services["worker"]["deploy"] == {"replicas": 3}
    for name in ("server-1", "server-2", "services"):
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_secrets_are_made_once_and_stay(tmp_path: Path):
    folder = tmp_path / "secrets"
    run(str(HERE / "make-secrets"), str(folder))
    first = {file.name: file.read_text() for file in folder.iterdir()}
    run(str(HERE / "make-secrets"), str(folder))

    assert set(first) == SECRETS
    assert {file.name: file.read_text() for file in folder.iterdir()} == first
    assert folder.stat().st_mode & 0o777 == 0o700
    assert first["LOGIN"].startswith("kam:")
    assert all(len(first[name]) >= 32 for name in SECRETS - {"SMTP_PASSWORD"})
    assert len(set(first.values())) == len(first)


def test_the_dockerfile_pleases_its_linter():
    run(str(Path(sys.executable).with_name("hadolint")), "Dockerfile")


def test_the_image_is_not_roots_checks_what_it_installs_and_says_whether_it_is_well():
    text = (HERE / "Dockerfile").read_text(encoding="utf-8")
    last = text.rpartition("\nFROM ")[2]

    assert text.count("\nFROM ") == 3
    assert re.search(r"^USER [1-9]\d*$", last, re.MULTILINE)
    assert "pip install --require-hashes --no-deps -r deployments/" in text
    assert "HEALTHCHECK" in last
    assert not re.search(r"^(ADD|ARG)\b", text, re.MULTILINE)


def test_the_image_backs_up_with_the_programs_of_the_servers_version(
    compose: dict[str, Any],
):
    text = (HERE / "Dockerfile").read_text(encoding="utf-8")
    server = compose["services"]["postgres"]["image"]

    assert f"FROM {server}-trixie AS postgres" in text
    for program in ("pg_dump", "pg_restore", "psql"):
        assert f"/usr/lib/postgresql/{server.partition(':')[2]}/bin/{program}" in text


def test_what_the_image_is_made_of_is_there_and_the_rest_stays_out():
    text = (HERE / "Dockerfile").read_text(encoding="utf-8")
    rules = (HERE / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
        for source in line.split()
    }

    assert next(rule for rule in rules if rule[0] != "#") == "**"
    for source in copied - {"deployments"}:
        assert (PROJECT / source).exists()
        assert f"!{source}" in rules
    assert not [rule for rule in rules if rule.startswith("!deployments/secrets")]


def test_what_is_installed_in_the_image_is_what_was_tested():
    """Every line of its lock, hashes included, stands in the lock of the project."""
    tested = (PROJECT / "requirements.lock").read_text("ascii").splitlines()
    installed = (HERE / "requirements.lock").read_text("ascii").splitlines()
    pins = [line for line in installed if line[:1].isalpha()]

    assert set(installed) <= set(tested)
    assert any(pin.startswith("prefect-redis==") for pin in pins)
    assert not [pin for pin in pins if pin.startswith(("pytest", "mypy", "ruff"))]


def of_kubernetes(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, "1.33", strict=True)


def test_the_manifests_hold_to_the_published_schemas_of_kubernetes():
    manifests = loaded(KUBERNETES / "house.yaml")["items"]

    for manifest in manifests:
        of_kubernetes(manifest)
    assert [m["kind"] for m in manifests] == [
        "ConfigMap",
        "PersistentVolumeClaim",
        "Job",
        "Job",
        "CronJob",
    ]


def test_a_run_in_kubernetes_is_a_job_that_holds_to_the_published_schema():
    template = json.loads((KUBERNETES / "base-job-template.json").read_text("utf-8"))
    wanted = set(re.findall(r"{{ (\w+) }}", json.dumps(template["job_configuration"])))
    variables = template["variables"]["properties"]
    jsonschema.Draft202012Validator.check_schema(template["variables"])

    assert wanted == set(variables)

    defaults = {name: v["default"] for name, v in variables.items() if "default" in v}
    told = {"name": "run", "command": ["prefect"], "labels": {}, "env": []}
    filled = filled_in(template["job_configuration"], defaults | told)
    of_kubernetes(filled["job_manifest"])


def filled_in(part: Any, values: dict[str, Any]) -> Any:
    """As Prefect's worker fills a template: a placeholder alone keeps its value's type."""
    if isinstance(part, dict):
        return {key: filled_in(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [filled_in(value, values) for value in part]
    if isinstance(part, str) and (alone := re.fullmatch(r"{{ (\w+) }}", part)):
        return values[alone[1]]
    if isinstance(part, str):
        return re.sub(r"{{ (\w+) }}", lambda found: str(values[found[1]]), part)
    return part


def pod(part: dict[str, Any], **container: Any) -> dict[str, Any]:
    """What a chart makes of these values, as far as they are Kubernetes' own words."""
    probes = {
        name: {"httpGet": {"path": "/health", "port": 8080}}
        | part[name].get("config", {})
        for name in ("livenessProbe", "readinessProbe")
        if name in part
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "of-these-values"},
        "spec": {
            "securityContext": part["podSecurityContext"],
            "volumes": part.get("extraVolumes", []),
            "containers": [
                {
                    "name": "it",
                    "resources": part["resources"],
                    "securityContext": part["containerSecurityContext"],
                    "volumeMounts": part.get("extraVolumeMounts", []),
                }
                | probes
                | container
            ],
        },
    }


def test_values_of_the_charts_are_words_of_kubernetes():
    """Their places in the charts were held against the charts' own schemas by hand."""
    server = loaded(KUBERNETES / "server-values.yaml")
    shared = server["global"]["prefect"]
    for part in (server["server"], server["backgroundServices"]):
        of_kubernetes(
            pod(part, command=part["command"], args=part["args"], env=shared["env"])
        )
    worker = loaded(KUBERNETES / "worker-values.yaml")["worker"]
    of_kubernetes(pod(worker, env=worker["extraEnvVars"]))


def test_kubernetes_runs_the_image_and_the_names_that_belong_together():
    server = loaded(KUBERNETES / "server-values.yaml")
    worker = loaded(KUBERNETES / "worker-values.yaml")["worker"]
    template = json.loads((KUBERNETES / "base-job-template.json").read_text("utf-8"))
    house = loaded(KUBERNETES / "house.yaml")["items"]
    site = next(m for m in house if m["metadata"]["name"] == "kam-site")["data"]
    shared = server["global"]["prefect"]["image"]

    ours = f"{shared['repository']}:{shared['prefectTag']}"
    variables = template["variables"]["properties"]
    assert variables["image"]["default"] == ours
    assert {
        container["image"] for manifest in house for container in containers(manifest)
    } == {ours}
    assert worker["config"]["workPool"] == "kam"
    assert worker["serverApiConfig"]["apiUrl"] == site["API_URL"]
    assert not image.settled(site | dict.fromkeys(SECRETS, "x")).keys() & {"NAME"}


def containers(manifest: Any) -> list[dict[str, Any]]:
    """Of a manifest, however deep its pod lies."""
    if isinstance(manifest, list):
        return [found for part in manifest for found in containers(part)]
    if not isinstance(manifest, dict):
        return []
    here = manifest.get("containers", [])
    return [*here, *containers(list(manifest.values()))]


UNITS = (
    "kam.target",
    "kam-migrate.service",
    "kam-server@4200.service",
    "kam-services.service",
    "kam-deploy.service",
    "kam-worker@1.service",
    "kam-backup.service",
    "kam-backup.timer",
)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they stand on a server whose /opt/kam is this project."""
    folder = tmp_path / "units"
    shutil.copytree(HERE / "systemd", folder)
    for path in folder.rglob("*.service"):
        python = str(Path(sys.executable))
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("/opt/kam/.venv/bin/python", python), "utf-8")
    return folder


def test_systemd_takes_the_units(units: Path):
    said = run(
        "systemd-analyze",
        "verify",
        "--man=no",
        *UNITS,
        SYSTEMD_UNIT_PATH=f"{units}:",
    )

    assert not [line for line in said.splitlines() if str(units) in line]


@pytest.mark.parametrize("unit", [u for u in UNITS if u.endswith(".service")])
def test_a_unit_is_exposed_to_little(units: Path, unit: str):
    """systemd's own measure, from 0 to 10; a service without a word has 9.6."""
    run(
        "systemd-analyze",
        "security",
        "--offline=yes",
        "--threshold=15",
        str(units / unit),
        SYSTEMD_UNIT_PATH=f"{units}:",
    )


def test_every_unit_starts_by_the_image_of_settings():
    for path in (HERE / "systemd").glob("*.service"):
        starts = re.findall(r"^ExecStart=(.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert [s.partition(" -m ")[2].split()[0] for s in starts] == [
            "kam_flows.serving.image"
        ]


def test_units_are_given_every_secret():
    text = (HERE / "systemd" / "kam-.service.d" / "house.conf").read_text("utf-8")

    assert set(re.findall(r"^LoadCredential=(\w+):", text, re.MULTILINE)) == SECRETS


def test_the_site_example_and_the_secrets_fill_the_image_of_settings():
    site = image.lines(HERE / "site.env.example")

    image.settled(site | dict.fromkeys(SECRETS, "x"))
