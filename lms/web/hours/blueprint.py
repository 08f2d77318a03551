from __future__ import annotations

from flask import Blueprint

pages = Blueprint("hours", __name__)
