"""One file per backup: it has its name only when it is whole, and is read with mistrust."""

import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from kam_flows.domain.backups import MANIFEST, Backup, Member, not_a_backup, read_backup
from kam_flows.domain.errors import UserError

CHUNK = 1 << 20
LARGEST_PAGE = 10_000_000
"""Bytes of a manifest; a larger one is none."""
QUICK = 3
"""Of gzip's levels 1 to 9: a database is a fifth of its size, at twice the usual speed."""
DAMAGE = (tarfile.TarError, EOFError, zlib.error)


def member(name: str, path: Path) -> Member:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Member(name=name, size=path.stat().st_size, sha256=digest)


def write(folder: Path, backup: Backup, files: Mapping[str, Path]) -> Path:
    """The file, read back; none of its name if anything went wrong."""
    path = folder / backup.name
    part = folder / f".{backup.name}.part"
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            _pack(file, backup, files)
            file.flush()
            os.fsync(file.fileno())
        take_out(part, None)
        part.rename(path)
    except FileExistsError as error:
        raise UserError(f"Another backup is being written into {folder}.") from error
    except (OSError, UserError):
        part.unlink(missing_ok=True)
        raise
    return path


def _pack(file: IO[bytes], backup: Backup, files: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=QUICK) as archive:
        page = backup.text().encode()
        head = tarfile.TarInfo(MANIFEST)
        head.size, head.mtime = len(page), int(backup.taken_at.timestamp())
        archive.addfile(head, io.BytesIO(page))
        for name, path in files.items():
            archive.add(path, name)


def first_page(path: Path) -> Backup:
    """What the file says it holds; UserError if it is no backup."""
    with _opened(path) as archive:
        return _page(archive, path)


def take_out(path: Path, folder: Path | None) -> Backup:
    """Put every member into the folder, or only read them; each is as it was put in.

    Raises UserError if one is missing, is not named on the first page, or has changed.
    """
    with _opened(path) as archive:
        backup = _page(archive, path)
        wanted = {member.name: member for member in backup.members}
        while (found := archive.next()) is not None:
            expected = wanted.pop(found.name, None)
            source = archive.extractfile(found) if found.isfile() else None
            if expected is None or source is None or not _stays_inside(found.name):
                raise not_a_backup(path.name)
            if _kept(source, folder and folder / found.name) != (
                expected.size,
                expected.sha256,
            ):
                raise not_a_backup(path.name)
        if wanted:
            raise not_a_backup(path.name)
    return backup


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with (
            path.open("rb") as file,
            tarfile.open(fileobj=file, mode="r|gz") as archive,
        ):
            yield archive
    except DAMAGE as error:
        raise not_a_backup(path.name) from error


def _page(archive: tarfile.TarFile, path: Path) -> Backup:
    head = archive.next()
    file = archive.extractfile(head) if head and head.name == MANIFEST else None
    if head is None or file is None or head.size > LARGEST_PAGE:
        raise not_a_backup(path.name)
    return read_backup(file.read().decode("utf-8", "replace"), path.name)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _kept(source: IO[bytes], target: Path | None) -> tuple[int, str]:
    """Its size and digest, after it was copied where it was wanted."""
    digest, size = hashlib.sha256(), 0
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
    with open(target or os.devnull, "wb") as kept:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            kept.write(chunk)
    return size, digest.hexdigest()
