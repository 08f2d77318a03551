"""The file of sheets that a printer gets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from courses.certificates.facts import Facts
from courses.certificates.pdf import draw
from courses.certificates.printing.options import Options
from courses.certificates.templates import templates
from courses.settings.organisation import asset


def drawn(db: Session, facts: Sequence[Facts], options: Options, again: str) -> bytes:
    """A PDF of certificates as they were issued, in this order, printed as the options say.

    `again`: what is printed on each sheet that goes out once more (재발급, day and reason), '' for none. ValueError for
    no certificate at all.
    """
    known = templates(db, (one.template for one in facts))
    wanted = {one.seal for one in facts} | {one.logo for one in known.values()}
    pictures = [picture for one in sorted(wanted) if (picture := asset(db, one))]
    return draw(facts, seal=pictures, logos=pictures, templates=known)
