"""Words, captions and files by themselves."""

from __future__ import annotations

import io

import pytest

from courses.content import captions, markdown, media
from courses.content.models import LessonKind
from courses.errors import Refused
from courses.files.media_types import MEGABYTE
from tests.content.samples import png

HASH = "a" * 64


def html(words: str) -> str:
    return markdown.html(words, lambda sha256: f"/pictures/{sha256}")


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://elsewhere.example/a.png)",
        '![x](picture:"onerror=alert)',
        '<div style="position:fixed">x</div>',
        "<https://a.example/\"onmouseover='x'>",
    ],
)
def test_nothing_in_the_words_can_run_or_fetch(words: str) -> None:
    shown = html(words)
    assert not any(f"<{tag}" in shown for tag in ("script", "img", "div", "iframe"))
    assert 'href="javascript' not in shown
    assert 'href="data' not in shown


def test_headings_begin_below_the_pages_own_and_skip_no_level() -> None:
    shown = html("### 하나\n\n##### 둘\n\n### 셋\n\n# 넷")
    assert [shown.index(one) for one in ("<h2>하나", "<h3>둘", "<h2>셋", "<h2>넷")]


def test_tables_code_and_pictures_of_the_store_are_shown() -> None:
    shown = html(f"| 항목 | 수 |\n|---|--:|\n| 가 | 1 |\n\n`코드`\n\n![그림](picture:{HASH})")
    assert '<td class="num">1</td>' in shown
    assert "style" not in shown
    assert "<code>코드</code>" in shown
    assert f'<img src="/pictures/{HASH}" alt="그림" loading="lazy">' in shown
    assert markdown.pictures(f"![a](picture:{HASH})") == {HASH}


def test_a_picture_from_elsewhere_leaves_its_words() -> None:
    assert html("![무엇](https://elsewhere.example/a.png)") == "<p>무엇</p>\n"


@pytest.mark.parametrize(
    "words",
    [
        "WEBVTT\n\n00:01.000 --> 00:02.000\n하나\n\n00:02.000 --> 00:03.500 line:0\n둘\n셋",
        "WEBVTT 강의\n\nNOTE 지은이\n무엇이든\n\n이름\n01:00:01.000 --> 01:00:02.000\n하나",
        "\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\n하나\r\n",
        "00:01.000 --> 00:02.000\n머리 없이",
    ],
)
def test_good_captions_are_taken(words: str) -> None:
    shown = captions.checked(words)
    assert shown.startswith("WEBVTT")
    assert "\r" not in shown
    assert captions.checked(shown) == shown


@pytest.mark.parametrize(
    ("words", "line", "reason"),
    [
        ("", 1, "nothing here"),
        ("안녕", 1, "begin with WEBVTT"),
        ("WEBVTT\n\n안녕", 3, "is no time"),
        ("WEBVTT\n\n00:01 --> 00:02\n하나", 3, "is no time"),
        ("WEBVTT\n\n00:00:01,000 --> 00:00:02,000\n하나", 3, "is no time"),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\n하나", 3, "not after the beginning"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\n하나\n\n00:01.000 --> 00:02.000\n둘", 6, "before the one above"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\n하나", 3, "no words below"),
        ("WEBVTT\n", 1, "no caption"),
        (f"WEBVTT\n\n{'9' * 5000}:00:01.000 --> {'9' * 5000}:00:02.000\n하나", 3, "is no time"),
        ("WEBVTT\n\n٠١:00:01.000 --> ٠١:00:02.000\n하나", 3, "is no time"),
        ("00:05.000 --> 00:04.000\n하나", 1, "not after the beginning"),
    ],
)
def test_bad_captions_name_the_line(words: str, line: int, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        captions.checked(words)
    assert str(refused.value).startswith(f"Captions, line {line}: ")
    assert reason in str(refused.value)


def test_captions_in_another_script_or_far_too_long_are_refused() -> None:
    with pytest.raises(Refused, match="UTF-8"):
        captions.decoded("안녕".encode("cp949"))
    with pytest.raises(Refused, match="too large"):
        captions.decoded(b"x" * (captions.LONGEST + 1))


def test_every_kind_with_a_file_takes_something_and_says_what() -> None:
    for kind in set(LessonKind) - {LessonKind.TEXT, LessonKind.QUIZ}:
        assert media.TAKEN[kind]
        assert str(media.formats(kind))
        assert media.limit(kind) > 0


def test_a_file_too_large_is_refused_before_it_is_read() -> None:
    class Large(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            return 21 * MEGABYTE

    with pytest.raises(Refused, match="larger than 20 MB"):
        media.accepted(LessonKind.IMAGE, Large(png()), "a.png")
