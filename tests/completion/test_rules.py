"""The verdict, at its boundaries."""

from dataclasses import replace

import pytest

from courses.attendance.minutes import credited
from courses.completion.facts import LATENESS, Component, Facts, Session
from courses.completion.policy import Lateness, Policy, pack
from courses.completion.rules import Check, Finding, Verdict, verdict

PLAIN = pack("plain", 1)
HOUR = 60


def judged(facts: Facts, policy: Policy = PLAIN) -> Verdict:
    return verdict(policy, facts)


def classroom(*sessions: Session, components: tuple[Component, ...] = ()) -> Facts:
    return Facts("classroom", bool(components), sessions=sessions, components=components)


def present(minutes: int = 3 * HOUR) -> Session:
    return Session(minutes, minutes, "present")


def absent(minutes: int = 3 * HOUR) -> Session:
    return Session(minutes, 0, "absent")


def excused(minutes: int = 3 * HOUR) -> Session:
    return Session(minutes, 0, "excused")


def late(missed: int, minutes: int = 3 * HOUR, mark: str = "late") -> Session:
    return Session(minutes, minutes - missed, mark)


def unmarked(minutes: int = 3 * HOUR) -> Session:
    return Session(minutes, 0, None)


def reason(ruling: Verdict, rule: str) -> Check:
    return next(check for check in ruling.reasons if check.rule == rule)


def notes(check: Check) -> str:
    return " | ".join(map(str, check.notes))


@pytest.mark.parametrize(
    ("attended", "scheduled", "outcome"),
    [
        (8000, 10_000, Finding.COMPLETED),
        (7999, 10_000, Finding.NOT_COMPLETED),  # 79.99 %
        (336, 420, Finding.COMPLETED),
        (335, 420, Finding.NOT_COMPLETED),
        (337, 421, Finding.COMPLETED),
        (336, 421, Finding.NOT_COMPLETED),  # 336.8 are needed
        (799_999, 1_000_000, Finding.NOT_COMPLETED),
        (420, 420, Finding.COMPLETED),
        (1, 420, Finding.NOT_COMPLETED),
    ],
)
def test_attendance_is_compared_in_whole_minutes(attended: int, scheduled: int, outcome: Finding) -> None:
    facts = Facts.imported("workplace", scored=False, scheduled=scheduled, attended=attended)
    assert judged(facts).outcome is outcome


@pytest.mark.parametrize(
    ("progress", "score", "outcome"),
    [
        (9000, 6000, Finding.COMPLETED),
        (9000, 5999, Finding.NOT_COMPLETED),
        (8999, 6000, Finding.NOT_COMPLETED),
        (10_000, 10_000, Finding.COMPLETED),
    ],
)
def test_cyber_asks_for_progress_and_score(progress: int, score: int, outcome: Finding) -> None:
    assert judged(Facts.imported("cyber", scored=True, progress=progress, score=score)).outcome is outcome


def test_a_failure_says_how_far_away_it_was() -> None:
    attendance = reason(judged(classroom(*[present(7 * HOUR)] * 2, absent(7 * HOUR))), "attendance")
    assert (attendance.required, attendance.actual, attendance.away) == (1008, 840, 168)
    assert str(attendance.message) == "Attendance 66.66%, at least 80% needed: 840 of 1260 minutes"
    assert notes(attendance) == "168 minutes are missing"
    assert attendance.basis == PLAIN.site.attendance.basis
    score = reason(judged(Facts.imported("cyber", scored=True, progress=9000, score=5999)), "score")
    assert (score.away, notes(score)) == (1, "0.01 points are missing")


def test_a_percentage_is_never_rounded_up_to_the_minimum() -> None:
    facts = Facts.imported("workplace", scored=False, scheduled=1_000_000, attended=799_999)
    assert "Attendance 79.99%" in str(judged(facts).reasons[0].message)


@pytest.mark.parametrize(("present", "credit"), [(50, 60), (49, 58), (25, 30), (10, 12), (1, 1), (0, 0)])
def test_a_period_credits_an_hour_in_proportion(present: int, credit: int) -> None:
    assert credited(present) == credit


def test_a_session_credits_like_its_periods() -> None:
    assert credited(140, taught=150, credit=180) == 168


@pytest.mark.parametrize(
    ("marks", "attended"),
    [
        (2, 5 * 180 - 20),  # the minutes of two are missed
        (3, 5 * 180 - 180),  # three are one session, and their minutes come back
        (4, 5 * 180 - 180 - 10),
        (5, 5 * 180 - 180 - 20),
    ],
)
def test_every_third_lateness_costs_a_session(marks: int, attended: int) -> None:
    sessions = [late(10)] * marks + [present()] * (5 - marks)
    assert reason(judged(classroom(*sessions)), "attendance").actual == attended


