from __future__ import annotations

from flask import Blueprint

from lms.web.board.words import file_size

pages = Blueprint("board", __name__)
pages.add_app_template_filter(file_size)
