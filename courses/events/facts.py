"""One small frozen dataclass a fact. Field names `run_id` and `person_id` mean what the event is found by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Fact:
    """Something that happened. Subclasses are dataclasses of plain JSON values."""


@dataclass(frozen=True)
class Changed(Fact):
    """A record was created (`before` empty), edited, or removed (`after` empty): only the fields that differ."""

    thing: str
    id: int
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    run_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True)
class Imported(Fact):
    """A file was applied; the counts of its preview."""

    format: str
    filename: str
    sha256: str
    added: int
    changed: int
    same: int
    left_out: int


@dataclass(frozen=True)
class RunPublished(Fact):
    run_id: int
    policy: str


@dataclass(frozen=True)
class RunCancelled(Fact):
    """`instead`: the run that its people are shown, None where there is none."""

    run_id: int
    reason: str
    instead: int | None = None


@dataclass(frozen=True)
class Rescheduled(Fact):
    """Sessions of a published run got another time or place: `moved` as `scheduling.entries.Shift.plain` has them."""

    run_id: int
    moved: list[dict[str, Any]]


@dataclass(frozen=True)
class Written(Fact):
    """A training officer's message to everybody with a seat in a run."""

    run_id: int
    subject: str
    body: str


@dataclass(frozen=True)
class Moved(Fact):
    """An enrolment went from one status to another. `queue_no` is the place in the provable order."""

    enrolment_id: int
    run_id: int
    person_id: int
    before: str
    after: str
    queue_no: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Ranked(Fact):
    """A unit put its applicants of a run in order: {enrolment id: [rank before, after]}."""

    run_id: int
    unit_id: int
    ranks: dict[str, list[int | None]]


@dataclass(frozen=True)
class Escalated(Fact):
    """An application waited too long for the head of `unit_id`: the next one above may approve it as well."""

    enrolment_id: int
    run_id: int
    person_id: int
    unit_id: int


@dataclass(frozen=True)
class QuotasSet(Fact):
    """Quotas of a run: {unit id: [floor, cap]}."""

    run_id: int
    before: dict[str, list[int | None]]
    after: dict[str, list[int | None]]


@dataclass(frozen=True)
class SelectionMade(Fact):
    """An officer decided on so many candidates; the hash of who had applied in time is the seed of their lots."""

    run_id: int
    list_sha256: str
    selected: int = 0
    waitlisted: int = 0
    not_selected: int = 0


@dataclass(frozen=True)
class DrawAnnounced(Fact):
    """The hash of a run's secret is public from now on."""

    run_id: int
    commitment: str


@dataclass(frozen=True)
class DrawHeld(Fact):
    """The places of a run were drawn among `entrants` of the closed list, by this seed."""

    run_id: int
    entrants: int
    list_sha256: str
    seed: str


@dataclass(frozen=True)
class Replaced(Fact):
    """After the list was frozen somebody came in for somebody else."""

    enrolment_id: int
    run_id: int
    person_id: int
    instead_of: int
    reason: str


@dataclass(frozen=True)
class PassedOver(Fact):
    """A seat came free and the next in the queue could not have it; `reason` is the code of the refusal."""

    enrolment_id: int
    run_id: int
    person_id: int
    queue_no: int | None
    reason: str


@dataclass(frozen=True)
class Offered(Fact):
    """A seat that came free was offered to the next in the queue, to be accepted before `until` (ISO 8601)."""

    enrolment_id: int
    run_id: int
    person_id: int
    until: str


@dataclass(frozen=True)
class Settled(Fact):
    """An enrolment got its outcome."""

    enrolment_id: int
    run_id: int
    person_id: int
    before: str
    after: str


@dataclass(frozen=True)
class Marked(Fact):
    """Attendance marks of one session: {enrolment id: [before, after]}; `late 20` is a mark with its minutes."""

    session_id: int
    run_id: int
    marks: dict[str, list[str]]


@dataclass(frozen=True)
class SheetKept(Fact):
    """A signed sheet is kept as evidence of a session; `sha256` of its bytes."""

    session_id: int
    run_id: int
    name: str
    sha256: str


@dataclass(frozen=True)
class SheetRemoved(Fact):
    session_id: int
    run_id: int
    name: str
    sha256: str
    reason: str


@dataclass(frozen=True)
class CheckInOpened(Fact):
    """People may check in to a session by themselves until then (ISO 8601)."""

    session_id: int
    run_id: int
    until: str


@dataclass(frozen=True)
class CheckInClosed(Fact):
    session_id: int
    run_id: int


@dataclass(frozen=True)
class CheckedIn(Fact):
    """Somebody checked in to a session, by the code on the room's screen."""

    session_id: int
    run_id: int
    person_id: int
    enrolment_id: int


