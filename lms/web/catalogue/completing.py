"""What it takes to complete a run, in sentences, from the policy it goes by."""

from __future__ import annotations

from courses.completion.gather import policy_of
from courses.scheduling.models import Run
from courses.scheduling.pinned import is_scored
from courses.text import Text, text
from lms.web.formats import points


def what_it_takes(run: Run) -> list[Text]:
    """One sentence a rule that asks for something of this run's course (which must be loaded)."""
    rules = policy_of(run, run.course).rules(run.course.kind)
    sentences = []
    if rules.attendance.minimum:
        sentences.append(
            text("Attend at least %(percent)s%% of the class time", percent=points(rules.attendance.minimum))
        )
    if rules.attendance.minimum and rules.lateness.marks_per_absence:
        n = rules.lateness.marks_per_absence
        sentences.append(
            text("Being late, leaving early or stepping out %(n)s times counts as one missed session", n=n)
        )
    if rules.progress.minimum:
        sentences.append(
            text("Work through at least %(percent)s%% of the lessons", percent=points(rules.progress.minimum))
        )
    if is_scored(run, run.course):
        sentences.append(text("Reach at least %(points)s of 100 points", points=points(rules.score.minimum)))
    return sentences
