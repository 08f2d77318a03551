from __future__ import annotations

from flask import Blueprint

from lms.web.surveys.words import of_five, width

pages = Blueprint("surveys", __name__)
pages.add_app_template_filter(of_five)
pages.add_app_template_filter(width)
