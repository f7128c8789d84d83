"""Samples of the mails about the house itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from kam_flows.domain.house_mails import (
    HouseFindings,
    HouseLine,
    RunTrouble,
    Trouble,
)
from kam_flows.domain.house_watch import HouseCheck, HouseFinding
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.rendering.sample_reader import FORM, NOW, UI, at, reader, said


def line(check: HouseCheck, subject: str, **values: str) -> HouseLine:
    return HouseLine(
        finding=HouseFinding(check=check, subject=subject, values=values),
        found_at=NOW,
        link=form_link(UI, FORM, {check.value: subject}),
    )


def findings(language: str) -> HouseFindings:
    """One of every kind, one right again, and two that were told before."""
    since = at(19, 7).isoformat()
    found = (
        line(HouseCheck.HISTORY, "T-1024", differs="resolve_by, ledger"),
        line(
            HouseCheck.CHECKLIST,
            "HAILAN",
            name=said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments"),
        ),
        line(
            HouseCheck.SCHEDULE,
            "watch-onboarding",
            due=since,
            last=at(18, 7).isoformat(),
        ),
        line(HouseCheck.SCHEDULE, "plan-visits", due=since, last=""),
        line(HouseCheck.QUEUE, "outbox", count="212", since=since),
        line(HouseCheck.LEASES, "outbox", count="3", since=since),
        line(HouseCheck.DISK, "var", free="1.2", total="100"),
        line(HouseCheck.HEARTBEAT, "backup", last=at(16, 3).isoformat()),
        line(
            HouseCheck.UNKNOWN_MAIL,
            "412",
            recipient="C-HAILAN-01",
            about=said(language, "合作三周年", "Three years together"),
        ),
        line(
            HouseCheck.LADDER,
            "CHENXI",
            name=said(language, "苏州晨曦医疗器械", "Suzhou Chenxi Medical"),
            detail="E0103",
        ),
        line(HouseCheck.CALENDAR, "office", name="office", detail="2027"),
    )
    return HouseFindings(
        **reader(language),
        dedup_key="house.findings:E0104:1",
        found=found,
        cleared=cleared(language).cleared,
        still=2,
        as_of=NOW,
    )


def cleared(language: str) -> HouseFindings:
    """Nothing new; what was found is right again."""
    queue = line(HouseCheck.QUEUE, "outbox", count="40", since=at(19, 6).isoformat())
    return HouseFindings(
        **reader(language),
        dedup_key="house.findings:E0104:2",
        found=(),
        cleared=(replace(queue, found_at=NOW - timedelta(hours=2), link=None),),
        still=0,
        as_of=NOW,
    )


def failed(language: str) -> RunTrouble:
    return RunTrouble(
        **reader(language),
        dedup_key="house.run:E0104:escalate-tickets:2026-10-19T01",
        deployment="escalate-tickets",
        run=said(language, "升级工单", "escalate tickets"),
        trouble=Trouble.FAILED,
        said="OperationalError: database or disk is full",
        planned_at=at(19, 9),
        started_at=at(19, 9),
        link=f"{UI}/runs/flow-run/{FORM}",
        as_of=NOW,
    )


def late(language: str) -> RunTrouble:
    """It has not begun yet, so it has said nothing."""
    return replace(
        failed(language),
        trouble=Trouble.LATE,
        said="",
        planned_at=at(19, 8),
        started_at=None,
    )


def crashed(language: str) -> RunTrouble:
    return replace(
        failed(language),
        trouble=Trouble.CRASHED,
        said="Flow run process exited with -9",
    )


HOUSE_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "house/findings": findings,
    "house/findings.cleared": cleared,
    "house/run": failed,
    "house/run.late": late,
    "house/run.crashed": crashed,
}
