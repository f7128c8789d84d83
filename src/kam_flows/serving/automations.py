"""What the Prefect server does by itself when a run of ours goes wrong."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import (
    Automation,
    AutomationCore,
    EventTrigger,
    Posture,
)

from kam_flows.domain.errors import UserError
from kam_flows.serving.deployments import entries
from tasks.forms import is_ours
from tasks.run_troubles import AN_HOUR, LATE, RUN

TELLING = "tell-about-a-run"
ITS_TAG = "telling"
"""No automation tells of the runs that tell: one that fails would start the next."""
SILENCE = timedelta(minutes=3)
"""A run says that it is alive every half minute; a busy server may lose some of it."""
BEGUN = ("Pending", "Running", "Completed", "Failed", "Crashed", "Cancelled")
EVERY_DEPLOYMENT = {"related:deployment:prefect.resource.id"}


async def arrange() -> list[str]:
    """Make the automations, or bring those of the same name up to date; their names.

    One that somebody has switched off stays off; another list of deployments has none.
    UserError if what they start is not deployed.
    """
    if TELLING not in {entry.name for entry in entries()}:
        return []
    async with get_client() as client:
        wanted = automations(await _telling(client))
        for automation in wanted:
            found = await client.read_automations_by_name(automation.name)
            await _settle(client, automation, found)
    return [automation.name for automation in wanted]


async def _settle(
    client: PrefectClient, wanted: AutomationCore, found: list[Automation]
) -> None:
    if not found:
        await client.create_automation(wanted)
        return
    first, *twins = sorted(found, key=lambda one: str(one.id))
    assert first.id is not None
    kept = wanted.model_copy(update={"enabled": first.enabled})
    await client.update_automation(first.id, kept)
    # Two houses that start at the same moment each make one.
    for twin in twins:
        assert twin.id is not None
        await client.delete_automation(twin.id)


async def _telling(client: PrefectClient) -> UUID:
    for deployment in await client.read_deployments():
        if deployment.name == TELLING and is_ours(deployment):
            return deployment.id
    raise UserError(
        f"{TELLING} is not deployed on this server; start `kam up`, or run "
        "`prefect deploy --all --prefect-file deployments/prefect.yaml` first."
    )


def automations(telling: UUID) -> list[AutomationCore]:
    return [
        _automation(
            "KAM Flows: failed runs",
            "Mails operations staff when a run fails or breaks off, once an hour for "
            "each deployment. What a person mistyped ends as Refused, and is not told.",
            EventTrigger(
                expect={f"{RUN}Failed", f"{RUN}Crashed", f"{RUN}TimedOut"},
                posture=Posture.Reactive,
                threshold=1,
                within=AN_HOUR,
                for_each=EVERY_DEPLOYMENT,
                **_ours(),
            ),
            _tell(telling),
        ),
        _automation(
            "KAM Flows: late runs",
            "Mails operations staff when a run has not begun ten minutes after it was late.",
            EventTrigger(
                after={f"{RUN}Late"},
                expect={f"{RUN}{state}" for state in BEGUN},
                posture=Posture.Proactive,
                threshold=1,
                within=LATE,
                for_each=EVERY_DEPLOYMENT,
                **_ours(),
            ),
            _tell(telling, late=True),
        ),
        _automation(
            "KAM Flows: runs gone silent",
            "Closes a run whose process no longer says that it is alive.",
            EventTrigger(
                after={f"{RUN}heartbeat"},
                # The next heartbeat, or whatever else becomes of it.
                expect={f"{RUN}*"},
                posture=Posture.Proactive,
                threshold=1,
                within=SILENCE,
                for_each={"prefect.resource.id"},
                **_ours(ITS_TAG),
            ),
            ChangeFlowRunState(
                name=None,
                force=False,
                state=StateType.CRASHED,
                message="Its process is gone without a word. / 运行进程已不存在。",
            ),
        ),
    ]


def _automation(
    name: str, description: str, trigger: EventTrigger, action: ActionTypes
) -> AutomationCore:
    return AutomationCore(
        name=name, description=description, trigger=trigger, actions=[action]
    )


def _ours(*more: str) -> dict[str, Any]:
    """Runs with a tag of ours: other people may use the same server."""
    tags = {tag for entry in entries() for tag in entry.tags if tag != ITS_TAG}
    return {
        "match": {"prefect.resource.id": f"{RUN}*"},
        "match_related": {
            "prefect.resource.role": "tag",
            "prefect.resource.id": [
                f"prefect.tag.{tag}" for tag in sorted(tags | {*more})
            ],
        },
    }


def _tell(telling: UUID, **how: bool) -> RunDeployment:
    run = {"__prefect_kind": "jinja", "template": "{{ event.resource.id }}"}
    return RunDeployment(
        source="selected",
        deployment_id=telling,
        parameters={"run": run, **how},
        job_variables=None,
    )
