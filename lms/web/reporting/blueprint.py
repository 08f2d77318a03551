from __future__ import annotations

from flask import Blueprint

pages = Blueprint("reporting", __name__)
