from __future__ import annotations

from flask import Blueprint

pages = Blueprint("units", __name__)
