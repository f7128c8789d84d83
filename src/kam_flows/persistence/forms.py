"""Which deployment stands behind a form, so that a mail can link to it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kam_flows.persistence.models import FormRow


class FormRepository:
    def __init__(self, session: Session) -> None:
        self.session = session
        self._ids: dict[str, str] | None = None

    def ids(self) -> dict[str, str]:
        """Deployment name to the id that the Prefect server gave it; read once in a
        transaction."""
        if self._ids is None:
            rows = self.session.scalars(select(FormRow))
            self._ids = {row.deployment: row.deployment_id for row in rows}
        return self._ids

    def behind(self, deployment_id: str) -> str | None:
        """The deployment of this id."""
        return next((n for n, id_ in self.ids().items() if id_ == deployment_id), None)

    def remember(self, ids: dict[str, str]) -> None:
        self._ids = None
        known = {row.deployment: row for row in self.session.scalars(select(FormRow))}
        for deployment, deployment_id in ids.items():
            if deployment in known:
                known[deployment].deployment_id = deployment_id
            else:
                self.session.add(
                    FormRow(deployment=deployment, deployment_id=deployment_id)
                )
