"""Who waits for a certificate, across runs; one person with all that concerns them, former staff too."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses import clock
from courses.catalogue.models import Kind
from courses.certificates import actions, documents, queries
from courses.certificates.fonts import load_fonts
from courses.certificates.waiting import MOST, Filter, waiting
from courses.certificates.waiting import of_person as waiting_of
from courses.people import queries as people
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.reporting.training import KIND_NAMES
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext, words
from lms.web.answers import INVALID, Answer, back_to, day_or_none, found, page_number, say, see_other
from lms.web.certificates.addresses import verify_url
from lms.web.certificates.blueprint import pages
from lms.web.certificates.documents import DocumentForm, form_for, issued
from lms.web.certificates.words import DOCUMENTS, KINDS, STATES
from lms.web.several import chosen


@pages.get("/certificates/waiting")
@permit(Permission.CERTIFY)
def waiting_list() -> str:
    """Everybody who completed and has no certificate, with what stands in the way: before anything is numbered."""
    wanted = _filter()
    found = waiting(doors.session(), wanted, verify_url())
    return render_template(
        "certificates/waiting.html",
        found=found,
        ready=[one for one in found.candidates if not one.problems],
        left_out=[one for one in found.candidates if one.problems],
        most=MOST,
        asked=request.args,
        first=wanted.first,
        course_kinds=KIND_NAMES,
        kinds=KINDS,
    )


@pages.post("/certificates/waiting")
@permit(Permission.CERTIFY)
def issue_chosen() -> Response:
    """Issue to those ticked, of whatever runs, all in one transaction and with numbers in a row."""
    load_fonts()
    ids, roman = chosen("enrolment", MOST), chosen("roman", MOST)
    db, actor = acting()
    made = actions.issue_chosen(db, actor.id, {*ids, *roman}, verify_url(), roman=set(roman))
    doors.commit()
    if made:
        numbers = {"first": made[0].facts["number"], "last": made[-1].facts["number"]}
        many = ngettext("%(n)s certificate is issued", "%(n)s certificates are issued", len(made))
        say(f"{many} ({' ~ '.join(dict.fromkeys(numbers.values()))})")
    else:
        say(_("There was nothing left to issue"))
    default = url_for("certificates.register") if made else url_for("certificates.waiting_list")
    return see_other(back_to(request.form.get("back"), default))


@pages.post("/enrolments/<int:enrolment_id>/certificate")
@permit(Permission.LEARN)
def issue_own(enrolment_id: int) -> Response:
    """The certificate of a course that one has completed, where the organisation lets one make it out."""
    load_fonts()
    db, actor = acting()
    made = actions.issue_own(db, actor.id, enrolment_id, verify_url(), in_latin="roman" in request.form)
    doors.commit()
    say(_("%(number)s is issued", number=made.facts["number"]))
    return see_other(f"{url_for('certificates.mine')}#c{made.id}")


@pages.get("/certificates/people")
@permit(Permission.CERTIFY)
def find_person() -> str:
    """Anybody by name or employee number, former staff too: who has no sign-in any more comes to the office."""
    said = request.args.get("q", "").strip()[:100]
    wanted, page = people.Wanted(words=said), page_number()
    rows = people.people(doors.session(), wanted, page) if said else []
    return render_template("certificates/people.html", rows=rows, q=said, page=page, more=len(rows) == people.PAGE)


@pages.get("/people/<int:person_id>/certificates")
@permit(Permission.CERTIFY)
def of_person(person_id: int) -> str:
    """All certificates and documents of somebody, and what can be issued."""
    return _page(person_id, form_for(person_id, formdata=None))


@pages.post("/people/<int:person_id>/documents")
@permit(Permission.CERTIFY)
def issue_document(person_id: int) -> Answer:
    """A confirmation or a transcript for somebody."""
    _person(person_id)
    form = form_for(person_id)
    if not form.validate():
        return _page(person_id, form), INVALID
    address = url_for("certificates.of_person", person_id=person_id)
    return issued(form, person_id, lambda refused: _page(person_id, form, words(refused.message)), address)


def _page(person_id: int, form: DocumentForm, error: str | None = None) -> str:
    person, db = _person(person_id), doors.looking()
    return render_template(
        "certificates/person.html",
        person=person,
        entries=queries.own(db, person_id),
        waiting=waiting_of(db, person_id, verify_url()),
        documents=documents.own(db, person_id),
        form=form,
        error=error,
        names=DOCUMENTS,
        kinds=KINDS,
        states=STATES,
    )


def _person(person_id: int) -> Person:
    return found(select(Person).where(Person.id == person_id, visible(me(), Person, Permission.CERTIFY)))


def _filter() -> Filter:
    """Runs that ended this year, as long as nobody asks for other days: imported ones of long ago are many."""
    asked: Any = request.args
    kind = asked.get("kind", "")
    return Filter(
        person=asked.get("q", "").strip()[:100],
        course=asked.get("course", "").strip()[:100],
        kind=Kind(kind) if kind in set(Kind) else None,
        first=day_or_none("from") if "from" in asked else clock.today().replace(month=1, day=1),
        last=day_or_none("until"),
    )
