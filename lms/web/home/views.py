from __future__ import annotations

from flask import Blueprint, render_template

from courses.permissions import Permission
from lms.auth.guard import permit

pages = Blueprint("home", __name__)


@pages.get("/")
@permit(Permission.LEARN)
def index() -> str:
    """What do I have to do now?"""
    return render_template("home/index.html")


@pages.get("/help", endpoint="help")
@permit(Permission.LEARN)
def help_page() -> str:
    """What each role can do here."""
    return render_template("home/help.html")
