from __future__ import annotations

from flask import Blueprint

from lms.web.completion.policies import policy_name

pages = Blueprint("scheduling", __name__)
pages.add_app_template_filter(policy_name)
