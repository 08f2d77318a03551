"""A signature put into a PDF that is there already: PAdES B-B, in a part of its own at the file's end.

Certificates are composed around theirs (`courses.certificates.splicing`); this is for whatever else is issued.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import cms_embedder
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from courses.signing import cms

_FIELD = SigFieldSpec("Signature1", readable_field_name="Digital signature of the issuer")
"""Of no size, so that nothing covers the sheet."""


def signed(pdf: bytes, sign: Callable[[bytes], bytes], at: datetime) -> bytes:
    """The file with a signature over all of it. `sign` makes of a SHA-256 digest detached CMS (DER); `at` is its /M.

    ValueError for a signature of more than 16 KB.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    steps = cms_embedder.PdfCMSEmbedder(new_field_spec=_FIELD).write_cms(_FIELD.sig_field_name, writer)
    next(steps)
    place = SignatureObject(at, SigSeedSubFilter.PADES, bytes_reserved=2 * cms.LONGEST)
    steps.send(cms_embedder.SigObjSetup(place))
    prepared, output = steps.send(cms_embedder.SigIOSetup("sha256"))
    start, end = prepared.reserved_region_start, prepared.reserved_region_end
    signature = sign(prepared.document_digest).hex().encode()  # small letters: there is but one way to write it
    whole: bytes = output.getvalue()
    if len(signature) > end - start - 2:
        raise ValueError(f"the signature has {len(signature) // 2} bytes")
    return whole[: start + 1] + signature.ljust(end - start - 2, b"0") + whole[end - 1 :]
