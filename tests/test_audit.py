"""Looking up what we pin: a finding is red, a network that is not there is not."""

import pytest

from tests import audit

SOUND = {"name": "one", "version": "1", "vulns": []}
UNKNOWN = {"name": "two", "skip_reason": "not found"}
BROKEN = {
    "name": "three",
    "version": "3.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.1"]}],
}


@pytest.mark.parametrize(
    ("answers", "code", "says"),
    [
        ([[SOUND, UNKNOWN]], 0, "1 of 2 packages looked up: nothing is known."),
        ([[UNKNOWN], [SOUND]], 0, "1 of 1 packages looked up: nothing is known."),
        ([[UNKNOWN], []], 0, "skipped"),
        ([[SOUND, BROKEN]], 1, "three 3.0: PYSEC-2026-1; mended in 3.1."),
    ],
)
def test_only_a_finding_is_red(answers, code, says, monkeypatch, capsys):
    left = iter(answers)
    monkeypatch.setattr(audit, "_asked", lambda _index: next(left))

    assert audit.packages() == code
    assert says in capsys.readouterr().out
