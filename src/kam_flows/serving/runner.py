"""Starts what people click and what is scheduled, and stops without cutting runs off."""

import asyncio
import sys
from typing import Any, Self

from prefect.client.schemas.objects import FlowRun
from prefect.runner import Runner

from kam_flows.domain.errors import UserError
from kam_flows.serving import environment, lifeline, sample
from kam_flows.serving.automations import arrange
from kam_flows.serving.processes import ReadyProcesses, ReadyStarter
from kam_flows.serving.reconcile import reconcile
from kam_flows.serving.registration import register
from kam_flows.serving.supervised import READY, give_up, say, server_answers
from kam_flows.settings import settings
from tasks.forms import refresh_forms

# Scheduled runs are fetched ahead; only a click waits for the next look.
LOOK_SECONDS = 0.5
CANCEL_SECONDS = 40


class HouseRunner(Runner):
    """Prefect's runner, with the three habits it lacks.

    On SIGTERM it lets runs end and then cancels them (Prefect's own leaves them Running
    for ever); when it can no longer hear cancellations it ends, to be started again;
    its runs start in processes made ready before.
    """

    def __init__(self) -> None:
        super().__init__(
            name="kam",
            limit=settings().run_limit,
            query_seconds=LOOK_SECONDS,
            pause_on_shutdown=False,
        )
        self.deaf = False
        self._draining: asyncio.Task[None] | None = None
        self._hurry = False

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._processes = ReadyProcesses()
        starter = ReadyStarter(self._processes, self._control_channel)
        self._scheduled_run_poller._resolve_starter = lambda _: starter
        await self._processes.make_ready()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._processes.close()
        await super().__aexit__(*exc_info)

    def handle_sigterm(self, *_args: Any, **_kwargs: Any) -> None:
        """First signal: drain. Second: cancel what still runs."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._drain)

    async def _handle_cancellation_observer_failure(self) -> None:
        self.deaf = True
        self._drain()

    def _drain(self) -> None:
        self._hurry = self._draining is not None
        if self._draining is None:
            self._draining = asyncio.ensure_future(self._stop_gently())

    async def _stop_gently(self) -> None:
        self.stopping = self._scheduled_run_poller.stopping = True
        waited = 0.0
        while self._at_work() and waited < settings().drain_seconds and not self._hurry:
            await asyncio.sleep(0.1)
            waited += 0.1
        await asyncio.gather(*(self._cancel(run) for run in self._at_work()))
        if self.started:
            await self.astop()

    def _at_work(self) -> set[Any]:
        return self._process_manager.flow_run_ids()

    async def _cancel(self, run_id: Any) -> None:
        """Side by side: one cancelled run takes three seconds."""
        run: FlowRun = await self._client.read_flow_run(run_id)
        await self._cancellation_manager.cancel(
            run, "The house was stopped. / 服务已停止。"
        )


async def serve() -> int:
    """Exit code: 0 stopped as asked, 1 to be started again."""
    runner = HouseRunner()
    runner._loop = asyncio.get_running_loop()
    await server_answers(environment.api(settings()))
    deployments = await register(runner)
    await arrange()
    closed, dropped = await reconcile(deployments)
    if closed or dropped:
        say(f"{closed} stranded runs closed, {dropped} late runs dropped.")
    # Registering took the titles, the help and the choices of the forms away. The mails
    # of the sample link to forms, and its tickets are among their choices.
    await refresh_forms()
    await asyncio.to_thread(sample.load_if_empty)
    await refresh_forms()
    say(READY)
    await runner.start()
    return 1 if runner.deaf else 0


def main() -> None:
    lifeline.follow(grace=settings().drain_seconds + CANCEL_SECONDS)
    try:
        sys.exit(asyncio.run(serve()))
    except UserError as error:
        give_up(error)


if __name__ == "__main__":
    main()
