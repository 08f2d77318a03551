from __future__ import annotations

from flask import Blueprint

pages = Blueprint("people", __name__)
