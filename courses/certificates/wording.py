"""The built-in templates: what sheets say where an organisation has no words of its own.

Certificates were issued under these keys: none of them is ever changed. Other words are a template with another key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from courses.certificates.design import LANGUAGES, SPEECHES, Language, Side, Speech, Template
from courses.certificates.facts import Kind

TITLES: dict[Kind, str] = {
    "completed": "수료증",
    "attended": "이수증",
    "enrolment": "수강확인서",
    "teaching": "출강확인서",
}
TITLES_EN: dict[Kind, str] = {
    "completed": "Certificate of Completion",
    "attended": "Certificate of Completion",
    "enrolment": "Confirmation of Enrolment",
    "teaching": "Confirmation of Teaching",
}
VERBS: dict[Kind, str] = {"completed": "수료", "attended": "이수", "enrolment": "수강", "teaching": "출강"}
CONFIRMATIONS: frozenset[Kind] = frozenset({"enrolment", "teaching"})
"""They carry their number lower left."""

LABELS = ("소속", "직급", "성명", "과정명", "교육기간", "교육시간", "인정시간")
LABELS_EN = ("Affiliation", "Grade", "Name", "Course", "Period", "Hours", "Recognised")
_SHOWN = ("unit", "name", "course", "period", "hours")

_AWARDED = ("위 사람은 {place} 실시한 위 교육 과정을", "성실히 {verb}하였으므로 이 증서를 수여합니다.")
_AWARDED_EN = (
    "This is to certify that the above-named person",
    "has faithfully completed the course stated above,",
    "conducted by {place}.",
)
_BODIES: Mapping[str, dict[Speech, tuple[str, ...]]] = {
    "plain": {"ko": _AWARDED, "en": _AWARDED_EN},
    "enrolment": {
        "ko": ("위 사람은 {place} 실시하는 위 교육 과정을", "수강하고 있음을 확인합니다."),
        "en": (
            "This is to confirm that the above-named person",
            "is enrolled in the course stated above,",
            "conducted by {place}.",
        ),
    },
    "teaching": {
        "ko": ("위 사람은 {place} 실시한 위 교육 과정에", "출강하였음을 확인합니다."),
        "en": (
            "This is to confirm that the above-named person",
            "has taught the course stated above,",
            "conducted by {place}.",
        ),
    },
}
_SUBTITLES: Mapping[str, dict[Speech, str]] = {
    "plain": {"ko": "CERTIFICATE OF COMPLETION", "en": ""},
    "enrolment": {"ko": "CONFIRMATION OF ENROLMENT", "en": ""},
    "teaching": {"ko": "CONFIRMATION OF TEACHING", "en": ""},
}
_ENDS: Mapping[Language, str] = {"ko": "", "en": "-en", "both": "-both"}


def usual_side(words: str, language: Speech) -> Side:
    """One of the built-in pages; `words` is plain, enrolment or teaching."""
    labels = LABELS if language == "ko" else LABELS_EN
    return Side(language, "", _SUBTITLES[words][language], labels, _BODIES[words][language])


def _built_in() -> Iterator[Template]:
    for words in _BODIES:
        kind: Kind | None = None if words == "plain" else "enrolment" if words == "enrolment" else "teaching"
        for language in LANGUAGES:
            sides = tuple(usual_side(words, speech) for speech in SPEECHES[language])
            yield Template(f"{words}{_ENDS[language]}-1", kind or "", language, sides, _SHOWN)


BUILT_IN: dict[str, Template] = {template.key: template for template in _built_in()}
PLAIN = BUILT_IN["plain-1"]
USUAL: dict[Kind, str] = {
    "completed": "plain-1",
    "attended": "plain-1",
    "enrolment": "enrolment-1",
    "teaching": "teaching-1",
}
"""What is in use where nobody has chosen."""
