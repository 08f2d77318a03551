"""Keys in a PKCS#11 token (a hardware module, a smart card), which they never leave. Needs the extra `pkcs11`.

The token is named by a URI (RFC 7512): `pkcs11:token=HR;object=documents?module-path=/usr/lib/….so&pin-source=file:/…`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509

from courses.errors import Refused
from courses.signing.awaiting import at_once
from courses.signing.folder import proof_key
from courses.signing.loaded import Loaded, Signs
from courses.text import text


def load(uri: str, proofs: str) -> Loaded:
    """The signer in a token; credentials are proven with the key in the folder `proofs`. `Refused` for none."""
    token = _opened(uri)
    own = x509.load_der_x509_certificate(token.signing_cert.dump())
    others = [x509.load_der_x509_certificate(one.dump()) for one in token.cert_registry]
    return Loaded(_signs(token), chain(own, others), proof_key(Path(proofs)))


def chain(own: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """A certificate, the one that vouches for it, and so on upwards; without the highest, which verifiers must have."""
    found, below = [own], [one for one in others if one.subject != one.issuer]
    while above := next((one for one in below if one.subject == found[-1].issuer and one not in found), None):
        found.append(above)
    return found


def asked(uri: str) -> dict[str, str]:
    """What a PKCS#11 URI says, by the names of RFC 7512. `Refused` without a module, a token or an object."""
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    said = {name: values[-1] for name, values in parse_qs(query).items()}
    for pair in path.split(";"):
        name, _, value = pair.partition("=")
        said[name] = unquote(value)
    for name in ("module-path", "token", "object"):
        if not said.get(name):
            raise Refused(text("LMS_SIGNING_KEY names no %(part)s (RFC 7512)", part=name), code="bad_token_uri")
    return said


def _opened(uri: str) -> Any:
    said = asked(uri)
    try:
        from pkcs11 import PKCS11Error, UserAlreadyLoggedIn
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError as error:
        raise Refused(text("Keys in hardware need the extra: pip install lms[pkcs11]"), code="no_pkcs11") from error
    try:
        criteria = TokenCriteria(label=said["token"])
        try:
            session = open_pkcs11_session(said["module-path"], token_criteria=criteria, user_pin=_pin(said))
        except UserAlreadyLoggedIn:  # once is for the whole process
            session = open_pkcs11_session(said["module-path"], token_criteria=criteria)
        token = PKCS11Signer(session, cert_label=said["object"], other_certs_to_pull=None)
        at_once(token.ensure_objects_loaded())  # type: ignore[no-untyped-call]  # pyHanko's own
        # Every token signs a digest on a curve; many do not make the digest themselves.
        token.use_raw_mechanism = token.signing_cert.public_key.algorithm == "ec"
    except (PKCS11Error, OSError, RuntimeError) as error:  # the latter: of a module that cannot be opened
        says = text("The token does not give the key: %(why)s", why=str(error) or type(error).__name__)
        raise Refused(says, code="no_token") from error
    return token


def _signs(token: Any) -> Signs:
    def sign(data: bytes) -> bytes:
        signature: bytes = at_once(token.async_sign_raw(data, "sha256"))
        return signature

    return sign


def _pin(said: dict[str, str]) -> str | None:
    """The PIN in a file (pin-source), which no list of processes shows, or in the URI itself."""
    if source := said.get("pin-source"):
        return Path(urlsplit(source).path).read_text(encoding="utf-8").strip()
    return said.get("pin-value")
