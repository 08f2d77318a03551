"""The smallest files of their kinds, made here."""

from __future__ import annotations

import io
import wave
import zipfile

from PIL import Image


def png(colour: str = "navy") -> bytes:
    """A picture of eight by eight."""
    target = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(target, "PNG")
    return target.getvalue()


def picture(form: str) -> bytes:
    """The same in another form: JPEG, GIF, WEBP."""
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(target, form)
    return target.getvalue()


def wav(seconds: int = 1) -> bytes:
    """Silence."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * seconds)
    return target.getvalue()


def office(*parts: str, mimetype: str = "") -> bytes:
    """An archive with such parts; `mimetype` as OpenDocument and HWPX have it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for part in parts:
            archive.writestr(part, "<x/>")
    return target.getvalue()


PDF = b"%PDF-1.7\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + b"\x00" * 64
WEBM = b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x82\x84webm" + b"\x00" * 64
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
