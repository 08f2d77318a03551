"""A verdict as of a past moment is the one that stood then, and its bundle proves it without a database."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.actions import divide, score
from courses.assessment.parts import Part
from courses.assessment.publishing import publish
from courses.assessment.queries import components
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.catalogue.models import Course
from courses.completion import pinning, reopening
from courses.completion.actions import close
from courses.completion.bundle import bundled, verify
from courses.completion.gather import gather, policy_of
from courses.completion.replay import Replayed, replay
from courses.completion.rules import verdict
from courses.enrolment.models import Enrolment, Outcome
from courses.errors import Refused
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run
from lms.cli import main
from tests import factories
from tests.client import Browser
from tests.completion.scenes import a_past_run

MARKS = st.sampled_from(["", "present", "absent", "late 10", "late 71", "left_early 5", "excused duty"])
STEPS = st.lists(
    st.tuples(st.just("mark"), MARKS)
    | st.tuples(st.just("score"), st.none() | st.integers(0, 10_000))
    | st.tuples(st.just("pin"), st.sampled_from(["plain 1", "kr-local-2004 1", "kr-local-2008 1"])),
    max_size=6,
)


@pytest.fixture
def enrolment(db: Session, ana: Person) -> Enrolment:
    return factories.an_enrolment(db, a_past_run(db, scored=True, policy="plain 1"), ana)


def run_of(db: Session, enrolment: Enrolment) -> tuple[Run, Course]:
    run = db.get_one(Run, enrolment.run_id)
    return run, db.get_one(Course, run.course_id)


def then(db: Session, enrolment: Enrolment, at: datetime) -> Replayed:
    db.flush()
    return replay(db, enrolment, *run_of(db, enrolment), at)


def do(db: Session, actor: Person, enrolment: Enrolment, what: str, value: object) -> None:
    run, _ = run_of(db, enrolment)
    (session_id,) = db.query(ClassSession.id).filter_by(run_id=run.id).one()
    if what == "mark":
        mark(db, actor.id, session_id, {enrolment.id: MarkInput.parse(str(value))})
    elif what == "score":
        (part,) = divide(db, actor.id, run.id, [Part("평가", 100)])
        score(db, actor.id, run.id, part.id, {enrolment.id: value})  # type: ignore[dict-item]  # drawn
    elif value != run.policy:
        pinning.pin(db, actor.id, run, str(value), "사유")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(steps=STEPS)
def test_any_moment_is_told_as_it_was(
    db: Session, dan: Person, enrolment: Enrolment, steps: list[tuple[str, object]]
) -> None:
    savepoint = db.begin_nested()
    try:
        compare(db, dan, enrolment, steps)
    finally:
        savepoint.rollback()
        db.expire_all()


def compare(db: Session, dan: Person, enrolment: Enrolment, steps: list[tuple[str, object]]) -> None:
    """Take the steps, a minute each, and tell each minute again afterwards."""
    start, seen = clock.now(), []
    for n, (what, value) in enumerate(steps):
        with clock.frozen(start + timedelta(minutes=n)):
            do(db, dan, enrolment, what, value)
        db.flush()
        run, course = run_of(db, enrolment)
        facts = gather(db, run, course, [enrolment.id]).facts[enrolment.id]
        seen.append((facts, verdict(policy_of(run, course), facts)))
    for n, (facts, ruling) in enumerate(seen):
        found = then(db, enrolment, start + timedelta(minutes=n))
        assert (found.facts, found.ruling, found.stored) == (facts, ruling, None)


def closed_and_reopened(db: Session, dan: Person, enrolment: Enrolment) -> list[datetime]:
    """Marked, scored 70, closed, reopened, marked absent, closed: a day each."""
    run, _ = run_of(db, enrolment)
    days = [clock.now() + timedelta(days=n) for n in range(6)]
    with clock.frozen(days[0]):
        do(db, dan, enrolment, "mark", "present")
        do(db, dan, enrolment, "score", 7000)
        publish(db, dan.id, run.id, components(db, run.id)[0].id)
    with clock.frozen(days[1]):
        close(db, dan.id, run)
    with clock.frozen(days[2]):
        reopening.reopen(db, dan.id, run, "사유")
    with clock.frozen(days[3]):
        do(db, dan, enrolment, "mark", "absent")
    with clock.frozen(days[4]):
        close(db, dan.id, run)
    db.commit()
    return days


def test_between_closings_the_verdict_of_the_first_stands(db: Session, dan: Person, enrolment: Enrolment) -> None:
    days = closed_and_reopened(db, dan, enrolment)
    found = [then(db, enrolment, day + timedelta(hours=1)) for day in days]
    assert [one.stored for one in found] == [None, "completed", None, None, "not_completed", "not_completed"]
    assert [str(one.ruling.outcome) for one in found] == [
        "completed",
        "completed",
        "completed",
        "not_completed",
        "not_completed",
        "not_completed",
    ]
    assert enrolment.outcome is Outcome.NOT_COMPLETED


def test_before_anything_nothing_is_known(db: Session, dan: Person, enrolment: Enrolment) -> None:
    days = closed_and_reopened(db, dan, enrolment)
    assert str(then(db, enrolment, days[0] - timedelta(days=1)).ruling.outcome) == "undecided"


def test_events_tell_nothing_of_others(db: Session, dan: Person, eve: Person, enrolment: Enrolment) -> None:
    run, _ = run_of(db, enrolment)
    other = factories.an_enrolment(db, run, eve)
    do(db, dan, other, "mark", "absent")
    do(db, dan, enrolment, "mark", "present")
    (event,) = [one for one in then(db, enrolment, clock.now()).events if one.kind == "marked"]
    assert event.data["marks"] == {str(enrolment.id): ["", "present"]}


# The bundle


@pytest.fixture
def bundle(db: Session, dan: Person, enrolment: Enrolment) -> bytes:
    days = closed_and_reopened(db, dan, enrolment)
    return bundled(then(db, enrolment, days[1] + timedelta(hours=1)), {"enrolment": enrolment.id})


def test_a_bundle_holds_without_a_database(bundle: bytes) -> None:
    found = verify(bundle)
    assert (found.settled, str(found.ruling.outcome)) == ("completed", "completed")


def test_the_same_verdict_is_the_same_file(db: Session, bundle: bytes, enrolment: Enrolment) -> None:
    at = datetime.fromisoformat(verify(bundle).at)
    assert bundled(then(db, enrolment, at), {"enrolment": enrolment.id}) == bundle


def changed(bundle: bytes, name: str, old: str, new: str, *, mend: bool = False) -> bytes:
    """The bundle with other words in one file; `mend`: and the hash made right again."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    assert old.encode() in files[name]
    files[name] = files[name].replace(old.encode(), new.encode())
    if mend:
        manifest = json.loads(files["manifest.json"])
        manifest["sha256"][name] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for entry, content in files.items():
            archive.writestr(entry, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "old", "new", "mend", "why"),
    [
        ("facts.json", "7000", "5000", False, "facts.json is missing or was changed"),
        ("policy.toml", "minimum = 6000", "minimum = 9000", False, "policy.toml is missing or was changed"),
        ("facts.json", "7000", "5000", True, "By its rules and facts the verdict is “not_completed”"),
        ("policy.toml", "minimum = 6000", "minimum = 9000", True, "By its rules and facts"),
        ("policy.toml", "minimum = 6000", "minimum = 1_000_000", True, "policy.toml, line"),
        ("facts.json", '"components"', '"parts"', True, "cannot be read"),
        ("manifest.json", '"format": 1', '"format": 2', False, "another format"),
        ("events.json", "marked", "marred", False, "events.json is missing or was changed"),
    ],
)
def test_whatever_is_changed_is_found(bundle: bytes, name: str, old: str, new: str, mend: bool, why: str) -> None:
    with pytest.raises(Refused, match=why):
        verify(changed(bundle, name, old, new, mend=mend))


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all"])
def test_what_is_no_bundle(content: bytes) -> None:
    with pytest.raises(Refused, match="ZIP"):
        verify(content)


