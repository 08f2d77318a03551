from __future__ import annotations

from flask import Blueprint

pages = Blueprint("assessment", __name__)
