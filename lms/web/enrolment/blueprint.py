from __future__ import annotations

from flask import Blueprint

pages = Blueprint("enrolment", __name__)
