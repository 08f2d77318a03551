"""What the long jobs take: a staff file, a year's evidence, a run's certificates, verdicts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

from sqlalchemy import select

from courses.certificates.facts import Facts as Printed
from courses.certificates.pdf import draw
from courses.completion.facts import Facts
from courses.completion.models import Judgement
from courses.completion.policy import pack
from courses.completion.rules import verdict
from lms import paths
from scripts.benchmarks.result import Result, seconds
from scripts.benchmarks.stage import FILES, Stage

_PAGES = 30
_EVIDENCE = 10_617


def measure(stage: Stage) -> Iterator[Result]:
    """All of them."""
    yield Result("import staff (12,000)", stage.took["staff"], "s", 2)
    yield Result("import evidence (10,617)", stage.took["evidence"], "s", None)
    yield Result("import staff, nothing new", seconds(lambda: stage.take_in("staff", FILES["staff"])), "s", 2)
    sheets, seal = _sheets()
    yield Result("certificates (30 pages), first", seconds(lambda: draw(sheets, seal=seal)), "s", 0.5)
    yield Result("certificates (30 pages)", seconds(lambda: draw(sheets, seal=seal), times=3), "s", 0.5)
    yield Result("verdicts", _verdicts(stage), "/s", _EVIDENCE)


def _sheets() -> tuple[list[Printed], bytes]:
    seal = (paths.DEMO / "seal.png").read_bytes()
    sheets = [
        Printed(
            number=f"제2026-{n:06}호",
            kind="completed",
            name=f"김하늘{chr(ord('가') + n * 28)}",
            name_roman="",
            organisation="한빛시",
            unit="정보화기획단 정보화기획담당관",
            grade="7급",
            course="2026년 개인정보보호 및 정보보안 실무 과정",
            starts_on="2026-11-02",
            ends_on="2026-11-20",
            hours="총 21시간",
            issued_on="2026-11-22",
            issuer="한빛시장",
            body_place="우리 시에서",
            code=f"SN4G2AYQK5QMNQ{n // 10 + 2}{n % 10 if n % 10 > 1 else 'X'}",
            verify_url="https://lms.hanbit.example/verify",
            template="plain-1",
            seal=hashlib.sha256(seal).hexdigest(),
            reissued=False,
        )
        for n in range(_PAGES)
    ]
    return sheets, seal


def _verdicts(stage: Stage) -> float:
    """A year's facts held against the default policy, in CPU time of one core."""
    with stage.database.look() as db:
        facts = [Facts.from_json(stored) for stored in db.scalars(select(Judgement.facts))]
    plain = pack("plain", 1)
    started = time.process_time()
    for fact in facts:
        verdict(plain, fact)
    return len(facts) / (time.process_time() - started)
