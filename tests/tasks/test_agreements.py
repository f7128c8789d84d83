"""Agreements in numbered versions, signed once, and outdated when promises change."""

import io
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from kam_flows.domain.accounts import Tier
from kam_flows.domain.agreements import Agreement, Outdated
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import DUTY
from kam_flows.domain.onboarding import Item, ItemState, Onboarding
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.models import OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import preset_text
from kam_flows.settings import PROJECT, settings
from tasks.agreements import (
    Drafted,
    Signed,
    agreements_of,
    copy_of,
    draft_agreement,
    export_agreement,
    record_signature,
)
from tasks.policies import switch_policy
from tasks.portfolio import import_file
from tests.builders import a_person, an_account, at, away
from tests.portfolio import store, use_policy

MONDAY = at("2026-10-12 10:00")
TUESDAY = at("2026-10-13 10:00")


@pytest.fixture(autouse=True)
def portfolio(database: str) -> None:
    use_policy("retention")
    store(
        [
            a_person("mara", name="张敏", supervisor="boss"),
            a_person("boss", role=StaffRole.SUPERVISOR),
            a_person("else"),
            a_person("gone", active=False),
        ],
        [an_account(), an_account("A/2", name="另一家"), an_account("C3", lead="else")],
    )


def draft(account: str = "ACME", now: datetime = MONDAY, **fields: Any) -> Drafted:
    return draft_agreement.fn(account=account, by="mara", now=now, **fields)


def sign(account: str = "ACME", now: datetime = TUESDAY, **fields: Any) -> Signed:
    given = {"by": "mara", "signed_by": "刘总", "place": "上海"} | fields
    return record_signature.fn(account=account, now=now, **given)


def versions(account: str = "ACME") -> list[Agreement]:
    return agreements_of(account)[1]


def in_force(account: str = "ACME") -> int | None:
    with unit_of_work(read_only=True) as uow:
        id_ = uow.accounts.ids()[account]
        found = uow.agreements.in_force([id_]).get(id_)
        return found.version if found else None


def accounts_file(folder: Path, *rows: str) -> Path:
    path = folder / "accounts.csv"
    path.write_text("\n".join(["code,name,tier,calendar", *rows]), encoding="utf-8")
    return path


def bring(path: Path, now: datetime = TUESDAY, *, dry_run: bool = False) -> None:
    import_file.fn(path, by="boss", now=now, dry_run=dry_run)


def mails() -> list[OutboxRow]:
    with unit_of_work(read_only=True) as uow:
        rows = list(uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id)))
        uow.session.expunge_all()
        return rows


def onboard(*items: str) -> None:
    with unit_of_work() as uow:
        running = Onboarding(
            id=0,
            account="ACME",
            tier=Tier.CORE,
            signed_at=MONDAY,
            started_at=MONDAY,
            started_by="mara",
            predecessor=None,
            policy_id=uow.policies.current_id(MONDAY),
            calendar="",
            items=tuple(Item(code=item) for item in items),
            progressed_at=MONDAY,
        )
        uow.onboardings.add(uow.accounts.ids()["ACME"], running, None)


def item_states() -> list[ItemState]:
    with unit_of_work(read_only=True) as uow:
        [onboarding] = uow.onboardings.of(uow.accounts.ids()["ACME"])
        return [item.state for item in onboarding.items]


def test_a_draft_is_numbered_kept_and_copied():
    drafted = draft()

    assert (drafted.version, drafted.is_new) == (1, True)
    assert drafted.path == settings().var / "agreements" / "ACME-v1.docx"
    [kept] = versions()
    assert (kept.language, kept.tier, kept.drafted_by) == ("zh_CN", Tier.CORE, "mara")
    with unit_of_work(read_only=True) as uow:
        assert uow.agreements.document(kept.id) == drafted.path.read_bytes()
    text = [p.text for p in Document(str(drafted.path)).paragraphs]
    assert text[0] == "服务水平协议（SLA）"
    assert drafted.rows[0] == {
        "场景": "售前咨询",
        "优先级": "",
        "响应时限": "30 个工作分钟",
        "方案时限": "—",
        "解决时限": "—",
    }


