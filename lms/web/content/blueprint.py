from __future__ import annotations

from flask import Blueprint

pages = Blueprint("content", __name__)
