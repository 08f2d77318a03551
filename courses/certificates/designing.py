"""An organisation's own templates: drafts, versions that follow each other, and which one is in use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.certificates.design import ALWAYS, LINES, PLACEHOLDERS, Side, Template
from courses.certificates.facts import Facts, Kind
from courses.certificates.layout import preflight
from courses.certificates.models import CertificateTemplate, TemplateChoice
from courses.certificates.samples import EXAMPLE
from courses.certificates.templates import key_of, number_of, template
from courses.certificates.wording import TITLES
from courses.errors import Refused
from courses.events.actions import record, record_change
from courses.events.facts import TemplateChosen
from courses.text import Text, text

SIZES = (10.0, 40.0)
"""How small and how large a seal may be, in mm."""
_MOST_SENTENCES = 3
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Design:
    """What an officer says a template is to be; the template's key does not count."""

    name: str
    template: Template


class Unfit(Refused):
    """A template that cannot be used as it stands. `problems` say what to mend."""

    def __init__(self, problems: Sequence[Text]) -> None:
        super().__init__(problems[0], code="unfit")
        self.problems = problems


def begin(db: Session, actor_id: int, wanted: Design) -> CertificateTemplate:
    """The first version of a new template, a draft. Raises `Unfit`."""
    require_fit(wanted.template)
    row = _row(actor_id, wanted, family=0, version=1)
    db.add(row)
    db.flush()
    row.family = row.id
    db.flush()
    record_change(db, actor_id, "certificate_template", row.id, _nothing(), _plain(row))
    return row


def change(db: Session, actor_id: int, family: int, wanted: Design) -> CertificateTemplate:
    """The draft as it is now to be, or the next version where the last one was put into use: that never changes.

    Raises `Unfit`, and `Refused` for a template that was put into use meanwhile.
    """
    require_fit(wanted.template)
    _hold(db, family)
    last = latest(db, family)
    if last is None:
        raise Refused(text("There is no such template."), code="no_template")
    before = _plain(last)
    row = _row(actor_id, wanted, family=family, version=last.version + 1)
    if last.frozen_at is None:
        _rewrite(db, last, row)
        row = last
    elif before == {**_plain(row), "version": last.version}:
        return last
    else:
        db.add(row)
    db.flush()
    record_change(db, actor_id, "certificate_template", row.id, before, _plain(row))
    return row


def choose(db: Session, actor_id: int, kind: Kind, key: str, course_id: int = 0) -> None:
    """New certificates of a kind, of a course or of all (0), are issued under this version, which is now frozen.

    `key` "": no choice of its own any more. Raises `Refused` for a template of another kind, or that nobody knows.
    """
    if key:
        _freeze(db, kind, key)
    chosen = _choice(db, kind, course_id)
    if (before := chosen.template) == key:
        return
    chosen.template = key
    db.flush()
    record(db, actor_id, TemplateChosen(kind, course_id, before, key))


def _choice(db: Session, kind: Kind, course_id: int) -> TemplateChoice:
    """What is chosen, locked; none, too, is a row, so that two who choose first meet in it."""
    here = (TemplateChoice.kind == kind, TemplateChoice.course_id == course_id)
    one = select(TemplateChoice).where(*here).with_for_update().execution_options(populate_existing=True)
    found = db.scalar(one)
    if found is None:
        try:
            with db.begin_nested():
                db.add(TemplateChoice(kind=kind, course_id=course_id, template=""))
        except IntegrityError:  # somebody else chose at the same moment
            pass
        found = db.scalars(one).one()
    return found


def latest(db: Session, family: int) -> CertificateTemplate | None:
    """The last version, whether in use or a draft."""
    of = select(CertificateTemplate).where(CertificateTemplate.family == family)
    return db.scalar(of.order_by(CertificateTemplate.version.desc()).limit(1))


def versions(db: Session) -> list[CertificateTemplate]:
    """All of them, a family after the other, the latest version first."""
    order = (CertificateTemplate.family, CertificateTemplate.version.desc())
    return list(db.scalars(select(CertificateTemplate).order_by(*order)))


def choices(db: Session) -> Sequence[Any]:
    """kind, course_id, title and template of what was chosen; that for all courses (0, no title) first."""
    chosen = select(TemplateChoice.kind, TemplateChoice.course_id, Course.title, TemplateChoice.template)
    course = chosen.outerjoin(Course, Course.id == TemplateChoice.course_id).where(TemplateChoice.template != "")
    return db.execute(course.order_by(TemplateChoice.kind, func.coalesce(Course.title, ""), Course.id)).all()


def read(row: CertificateTemplate) -> Template:
    """What a row says."""
    return Template.from_json(key_of(row.family, row.version), row.kind, row.language, row.data)


def require_fit(wanted: Template) -> None:
    """Raises `Unfit` for a template that could not be drawn, or that lacks what every certificate says."""
    if problems := list(_problems(wanted)):
        raise Unfit(problems)


