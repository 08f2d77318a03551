"""Keys of a moment, and the smallest PDF that carries a signature and an attachment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from courses.signing import Signer
from courses.signing import authority as making
from courses.signing.authority import Algorithm, Authority, Key
from courses.signing.loaded import Loaded, by_key

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = NOW + DAY
NAME, CITY = "한빛시장", "한빛시"
ROOM = 8 * 1024
"""Hexadecimal digits left for a signature."""


@dataclass(frozen=True)
class Office:
    """An authority and one signer of it, in memory."""

    above: Authority
    key: Key
    signer: Signer

    @property
    def trusted(self) -> list[bytes]:
        return [making.pem(self.above.certificate)]


def office(algorithm: Algorithm = "p256", at: datetime = NOW) -> Office:
    """A new one."""
    return employed(making.found(CITY, algorithm, at), algorithm, at)


def employed(above: Authority, algorithm: Algorithm = "p256", at: datetime = NOW) -> Office:
    """A new signer of an authority."""
    key = making.new_key(algorithm)
    chain = [making.certify(above, key, NAME, CITY, at), above.certificate]
    return Office(above, key, Loaded(by_key(key), chain, ec.generate_private_key(ec.SECP256R1())))


def signed(signer: Signer, attachment: bytes = b'{"a":1}', at: datetime = LATER, title: str = "Certificate") -> bytes:
    """A PDF of one empty page with an attachment, signed; `at` is in it as /M."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/AF[6 0 R]/Names<</EmbeddedFiles<</Names[(credential.json)6 0 R]>>>>"
        b"/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>",
        3: b"<</Type/Page/Parent 2 0 R/Resources<<>>/Annots[4 0 R]>>",
        4: b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/Rect[0 0 0 0]/F 132/P 3 0 R/V 8 0 R>>",
        5: b"<</Type/EmbeddedFile/Length %d>>\nstream\n%b\nendstream" % (len(attachment), attachment),
        6: b"<</Type/Filespec/F(credential.json)/UF(credential.json)/AFRelationship/Data/EF<</F 5 0 R/UF 5 0 R>>>>",
        7: b"<</Title(%b)>>" % title.encode(),
    }
    data, offsets = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        offsets[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    offsets[8] = len(data)
    data += b"8 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%b)/Contents " % (
        f"{at:%Y%m%d%H%M%S}+00'00'".encode()
    )
    return _completed(data, offsets, signer, at)


def _completed(data: bytes, offsets: dict[int, int], signer: Signer, at: datetime) -> bytes:
    start = len(data) + ROOM + 2
    span = b"/ByteRange[0 %10d %10d %10d]"
    behind = start + len(span % (0, 0, 0)) + len(b">>\nendobj\n")
    lines = b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(offsets))
    end = b"xref\n0 9\n0000000000 65535 f \n%btrailer\n<</Size 9/Root 1 0 R/Info 7 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        lines,
        behind,
    )
    tail = span % (len(data), start, behind - start + len(end)) + b">>\nendobj\n" + end
    signature = signer.sign(hashlib.sha256(data + tail).digest(), at)
    return b"%b<%b>%b" % (data, signature.hex().ljust(ROOM, "0").encode(), tail)


def added_to(pdf: bytes) -> bytes:
    """The same with an incremental update behind it: another title."""
    place = len(pdf)
    before = pdf.rindex(b"startxref\n") + len(b"startxref\n")
    earlier = int(pdf[before:].split(b"\n", 1)[0])
    update = b"7 0 obj\n<</Title(Another)>>\nendobj\n"
    table = b"xref\n7 1\n%010d 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Info 7 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + update + table % (place, earlier, place + len(update))


def folder_in(home: Path) -> Path:
    """Where keys lie beneath a home."""
    return home / "keys"