def test_late_left_early_and_stepped_out_count_together_and_the_shortest_session_is_lost() -> None:
    marks = [late(30, mark=mark) for mark in sorted(LATENESS)]
    attendance = reason(judged(classroom(*marks, present(2 * HOUR))), "attendance")
    assert attendance.actual == 11 * HOUR - 2 * HOUR
    assert notes(attendance) == "Late, left early or stepped out: 3, so 1 absent (−120 minutes)"


def test_the_first_three_marks_in_time_order_are_forgiven_their_minutes() -> None:
    early, last = [late(10), late(20), late(30)], late(40)
    assert reason(judged(classroom(*early, last, present())), "attendance").actual == 5 * 180 - 180 - 40
    assert reason(judged(classroom(last, *early, present())), "attendance").actual == 5 * 180 - 180 - 30


def test_a_policy_may_deduct_the_minutes_as_well_or_ignore_lateness() -> None:
    sessions = classroom(late(10), late(10), late(10), *[present()] * 2)
    lateness = PLAIN.site.lateness
    strict = with_lateness(replace(lateness, late_minutes_deducted=True))
    assert reason(judged(sessions, strict), "attendance").actual == 5 * 180 - 180 - 30
    mild = with_lateness(replace(lateness, marks_per_absence=0))
    assert reason(judged(sessions, mild), "attendance").actual == 5 * 180 - 30


def test_lateness_never_costs_more_than_everything() -> None:
    strict = with_lateness(replace(PLAIN.site.lateness, late_minutes_deducted=True))
    attendance = reason(judged(classroom(*[late(175)] * 3), strict), "attendance")
    assert attendance.actual == 0


def test_the_third_lateness_can_decide() -> None:
    rest = [present()] * 3
    assert judged(classroom(late(5), late(5), present(), *rest, absent())).outcome is Finding.COMPLETED
    assert judged(classroom(late(5), late(5), late(5), *rest, absent())).outcome is Finding.NOT_COMPLETED


def test_official_leave_is_not_attended_but_said_to_be_excused() -> None:
    one = judged(classroom(*[present()] * 4, excused()))
    assert one.outcome is Finding.COMPLETED
    assert "180 minutes are excused" in notes(one.reasons[0])
    two = judged(classroom(*[present()] * 3, *[excused()] * 2))
    assert two.outcome is Finding.NOT_COMPLETED
    assert reason(two, "attendance").away == 180


def test_an_unscored_course_completes_on_attendance_and_is_called_attended() -> None:
    ruling = judged(classroom(*[present()] * 4, absent()))
    assert (ruling.outcome, ruling.certificate) == (Finding.COMPLETED, "attended")
    assert [check.rule for check in ruling.reasons] == ["attendance"]


def test_a_scored_course_is_called_completed() -> None:
    ruling = judged(classroom(present(), components=(Component("Exam", 100, None, 6000),)))
    assert (ruling.outcome, ruling.certificate) == (Finding.COMPLETED, "completed")


def test_a_policy_may_ask_every_course_for_a_score() -> None:
    unscored = replace(PLAIN.site.unscored, completes_without_score=False)
    policy = replace(PLAIN, site=replace(PLAIN.site, unscored=unscored))
    assert judged(classroom(present()), policy).outcome is Finding.UNDECIDED


@pytest.mark.parametrize(
    ("exam", "practice", "outcome"),
    [
        (6000, 6000, Finding.COMPLETED),
        (6000, 5999, Finding.NOT_COMPLETED),  # 59.996 in all
        (5000, 7500, Finding.COMPLETED),
        (4999, 10_000, Finding.NOT_COMPLETED),  # the minimum of the exam
        (4000, 4000, Finding.NOT_COMPLETED),
    ],
)
def test_components_are_weighed_and_may_have_a_minimum(exam: int, practice: int, outcome: Finding) -> None:
    components = (Component("Exam", 60, 5000, exam), Component("Practice", 40, None, practice))
    assert judged(classroom(present(), components=components)).outcome is outcome


