"""Words without a language: translatable messages, and what hangul needs for searching and for particles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True)
class Text:
    """A message a person will read: an English message id and what fills its named placeholders.

    The doors translate it. A parameter may itself be a `Text`, a date, a datetime or a number.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """The English sentence (for logs and the command line's last resort)."""
        return self.msgid % {k: str(v) for k, v in self.params.items()} if self.params else self.msgid

    def to_json(self) -> dict[str, object]:
        """A form that can be stored; nested texts stay texts, everything else that is not a number becomes a string."""
        return {"msgid": self.msgid, "params": {key: _plain(value) for key, value in self.params.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Text:
        """The message stored by `to_json`."""
        params = data["params"]
        assert isinstance(params, Mapping)
        return cls(
            str(data["msgid"]),
            {k: cls.from_json(v) if isinstance(v, Mapping) else v for k, v in params.items()},
        )


def text(msgid: str, **params: object) -> Text:
    """Mark a message for translation: `text("%(seats)s seats are left", seats=3)`."""
    return Text(msgid, params)


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return value.to_json()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Controls, zero-width and direction marks, hangul fillers, variation selectors, tags: nobody sees them."""
_BLANKS = re.compile(r"\s+")


def clean(value: str) -> str:
    """NFC, without invisible characters, blanks folded to one and stripped."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", value))).strip()


_RESIDENT_NUMBER = re.compile(r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]*[1-8]\d{6}(?!\d)")


def has_resident_number(value: str) -> bool:
    """Whether a resident registration number (주민등록번호) stands in a text: a day of birth and seven digits."""
    return _RESIDENT_NUMBER.search(unicodedata.normalize("NFKC", value)) is not None


_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE, _LAST_SYLLABLE = ord("가"), ord("힣")


def search_key(value: str) -> str:
    """What a `LIKE` search runs on: clean, lower case."""
    return clean(value).casefold()


def initials(value: str) -> str:
    """The initial consonants (초성) of a text, other characters in lower case, blanks out: '엑셀 기초' → 'ㅇㅅㄱㅊ'."""
    return "".join(_initial(char) for char in search_key(value) if char != " ")


def _initial(char: str) -> str:
    code = ord(char)
    return _INITIALS[(code - _FIRST_SYLLABLE) // 588] if _FIRST_SYLLABLE <= code <= _LAST_SYLLABLE else char


def asks_for_initials(query: str) -> bool:
    """Whether somebody typed initial consonants only ('ㅇㅅ')."""
    letters = query.replace(" ", "")
    return bool(letters) and all(char in _INITIALS for char in letters)


def like(value: str) -> str:
    """`value` inside a LIKE pattern with `\\` as the escape character."""
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_PARTICLES = {
    "을/를": ("을", "를"),
    "이/가": ("이", "가"),
    "은/는": ("은", "는"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
    "아/야": ("아", "야"),
}
_SPOKEN_DIGIT_ENDS_IN_CONSONANT = {"0", "1", "3", "6", "7", "8"}
_RIEUL = 8


@lru_cache(maxsize=4096)
def josa(word: str, pair: str) -> str:
    """`word` with the Korean particle its last sound asks for: josa('과정', '을/를') → '과정을'."""
    after_consonant, after_vowel = _PARTICLES[pair]
    letters = re.sub(r"[^0-9A-Za-z가-힣]", "", word)
    if not letters:
        return f"{word}{after_consonant}({after_vowel})"
    last = letters[-1]
    if _FIRST_SYLLABLE <= ord(last) <= _LAST_SYLLABLE:
        final = (ord(last) - _FIRST_SYLLABLE) % 28
        closed = final != 0 and not (pair == "으로/로" and final == _RIEUL)
    elif last.isdigit():
        closed = last in _SPOKEN_DIGIT_ENDS_IN_CONSONANT and not (pair == "으로/로" and last in "178")
    else:
        closed = last.lower() in ("mn" if pair == "으로/로" else "lmn")
    return word + (after_consonant if closed else after_vowel)


_MARKED_PARTICLE = re.compile(r"(\S*?\S)(을\(를\)|이\(가\)|은\(는\)|과\(와\)|\(으\)로)")
_MARKS = {"을(를)": "을/를", "이(가)": "이/가", "은(는)": "은/는", "과(와)": "과/와", "(으)로": "으로/로"}


def settle_particles(sentence: str) -> str:
    """Replace '과정을(를)' by '과정을' and the like, in a finished Korean sentence."""
    if "(" not in sentence:
        return sentence
    return _MARKED_PARTICLE.sub(lambda m: josa(m[1], _MARKS[m[2]]), sentence)
