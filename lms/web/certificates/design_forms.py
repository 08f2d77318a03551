"""The form of a certificate template: one part for the sheet, one for each language that it speaks."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Form, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from courses.certificates.design import ALWAYS, LINES, SPEECHES, Language, Side, Speech, Template
from courses.certificates.designing import SIZES, Design
from courses.certificates.facts import Kind
from courses.certificates.samples import Sample
from courses.certificates.wording import LABELS, LABELS_EN, TITLES, TITLES_EN, usual_side
from courses.text import clean, text
from lms.i18n import words
from lms.web.certificates.words import LINES_OF_A_SHEET, ODD_NAMES
from lms.web.fields import A_NUMBER, a_line, a_number, at_most, choices, lazy
from lms.web.settings.forms import check_uploaded

_NEEDED = text("Fill this in")


class SideForm(Form):
    """What one page says in its language."""

    title = a_line(lazy(text("Title of the sheet")), 60)
    subtitle = a_line(lazy(text("Line below the title")), 80)
    body = TextAreaField(lazy(text("Sentence")), [DataRequired(lazy(_NEEDED)), at_most(300)])
    issuer = a_line(lazy(text("Issuer on the sheet")), 60)
    place = a_line(lazy(text("The organisation in the sentence")), 60)
    unit = a_line(lazy(text("Label of the unit")), 20)
    grade = a_line(lazy(text("Label of the grade")), 20)
    name = a_line(lazy(text("Label of the name")), 20)
    course = a_line(lazy(text("Label of the course")), 20)
    period = a_line(lazy(text("Label of the days")), 20)
    hours = a_line(lazy(text("Label of the hours")), 20)
    recognised = a_line(lazy(text("Label of the recognised hours")), 20)

    def labels(self) -> list[Any]:
        """The fields of the labels, as `LINES` go."""
        return [self[line] for line in LINES]

    def side(self, language: Speech) -> Side:
        """The page as it was typed. Who empties a label gets the usual one."""
        usual = LABELS if language == "ko" else LABELS_EN
        labels = tuple(field.data or label for field, label in zip(self.labels(), usual, strict=True))
        body = tuple(line for typed in (self.body.data or "").splitlines() if (line := clean(typed)))
        texts = (self.title.data or "", self.subtitle.data or "")
        return Side(language, *texts, labels, body, self.issuer.data or "", self.place.data or "")


class DesignForm(FlaskForm):
    """The sheet. `parts` are the forms of its languages; what one looks at it with is not kept."""

    name = a_line(lazy(text("Name of the template")), 100, needed=_NEEDED)
    shown = SelectMultipleField(
        lazy(text("Lines on the sheet")),
        choices=choices({line: name for line, name in LINES_OF_A_SHEET.items() if line not in ALWAYS}),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    seal_side = a_number(
        lazy(text("Side of the seal in millimetres")), int(SIZES[0]), int(SIZES[1]), InputRequired(A_NUMBER)
    )
    seal_file = FileField(lazy(text("Another seal than the organisation's (PNG)")))
    no_seal = BooleanField(lazy(text("The organisation's seal")))
    logo_file = FileField(lazy(text("Logo at the top (PNG)")))
    no_logo = BooleanField(lazy(text("No logo")))
    sample = SelectField(lazy(text("Name to look at it with")), validate_choice=False)
    other = a_line(lazy(text("Or another name")), 200)
    longest = BooleanField(lazy(text("With the longest unit and course")))

    def __init__(self, kind: Kind, language: Language, row: Template | None = None, name: str = "") -> None:
        sides = {side.language: side for side in row.sides} if row else {}
        shown = list(row.shown if row else ("unit", "name", "course", "period", "hours"))
        super().__init__(name=name, shown=shown, seal_side=int(row.seal_side if row else 24))
        typed = request.form if request.method == "POST" else None
        self.kind, self.language = kind, language
        self.parts: dict[Speech, SideForm] = {
            speech: SideForm(typed, prefix=f"{speech}-", data=_filled(kind, sides.get(speech) or usual_side(speech)))
            for speech in SPEECHES[language]
        }

    def offer(self, names: list[Sample]) -> None:
        """The names to choose from; at first the longest is shown."""
        self.sample.choices = [SelectChoice(value=one.key, label=named(one)) for one in names]
        self.sample.data = self.sample.data or names[0].key

    def validate(self, extra_validators: Any = None) -> bool:
        """The sheet and each of its languages."""
        good = [super().validate(extra_validators), *(part.validate() for part in self.parts.values())]
        return all(good)

    def validate_logo_file(self, field: Any) -> None:
        if field.data:
            check_uploaded(field)

    validate_seal_file = validate_logo_file

    def design(self, seal: str = "", logo: str = "") -> Design:
        """The template as it was typed, with its pictures (their SHA-256)."""
        ticked = {*(self.shown.data or ()), *ALWAYS}
        sides = tuple(part.side(speech) for speech, part in self.parts.items())
        shown = tuple(line for line in LINES if line in ticked)
        size = float(self.seal_side.data or 0)
        return Design(self.name.data or "", Template("draft", self.kind, self.language, sides, shown, seal, size, logo))


def _filled(kind: Kind, side: Side) -> dict[str, str]:
    """With the usual title in words, so that one sees what there is to change."""
    title, other = (TITLES, TITLES_EN) if side.language == "ko" else (TITLES_EN, TITLES)
    below = other[kind].upper() if side.language == "ko" else other[kind]
    said = {"title": side.title or title[kind], "subtitle": side.subtitle or below, "body": "\n".join(side.body)}
    return {**said, "issuer": side.issuer, "place": side.place, **dict(zip(LINES, side.labels, strict=True))}


def named(one: Sample) -> str:
    """The name, and what is odd about it."""
    return f"{one.name} ({words(ODD_NAMES[one.key])})" if one.key in ODD_NAMES else one.name
