"""Closed runs with people who completed them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image
from pypdf import PdfReader
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import document_files, documents, store
from courses.certificates.designing import Design, begin
from courses.certificates.document_files import Paper
from courses.certificates.documents import Content, Grid
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate, CertificateTemplate, IssuedDocument
from courses.certificates.printing import actions
from courses.certificates.printing.drawing import drawn
from courses.certificates.printing.files import Part, PrintFile
from courses.certificates.printing.models import PrintJob
from courses.certificates.printing.options import Options
from courses.certificates.queries import valid_of_run
from courses.certificates.store import Made
from courses.certificates.wording import BUILT_IN
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


def document_signed(db: Session, *papers: IssuedDocument) -> None:
    """The same of confirmations and transcripts."""
    files = [Paper(one.id, f"%PDF-1.7 of {one.code}".encode()) for one in papers]
    document_files.keep(db, files, "0" * 16, clock.now())


def printed(db: Session, certificates: Sequence[Certificate]) -> bytes:
    """What a printer gets of them, as nobody chose otherwise."""
    return drawn(db, [Facts.from_json(one.facts) for one in certificates], Options())


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


def a_content(name: str = "김아나", **other: Any) -> Content:
    """What a confirmation of enrolment says, before it has a number."""
    said: dict[str, Any] = {
        "kind": "enrolment",
        "language": "ko",
        "title": "수강확인서",
        "name": name,
        "entries": (("성명", name), ("과정명", "데이터 분석 실무")),
        "grids": (
            Grid((("과정명", 5, "left"), ("교시", 1, "right")), (("데이터 분석 실무", "7"), ("합계", "7")), total=True),
        ),
        "sentence": "위 사람이 위 교육 과정을 수강하고 있음을 확인합니다.",
        "about": "데이터 분석 실무",
        "organisation": "한빛시",
        "issuer": "한빛시장",
        "dated": "2026년 11월 23일",
        "issued_on": "2026-11-23",
        "seal": "",
        "verify_url": URL,
    }
    return Content(**said | other)


def a_document(db: Session, person: Person, purpose: str = "승진 심사") -> IssuedDocument:
    """A confirmation that somebody issued to themselves."""
    return documents.issue(db, person.id, person.id, a_content(person.name), purpose=purpose)


def a_template(db: Session, actor_id: int, **fields: Any) -> CertificateTemplate:
    """A draft of a completion certificate with English on its back."""
    name = fields.pop("name", "국문·영문 수료증")
    return begin(db, actor_id, Design(name, replace(BUILT_IN["plain-both-1"], kind="completed", **fields)))


def a_print_run(db: Session, actor_id: int, run: Run) -> PrintJob:
    """A print run of all that is issued of a run; its files are said to be made, and lie nowhere."""
    job = actions.begin(db, actor_id, [run.id], Options())
    assert job
    ends = {"first": "제2026-000001호", "last": f"제2026-{job.sheets:06}호"}
    made = [
        PrintFile(Part.SHEETS, "pdf", f"print-runs/{job.id}/1-1.pdf", 48_000, 1, job.sheets, **ends),
        PrintFile(Part.ISSUES, "xlsx", f"print-runs/{job.id}/1-2.xlsx", 7_100),
    ]
    actions.finish(db, job.id, [one.to_json() for one in made])
    return job