def test_the_page_and_its_bundle_are_for_officers(
    client: Browser, db: Session, ana: Person, dan: Person, enrolment: Enrolment
) -> None:
    days = closed_and_reopened(db, dan, enrolment)
    at = clock.local(days[1]).strftime("%Y-%m-%dT%H:%M")
    address = f"/enrolments/{enrolment.id}/verdict"
    page = client.sign_in(dan).get(f"{address}?at={at}").text
    assert "The run was closed then" in page
    assert "Completed" in page
    assert '<td data-label="What">Present</td>' in page
    assert "None" not in page
    assert str(verify(client.get(f"{address}.zip?at={at}").data).ruling.outcome) == "completed"
    assert "Not completed" in client.get(f"{address}?at=2999-01-01T00:00").text
    client.get(f"{address}?at=gestern")
    for ending in ("", ".zip"):
        client.sign_in(ana).get(address + ending, 403)


def test_the_command_line_verifies_a_file(tmp_path: object, bundle: bytes) -> None:
    file = f"{tmp_path}/verdict.zip"
    with open(file, "wb") as target:
        target.write(bundle)
    asked = CliRunner().invoke(main, ["verdict", "verify", file])
    assert (asked.exit_code, "completed" in asked.output) == (0, True)
    with open(file, "wb") as target:
        target.write(bundle[:100])
    assert CliRunner().invoke(main, ["verdict", "verify", file]).exit_code == 1