def test_the_same_terms_are_not_drafted_twice_and_a_lost_copy_is_written_again():
    path = draft().path
    path.unlink()

    again = draft(now=TUESDAY)

    assert (again.version, again.is_new) == (1, False)
    assert path.exists()
    assert len(versions()) == 1


def test_another_language_or_another_team_is_another_version():
    draft()

    assert draft(language="en").version == 2
    assert versions()[0].language == "en"
    assert draft().version == 3
    store([], [an_account(team=())])
    with pytest.raises(UserError, match="is not on the team"):
        draft()
    drafted = draft_agreement.fn(account="ACME", by="boss", now=TUESDAY)
    assert drafted.version == 4


def test_a_dry_run_writes_nothing():
    drafted = draft(dry_run=True)

    assert (drafted.version, drafted.is_new) == (1, True)
    assert not drafted.path.exists()
    assert versions() == []


def test_a_template_with_an_unknown_field_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "templates"
    shutil.copytree(PROJECT / "templates", folder)
    path = folder / "onboarding" / "sla_agreement.zh_CN.docx"
    word = Document(str(path))
    word.add_paragraph("{{ accout.name }}")
    word.save(str(path))
    monkeypatch.setenv("KAM_TEMPLATES", str(folder))
    settings.cache_clear()

    with pytest.raises(UserError, match="names the field 'accout'"):
        draft()

    assert versions() == []
    assert not copy_of("ACME", 1).exists()


def test_a_code_with_a_slash_stays_in_the_folder():
    assert draft("A/2").path.name == "A%2F2-v1.docx"


def test_a_policy_that_promises_an_account_nothing_has_nothing_to_sign():
    text = preset_text("retention").replace(
        "scenes: [", "tiers: [strategic], scenes: ["
    )
    with unit_of_work() as uow:
        uow.policies.use(uow.policies.store(text, MONDAY), "test", MONDAY)

    with pytest.raises(UserError, match="promises 华东精密科技"):
        draft()


def test_a_signature_is_on_record_and_in_force():
    draft()
    signed = sign(
        signed_by=" 刘总\n采购 ", signed_on=date(2026, 10, 12), face_to_face=False
    )

    assert (signed.version, signed.outdated) == (1, None)
    [kept] = versions()
    assert kept.signature == signed.signature
    assert kept.signature is not None
    assert (kept.signature.by, kept.signature.for_us) == ("刘总 采购", "mara")
    assert (kept.signature.on, kept.signature.face_to_face) == (
        date(2026, 10, 12),
        False,
    )
    assert in_force() == 1


def test_no_day_means_today_as_the_house_counts():
    draft()

    assert sign(now=at("2026-10-14 00:30")).signature.on == date(2026, 10, 14)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"version": 2}, "no version 2"),
        ({"signed_for_us": "gone"}, "has left"),
        ({"by": "else"}, "is not on the team"),
        ({"signed_on": date(2026, 10, 14)}, "lies in the future"),
        ({"place": " "}, "where it was signed"),
    ],
)
def test_a_signature_that_cannot_be_leaves_nothing(fields, says):
    draft()

    with pytest.raises(UserError, match=says):
        sign(**fields)

    assert in_force() is None


def test_a_dry_run_signs_nothing_and_a_second_click_neither():
    draft()
    sign(dry_run=True)
    assert in_force() is None
    sign()

    with pytest.raises(UserError, match="is signed already"):
        sign()


def test_a_later_version_replaces_the_one_before():
    draft()
    sign()
    draft(language="en", now=TUESDAY)
    sign(now=TUESDAY + timedelta(hours=1))

    newer, older = versions()
    assert in_force() == 2
    assert newer.in_force
    assert older.outdated_why == Outdated.REPLACED


def test_a_signature_completes_the_item_and_a_changed_tier_opens_it_again(
    tmp_path: Path,
):
    onboard("agreement", "survey")
    draft()
    assert not sign().completed
    assert item_states() == [ItemState.DONE, ItemState.OPEN]

    bring(accounts_file(tmp_path, "ACME,华东精密科技,basic,"))

    assert item_states() == [ItemState.OPEN, ItemState.OPEN]


