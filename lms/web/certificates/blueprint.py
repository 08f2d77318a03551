from __future__ import annotations

from flask import Blueprint

pages = Blueprint("certificates", __name__)