def test_a_component_below_its_minimum_is_named() -> None:
    components = (Component("Exam", 60, 5000, 4999), Component("Practice", 40, None, 10_000))
    ruling = judged(classroom(present(), components=components))
    assert [str(check.message) for check in ruling.failed] == ["Exam: 49.99 points, at least 50 needed"]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ((60, 30), "add up to 90 instead of 100"),
        ((60, 41), "add up to 101"),
        ((), "No part of the score is defined"),
    ],
)
def test_wrong_weights_leave_it_undecided(weights: tuple[int, ...], message: str) -> None:
    components = tuple(Component("Exam", weight, None, 10_000) for weight in weights)
    ruling = judged(Facts("classroom", True, sessions=(present(),), components=components))
    assert ruling.outcome is Finding.UNDECIDED
    assert [check.rule for check in ruling.missing] == ["weights"]
    assert message in str(ruling.missing[0].message)


def test_an_unmarked_session_is_missing_and_not_absent() -> None:
    ruling = judged(classroom(present(), unmarked(), present(), unmarked(), present()))
    assert ruling.outcome is Finding.UNDECIDED
    assert str(ruling.missing[0].message) == "Not marked yet: session 2, 4"
    assert (ruling.missing[0].actual, ruling.missing[0].away) == (540, 180)
    assert notes(ruling.missing[0]) == "180 minutes may still be missed"


def test_it_says_when_attendance_can_no_longer_be_reached() -> None:
    ruling = judged(classroom(absent(), absent(), unmarked(), unmarked(), unmarked()))
    assert ruling.outcome is Finding.UNDECIDED
    assert notes(ruling.missing[0]) == "180 minutes are missing"


@pytest.mark.parametrize(
    ("practice", "note"),
    [
        (10_000, "33.34 points there would be enough"),
        (0, "Can no longer be reached: even full points there would not be enough"),
    ],
)
def test_a_missing_score_says_what_would_be_enough(practice: int, note: str) -> None:
    components = (Component("Exam", 60, None, None), Component("Practice", 40, None, practice))
    policy = with_score(6001 if practice == 0 else 6000)
    ruling = judged(classroom(present(), components=components), policy)
    assert ruling.outcome is Finding.UNDECIDED
    assert str(ruling.missing[0].message) == "Score is missing: Exam"
    assert notes(ruling.missing[0]) == note


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (Facts.imported("cyber", scored=True, score=9000), "Progress is missing"),
        (Facts.imported("cyber", scored=True, progress=9000), "Score is missing"),
        (
            Facts.imported("classroom", scored=False),
            "Attendance is missing: there are neither sessions nor totals",
        ),
        (
            Facts.imported("classroom", scored=False, scheduled=0, attended=0),
            "Attendance is missing: there are neither",
        ),
    ],
)
def test_missing_facts_never_fail_silently(facts: Facts, message: str) -> None:
    ruling = judged(facts)
    assert ruling.outcome is Finding.UNDECIDED
    assert str(ruling.missing[0].message).startswith(message)


def test_a_missing_score_keeps_a_certain_failure_undecided_but_named() -> None:
    ruling = judged(classroom(present(), absent(), components=(Component("Exam", 100, None, None),)))
    assert ruling.outcome is Finding.UNDECIDED
    assert [check.rule for check in ruling.failed] == ["attendance"]


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (classroom(absent(), absent()), Finding.NOT_REGISTERED),
        (classroom(absent(), components=(Component("Exam", 100, None, None),)), Finding.NOT_REGISTERED),
        (classroom(absent(), components=(Component("Exam", 100, None, 7000),)), Finding.NOT_COMPLETED),
        (classroom(absent(), excused()), Finding.NOT_COMPLETED),
        (classroom(absent(), unmarked()), Finding.UNDECIDED),
        (Facts.imported("cyber", scored=True, progress=0), Finding.NOT_REGISTERED),
        (Facts.imported("cyber", scored=True), Finding.UNDECIDED),
        (Facts.imported("classroom", scored=False, scheduled=60, attended=0), Finding.NOT_REGISTERED),
        (Facts("classroom", False, scheduled=60, attended=0, excused=60), Finding.NOT_COMPLETED),
        (Facts("blended", False, sessions=(absent(),)), Finding.UNDECIDED),
    ],
)
def test_who_left_no_trace_at_all_never_registered(facts: Facts, outcome: Finding) -> None:
    assert judged(facts).outcome is outcome


def test_facts_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="never from both"):
        Facts("classroom", False, sessions=(present(),), scheduled=60, attended=60)
    with pytest.raises(ValueError, match="61 of 60"):
        Session(60, 61, "present")
    with pytest.raises(ValueError, match="points of 100"):
        Component("Exam", 100, None, 10_001)


def with_lateness(lateness: Lateness) -> Policy:
    return replace(PLAIN, site=replace(PLAIN.site, lateness=lateness))


def with_score(minimum: int) -> Policy:
    return replace(PLAIN, site=replace(PLAIN.site, score=replace(PLAIN.site.score, minimum=minimum)))
