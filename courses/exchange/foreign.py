"""Files that are no table: recognised by their first bytes, each refused with what to do instead."""

from __future__ import annotations

from courses.errors import Refused
from courses.text import Text, text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh")


def refuse_foreign(data: bytes, filename: str) -> None:
    """Raise `Refused` when the bytes are those of a known format that holds no table we read."""
    message = _ole(data, filename) if data.startswith(_OLE) else _by_start(data, filename)
    if message:
        raise Refused(message)


def refuse_markup(content: str, filename: str) -> None:
    """Raise `Refused` when a decoded text is HTML or XML; office systems like to call that `.xls`."""
    if content.lstrip()[:1] == "<" and any(
        tag in content[:2000].casefold() for tag in ("<html", "<table", "<?xml", "<!doc")
    ):
        raise Refused(
            text(
                "%(file)s is a web page or XML under the name of a table. "
                "Open it in the spreadsheet and save it as an Excel workbook (.xlsx).",
                file=filename,
            )
        )


def _by_start(data: bytes, filename: str) -> Text | None:
    if data.startswith(b"%PDF"):
        return text("%(file)s is a PDF. Send the table it was made from, as .xlsx or CSV.", file=filename)
    if data.startswith(_PICTURES) and b"\0" in data[:64]:
        return text("%(file)s is a picture. Send the table itself, as .xlsx or CSV.", file=filename)
    if data.startswith(b"{\\rtf"):
        return text("%(file)s is a text document. Send the table it holds, as .xlsx or CSV.", file=filename)
    if data.startswith(_ARCHIVES):
        return text("%(file)s is a packed archive. Unpack it and send the .xlsx or CSV inside.", file=filename)
    return None


def _ole(data: bytes, filename: str) -> Text:
    if _utf16("EncryptedPackage") in data:
        return protected(filename)
    if _utf16("HwpSummaryInformation") in data or b"HWP Document File" in data:
        return text(
            "%(file)s is a Hangul document. Copy its table into a spreadsheet and save it as .xlsx.",
            file=filename,
        )
    return text(
        "%(file)s is in an old office format such as .xls. Open it and save it as an Excel workbook (.xlsx).",
        file=filename,
    )


def protected(filename: str) -> Text:
    """What to say of a file that needs a password."""
    return text("%(file)s is protected by a password. Remove the password and save it again.", file=filename)


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")
