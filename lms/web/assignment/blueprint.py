from __future__ import annotations

from flask import Blueprint

pages = Blueprint("assignment", __name__)
