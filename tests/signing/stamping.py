"""A time stamp authority of the tests' own, on the loopback, that can also misbehave."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from courses.signing import authority as making
from tests.signing.scenes import DAY, NOW

Answers = Callable[[tsp.TimeStampReq], bytes]


@dataclass(frozen=True)
class Clockmaker:
    """An authority that says when it saw something: its key and certificates."""

    above: making.Authority
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def trusted(self) -> list[bytes]:
        return [making.pem(self.above.certificate)]

    def answer(self, query: tsp.TimeStampReq, at: datetime = NOW, **changed: object) -> bytes:
        """A good answer; `changed` puts other values into what is stamped."""
        facts = {
            "version": "v1", "policy": "1.2.3.4", "serial_number": 7, "gen_time": at, "nonce": query["nonce"].native,
            "message_imprint": query["message_imprint"], **changed,
        }  # fmt: skip
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": self._token(facts)}).dump()

    def _token(self, facts: dict[str, object]) -> cms.ContentInfo:
        info = tsp.TSTInfo(facts)
        own = asn1.Certificate.load(self.certificate.public_bytes(Encoding.DER))
        named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(own.dump()).digest()})
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(info.dump()).digest()]},
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [named]})]},
            ]
        )
        by = {"issuer": own.issuer, "serial_number": own.serial_number}
        signer = {
            "version": "v1", "sid": cms.SignerIdentifier({"issuer_and_serial_number": by}),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(SHA256())),
        }  # fmt: skip
        content = {"content_type": "tst_info", "content": cms.ParsableOctetString(info.dump())}
        signed = {
            "version": "v3", "digest_algorithms": [{"algorithm": "sha256"}], "encap_content_info": content,
            "certificates": [own], "signer_infos": [signer],
        }  # fmt: skip
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def clockmaker() -> Clockmaker:
    """A new one."""
    above = making.found("Time", "p256", NOW)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Clock")]))
        .issuer_name(above.certificate.subject)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + 1000 * DAY)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    )
    return Clockmaker(above, key, builder.sign(above.key, SHA256()))


@contextmanager
def served(answers: Answers) -> Iterator[str]:
    """Its address, as long as the block lasts."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            query = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            reply = answers(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
