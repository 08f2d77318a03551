"""The file of sheets that a printer gets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from courses.certificates.facts import Facts
from courses.certificates.fonts import missing
from courses.certificates.layout import reprinted
from courses.certificates.lettering import fit
from courses.certificates.printing.options import Options
from courses.certificates.splicing.sheets import Print, Sheet, sheets
from courses.certificates.templates import pictures, templates
from courses.errors import Refused
from courses.text import text


def mark(day: date, reason: str) -> str:
    """What a sheet says that goes out once more. Raises `Refused` for a reason that cannot be set or has no room."""
    said = reprinted(f"재발급 {day.year}. {day.month}. {day.day}. {reason}")
    if gone := missing(said.text, said.weight):
        raise Refused(
            text("The fonts lack %(characters)s of “%(text)s”.", characters=gone, text=reason), code="letters"
        )
    if fit(said) is None:
        raise Refused(text("The reason has no room on the sheet. Say it in fewer words"), code="long")
    return said.text


def drawn(db: Session, facts: Sequence[Facts], options: Options, again: str = "") -> bytes:
    """A PDF of certificates as they were issued, in this order, printed as the options say.

    `again` is the `mark` of sheets that go out once more. ValueError for no certificate.
    """
    known = templates(db, (one.template for one in facts))
    how = Print(options.background, options.offset_x, options.offset_y, options.duplex, options.bleed)
    return sheets((Sheet(one, known[one.template], again) for one in facts), pictures(db, facts, known.values()), how)
