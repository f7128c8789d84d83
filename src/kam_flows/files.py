"""Files that people hand in: how much of them is read, and what a packed one may hold.

Office files are zips of XML. A zip says how large its parts are and may lie, so they are
measured by unpacking: piece by piece, each forgotten at once.
"""

import zipfile
import zlib
from collections.abc import Iterator
from errno import ENOENT
from io import BytesIO
from os import strerror
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from kam_flows.domain.errors import UserError

MEGABYTE = 1_000_000
MOST_PARTS = 2000
"""A workbook of 100 sheets with their drawings has some 400."""
LARGEST_UNPACKED = 300 * MEGABYTE
"""A log of 500,000 lines has about 200."""
MOST_TIMES = 250
"""By which a part may grow when it is unpacked; rows of a sheet grow tenfold."""
SMALL = 2 * MEGABYTE
"""Up to here a part may grow by any factor: empty pages do."""
PIECE = 64 * 1024
ENTRY = b"PK\x01\x02"
"""How the directory of a zip begins each of its entries."""
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # the XML parser's ParseError is one
    ExpatError,
    LookupError,
    ArithmeticError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    RuntimeError,  # encrypted, packed in a way that nobody uses, nested too deeply
    OSError,
    EOFError,
)
"""What a library that reads Office files ends in when one is broken."""


def contents(path: Path, megabytes: int) -> bytes:
    """All of a file. Raises UserError if it is larger; OSError is the caller's to say."""
    try:
        with path.open("rb") as file:
            content = file.read(megabytes * MEGABYTE + 1)
    except ValueError as error:  # a zero byte in its name
        raise FileNotFoundError(ENOENT, strerror(ENOENT)) from error
    check_size(path.name, content, megabytes)
    return content


def is_there(path: Path) -> bool:
    """Whether a file of this name can be read; no name that was typed fails."""
    try:
        return path.is_file()
    except OSError:  # a name too long for any file
        return False


def check_size(name: str, content: bytes, megabytes: int) -> None:
    if len(content) > megabytes * MEGABYTE:
        raise UserError(
            "{name} is larger than {size} MB; split it into smaller files.",
            name=name,
            size=megabytes,
        )


def check_office_file(name: str, content: bytes) -> None:
    """Raises UserError if it unpacks to more than a file of that kind may hold.

    One that is damaged raises one of DAMAGE.
    """
    # The directory is counted before it is read: a million entries fill the memory.
    if content.count(ENTRY) > MOST_PARTS:
        raise _bomb(name)
    with ZipFile(BytesIO(content)) as packed:
        room = LARGEST_UNPACKED
        for part in packed.infolist():
            room -= _unpacked(name, packed, part, room)


def _unpacked(name: str, packed: ZipFile, part: ZipInfo, room: int) -> int:
    """Bytes of one part, which were read to the end."""
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise zipfile.BadZipFile("packed as no Office program does")
    most = min(room, max(SMALL, MOST_TIMES * part.compress_size))
    if part.file_size > most:
        raise _bomb(name)
    prologue, size = Prologue(), 0
    for piece in _pieces(packed, part):
        size += len(piece)
        if size > most:
            raise _bomb(name)
        if prologue.declares_entities(piece):
            raise UserError(
                "{name} declares entities of its own, as no Office program does; open it "
                "in a spreadsheet or in Word and save it again.",
                name=name,
            )
    return size


def _pieces(packed: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with packed.open(part) as file:
        while piece := file.read(PIECE):
            yield piece


class Prologue:
    """What stands before the first element of a part: there alone entities are declared.

    A few of them, made of each other, stand for gigabytes; others name files of ours.
    """

    def __init__(self) -> None:
        self._is_over = self._declares = False
        self._parser = ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._declare
        self._parser.StartElementHandler = self._begin

    def declares_entities(self, piece: bytes) -> bool:
        """Piece by piece; what is no XML at all, a picture, declares nothing."""
        if not self._is_over:
            try:
                self._parser.Parse(piece, False)
            except ExpatError:
                self._is_over = True
        return self._declares

    def _declare(self, *_: object) -> None:
        self._declares = True

    def _begin(self, *_: object) -> None:
        self._is_over = True


def _bomb(name: str) -> UserError:
    return UserError(
        "{name} unpacks to far more than such a file holds, and was not opened; split it "
        "into smaller files, or open it in a spreadsheet or in Word and save it again.",
        name=name,
    )
