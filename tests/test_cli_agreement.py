"""`kam agreement` as people see it in a terminal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kam_flows.cli import (
    agreement,  # noqa: F401  registers its commands
    app,
)
from tasks.agreements import draft_agreement, record_signature
from tasks.portfolio import load_sample_if_empty

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)


def kam(*words: str) -> str:
    return CliRunner().invoke(app, ("agreement", *words)).output


@pytest.mark.usefixtures("sqlite_database")
def test_versions_are_listed_and_their_documents_given_back(tmp_path: Path):
    load_sample_if_empty()
    assert kam("list", "HUAYUE") == "HUAYUE has no agreement.\n"
    draft_agreement.fn(account="HUAYUE", by="M01", now=NOW)
    record_signature.fn(
        account="HUAYUE", by="M01", signed_by="刘总", place="上海", now=NOW
    )
    path = tmp_path / "x.docx"

    assert kam("list", "HUAYUE") == (
        "HUAYUE v1  drafted 2026-10-12  signed 2026-10-12 by 刘总\n"
    )
    assert kam("export", "HUAYUE", "-o", str(path)) == f"{path}\n"
    assert path.read_bytes().startswith(b"PK")
