"""What holds for every verdict, whatever the facts."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.completion.facts import LATENESS, Component, Facts, Session
from courses.completion.policy import pack
from courses.completion.rules import Finding, Verdict, verdict

PLAIN = pack("plain", 1)
HOUR = 60

law = settings(deadline=None)  # a busy machine is no failure
MARKS = st.sampled_from([*sorted(LATENESS), "present", "absent", "excused", None])


@st.composite
def a_session(draw: st.DrawFn) -> Session:
    scheduled, mark = draw(st.integers(1, 8)) * HOUR, draw(MARKS)
    full = {"present": scheduled, "absent": 0, "excused": 0, None: 0}
    return Session(scheduled, full[mark] if mark in full else draw(st.integers(0, scheduled)), mark)


POINTS = st.none() | st.integers(0, 10_000)
EXAM = st.builds(Component, st.just("Exam"), st.just(60), st.none() | st.just(4000), POINTS)
PRACTICE = st.builds(Component, st.just("Practice"), st.just(40), st.none(), POINTS)
FACTS = st.builds(
    Facts,
    st.sampled_from(["classroom", "cyber", "workplace", "blended"]),
    st.booleans(),
    sessions=st.lists(a_session(), max_size=8).map(tuple),
    progress=st.none() | st.integers(0, 10_000),
    components=st.tuples(EXAM, PRACTICE),
)


@law
@given(FACTS, st.data())
def test_more_attendance_never_undoes_a_completion(facts: Facts, data: st.DataObject) -> None:
    more = tuple(data.draw(better(session)) for session in facts.sessions)
    if verdict(PLAIN, facts).outcome is Finding.COMPLETED:
        assert verdict(PLAIN, replace(facts, sessions=more)).outcome is Finding.COMPLETED


def better(session: Session) -> st.SearchStrategy[Session]:
    """The same session with more minutes; somebody absent or excused may also have been there throughout."""
    same, throughout = st.just(session), Session(session.scheduled, session.scheduled, "present")
    if session.mark in LATENESS:
        minutes = st.integers(session.attended, session.scheduled)
        return minutes.map(lambda attended: replace(session, attended=attended))
    return same | st.just(throughout) if session.mark in ("absent", "excused") else same


@law
@given(FACTS, st.integers(0, 10_000))
def test_more_points_or_progress_never_undo_a_completion(facts: Facts, more: int) -> None:
    raised = replace(
        facts,
        progress=None if facts.progress is None else max(facts.progress, more),
        components=tuple(
            replace(part, points=None if part.points is None else max(part.points, more)) for part in facts.components
        ),
    )
    if verdict(PLAIN, facts).outcome is Finding.COMPLETED:
        assert verdict(PLAIN, raised).outcome is Finding.COMPLETED


@law
@given(FACTS)
def test_an_outcome_says_nothing_its_reasons_do_not(facts: Facts) -> None:
    ruling = verdict(PLAIN, facts)
    if ruling.outcome is Finding.COMPLETED:
        assert not ruling.missing
        assert not ruling.failed
    elif ruling.outcome is Finding.NOT_COMPLETED:
        assert ruling.failed
        assert not ruling.missing
    elif ruling.outcome is Finding.UNDECIDED:
        assert ruling.missing


@law
@given(FACTS)
def test_a_check_passes_exactly_when_nothing_is_missing(facts: Facts) -> None:
    for check in verdict(PLAIN, facts).reasons:
        if check.passed is not None:
            assert check.required is not None
            assert check.actual is not None
            assert check.passed == (check.actual >= check.required)
            assert check.away == (None if check.passed else check.required - check.actual)


@law
@given(FACTS)
def test_facts_and_verdicts_survive_storage(facts: Facts) -> None:
    stored = json.loads(json.dumps([facts.to_json(), verdict(PLAIN, facts).to_json()]))
    assert Facts.from_json(stored[0]) == facts
    assert Verdict.from_json(stored[1]) == verdict(PLAIN, facts)
