"""Closed runs with people who completed them."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from pypdf import PdfReader
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import store
from courses.certificates.models import Certificate
from courses.certificates.queries import printed, valid_of_run
from courses.certificates.store import Made
from courses.enrolment.models import Enrolment
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from courses.settings.organisation import Organisation, change_organisation, store_asset
from tests import factories

SEAL = (Path(__file__).parents[2] / "lms/demo/seal.png").read_bytes()
URL = "http://lms.example/verify"


def a_closed_run(db: Session, **fields: object) -> Run:
    """A run of the past whose outcomes the tests write directly."""
    course = factories.a_course(db, "데이터 분석 실무", scored=bool(fields.pop("scored", True)))
    return factories.a_run(db, course, **{"starts_in": -30, "state": "closed", **fields})


def completed(db: Session, run: Run, person: Person, unit: OrgUnit | None = None) -> Enrolment:
    """An enrolment that ended well, with the unit kept at closing."""
    return factories.an_enrolment(db, run, person, outcome="completed", unit_id=unit.id if unit else None)


def signed(db: Session, *certificates: Certificate) -> None:
    """Their files, as a worker would have kept them; what they say and by whom they are signed is tested elsewhere."""
    badge = b'{"name":"badge"}'
    files = [Made(one.id, b"%PDF-1.7 of many", f" of {one.code}".encode() + badge, badge) for one in certificates]
    store.keep(db, files, "0" * 16, clock.now())


def text_of(db: Session, run: Run) -> list[str]:
    """The text of each page of a run's PDF."""
    pdf = printed(db, db.scalars(valid_of_run(run.id)).all())
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def a_hanbit_organisation(db: Session, **other: object) -> None:
    """The organisation of the demo, with its seal."""
    seal = store_asset(db, SEAL, "image/png")
    named = {"name": "한빛시", "issuer": "한빛시장", "body_place": "우리 시에서", "seal": seal, **other}
    change_organisation(db, None, Organisation(**named))


def repainted(picture: bytes) -> bytes:
    """The seal turned by a quarter: the same ink, other bytes."""
    target = io.BytesIO()
    Image.open(io.BytesIO(picture)).rotate(90).save(target, "PNG")
    return target.getvalue()
