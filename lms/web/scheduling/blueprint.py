from __future__ import annotations

from flask import Blueprint

pages = Blueprint("scheduling", __name__)
