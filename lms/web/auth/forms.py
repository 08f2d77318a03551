from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from courses.text import text
from lms.auth.passwords import MINIMUM_LENGTH
from lms.web.fields import lazy

_ENOUGH = lazy(text("Use %(n)s characters or more", n=MINIMUM_LENGTH))


class SignInForm(FlaskForm):
    login = StringField(
        lazy(text("Employee number or e-mail")),
        [InputRequired(lazy(text("Enter your employee number or e-mail")))],
    )
    password = PasswordField(lazy(text("Password")), [InputRequired(lazy(text("Enter your password")))])
    next = HiddenField()


class PasswordForm(FlaskForm):
    password = PasswordField(
        lazy(text("New password")),
        [
            InputRequired(lazy(text("Enter a new password"))),
            Length(MINIMUM_LENGTH, 200, _ENOUGH),
        ],
        description=_ENOUGH,
    )
    again = PasswordField(
        lazy(text("The same again")),
        [EqualTo("password", lazy(text("The two passwords differ. Type the same one twice")))],
    )
