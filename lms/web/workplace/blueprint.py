from __future__ import annotations

from flask import Blueprint

pages = Blueprint("workplace", __name__)
