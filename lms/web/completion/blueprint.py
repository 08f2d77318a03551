from __future__ import annotations

from flask import Blueprint

from courses.completion.rules import Check
from lms.i18n import language

pages = Blueprint("completion", __name__)


@pages.app_template_filter("basis")
def basis(rule: Check) -> str:
    """What a rule, or a rule held against facts, is based on, in the reader's language."""
    return rule.basis if language() == "ko" else rule.basis_en
