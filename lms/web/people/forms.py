from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from courses.people.models import Role
from courses.text import text
from lms.web.fields import choices, lazy

ROLE_NAMES = {
    Role.INSTRUCTOR: text("Instructor"),
    Role.OFFICER: text("Training officer"),
    Role.HEAD: text("Head of unit"),
    Role.CLERK: text("Department clerk"),
    Role.ADMINISTRATOR: text("Administrator"),
}


class RoleForm(FlaskForm):
    role = SelectField(lazy(text("Role")), choices=choices(ROLE_NAMES))
    unit = StringField(
        lazy(text("Unit code")),
        [Optional()],
        description=lazy(text("Only for a head or a clerk: the code of the unit, as in the organisation file")),
    )
