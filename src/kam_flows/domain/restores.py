"""A restore forgets what was sent since the backup; nobody may hear of it twice.

What stood in the outbox then has either left meanwhile or not: the database that the
backup takes the place of knows, and without it nobody does. And what was decided since
then is decided again, by sweeps that find it due: mail of such decisions waits until a
person lets it go.
"""

from kam_flows.domain.mails import Fate

RESTORED = "restored"
"""What a mail waits for that was written after a restore, until a person has looked."""
IN_DOUBT = "it was on its way out when the backup was made"
"""Begins the reason of a mail of which nobody knows whether it has left since."""
TAKEN_BACK = "it was cancelled between the backup and the restore"

OPEN = (Fate.QUEUED, Fate.SENDING, Fate.HELD, Fate.FAILED, Fate.UNKNOWN)
"""Fates of a backup that may have become others since; the rest are final."""
ON_ITS_WAY = {Fate.QUEUED, Fate.SENDING}
MAY_HAVE_LEFT = {Fate.SENDING, Fate.UNKNOWN}


def fate_after(then: Fate, since: Fate | None) -> Fate:
    """The fate of a mail after a restore.

    `then` is its fate in the backup, `since` that in the database which the backup takes
    the place of; `None` if that has no such mail, or cannot be read.
    """
    if since is Fate.SENT:
        return Fate.SENT
    if since in MAY_HAVE_LEFT:
        return Fate.UNKNOWN
    if then not in ON_ITS_WAY:
        return then
    if since is None:
        return Fate.UNKNOWN
    # Why it was cancelled is forgotten with the rest, and may not be so any more.
    return Fate.HELD if since is Fate.CANCELLED else since


def reason_after(then: Fate, since: Fate | None) -> str | None:
    """What a person reads who has to decide; `None`: as it was."""
    if since is None and then in ON_ITS_WAY:
        return IN_DOUBT
    if since is Fate.SENDING:
        return IN_DOUBT
    return TAKEN_BACK if since is Fate.CANCELLED and then in ON_ITS_WAY else None
