"""What a mail of a backup is after a restore: never sent twice, never quietly forgotten."""

import pytest

from kam_flows.domain.mails import Fate
from kam_flows.domain.restores import OPEN, fate_after, reason_after

# fmt: off
AFTER = [
    # in the backup, in the database as it was, after the restore
    (Fate.QUEUED, Fate.QUEUED, Fate.QUEUED),
    (Fate.QUEUED, Fate.SENT, Fate.SENT),
    (Fate.QUEUED, Fate.SENDING, Fate.UNKNOWN),
    (Fate.QUEUED, Fate.UNKNOWN, Fate.UNKNOWN),
    (Fate.QUEUED, Fate.FAILED, Fate.FAILED),
    (Fate.QUEUED, Fate.EXPIRED, Fate.EXPIRED),
    (Fate.QUEUED, Fate.CANCELLED, Fate.HELD),
    (Fate.QUEUED, None, Fate.UNKNOWN),
    (Fate.SENDING, Fate.SENT, Fate.SENT),
    (Fate.SENDING, Fate.QUEUED, Fate.QUEUED),
    (Fate.SENDING, None, Fate.UNKNOWN),
    (Fate.HELD, Fate.SENT, Fate.SENT),
    (Fate.HELD, Fate.QUEUED, Fate.HELD),
    (Fate.HELD, Fate.SENDING, Fate.UNKNOWN),
    (Fate.HELD, Fate.CANCELLED, Fate.HELD),
    (Fate.HELD, None, Fate.HELD),
    (Fate.FAILED, Fate.SENT, Fate.SENT),
    (Fate.FAILED, Fate.QUEUED, Fate.FAILED),
    (Fate.FAILED, None, Fate.FAILED),
    (Fate.UNKNOWN, Fate.SENT, Fate.SENT),
    (Fate.UNKNOWN, None, Fate.UNKNOWN),
]
# fmt: on


@pytest.mark.parametrize(("then", "since", "after"), AFTER)
def test_what_is_known_of_a_mail_decides_its_fate(
    then: Fate, since: Fate | None, after: Fate
):
    assert fate_after(then, since) is after


@pytest.mark.parametrize("then", OPEN)
@pytest.mark.parametrize("since", [*Fate, None])
def test_only_what_certainly_did_not_leave_leaves_by_itself(
    then: Fate, since: Fate | None
):
    leaves = fate_after(then, since) is Fate.QUEUED

    assert leaves == (since is Fate.QUEUED and then in {Fate.QUEUED, Fate.SENDING})
    assert fate_after(then, since) is not Fate.SENDING


def test_who_has_to_decide_reads_why():
    assert "when the backup was made" in (reason_after(Fate.QUEUED, None) or "")
    assert "cancelled" in (reason_after(Fate.QUEUED, Fate.CANCELLED) or "")
    assert reason_after(Fate.QUEUED, Fate.QUEUED) is None
    assert reason_after(Fate.HELD, None) is None
