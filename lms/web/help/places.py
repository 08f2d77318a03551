"""Which topic helps with which page: an endpoint's own one, else its blueprint's."""

from __future__ import annotations

TOPICS = {
    "catalogue": "enrolling",
    "enrolment.mine": "my-learning",
    "completion.card": "my-learning",
    "reporting.own_transcript": "my-learning",
    "content.learn": "online-learning",
    "content.learn_lesson": "online-learning",
    "content.attempt": "online-learning",
    "scheduling.my_timetable": "calendar",
    "calendar": "calendar",
    "certificates.mine": "own-certificates",
    "certificates.verify": "own-certificates",
    "certificates.verify_code": "own-certificates",
    "notices": "notices",
    "preferences": "notices",
    "auth": "notices",
    "attendance": "attendance",
    "attendance.index": "teaching",
    "assessment": "scores",
    "content.run_progress": "progress",
    "reporting.operations": "work-queue",
    "reporting.work": "work-queue",
    "scheduling": "runs",
    "scheduling.courses": "courses",
    "scheduling.course": "courses",
    "scheduling.new_course": "courses",
    "scheduling.areas": "workplace",
    "scheduling.closed_days": "closed-days",
    "scheduling.copies": "series",
    "scheduling.timetable": "moving",
    "scheduling.move": "moving",
    "scheduling.cancellation": "moving",
    "scheduling.session_cancellation": "moving",
    "scheduling.roster": "participants",
    "enrolment": "participants",
    "notices.of_run": "messages",
    "notices.new": "messages",
    "content": "lessons",
    "content.banks": "question-banks",
    "content.bank": "question-banks",
    "content.new_question": "question-banks",
    "content.question": "question-banks",
    "completion": "closing",
    "certificates": "issuing",
    "certificates.register": "register",
    "certificates.show": "register",
    "certificates.correction": "register",
    "certificates.revocation": "register",
    "reporting": "reports",
    "exchange": "imports",
    "jobs": "jobs",
    "people": "people",
    "settings": "health",
    "settings.edit": "organisation",
    "settings.audit": "audit",
    "settings.sign_ins": "audit",
    "tokens": "tokens",
}


def topic_of(endpoint: str | None) -> str | None:
    """The name of the topic that helps with a page, or None: then the list of topics does."""
    if endpoint is None:
        return None
    return TOPICS.get(endpoint) or TOPICS.get(endpoint.split(".")[0])