@dataclass(frozen=True)
class CheckInJudged(Fact):
    """The instructor saw the person in the room (`seen`), or took the check-in out (`out`)."""

    session_id: int
    run_id: int
    person_id: int
    enrolment_id: int
    state: str


@dataclass(frozen=True)
class IdentityChecked(Fact):
    """At the door somebody showed who they are, by staff card or by a colleague; or could not (`failed`)."""

    check_id: int
    session_id: int
    run_id: int
    person_id: int
    proof: str
    colleague_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class IdentitySettled(Fact):
    """What an officer made of a failed check."""

    check_id: int
    run_id: int
    person_id: int
    expelled: bool
    reason: str


@dataclass(frozen=True)
class DoorAsked(Fact):
    """An instructor asked for a place for somebody at the door (`instead_of`: the enrolment whose place it would be)."""

    request_id: int
    session_id: int
    run_id: int
    person_id: int
    reason: str
    instead_of: int | None = None


@dataclass(frozen=True)
class DoorAnswered(Fact):
    """What an officer answered."""

    request_id: int
    run_id: int
    person_id: int
    granted: bool
    answer: str = ""


@dataclass(frozen=True)
class Scored(Fact):
    """Scores of one component, in hundredths of a point: {enrolment id: [before, after]}."""

    component_id: int
    run_id: int
    scores: dict[str, list[int | None]]


@dataclass(frozen=True)
class ScoresPublished(Fact):
    """The people of a run see their points in a component from now on; `people` (enrolments) have some."""

    component_id: int
    run_id: int
    name: str
    people: list[int]


@dataclass(frozen=True)
class ScoresTakenBack(Fact):
    """A component is a draft again; `people` (enrolments) had seen their points."""

    component_id: int
    run_id: int
    name: str
    people: list[int]
    reason: str


@dataclass(frozen=True)
class AppealMade(Fact):
    """Somebody objects to `points` (hundredths), published in the component of this name."""

    appeal_id: int
    enrolment_id: int
    run_id: int
    person_id: int
    name: str
    points: int


@dataclass(frozen=True)
class AppealAnswered(Fact):
    """An appeal is answered: the points before and after, the same where they are kept."""

    appeal_id: int
    enrolment_id: int
    run_id: int
    person_id: int
    name: str
    before: int
    after: int


@dataclass(frozen=True)
class AbsenceAsked(Fact):
    """Somebody asks to be excused from these sessions; `number` is that of the document that approves it."""

    request_id: int
    enrolment_id: int
    run_id: int
    person_id: int
    ground: str
    number: str
    sessions: list[int]


@dataclass(frozen=True)
class AbsenceDecided(Fact):
    """A request was approved, returned (`reason` says why), or withdrawn by the person."""

    request_id: int
    enrolment_id: int
    run_id: int
    person_id: int
    state: str
    reason: str = ""


@dataclass(frozen=True)
class LessonDone(Fact):
    """Somebody has learnt a lesson to its end."""

    enrolment_id: int
    lesson_id: int
    run_id: int
    person_id: int


@dataclass(frozen=True)
class QuizHandedIn(Fact):
    """An attempt at a quiz was handed in, by the person or by its time limit; `points` in hundredths."""

    enrolment_id: int
    lesson_id: int
    run_id: int
    person_id: int
    number: int
    points: int


@dataclass(frozen=True)
class RunClosed(Fact):
    run_id: int
    policy: str
    completed: int
    not_completed: int


@dataclass(frozen=True)
class RunReopened(Fact):
    """What closing had settled is open again: {enrolment id: outcome}. The verdicts are kept (`FormerJudgement`)."""

    run_id: int
    reason: str
    outcomes: dict[str, str]


@dataclass(frozen=True)
class PolicyPinned(Fact):
    """A run goes by another pack than the one it was published under ("plain 1")."""

    run_id: int
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class StepAsked(Fact):
    """A weighty step waits for a second person; `step` is its kind, `asker_id` who wants it."""

    confirmation_id: int
    step: str
    subject_id: int
    title: str
    reason: str
    asker_id: int


@dataclass(frozen=True)
class StepConfirmed(Fact):
    confirmation_id: int
    step: str
    subject_id: int
    title: str
    asker_id: int


@dataclass(frozen=True)
class StepDeclined(Fact):
    """`answer` is empty where the one who asked took it back."""

    confirmation_id: int
    step: str
    subject_id: int
    title: str
    answer: str
    asker_id: int


@dataclass(frozen=True)
class CertificateIssued(Fact):
    certificate_id: int
    run_id: int
    person_id: int
    number: str


@dataclass(frozen=True)
class CertificateReissued(Fact):
    """Revision `revision` of the number took the place of the one before it."""

    certificate_id: int
    run_id: int
    person_id: int
    number: str
    revision: int
    reason: str


