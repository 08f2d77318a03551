"""A certificate's own part of its file: content, small fonts, metadata, attachment, signature, and where they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from courses.certificates.facts import Facts
from courses.certificates.layout import words
from courses.certificates.qr import qr_picture
from courses.certificates.splicing import settled
from courses.certificates.splicing.constant import LANGUAGES, Constant, marked
from courses.certificates.splicing.metadata import About, info, xmp
from courses.certificates.splicing.objects import Objects, further_table, moment, stream, trailer
from courses.certificates.splicing.pictures import QR_BOX
from courses.certificates.splicing.setting import Fonts

ROOM = 4096
"""Bytes kept free for a signature. One with a long chain of certificates that needs more gets so much once more."""
_MOST_ROOM = 4 * ROOM

Sign = Callable[[bytes], bytes]
"""Makes of a SHA-256 digest the signature over it: detached CMS, as DER."""


def compose(constant: Constant, facts: Facts, attachment: bytes, sign: Sign | None, signed_at: datetime) -> bytes:
    """The certificate's own bytes: its file is `constant.data`, then these. The same arguments give the same bytes.

    `attachment` is the credential as JSON. Without `sign` the field for a signature stays empty. ValueError for facts
    of another constant, and for a signature of more than four times `ROOM`.
    """
    if settled.likeness(facts, constant.template) != constant.likeness:
        raise ValueError(f"{facts.number}: belongs to another run, template or language")
    parts: list[bytes] = []
    objects = Objects(parts.append, len(constant.data))
    title = _put_pages(objects, constant, facts)
    _put_about(objects, constant, About(title, facts.issuer, _language(constant), signed_at), attachment)
    widget = f"/V {constant.numbers.signature} 0 R" if sign else ""
    objects.put(_widget(constant, widget), constant.numbers.widget)
    if sign is None:
        return b"".join([*parts, _end(constant, facts, objects.offsets, objects.position)])
    return _signed(constant, facts, objects, parts, sign, signed_at)


def _language(constant: Constant) -> str:
    return LANGUAGES[constant.template.sides[0].language]


def _put_pages(objects: Objects, constant: Constant, facts: Facts) -> str:
    """What is on the pages, and the fonts for it; the document's title."""
    fonts, title = Fonts("V", constant.fonts), facts.number
    for number, page in enumerate(constant.pages):
        own = page.own(words(facts, constant.template, number))
        lines = {place: marked(one, place, fonts) for place, one in own}
        code = qr_picture(facts.verify_url, facts.code, QR_BOX)
        lines[max(lines)] += f" /Figure<</MCID {len(page.settled)}>>BDC {code} EMC"
        runs = (places for is_own, places in page.runs() if is_own)
        for content, places in zip(constant.numbers.contents[number], runs, strict=True):
            drawn = "\n".join(lines[place] for place in places)
            objects.put(stream(drawn.encode("latin-1")), content)
    entries = constant.font_entries + fonts.put(objects, constant.numbers.fonts)
    objects.put(f"<<{entries}>>".encode(), constant.numbers.faces)
    named = next(one.text for one in constant.pages[0].settled if one and one.role == "title")
    return f"{named} {title}"


def _put_about(objects: Objects, constant: Constant, about: About, attachment: bytes) -> None:
    numbers = constant.numbers
    objects.put(stream(xmp(about), "/Type/Metadata/Subtype/XML"), numbers.metadata)
    objects.put(info(about), numbers.info)
    made = f"/Params<</ModDate({moment(about.at)})/Size {len(attachment)}>>"
    objects.put(stream(attachment, f"/Type/EmbeddedFile/Subtype/application#2Fjson{made}"), numbers.file)
    named = "/F(credential.json)/UF(credential.json)/Desc(Open Badges 3.0 credential)/AFRelationship/Data"
    embedded = f"/EF<</F {numbers.file} 0 R/UF {numbers.file} 0 R>>"
    objects.put(f"<</Type/Filespec{named}{embedded}>>".encode(), numbers.attached)


def _widget(constant: Constant, value: str) -> bytes:
    """The field of the signature: of no size, so that nothing covers the sheet."""
    described = "/T(Signature1)/TU(Digital signature of the issuer)"
    place = f"/Rect[0 0 0 0]/F 132/P {constant.page} 0 R/StructParent {len(constant.pages)}"
    return f"<</Type/Annot/Subtype/Widget/FT/Sig{described}{place}{value}>>".encode()


def _signed(
    constant: Constant, facts: Facts, objects: Objects, parts: list[bytes], sign: Sign, signed_at: datetime
) -> bytes:
    """Sign all but the signature's own place (ISO 32000-1, 12.8.1)."""
    number = constant.numbers.signature
    kind = f"/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M({moment(signed_at)})"
    objects.offsets[number] = objects.position
    objects.raw(f"{number} 0 obj\n<<{kind}/Contents".encode())
    before, start, signature = b"".join(parts), objects.position, b""
    hashed = constant.hash.copy()
    hashed.update(before)
    for room in range(ROOM, _MOST_ROOM + 1, ROOM):  # nobody knows how long one is before it is made
        after = _after(constant, facts, objects.offsets, start, start + 2 * room + 2)
        whole = hashed.copy()
        whole.update(after)
        signature = sign(whole.digest()).hex().encode()
        if len(signature) <= 2 * room:
            return b"".join([before, b"<", signature.ljust(2 * room, b"0"), b">", after])
    raise ValueError(f"the signature has {len(signature) // 2} bytes, {_MOST_ROOM} at most have room")


def _after(constant: Constant, facts: Facts, offsets: dict[int, int], start: int, end: int) -> bytes:
    """What follows a signature that stands from `start` to `end`."""
    closing = b"/ByteRange[0 %010d %010d %010d]>>\nendobj\n"
    rest = _end(constant, facts, offsets, end + len(closing % (0, 0, 0)))
    return closing % (start, end, len(closing % (0, 0, 0)) + len(rest)) + rest


def _end(constant: Constant, facts: Facts, offsets: dict[int, int], table_at: int) -> bytes:
    identity = hashlib.sha256(facts.verification.encode()).hexdigest()[:32]
    known = f"/Size {constant.size}/Root {constant.root} 0 R/Info {constant.numbers.info} 0 R"
    entries = f"{known}/ID[<{identity}><{identity}>]/Prev {constant.table}"
    return further_table(offsets) + trailer(entries, table_at)
