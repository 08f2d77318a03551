"""Every sentence is there in both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from courses.text import settle_particles
from lms import paths

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "text": None}
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
KOREAN = sorted((paths.TRANSLATIONS / "ko").glob("*.po"))


def written() -> Iterator[str | tuple[str, ...]]:
    """Every message id in code and templates: one sentence, or (for one, for several)."""
    for folder in ("lms", "courses", "templates"):
        options = {"**.html": {"trimmed": "true"}}
        for _, _, message, _, _ in extract_from_dir(str(ROOT / folder), METHODS, options, KEYWORDS):
            yield message


def wanted() -> set[str]:
    """The same, of those that count the singular."""
    return {message[0] if isinstance(message, tuple) else message for message in written()}


def translated() -> list[tuple[Path, Message]]:
    pairs = []
    for path in KOREAN:
        with path.open("rb") as file:
            pairs += [(path, message) for message in read_po(file, locale="ko") if message.id]
    return pairs


def msgid(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def words(message: Message) -> str:
    return message.string[0] if isinstance(message.string, tuple) else message.string


def test_nothing_is_missing() -> None:
    assert not sorted(wanted() - {msgid(message) for _, message in translated()})


def test_what_counts_counts_in_korean_too() -> None:
    counting = {message[0] for message in written() if isinstance(message, tuple)}
    plain = {msgid(message) for _, message in translated() if not message.pluralizable}
    assert not sorted(counting & plain)


def test_nothing_is_left_over() -> None:
    assert not sorted({msgid(message) for _, message in translated()} - wanted())


def test_nothing_is_translated_twice() -> None:
    assert not [one for one, times in Counter(msgid(m) for _, m in translated()).items() if times > 1]


def test_nothing_is_empty_or_fuzzy() -> None:
    assert not [f"{path.name}: {msgid(m)}" for path, m in translated() if m.fuzzy or not words(m)]


def test_placeholders_are_the_same() -> None:
    def holes(sentence: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)[sd]", sentence))

    assert not [msgid(m) for _, m in translated() if holes(words(m)) - holes(msgid(m)) - {"n", "num"}]


@pytest.mark.parametrize("word", ["거르기", "승급", "하루", "이틀"])
def test_words_we_do_not_use(word: str) -> None:
    assert not [msgid(m) for _, m in translated() if word in words(m)]


def test_particles_follow_the_last_sound() -> None:
    assert settle_particles("‘파이썬’을(를) 마쳤습니다") == "‘파이썬’을 마쳤습니다"
    assert settle_particles("서울(으)로 갑니다") == "서울로 갑니다"
    assert settle_particles("홍길동이(가) 왔고 김미나이(가) 갔다") == "홍길동이 왔고 김미나가 갔다"