@dataclass(frozen=True)
class CertificateRevoked(Fact):
    certificate_id: int
    run_id: int
    person_id: int
    number: str
    reason: str


@dataclass(frozen=True)
class CertificatesPrinted(Fact):
    run_id: int
    certificates: int


@dataclass(frozen=True)
class RoleGranted(Fact):
    person_id: int
    role: str
    unit_id: int | None = None


@dataclass(frozen=True)
class RoleTaken(Fact):
    person_id: int
    role: str
    unit_id: int | None = None


@dataclass(frozen=True)
class DeputyNamed(Fact):
    """Somebody stands in for the head of a unit, from the one day to the other."""

    person_id: int
    unit_id: int
    from_on: str
    until_on: str
    reason: str


@dataclass(frozen=True)
class DeputyEnded(Fact):
    """Somebody no longer stands in for the head of a unit, earlier than was meant (`until_on`)."""

    person_id: int
    unit_id: int
    from_on: str
    until_on: str


@dataclass(frozen=True)
class PasswordSet(Fact):
    person_id: int
    how: str


@dataclass(frozen=True)
class Invited(Fact):
    """A guest was sent a link to come in; `number`: of the invitation, `expires_at` in ISO 8601."""

    person_id: int
    number: int
    expires_at: str


@dataclass(frozen=True)
class TokenMade(Fact):
    """Somebody may use the API as this person; `prefix` is how the token begins."""

    person_id: int
    name: str
    prefix: str
    expires_on: str


@dataclass(frozen=True)
class TokenRevoked(Fact):
    person_id: int
    name: str
    prefix: str


@dataclass(frozen=True)
class OverdueReminded(Fact):
    """These people are told that they are late with an assigned course."""

    assignment_id: int
    people: list[int]


@dataclass(frozen=True)
class HandedOver(Fact):
    """So many waiting text messages were handed over in a file of this number."""

    batch: int
    messages: int


@dataclass(frozen=True)
class LetterWritten(Fact):
    """An official letter of a run was written; `unit_id` is whom it is addressed to, None: all."""

    letter_id: int
    run_id: int
    kind: str
    unit_id: int | None = None


@dataclass(frozen=True)
class LetterNumbered(Fact):
    """The document system gave a letter its number (`was`: the one written down before)."""

    letter_id: int
    run_id: int
    number: str
    sent_on: str
    was: str = ""


@dataclass(frozen=True)
class Filed(Fact):
    """A department filed workplace training that it gave (`again`: corrected), as a run of so many people."""

    run_id: int
    unit_id: int
    people: int
    again: bool = False


@dataclass(frozen=True)
class FilingReturned(Fact):
    """An officer wants a filing corrected; `filed_by` is told."""

    run_id: int
    unit_id: int
    filed_by: int
    reason: str


@dataclass(frozen=True)
class CoachNamed(Fact):
    """Somebody coaches this person from a day on. `until_on`: the last day, None: until another one does."""

    person_id: int
    coach_id: int
    from_on: str
    until_on: str | None = None


@dataclass(frozen=True)
class CoachingEnded(Fact):
    """The last day is `until_on`; empty: it never began."""

    person_id: int
    coach_id: int
    until_on: str


@dataclass(frozen=True)
class SkillSigned(Fact):
    """A coach (who acts) saw that this person has the skill."""

    run_id: int
    person_id: int
    enrolment_id: int
    skill_id: int
    title: str


@dataclass(frozen=True)
class SkillConfirmed(Fact):
    run_id: int
    person_id: int
    enrolment_id: int
    skill_id: int


@dataclass(frozen=True)
class SkillUnsigned(Fact):
    """A signature was taken back."""

    run_id: int
    person_id: int
    enrolment_id: int
    skill_id: int
    reason: str


@dataclass(frozen=True)
class OutsideMoved(Fact):
    """A report of learning elsewhere went from one state to another; `minutes`: recognised, where it now is."""

    outside_id: int
    person_id: int
    title: str
    before: str
    after: str
    minutes: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Posted(Fact):
    """Somebody wrote on the board of a run: a notice, a question, or an answer to `question_id`."""

    post_id: int
    run_id: int
    post: str
    title: str
    question_id: int | None = None


@dataclass(frozen=True)
class PostHidden(Fact):
    """An instructor or an officer took a post of this person out of sight."""

    post_id: int
    run_id: int
    person_id: int
    title: str
    reason: str


@dataclass(frozen=True)
class SurveyOpened(Fact):
    """The survey of a run can be answered until then (ISO 8601)."""

    run_id: int
    until: str


@dataclass(frozen=True)
class SurveyEnded(Fact):
    """The survey of a run is over before its time. Its figures stand from now on."""

    run_id: int


@dataclass(frozen=True)
class BackedUp(Fact):
    """A backup was taken, and read again."""

    file: str
    rows: int
    files: int
    size: int