def _problems(wanted: Template) -> Iterator[Text]:
    if not set(ALWAYS) <= set(wanted.shown) <= set(LINES):
        yield text("Name and course stand on every certificate.")
        return
    if not SIZES[0] <= wanted.seal_side <= SIZES[1]:
        yield text("A seal is %(least)s to %(most)s mm wide.", least=int(SIZES[0]), most=int(SIZES[1]))
    for side in wanted.sides:
        yield from _of_side(side, wanted)
    kinds: tuple[Kind, ...] = (wanted.kind,) if wanted.kind else ("completed", "attended")
    for kind in kinds:
        yield from (problem.message for problem in preflight(_example(wanted, kind), wanted))


def _of_side(side: Side, wanted: Template) -> Iterator[Text]:
    if not 1 <= len(side.body) <= _MOST_SENTENCES:
        yield text("The sentence has one to %(most)s lines.", most=_MOST_SENTENCES)
    for line in side.body:
        rest = _BRACES.sub("", line)
        if set(_BRACES.findall(line)) - set(PLACEHOLDERS) or "{" in rest or "}" in rest:
            yield text("In “%(line)s”: only {place} and {verb} may stand in braces.", line=line)
    for line in wanted.shown:
        if not side.label(line):
            yield text("A line that is shown needs a label.")


def _example(wanted: Template, kind: Kind) -> Facts:
    """A certificate of nobody, with what the template says of its own."""
    return replace(
        EXAMPLE,
        kind=kind,
        issuer=wanted.issuer("ko") or EXAMPLE.issuer,
        issuer_en=wanted.issuer("en") or EXAMPLE.issuer_en,
        body_place=wanted.place("ko") or EXAMPLE.body_place,
        place_en=wanted.place("en") or EXAMPLE.place_en,
    )


def _freeze(db: Session, kind: Kind, key: str) -> None:
    try:
        chosen = template(db, key)
    except ValueError as error:
        raise Refused(text("There is no such template."), code="no_template") from error
    serves = {chosen.kind} if chosen.kind else {"completed", "attended"}
    if kind not in TITLES or kind not in serves:
        raise Refused(text("This template is for another kind of certificate."), code="other_kind")
    if number := number_of(key):
        mine = (CertificateTemplate.family == number[0], CertificateTemplate.version == number[1])
        draft = update(CertificateTemplate).where(*mine, CertificateTemplate.frozen_at.is_(None))
        db.execute(draft.values(frozen_at=clock.now()))


def _hold(db: Session, family: int) -> None:
    """Of two who make the next version at the same moment one makes it, and the other one changes that draft."""
    first = (CertificateTemplate.family == family, CertificateTemplate.version == 1)
    db.execute(select(CertificateTemplate.id).where(*first).with_for_update())


def _rewrite(db: Session, draft: CertificateTemplate, wanted: CertificateTemplate) -> None:
    """The database decides between who changes a draft and who puts it into use at the same moment."""
    values = {name: getattr(wanted, name) for name in ("name", "kind", "language", "data", "changed_at", "changed_by")}
    still = update(CertificateTemplate).where(
        CertificateTemplate.id == draft.id, CertificateTemplate.frozen_at.is_(None)
    )
    done = db.execute(still.values(**values))
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Refused(
            text("This version was put into use meanwhile. Change it once more for the next one."), code="used"
        )
    db.refresh(draft)


def _row(actor_id: int, wanted: Design, *, family: int, version: int) -> CertificateTemplate:
    return CertificateTemplate(
        family=family,
        version=version,
        name=wanted.name,
        kind=wanted.template.kind,
        language=wanted.template.language,
        data=wanted.template.to_json(),
        changed_at=clock.now(),
        changed_by=actor_id,
    )


def _plain(row: CertificateTemplate) -> dict[str, Any]:
    """What the event says of a version, flat."""
    plain: dict[str, Any] = {"version": row.version, "name": row.name, "kind": row.kind, "language": row.language}
    for name in ("shown", "seal", "seal_side", "logo"):
        plain[name] = list(row.data[name]) if name == "shown" else row.data[name]
    sides: Mapping[str, Any] = {side["language"]: side for side in row.data["sides"]}
    for language in ("ko", "en"):
        for name in ("title", "subtitle", "labels", "body", "issuer", "place"):
            value = sides.get(language, {}).get(name, "")
            plain[f"{name}_{language}"] = list(value) if isinstance(value, list | tuple) else value
    return plain


def _nothing() -> dict[str, Any]:
    names = ("version", "name", "kind", "language", "shown", "seal", "seal_side", "logo")
    sides = (
        f"{name}_{lang}" for lang in ("ko", "en") for name in ("title", "subtitle", "labels", "body", "issuer", "place")
    )
    return dict.fromkeys((*names, *sides), "")
