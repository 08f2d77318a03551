"""The built-in templates: what sheets say where an organisation has no words of its own.

Certificates were issued under these keys: none of them is ever changed. Other words are a template with another key.
"""

from __future__ import annotations

from collections.abc import Mapping

from courses.certificates.design import SPEECHES, Language, Side, Speech, Template
from courses.certificates.facts import Kind

TITLES: dict[Kind, str] = {"completed": "수료증", "attended": "이수증"}
TITLES_EN: dict[Kind, str] = {"completed": "Certificate of Completion", "attended": "Certificate of Completion"}
VERBS: dict[Kind, str] = {"completed": "수료", "attended": "이수"}

LABELS = ("소속", "직급", "성명", "과정명", "교육기간", "교육시간", "인정시간")
LABELS_EN = ("Affiliation", "Grade", "Name", "Course", "Period", "Hours", "Recognised")
_SHOWN = ("unit", "name", "course", "period", "hours")

_BODIES: Mapping[Speech, tuple[str, ...]] = {
    "ko": ("위 사람은 {place} 실시한 위 교육 과정을", "성실히 {verb}하였으므로 이 증서를 수여합니다."),
    "en": (
        "This is to certify that the above-named person",
        "has faithfully completed the course stated above,",
        "conducted by {place}.",
    ),
}
_SUBTITLES: Mapping[Speech, str] = {"ko": "CERTIFICATE OF COMPLETION", "en": ""}
_KEYS: Mapping[str, Language] = {"plain-1": "ko", "plain-en-1": "en", "plain-both-1": "both"}


def usual_side(language: Speech) -> Side:
    """A page of the built-in templates."""
    labels = LABELS if language == "ko" else LABELS_EN
    return Side(language, "", _SUBTITLES[language], labels, _BODIES[language])


def _built_in(key: str, language: Language) -> Template:
    return Template(key, "", language, tuple(map(usual_side, SPEECHES[language])), _SHOWN)


BUILT_IN: dict[str, Template] = {key: _built_in(key, language) for key, language in _KEYS.items()}
PLAIN = BUILT_IN["plain-1"]
"""What is in use where nobody has chosen."""
