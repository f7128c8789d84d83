"""Which deployment stands behind a form, so that a mail can link to it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kam_flows.persistence.models import FormRow


class FormRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def ids(self) -> dict[str, str]:
        """Deployment name to the id that the Prefect server gave it."""
        rows = self.session.scalars(select(FormRow))
        return {row.deployment: row.deployment_id for row in rows}

    def remember(self, ids: dict[str, str]) -> None:
        known = {row.deployment: row for row in self.session.scalars(select(FormRow))}
        for deployment, deployment_id in ids.items():
            if deployment in known:
                known[deployment].deployment_id = deployment_id
            else:
                self.session.add(
                    FormRow(deployment=deployment, deployment_id=deployment_id)
                )
