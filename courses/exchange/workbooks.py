"""The bytes of an XLSX workbook as rows of text cells.

calamine is fast, but it reserves memory for what a file *claims*: a 5 kB workbook with one cell in XFD1048576, or
with a shared-string table said to be huge, ends the whole process. Therefore `_checked_copy` walks through every part
first, following rows and cells as calamine will, refuses what is too large, and hands on a fresh archive that holds
the walked parts only. Nothing reaches calamine that has not been looked at.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from xml.parsers import expat

import python_calamine as calamine

from courses.errors import Refused
from courses.exchange.extent import Walk, too_large
from courses.exchange.foreign import protected
from courses.text import text

MAX_ENTRIES = 1_000
"""Files in the archive."""
MAX_UNPACKED = 200_000_000
"""Bytes of all files in the archive together, unpacked."""
MAX_RATIO = 400
"""Times a file may grow when unpacked; sheets of equal rows reach 60, bombs 1,000."""

_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/_rels/[^/]+\.rels|xl/(?!comments)[^/]+\.xml|xl/worksheets/[^/]+\.xml",
    re.IGNORECASE,
)
_CHUNK = 1 << 16


def rows(data: bytes, filename: str) -> Iterator[list[str]]:
    """The rows of the first visible sheet that is not empty, from row 1 on; cells as the text a person sees.

    Dates come as `2003-10-13`, numbers without a needless `.0` and with the 15 digits Excel shows. Raises `Refused`
    for anything too large, damaged, protected, with macros or of another kind.
    """
    copy = _checked_copy(data, filename)
    try:
        sheet = _first_filled_sheet(copy)
        if sheet is not None:
            for row in sheet.iter_rows():
                yield list(map(_as_text, row))
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:  # a Rust panic is no Exception
        raise _damaged(filename) from error


def _first_filled_sheet(copy: io.BytesIO) -> calamine.CalamineSheet | None:
    book = calamine.load_workbook(copy)
    for known in book.sheets_metadata:
        if known.typ == calamine.SheetTypeEnum.WorkSheet and known.visible == calamine.SheetVisibleEnum.Visible:
            sheet = book.get_sheet_by_name(known.name)
            if sheet.end is not None:
                return sheet
    return None


def _as_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        shown = f"{cell:.15g}"
        return f"{cell:.0f}" if "e+" in shown and abs(cell) < 1e21 else shown
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ") if cell.time() != datetime.time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)


def _checked_copy(data: bytes, filename: str) -> io.BytesIO:
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(copy, "w") as checked:
            parts = _parts(archive, filename)
            shared: list[int] = []
            for part in parts:
                with checked.open(zipfile.ZipInfo(part.filename), "w") as target:
                    walk = Walk(shared)
                    for chunk in _chunks(archive, part):
                        walk.feed(chunk)
                        target.write(chunk)
                    walk.close()
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        ValueError,
        LookupError,
        EOFError,
        OSError,
    ) as error:
        raise _damaged(filename) from error
    except NotImplementedError as error:  # a way of packing Python does not know
        raise _damaged(filename) from error
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        raise Refused(protected(filename)) from error
    copy.seek(0)
    return copy


def _parts(archive: zipfile.ZipFile, filename: str) -> list[zipfile.ZipInfo]:
    """The parts worth reading, shared strings first (cells refer to them)."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise too_large()
    if any(entry.file_size > _CHUNK and entry.file_size > MAX_RATIO * entry.compress_size for entry in entries):
        raise too_large()
    names = {entry.filename.casefold() for entry in entries}
    if len(names) < len(entries):
        raise _damaged(filename)
    _be_a_workbook(names, filename)
    kept = [entry for entry in entries if _PARTS.fullmatch(entry.filename)]
    return sorted(kept, key=lambda entry: not entry.filename.casefold().endswith("/sharedstrings.xml"))


def _be_a_workbook(names: Iterable[str], filename: str) -> None:
    names = set(names)
    if "xl/vbaproject.bin" in names or filename.casefold().endswith((".xlsm", ".xltm")):
        raise Refused(text("%(file)s has macros. Save it as an Excel workbook without macros (.xlsx).", file=filename))
    if not any(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names):
        raise Refused(
            text(
                "%(file)s is an archive or document, not a table. "
                "Save the table as an Excel workbook (.xlsx) or as CSV.",
                file=filename,
            )
        )


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked part, no longer than declared (`zipfile` stops there, and then finds the checksum wrong)."""
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _damaged(filename: str) -> Refused:
    return Refused(
        text(
            "%(file)s is damaged and cannot be read. Open it in the spreadsheet and save it again as .xlsx.",
            file=filename,
        )
    )