def test_the_last_item_signed_completes_the_onboarding():
    onboard("agreement")
    draft()

    assert sign().completed


def test_a_changed_tier_outdates_what_was_signed_and_asks_the_lead_manager(
    tmp_path: Path,
):
    with unit_of_work() as uow:
        uow.forms.remember({"draft-sla-agreement": "form-1"})
    draft()
    sign()
    path = accounts_file(tmp_path, "ACME,华东精密科技,basic,")

    bring(path, dry_run=True)
    assert in_force() == 1
    bring(path)
    bring(path)

    assert in_force() is None
    assert versions()[0].outdated_why == Outdated.TIER
    [mail] = mails()
    assert mail.recipient == "mara"
    assert "华东精密科技" in mail.subject
    assert draft(now=TUESDAY).version == 2


def test_a_change_that_promises_the_same_outdates_nothing(tmp_path: Path):
    draft()
    sign()

    bring(accounts_file(tmp_path, "ACME,新名称,core,24x7"))
    assert versions()[0].outdated_why == Outdated.CALENDAR
    assert draft(now=TUESDAY).version == 2
    sign(now=TUESDAY + timedelta(hours=1))
    bring(
        accounts_file(tmp_path, "ACME,再改名,core,24x7"), TUESDAY + timedelta(hours=2)
    )

    assert in_force() == 2
    assert len(mails()) == 1


def test_another_policy_outdates_all_that_differ_with_one_mail_a_person():
    for account in ("ACME", "A/2"):
        draft(account)
        sign(account)
    draft_agreement.fn(account="C3", by="else", now=MONDAY)

    said = switch_policy.fn(preset_text("enterprise"), "boss", False, TUESDAY)

    assert "2 signed agreements no longer say what is promised" in said
    assert (in_force("ACME"), in_force("A/2"), in_force("C3")) == (None, None, None)
    [mail] = mails()
    assert mail.recipient == "mara"
    assert versions("C3")[0].outdated_at is None


def test_the_same_policy_again_outdates_nothing():
    draft()
    sign()

    text = preset_text("retention") + "\n# a remark\n"
    said = switch_policy.fn(text, "boss", False, TUESDAY)

    assert "signed agreements" not in said
    assert in_force() == 1


def test_who_stands_in_for_an_absent_manager_is_asked(tmp_path: Path):
    draft()
    sign()
    store(
        [
            a_person(
                "mara",
                supervisor="boss",
                deputy="else",
                absences=away("2026-10-13", "2026-10-20"),
            )
        ],
        [],
    )
    bring(accounts_file(tmp_path, "ACME,华东精密科技,basic,"))

    assert [mail.recipient for mail in mails()] == ["else"]


def test_a_manager_without_a_usable_address_stops_no_import(tmp_path: Path):
    draft()
    sign()
    store([a_person("mara", email="mara at example")], [])

    bring(accounts_file(tmp_path, "ACME,华东精密科技,basic,"))

    assert in_force() is None
    assert [mail.recipient for mail in mails()] == [DUTY]


def test_a_version_signed_after_the_promises_changed_is_outdated_at_once(
    tmp_path: Path,
):
    onboard("agreement")
    draft()
    bring(accounts_file(tmp_path, "ACME,华东精密科技,basic,"))

    signed = sign(now=TUESDAY + timedelta(hours=1))

    assert (signed.outdated, signed.completed) == (Outdated.TIER, False)
    assert in_force() is None
    assert mails() == []


def test_a_document_is_given_back_as_it_was_drafted(tmp_path: Path):
    draft()
    draft(language="en")

    path = export_agreement("ACME", 1, tmp_path / "x.docx")

    assert "服务水平协议" in Document(io.BytesIO(path.read_bytes())).paragraphs[0].text
    assert export_agreement("ACME", None, None) == copy_of("ACME", 2)
    with pytest.raises(UserError, match="cannot be written"):
        export_agreement("ACME", 1, tmp_path)
