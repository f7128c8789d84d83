"""Signs what a link offers, and reads it again; only this house's secret can do either."""

import json
import os
import secrets
import tempfile
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from kam_flows.domain.errors import UserError
from kam_flows.domain.signed_links import Offer
from kam_flows.settings import settings

SALT = "kam_flows.links"
SECRET_BYTES = 32


def sign(offer: Offer) -> str:
    """The token: what is offered, a dot, and the signature."""
    until = int(offer.until.timestamp())
    offered = [offer.form, offer.by, dict(offer.covers), until]
    # The serializers of itsdangerous try to compress, which makes these no shorter and
    # takes longer than all the rest.
    return _signer(_secret()).sign(base64_encode(json.dumps(offered))).decode()


def read(token: str) -> Offer | None:
    """`None` for whatever was not signed here, letter for letter.

    The last letter of a signature has bits that its reader skips: two spellings of one
    token would be two links, and each of them would act once.
    """
    try:
        offered = _signer(_secret()).unsign(token)
    except BadSignature:
        return None
    form, by, covers, until = json.loads(base64_decode(offered))
    moment = datetime.fromtimestamp(until, UTC)
    offer = Offer(form=form, by=by, covers=covers, until=moment)
    return offer if sign(offer) == token else None


def signature(token: str) -> str:
    """Which link this is, among those that were used."""
    return token.rpartition(".")[2]


@cache
def _signer(secret: str) -> Signer:
    return Signer(secret, salt=SALT, key_derivation="hmac", digest_method=sha256)


def _secret() -> str:
    return settings().secret.get_secret_value() or _kept(settings().var / "secret")


@cache
def _kept(path: Path) -> str:
    """The secret of this folder, made when it is asked for first."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make(path)
        return path.read_text("ascii").strip()
    except OSError as error:
        raise UserError(
            "{path} cannot be used ({why}); set KAM_SECRET, or let KAM_VAR be a folder "
            "that can be written.",
            path=path,
            why=error.strerror,
        ) from error


def _make(path: Path) -> None:
    """Readable by its owner alone, and whole from its first moment: two may make it at
    once, and the first stays."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES))
    try:
        os.link(made, path)
    except FileExistsError:
        return
    finally:
        os.unlink(made)
