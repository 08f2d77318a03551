#!/usr/bin/env python
"""Make the picture and the document of the demo's lessons: `python -m scripts.demo_lesson_files`.

Chromium draws both from the pages below: `lms/demo/data/lesson-report.png` and `lesson-checklist.pdf`.
"""

from __future__ import annotations

import base64
from pathlib import Path

from tests.browser import launch

ROOT = Path(__file__).parents[1]
DATA = ROOT / "lms/demo/data"
FONT = ROOT / "lms/static/fonts/lms-sans-1.3.9/core.woff2"
WIDTH, HEIGHT = 1200, 560

STEPS = (
    ("1", "멈춥니다", "랜선을 뽑고 무선을 끕니다", "전원은 끄지 않습니다", "#0b50d0"),
    ("2", "알립니다", "부서 정보보호 담당자에게", "바로 전화합니다", "#0b7a75"),
    ("3", "남깁니다", "화면을 사진으로 찍고", "한 일과 시각을 적습니다", "#8a5a00"),
    ("4", "따릅니다", "조사가 끝날 때까지", "지우지 않고 기다립니다", "#6b3fa0"),
)
CHECKS = {
    "떠나기 전에": (
        "기관이 제공한 원격접속 수단과 인증 수단을 챙겼습니다.",
        "노트북의 저장 장치가 암호화되어 있습니다.",
        "꼭 필요한 문서만 가져가고, 개인정보 파일은 가져가지 않습니다.",
        "화면 잠금이 5분 이내로 설정되어 있습니다.",
    ),
    "일하는 동안": (
        "공용 무선망에서는 업무 시스템에 접속하지 않습니다.",
        "화면이 다른 사람에게 보이지 않는 자리에서 일합니다.",
        "자리를 비울 때는 화면을 잠급니다.",
        "업무 파일을 개인 전자우편이나 개인 저장소로 보내지 않습니다.",
    ),
    "돌아온 뒤에": (
        "가져갔던 문서를 모두 반납하거나 파기했습니다.",
        "잃어버렸거나 이상한 일이 있었다면 정보보호 담당자에게 알렸습니다.",
    ),
}


def main() -> None:
    """Draw both and write them."""
    font = base64.b64encode(FONT.read_bytes()).decode()
    face = f"@font-face {{ font-family: S; src: url(data:font/woff2;base64,{font}); font-weight: 45 920 }}"
    with launch() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(f"<style>{face} * {{ margin: 0; font-family: S }}</style>{picture()}")
        page.evaluate("document.fonts.ready")
        (DATA / "lesson-report.png").write_bytes(page.screenshot())
        page.set_content(
            f"<html lang=ko><title>출장·재택근무 보안 점검표</title><style>{face} {SHEET}</style>{checklist()}"
        )
        page.evaluate("document.fonts.ready")
        (DATA / "lesson-checklist.pdf").write_bytes(page.pdf(format="A4", tagged=True))


def picture() -> str:
    """Four steps from left to right."""
    boxes = "".join(_step(number, *step) for number, step in enumerate(STEPS))
    title = _words(600, 84, 44, "침해사고가 의심되면")
    note = _words(600, 520, 26, "늦은 신고보다 잘못된 신고가 낫습니다", 400)
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f4f5f6"/>'
    return f'<svg width="{WIDTH}" height="{HEIGHT}">{ground}{title}{boxes}{note}</svg>'


def _words(x: int, y: int, size: int, words: str, weight: int = 700, colour: str = "#1e2124") -> str:
    look = f'font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x}" y="{y}" text-anchor="middle" {look}>{words}</text>'


def _step(place: int, number: str, name: str, first: str, second: str, colour: str) -> str:
    x = 40 + place * 285
    middle = x + 132
    arrow = f'<path d="M{x + 266} 275l14 12-14 12" fill="none" stroke="#8a949e" stroke-width="4"/>' if place < 3 else ""
    return (
        f'<rect x="{x}" y="140" width="265" height="310" rx="18" fill="#fff" stroke="#cdd1d5" stroke-width="2"/>'
        f'<circle cx="{middle}" cy="205" r="36" fill="{colour}"/>'
        + _words(middle, 219, 40, number, colour="#fff")
        + _words(middle, 300, 36, name, colour=colour)
        + _words(middle, 358, 21, first, 400)
        + _words(middle, 394, 21, second, 400)
        + arrow
    )


SHEET = """
    @page { margin: 22mm 20mm }
    * { font-family: S; color: #1e2124 }
    h1 { font-size: 22pt; text-align: center; margin: 0 0 10mm }
    h2 { font-size: 14pt; border-bottom: 1.5pt solid #0b50d0; padding-bottom: 1mm; margin: 8mm 0 3mm }
    li { list-style: none; font-size: 12pt; line-height: 2; display: flex; gap: 4mm }
    ul { padding: 0 }
    li::before { content: ""; width: 4mm; height: 4mm; border: 1pt solid #464c53; margin-top: 2.6mm; flex: none }
    p { margin-top: 12mm; text-align: right; font-size: 11pt }
"""


def checklist() -> str:
    """A page to print."""
    parts = "".join(
        f"<h2>{title}</h2><ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>" for title, lines in CHECKS.items()
    )
    signed = "<p>확인한 날: ______ 년 ____ 월 ____ 일 &nbsp; 이름: ______________</p>"
    return f"<h1>출장·재택근무 보안 점검표</h1>{parts}{signed}"


if __name__ == "__main__":
    main()
