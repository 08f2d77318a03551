"""The keys that sign certificates: which, until when, and what is to be done. The keys themselves no page ever sees."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from sqlalchemy.orm import Session

from courses import clock
from courses.permissions import Permission
from courses.settings.published import REASONS, published
from courses.text import text
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _
from lms.web.formats import day_long
from lms.web.settings.blueprint import pages

SOON = timedelta(days=90)
"""How long before its last day a key is spoken of."""
KINDS = {"p256": text("ECDSA, P-256"), "rsa3072": text("RSA, 3072 bits")}


@pages.get("/settings/keys")
@permit(Permission.ADMINISTER)
def keys() -> str:
    """All of them, the one that signs first."""
    db = doors.session()
    known = sorted(published(db).keys, key=lambda one: (one.current, one.first_day), reverse=True)
    tone, says, remedy = health(db)
    return render_template(
        "settings/keys.html", keys=known, kinds=KINDS, reasons=REASONS, tone=tone, says=says, remedy=remedy
    )


def health(db: Session) -> tuple[str, str, str]:
    """How it stands with the key that signs (ok, warn or bad), in words, and what to do."""
    key = published(db).current
    if key is None:
        return "bad", _("No key signs certificates"), _("Run “lms certificates init-keys”.")
    left = key.until - clock.today()
    says = _("It signs until %(day)s", day=day_long(key.until))
    remedy = _("Run “lms certificates rotate-keys”. What was signed stays good.")
    if left < timedelta(0):
        return "bad", _("It signed until %(day)s", day=day_long(key.until)), remedy
    return ("warn", says, remedy) if left < SOON else ("ok", says, "")
