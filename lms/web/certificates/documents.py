"""Confirmations and transcripts with a number: one's own, and those that an officer issues for somebody."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, SelectField
from wtforms.validators import Optional

from courses import clock
from courses.certificates import documents
from courses.certificates.documents import Content
from courses.certificates.fonts import load_fonts
from courses.certificates.models import CertificateState, DocumentKind, IssuedDocument
from courses.confirming.actions import waiting
from courses.confirming.models import State
from courses.enrolment.models import Enrolment
from courses.errors import Refused
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.printing.issued import draw
from courses.scheduling.taught import teaches
from courses.settings.organisation import asset
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, speaking, words
from lms.web.answers import INVALID, Answer, again, day_or_none, found, say, see_other
from lms.web.certificates import composing
from lms.web.certificates.blueprint import pages
from lms.web.certificates.delivery import document_delivered
from lms.web.certificates.words import DOCUMENTS, STATES
from lms.web.fields import ReasonForm, a_day, a_line, choices, lazy, offer, one_of
from lms.web.formats import days

_LANGUAGES = {"ko": text("Korean"), "en": text("English")}


class DocumentForm(FlaskForm):
    """Which document, of what, and what it is wanted for."""

    kind = RadioField(
        lazy(text("Which document")), choices=choices(dict(DOCUMENTS)), default=DocumentKind.ENROLMENT.value
    )
    run = one_of(lazy(text("Course")))
    first = a_day(lazy(text("From")), Optional())
    last = a_day(lazy(text("Until")), Optional())
    wording = SelectField(lazy(text("Language")), choices=choices(dict(_LANGUAGES)))
    purpose = a_line(lazy(text("What it is for")), documents.PURPOSE)


@pages.get("/documents")
@permit(Permission.LEARN)
def own_documents() -> str:
    """One's own confirmations and transcripts, and the way to a new one."""
    return _page(form_for(me().id, formdata=None))


@pages.post("/documents")
@permit(Permission.LEARN)
def issue_own_document() -> Answer:
    """Issue one to oneself."""
    form = form_for(me().id)
    if not form.validate():
        return _page(form), INVALID
    address = url_for("certificates.own_documents")
    return issued(form, me().id, lambda refused: _page(form, words(refused.message)), address)


@pages.get("/documents/<int:document_id>.pdf")
@permit(Permission.LEARN)
def document(document_id: int) -> Response:
    """One that is in force, for its owner or an officer: the same bytes every time."""
    valid = IssuedDocument.state == CertificateState.VALID
    one = found(select(IssuedDocument).where(IssuedDocument.id == document_id, valid, _reach()))
    return document_delivered(one, inline=True)


@pages.get("/documents/<int:document_id>/revocation")
@permit(Permission.CERTIFY)
def document_revocation(document_id: int) -> str:
    """What is about to be revoked, for ever."""
    return _revocation(document_id, ReasonForm())


@pages.post("/documents/<int:document_id>/revocation")
@permit(Permission.CERTIFY)
def revoke_document(document_id: int) -> Answer:
    """It is not valid any more, and says so to whoever verifies it; or a second person is asked first."""
    form = ReasonForm()
    if not form.validate():
        return _revocation(document_id, form), INVALID
    db, actor = acting()
    one = found(_officers(document_id))
    asked = documents.ask_to_revoke(db, actor.id, one, form.reason.data or "")
    doors.commit()
    if asked.state is State.ASKED:
        say(_("Somebody else has to confirm that %(number)s is revoked", number=one.content["number"]))
    else:
        say(_("%(number)s is revoked", number=one.content["number"]))
    return see_other(url_for("certificates.of_person", person_id=one.person_id))


def form_for(person_id: int, **options: Any) -> DocumentForm:
    """The form with what this person can have confirmed; an address may ask for a kind and a time."""
    kind, first, last = request.args.get("kind", ""), day_or_none("from"), day_or_none("until")
    year = clock.today().replace(month=1, day=1)
    given = {"kind": kind if kind in set(DocumentKind) else DocumentKind.ENROLMENT.value, "first": first or year}
    form = DocumentForm(data={**given, "last": last or clock.today()}, **options)
    rows = doors.looking().execute(composing.taken(person_id).limit(200)).all()
    if not teaches(doors.looking(), person_id):
        form.kind.choices = choices({kind: name for kind, name in DOCUMENTS.items() if kind != DocumentKind.TEACHING})
        del form.first, form.last
    offer(form.run, [(row[0].id, f"{row[2].title} · {days(row[1].starts_on, row[1].ends_on)}") for row in rows], "–")
    return form


def issued(form: DocumentForm, person_id: int, page: Any, address: str) -> AnyResponse:
    """Issue what the form asks for, drawn once before it counts; then back to `address`."""
    load_fonts()
    db, actor = acting()
    with again(page), speaking(form.wording.data or "ko"):
        content, run_id = _composed(db, form, db.get_one(Person, person_id))
        one = documents.issue(db, actor.id, person_id, content, purpose=form.purpose.data or "", run_id=run_id)
        draw(Content.from_json(one.content), asset(db, content.seal))
    doors.commit()
    say(_("%(number)s is issued", number=one.content["number"]))
    return see_other(f"{address}#d{one.id}")


def _composed(db: Session, form: DocumentForm, person: Person) -> tuple[Content, int | None]:
    match DocumentKind(form.kind.data):
        case DocumentKind.TRANSCRIPT:
            return composing.of_transcript(db, person), None
        case DocumentKind.TEACHING:
            first, last = (form.first.data, form.last.data) if "first" in form else (None, None)
            if not (first and last and first <= last):
                raise Refused(text("Enter a first and a last day, in this order"), code="days")
            return composing.of_teaching(db, person, first, last), None
        case _:
            row = db.execute(composing.taken(person.id).where(Enrolment.id == form.run.data)).one_or_none()
            if row is None:
                raise Refused(text("Choose the course that is to be confirmed"), code="run")
            return composing.of_enrolment(db, person, row), row[1].id


def _page(form: DocumentForm, error: str | None = None) -> str:
    entries = documents.own(doors.looking(), me().id)
    return render_template(
        "certificates/documents.html", form=form, error=error, entries=entries, names=DOCUMENTS, states=STATES
    )


def _revocation(document_id: int, form: ReasonForm) -> str:
    one = found(_officers(document_id))
    content = Content.from_json(one.content)
    asked = waiting(doors.looking(), documents.REVOCATION, document_id)
    return render_template(
        "certificates/document_revocation.html", document=one, content=content, form=form, asked=asked
    )


def _officers(document_id: int) -> Any:
    valid = IssuedDocument.state == CertificateState.VALID
    allowed = visible(me(), IssuedDocument, Permission.CERTIFY)
    return select(IssuedDocument).where(IssuedDocument.id == document_id, valid, allowed)


def _reach() -> ColumnElement[bool]:
    return or_(visible(me(), IssuedDocument), visible(me(), IssuedDocument, Permission.CERTIFY))
