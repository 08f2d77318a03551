from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from courses.people.words import ROLE_NAMES
from courses.text import text
from lms.web.fields import choices, lazy


class RoleForm(FlaskForm):
    role = SelectField(lazy(text("Role")), choices=choices(ROLE_NAMES))
    unit = StringField(
        lazy(text("Unit code")),
        [Optional()],
        description=lazy(text("Only for a head or a clerk: the code of the unit, as in the organisation file")),
    )
