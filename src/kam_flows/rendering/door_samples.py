"""Sample of the mail by which somebody confirms what was asked for in their name."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from kam_flows.domain.door_mails import Filled, LinkToConfirm
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import Mail
from kam_flows.rendering.sample_reader import FORM, NOW, UI, reader, said

WEEKEND = timedelta(hours=72)


def confirm(language: str) -> LinkToConfirm:
    ticket = said(
        language,
        "T-0412 · 海蓝集团 · 生产线停机",
        "T-0412 · Hailan Group · Line down",
    )
    note = said(language, "已联系现场工程师", "The engineer on site is informed")
    link = form_link(UI, FORM, {"ticket": ticket, "note": note, "by": "E0104"})
    assert link is not None
    return LinkToConfirm(
        **reader(language),
        dedup_key="sample:confirm",
        form="Take up a ticket",
        rows=(
            Filled(label=said(language, "工单", "Ticket"), value=ticket),
            Filled(label=said(language, "备注", "Note"), value=note),
        ),
        link=link,
        until=NOW + WEEKEND,
        as_of=NOW,
    )


DOOR_SAMPLES: Mapping[str, Callable[[str], Mail]] = {"doors/confirm": confirm}
