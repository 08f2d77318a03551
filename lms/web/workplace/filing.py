"""The one page on which a department files training, or files it anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.enrolment import naming
from courses.enrolment.naming import Candidate, Line
from courses.errors import Refused
from courses.people.models import OrgUnit, Posting
from courses.permissions import Permission, may, visible
from courses.text import Text, text
from courses.workplace import filings, planning
from courses.workplace.filing import NotPossible, Wanted, least_minutes
from courses.workplace.models import Filing
from lms import db as doors
from lms import filing as ledger
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext, words
from lms.web import evidence
from lms.web.answers import INVALID, Answer, again, found, key, say, see_other
from lms.web.enrolment.queues import look_again
from lms.web.evidence import Kept
from lms.web.workplace import units
from lms.web.workplace.blueprint import pages
from lms.web.workplace.forms import FilingForm


@dataclass
class Look:
    """Whom the pasted text means. `people` are sure; `open_lines` have several to choose from, `lost` nobody.

    `reasons`: why some cannot be in it.
    """

    people: list[Candidate] = field(default_factory=list)
    open_lines: list[Line] = field(default_factory=list)
    lost: list[Line] = field(default_factory=list)
    reasons: Mapping[int, Refused] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(one.id for one in self.people)


@pages.get("/workplace/filing")
@permit(Permission.FILE)
def new() -> str:
    """The empty form, or (`?like=` a run) the last one once more: as then, today."""
    like = request.args.get("like", type=key)
    before = units.filed(like) if like else None
    unit = _unit(before)
    if unit is None:
        return render_template("workplace/choose.html", departments=units.departments(), page="workplace.new")
    return _page(unit, _form(unit, _as_before(before) if before else {"day": clock.today()}))


@pages.post("/workplace/filing")
@permit(Permission.FILE)
def file() -> Answer:
    """File it; what is not certain is asked first, and nothing of what was entered is lost."""
    unit = _unit(None)
    if unit is None:
        abort(404)
    return _filed(unit, None)


@pages.get("/workplace/filings/<int:run_id>/correction")
@permit(Permission.FILE)
def correction(run_id: int) -> str:
    """The form as it was filed."""
    filing = units.filed(run_id)
    unit = doors.looking().get_one(OrgUnit, filing.unit_id)
    return _page(unit, _form(unit, _as_filed(filing)), filing=filing)


@pages.post("/workplace/filings/<int:run_id>/correction")
@permit(Permission.FILE)
def correct(run_id: int) -> Answer:
    """File it anew."""
    filing = units.filed(run_id)
    return _filed(doors.looking().get_one(OrgUnit, filing.unit_id), filing)


def _filed(unit: OrgUnit, filing: Filing | None) -> Answer:
    form = _form(unit)
    run_id = filing.run_id if filing else None
    if filing:
        form.course.data = filings.one(doors.looking(), filing.run_id).course_id
    sent, fault = _evidence(form)
    valid, db = form.validate(), doors.looking()
    try:
        look = _understood(db, form, _near(), form.people.data or "", "choice")
        away = _understood(db, form, _near(), form.absent.data or "", "away")
    except Refused as refused:
        return _page(unit, form, kept=sent, fault=words(refused.message), filing=filing), INVALID
    if not valid or fault or _is_open(look, form) or _is_open(away, form):
        return _page(unit, form, look, away, kept=sent, fault=fault, filing=filing), INVALID
    unit_id = unit.id

    def shown_again(refused: Refused) -> str:
        look.reasons = refused.people if isinstance(refused, NotPossible) else {}
        own = doors.looking().get_one(OrgUnit, unit_id)
        before = units.filed(run_id) if run_id else None
        return _page(own, form, look, away, kept=sent, fault=words(refused.message), filing=before)

    db, actor = acting()
    with again(shown_again):
        unit = units.within_reach(Permission.FILE, unit_id)
        course = found(select(Course).where(Course.id == form.course.data, Course.kind == Kind.WORKPLACE))
        wanted = _wanted(form, course, look)
        proof = sent.store(db) if sent else None
        if run_id is None:
            run_id = ledger.file(db, actor.id, unit, course, wanted, away.ids, proof).run_id
            said, gone = ngettext("Filed for one person", "Filed for %(n)s people", len(look.people)), []
        else:
            gone = ledger.correct(db, actor.id, units.filed(run_id), wanted, away.ids, proof)
            said = _("The correction is filed")
    doors.commit()
    say(said)
    look_again(gone)
    return see_other(url_for("workplace.show", run_id=run_id))


def _wanted(form: FilingForm, course: Course, look: Look) -> Wanted:
    assert form.trainer.person, "a valid form has one"
    return Wanted(form.starts_at, form.minutes.data or least_minutes(course), form.trainer.person.id, look.ids)


def _evidence(form: FilingForm) -> tuple[Kept | None, str]:
    """The file sent now, else the one that came with the form before; and what is wrong with it."""
    if not form.evidence.data:
        return evidence.kept_before(form.kept.data or ""), ""
    doors.release()  # keeping a file takes its time
    try:
        return evidence.keep(form.evidence.data), ""
    except Refused as refused:
        return evidence.kept_before(form.kept.data or ""), words(refused.message)


def _understood(db: Session, form: FilingForm, near: ColumnElement[bool] | None, pasted: str, name: str) -> Look:
    """Whom a text means, with what was chosen among namesakes (`choice-3` for the line that says `choice-3-said`)."""
    look, chosen = Look(), _chosen(name)
    people: dict[int, Candidate] = {}
    for line in naming.find(db, pasted, near, once=False) if pasted.strip() else ():
        picked = next((one for one in line.people if str(one.id) == chosen.get(line.said)), None)
        if one := line.person or picked:
            people.setdefault(one.id, one)
        elif line.people and chosen.get(line.said) != "0":
            look.open_lines.append(line)
        elif not line.people:
            look.lost.append(line)
    look.people = list(people.values())
    return look


def _chosen(name: str) -> dict[str, str]:
    said = {part[: -len("-said")]: value for part, value in request.form.items() if part.endswith("-said")}
    return {value: request.form.get(part, "") for part, value in said.items() if part.startswith(f"{name}-")}


def _is_open(look: Look, form: FilingForm) -> bool:
    return bool(look.open_lines or (look.lost and not form.skip.data))


def _near() -> ColumnElement[bool] | None:
    """Officers file anybody, others those of their own units and below."""
    if may(me(), Permission.PLAN):
        return None
    return Posting.unit_id.in_(select(OrgUnit.id).where(visible(me(), OrgUnit, Permission.FILE)))


def _unit(before: Filing | None) -> OrgUnit | None:
    if before and "unit" not in request.args:
        return doors.looking().get_one(OrgUnit, before.unit_id)
    return units.asked_unit(Permission.FILE, units.own_units(Permission.FILE))


def _form(unit: OrgUnit, data: dict[str, Any] | None = None) -> FilingForm:
    given: dict[str, Any] = {} if data is None else {"formdata": None, "data": data}
    return FilingForm(unit=unit, subjects=planning.subjects(doors.looking()), **given)


def _as_before(filing: Filing) -> dict[str, Any]:
    """The same subject, time, trainer and people, today."""
    return _as_filed(filing) | {"day": clock.today(), "absent": ""}


def _as_filed(filing: Filing) -> dict[str, Any]:
    db, row = doors.looking(), filings.one(doors.looking(), filing.run_id)
    trainer, people = filings.trainer_of(db, filing.run_id), filings.people_of(db, filing.run_id)
    absent = ledger.absent_from(db, filing.run_id)
    begins = clock.local(row.starts_at)
    return {
        "course": row.course_id,
        "day": begins.date(),
        "begins": begins.time(),
        "minutes": int((row.ends_at - row.starts_at).total_seconds()) // 60,
        "trainer": _shown(trainer) if trainer else "",
        "people": "\n".join(_line(one) for one in people),
        "absent": "\n".join(_line(one) for one in people if one.id in absent),
    }


def _shown(one: Any) -> str:
    return f"{one.name} ({one.employee_no})" if one.employee_no else str(one.name)


def _line(one: Any) -> str:
    return f"{one.employee_no} {one.name}" if one.employee_no else str(one.name)


def _page(
    unit: OrgUnit,
    form: FilingForm,
    look: Look | None = None,
    away: Look | None = None,
    *,
    kept: Kept | None = None,
    fault: str = "",
    filing: Filing | None = None,
) -> str:
    form.kept.data = kept.ticket if kept else ""
    return render_template(
        "workplace/filing.html",
        unit=unit,
        own=units.own_units(Permission.FILE),
        form=form,
        look=look or Look(),
        away=away or Look(),
        kept=kept,
        fault=fault,
        filing=filing,
        staff=units.staff(unit),
        problems=_problems(look or Look()),
    )


def _problems(look: Look) -> list[tuple[str, Text]]:
    """Beside each mention that did not work: why."""
    named = {one.id: f"{one.name} ({one.employee_no})" for one in look.people}
    lost = [(line.said, line.problem or text("Nobody of this name")) for line in look.lost]
    return [*lost, *((named.get(id_, ""), refused.message) for id_, refused in look.reasons.items())]
