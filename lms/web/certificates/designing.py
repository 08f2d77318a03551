"""What certificates look like: templates, their versions, and which one is in use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from flask import Response, abort, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.certificates import designing
from courses.certificates.design import LANGUAGES, Language, Template
from courses.certificates.designing import Design
from courses.certificates.facts import Facts, Kind
from courses.certificates.fonts import load_fonts
from courses.certificates.layout import logo_place, preflight
from courses.certificates.models import CertificateTemplate
from courses.certificates.picture import HEIGHT, WIDTH, background_svg, page, seal_place
from courses.certificates.samples import Sample, looked_at, sample, samples
from courses.certificates.templates import BUILT_IN, in_use, key_of, template
from courses.certificates.wording import TITLES
from courses.errors import Refused
from courses.permissions import Permission
from courses.settings.organisation import asset, measured, organisation, store_asset
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import CONFLICT, INVALID, Answer, is_fragment, say, see_other
from lms.web.answers import key as key_in
from lms.web.certificates.blueprint import pages
from lms.web.certificates.design_forms import DesignForm, named
from lms.web.certificates.words import KINDS, SPEECHES
from lms.web.settings.forms import picture

_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_POINTS = 72 / 25.4


@pages.get("/certificates/templates")
@permit(Permission.DESIGN)
def templates() -> str:
    """Every template with its versions, and which one is in use for what."""
    return _index()


@pages.post("/certificates/templates/choice")
@permit(Permission.DESIGN)
def choose() -> Answer:
    """From now on certificates of a kind, of one course or of all, are issued under a version."""
    kind, key, typed = _kind(), request.form.get("template", ""), request.form.get("course", "").strip()
    db, actor = acting()
    try:
        course_id = _course(db, typed) if typed else _course_id(db)
        designing.choose(db, actor.id, kind, key, course_id)
    except Refused as refused:
        doors.release()
        return _index(error=words(refused.message), asked=request.form), CONFLICT
    doors.commit()
    say(_("New certificates are issued under this template"))
    return see_other(url_for("certificates.templates"))


@pages.get("/certificates/templates/new")
@permit(Permission.DESIGN)
def new_template() -> str:
    """A template that begins with the usual words."""
    return _editor(DesignForm(_kind(), _language()))


@pages.post("/certificates/templates/new")
@permit(Permission.DESIGN)
def add_template() -> Answer:
    """Keep it as a draft."""
    return _kept(DesignForm(_kind(), _language()), None)


@pages.get("/certificates/templates/<int:family>")
@permit(Permission.DESIGN)
def edit_template(family: int) -> str:
    """The last version, to be changed: a draft itself, what is in use by a next version."""
    row = _latest(family)
    return _editor(_form(row), row)


@pages.post("/certificates/templates/<int:family>")
@permit(Permission.DESIGN)
def change_template(family: int) -> Answer:
    """Keep it; for htmx, and when asked, only a look at it."""
    row = _latest(family)
    return _kept(_form(row), row)


@pages.get("/certificates/templates/versions/<string:key>")
@permit(Permission.DESIGN)
def template_version(key: str) -> str:
    """One version as it is, with any name."""
    try:
        shown = template(doors.session(), key)
    except ValueError:
        abort(404)
    db = doors.session()
    one = sample(db, request.args.get("sample", ""))
    longest = request.args.get("longest") == "y"
    rows = [row for row in designing.versions(db) if key_of(row.family, row.version) == key]
    look = _look(db, shown, one, longest=longest)
    return render_template(
        "certificates/template_version.html",
        key=key, row=rows[0] if rows else None, shown=shown,
        names=samples(db), named=named, asked=one.key, longest=longest,
        kinds=KINDS, served=_served(shown), speeches=SPEECHES, **look,
    )  # fmt: skip


@pages.get("/certificates/background.svg")
@permit(Permission.DESIGN)
def background() -> Response:
    """Frame and watermark of all sheets."""
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(background_svg(), headers=headers, mimetype="image/svg+xml")


@pages.get("/certificates/pictures/<string:digest>.png")
@permit(Permission.DESIGN)
def template_picture(digest: str) -> Response:
    """A seal or a logo of a template."""
    data = asset(doors.session(), digest) or abort(404)
    return Response(data, headers=_FOR_EVER, mimetype="image/png")


def _index(*, error: str = "", asked: Any = None) -> str:
    db = doors.looking()
    rows = designing.versions(db)
    families: dict[int, list[CertificateTemplate]] = {}
    for row in rows:
        families.setdefault(row.family, []).append(row)
    return render_template(
        "certificates/templates.html",
        families=list(families.values()),
        built_in=BUILT_IN,
        used={kind: in_use(db, kind).key for kind in TITLES},
        chosen=[one for one in designing.choices(db) if one.course_id],
        names={key_of(row.family, row.version): f"{row.name} {row.version}" for row in rows},
        key_of=key_of,
        kinds=KINDS,
        speeches=SPEECHES,
        error=error,
        asked=asked or {},
    )


def _kept(form: DesignForm, row: CertificateTemplate | None) -> Answer:
    good = form.validate()
    if is_fragment():
        return render_template("certificates/template_look.html", **_look_at(form, row))
    if not good:
        return _editor(form, row), INVALID
    if "preview" in request.form:
        return _editor(form, row)
    load_fonts()
    db, actor = acting()
    try:
        wanted = _with_pictures(db, form, row)
        kept = designing.change(db, actor.id, row.family, wanted) if row else designing.begin(db, actor.id, wanted)
    except designing.Unfit as unfit:
        doors.release()
        return _editor(form, row, errors=[words(problem) for problem in unfit.problems]), INVALID
    family, version = kept.family, kept.version
    doors.commit()
    say(_("Version %(n)s is kept", n=version))
    return see_other(url_for("certificates.edit_template", family=family))


def _with_pictures(db: Session, form: DesignForm, row: CertificateTemplate | None) -> Design:
    seal, logo = _digests(form, row)
    if form.seal_file.data:
        seal = store_asset(db, picture(form.seal_file), "image/png")
    if form.logo_file.data:
        logo = store_asset(db, picture(form.logo_file), "image/png")
    return form.design(seal, logo)


def _digests(form: DesignForm, row: CertificateTemplate | None) -> tuple[str, str]:
    """Seal and logo that the version before has, without what is to go."""
    seal, logo = (row.data["seal"], row.data["logo"]) if row else ("", "")
    return "" if form.no_seal.data else seal, "" if form.no_logo.data else logo


def _editor(form: DesignForm, row: CertificateTemplate | None = None, errors: list[str] | None = None) -> str:
    db = doors.looking()
    form.offer(samples(db))
    return render_template(
        "certificates/template.html",
        form=form,
        row=row,
        errors=errors or [],
        kinds=KINDS,
        speeches=SPEECHES,
        of=organisation(db),
        **_look_at(form, row),
    )


def _look_at(form: DesignForm, row: CertificateTemplate | None) -> dict[str, Any]:
    """The sheet as typed, with the chosen name."""
    db = doors.looking()
    seal, logo = _digests(form, row)
    one = sample(db, form.sample.data or "")
    if form.other.data:
        one = Sample("", form.other.data, "", one.unit)
    return _look(db, form.design(seal, logo).template, one, longest=bool(form.longest.data))


def _look(db: Session, shown: Template, one: Sample, *, longest: bool) -> dict[str, Any]:
    """problems: what keeps it from being issued; sheets: its pages as pictures, where they can be drawn."""
    load_fonts()
    facts = looked_at(db, shown, one, longest=longest)
    problems = preflight(facts, shown)
    latin = replace(facts, name=one.name_roman)
    helped = bool(problems and one.name_roman) and not preflight(latin, shown)
    drawn = latin if helped else facts
    sheets = [] if problems and not helped else [_sheet(db, drawn, shown, number) for number in range(len(shown.sides))]
    return {"problems": [problem.message for problem in problems], "sheets": sheets, "helped": helped, "looked": drawn}


def _sheet(db: Session, facts: Facts, shown: Template, number: int) -> dict[str, Any]:
    logo = asset(db, shown.logo)
    place = [round(measure * _POINTS, 2) for measure in logo_place(*measured(logo))] if logo else None
    if place:
        place[1] = round(HEIGHT - place[1] - place[3], 2)
    return {
        "language": shown.sides[number].language,
        "letters": Markup(page(facts, shown, number)),  # noqa: S704 (outlines of our own)
        "box": f"0 0 {WIDTH:.2f} {HEIGHT:.2f}",
        "seal": [round(measure, 2) for measure in seal_place(facts, shown, number)] if facts.seal else None,
        "seal_digest": facts.seal,
        "logo": place,
        "logo_digest": shown.logo,
    }


def _form(row: CertificateTemplate) -> DesignForm:
    return DesignForm(cast("Kind", row.kind), cast("Language", row.language), designing.read(row), row.name)


def _latest(family: int) -> CertificateTemplate:
    return designing.latest(doors.looking(), family) or abort(404)


def _kind() -> Kind:
    kind = request.values.get("kind", "completed")
    return kind if kind in TITLES else abort(404)


def _language() -> Language:
    language = request.values.get("language", "ko")
    return language if language in LANGUAGES else abort(404)


def _served(shown: Template) -> list[Kind]:
    return [shown.kind] if shown.kind else ["completed", "attended"]


def _course(db: Session, typed: str) -> int:
    """One course by its code or title. Raises `Refused` for none, and for several."""
    known = select(Course.id).where(or_(Course.code == typed, Course.title == typed)).limit(2)
    ids = db.scalars(known).all()
    if len(ids) != 1:
        said = text("Enter the code of one course: “%(typed)s” is none", typed=typed[:100])
        raise Refused(said, code="no_course")
    return ids[0]


def _course_id(db: Session) -> int:
    """The course that the form names by its id, 0 where it names none; 404 for one that is not there."""
    if "course_id" not in request.form:
        return 0
    return db.scalar(select(Course.id).where(Course.id == request.form.get("course_id", 0, type=key_in))) or abort(404)
