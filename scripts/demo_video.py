#!/usr/bin/env python
"""Make the demo's lesson, `lms/demo/data/lesson.webm` and its captions `lesson.vtt`: `python -m scripts.demo_video`.

Chromium draws each picture on a canvas and encodes it (WebCodecs, VP9); this file lays the frames into a WebM of
exactly two minutes that knows its length and can be sought in (RFC 9559: a duration, a cue for each key frame).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from struct import pack
from typing import Any

from tests.browser import launch

ROOT = Path(__file__).parents[1]
DATA = ROOT / "lms/demo/data"
FONTS = ROOT / "lms/static/fonts/lms-sans-1.3.9"
WIDTH, HEIGHT, FRAMES_A_SECOND, BITRATE = 640, 360, 4, 14_000
SECONDS_A_SLIDE = 15
PAGE = "https://canvas.invalid/"  # answered below: an encoder is given to secure addresses only

SLIDES = (  # the heading and lines of a picture, and what is said meanwhile (two captions)
    (
        "피싱 메일 알아보기",
        ("2분이면 됩니다", "열기 전에 살피기", "의심되면 알리기"),
        ("이번 차시에서는 피싱 메일을 알아보는 방법을 배웁니다.", "2분 뒤에는 열기 전에 무엇을 살필지 알게 됩니다."),
    ),
    (
        "1. 보낸 사람",
        ("이름이 아니라 주소를 봅니다", "한 글자만 다른 주소", "처음 보는 도메인"),
        ("보낸 사람의 이름은 누구나 바꿀 수 있습니다.", "이름 옆의 주소를 한 글자씩 확인합니다."),
    ),
    (
        "2. 급하다는 말",
        ("“오늘까지”, “계정 정지”", "생각할 틈을 주지 않음", "먼저 전화로 확인"),
        ("피싱 메일은 서두르게 만듭니다.", "급하다고 하면 먼저 담당자에게 전화합니다."),
    ),
    (
        "3. 링크",
        ("누르기 전에 주소 보기", "짧은 주소는 의심", "주소창에 직접 입력"),
        ("링크 위에 마우스를 올리면 실제 주소가 보입니다.", "다르면 누르지 말고 주소를 직접 입력합니다."),
    ),
    (
        "4. 첨부 파일",
        ("기다리던 파일인가", "실행 파일과 매크로", "열지 말고 묻기"),
        ("기다리지 않은 첨부 파일은 열지 않습니다.", "매크로를 켜라는 문서는 특히 위험합니다."),
    ),
    (
        "5. 암호를 묻는 메일",
        ("우리 기관은 묻지 않음", "어떤 이유로도 보내지 않기", "입력했다면 바로 변경"),
        ("암호를 메일로 묻는 부서는 없습니다.", "이미 입력했다면 지금 바로 암호를 바꿉니다."),
    ),
    (
        "6. 의심되면",
        ("지우지 말고 신고", "정보보호 담당자에게 전달", "빠를수록 피해가 작음"),
        ("의심되는 메일은 지우지 말고 신고합니다.", "한 사람의 신고가 모두를 지킵니다."),
    ),
    (
        "정리",
        ("주소 · 급함 · 링크", "첨부 · 암호", "의심되면 신고"),
        ("보낸 주소, 급하다는 말, 링크, 첨부, 암호를 살핍니다.", "다음은 확인 문제입니다. 수고하셨습니다."),
    ),
)
SECONDS = len(SLIDES) * SECONDS_A_SLIDE

ENCODE = """async ({slides, width, height, rate, bitrate, slideSeconds, fonts}) => {
  for (const source of fonts) document.fonts.add(await new FontFace("Lesson", `url(${source})`).load());
  const canvas = new OffscreenCanvas(width, height);
  const paper = canvas.getContext("2d");
  const total = slides.length * slideSeconds;
  const clock = (second) => `${Math.floor(second / 60)}:${String(Math.floor(second % 60)).padStart(2, "0")}`;
  const write = (words, x, y, size, colour, align = "left") => {
    Object.assign(paper, { font: `${size}px Lesson`, fillStyle: colour, textAlign: align });
    paper.fillText(words, x, y);
  };
  const draw = (second) => {
    const [heading, lines] = slides[Math.floor(second / slideSeconds)];
    const shown = Math.min(lines.length, 1 + Math.floor((second % slideSeconds) / 4));
    paper.fillStyle = "#0b2a5b";
    paper.fillRect(0, 0, width, height);
    write(heading, 48, 88, 36, "#ffffff");
    lines.slice(0, shown).forEach((line, n) => {
      paper.fillStyle = "#63b3ff";
      paper.fillRect(48, 132 + n * 48, 6, 26);
      write(line, 68, 154 + n * 48, 24, "#dbe9ff");
    });
    Object.assign(paper, { strokeStyle: "#63b3ff", lineWidth: 5 });
    paper.strokeRect(470, 130, 120, 84);
    paper.beginPath();
    paper.moveTo(470, 130);
    paper.lineTo(530, 180);
    paper.lineTo(590, 130);
    paper.stroke();
    paper.fillStyle = "#274b85";
    paper.fillRect(48, 316, 480, 8);
    paper.fillStyle = "#63b3ff";
    paper.fillRect(48, 316, (480 * second) / total, 8);
    write(`${clock(second)} / ${clock(total)}`, 592, 325, 16, "#dbe9ff", "right");
  };
  const frames = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      frames.push([chunk.timestamp, chunk.type === "key", btoa(String.fromCharCode(...bytes))]);
    },
    error: (error) => { throw error; },
  });
  encoder.configure({ codec: "vp09.00.10.08", width, height, bitrate, framerate: rate, latencyMode: "quality" });
  for (let n = 0; n < total * rate; n += 1) {
    draw(n / rate);
    const frame = new VideoFrame(canvas, { timestamp: (n * 1e6) / rate, duration: 1e6 / rate });
    encoder.encode(frame, { keyFrame: n % (rate * slideSeconds) === 0 });
    frame.close();
  }
  await encoder.flush();
  return frames;
}"""


def main() -> None:
    frames = [(stamp // 1000, key, base64.b64decode(data)) for stamp, key, data in _encoded()]
    (DATA / "lesson.webm").write_bytes(webm(frames))
    (DATA / "lesson.vtt").write_text("WEBVTT\n\n" + "\n".join(_captions()), encoding="utf-8")


def _encoded() -> Any:
    """[microsecond, whether a key frame, its bytes in base64] of every frame."""
    given = {
        "slides": [(heading, lines) for heading, lines, _ in SLIDES],
        "width": WIDTH,
        "height": HEIGHT,
        "rate": FRAMES_A_SECOND,
        "bitrate": BITRATE,
        "slideSeconds": SECONDS_A_SLIDE,
        "fonts": [f"data:font/woff2;base64,{base64.b64encode(path.read_bytes()).decode()}" for path in _fonts()],
    }
    with launch() as browser:
        page = browser.new_page()
        page.route(PAGE, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto(PAGE)
        return page.evaluate(ENCODE, given)


def _fonts() -> list[Path]:
    """The fuller one first: what it lacks is looked up in the other."""
    return [FONTS / "core.woff2", FONTS / "rest.woff2"]


def _captions() -> Iterator[str]:
    """Two to a picture."""
    half = SECONDS_A_SLIDE / 2
    for number, line in enumerate(said for _, _, both in SLIDES for said in both):
        yield f"{_stamp(number * half)} --> {_stamp((number + 1) * half)}\n{line}\n"


def _stamp(second: float) -> str:
    return f"00:{int(second // 60):02}:{second % 60:06.3f}"


Frame = tuple[int, bool, bytes]
"""Millisecond, whether a key frame, its bytes."""


def webm(frames: list[Frame]) -> bytes:
    """A WebM of one video track: a cluster for each key frame, and the cues that find them, before them all."""
    starts = [n for n, (_, key, _) in enumerate(frames) if key]
    groups = [frames[a:b] for a, b in zip(starts, [*starts[1:], len(frames)], strict=True)]
    clusters = [_cluster(group) for group in groups]
    head = _information() + _tracks()
    times = [group[0][0] for group in groups]
    size = len(_cues(times, [0] * len(times)))
    places = accumulate((len(cluster) for cluster in clusters[:-1]), initial=len(head) + size)
    segment = head + _cues(times, list(places)) + b"".join(clusters)
    return _element("1A45DFA3", _element("4282", b"webm"), _number("4287", 4), _number("4285", 2)) + _element(
        "18538067", segment
    )


def _information() -> bytes:
    made_by = _element("4D80", b"lms"), _element("5741", b"lms")
    return _element("1549A966", _number("2AD7B1", 1_000_000), _element("4489", pack(">d", SECONDS * 1000)), *made_by)


def _tracks() -> bytes:
    picture = _element("E0", _number("B0", WIDTH), _number("BA", HEIGHT))
    nanoseconds = 1_000_000_000 // FRAMES_A_SECOND
    names = _number("D7", 1), _number("73C5", 1), _number("83", 1), _element("86", b"V_VP9")
    return _element("1654AE6B", _element("AE", *names, _number("23E383", nanoseconds), picture))


def _cues(times: list[int], places: list[int]) -> bytes:
    """`places` are counted from the start of the segment's content."""
    points = [
        _element("BB", _number("B3", time), _element("B7", _number("F7", 1), _number("F1", place)))
        for time, place in zip(times, places, strict=True)
    ]
    return _element("1C53BB6B", *points)


def _cluster(group: list[Frame]) -> bytes:
    start = group[0][0]
    blocks = (
        _element("A3", b"\x81" + pack(">hB", time - start, 0x80 if key else 0) + data) for time, key, data in group
    )
    return _element("1F43B675", _number("E7", start), *blocks)


def _number(name: str, value: int) -> bytes:
    """Always of eight bytes, so that a place can be filled in later without moving others."""
    return _element(name, pack(">Q", value))


def _element(name: str, *content: bytes) -> bytes:
    body = b"".join(content)
    return bytes.fromhex(name) + pack(">Q", len(body) | 1 << 56) + body


if __name__ == "__main__":
    main()
