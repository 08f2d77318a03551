"""Signatures and proofs. Bytes and keys in, bytes out: no database, no network but the time stamp authority's.

- `authority` makes keys and certificates, `folder` keeps them on the disk, `hardware` finds them in a PKCS#11 token
- `signer` signs, `cms` is the signature's form (CAdES, as PAdES B-B asks), `papers` puts one into a PDF,
  `merkle` the tree over one job's files, `timestamps` says when its root existed
- `credential` is the Open Badges 3.0 form of a certificate, `proof` its signature, `status` the list of those revoked,
  `revocation` the list of signers' certificates revoked
- `examining` tells what a PDF is worth, `examined` how that is said, `bundles` opens files of certificates

cryptography, asn1crypto and pyHanko take half a second to import; only what works with keys imports them.
"""

from courses.signing.examined import Examined
from courses.signing.signer import Signer

__all__ = ["Examined", "Signer", "examine", "load"]


def load(place: str, proofs: str = "") -> Signer:
    """The signer in a folder of keys, or in a PKCS#11 token (`pkcs11:…`), whose proofs' key is in the folder `proofs`.

    Raises `Refused` where there is none. Load it once and keep it: that takes as long as a hundred signatures.
    """
    from courses.signing import folder, hardware

    return hardware.load(place, proofs) if place.startswith("pkcs11:") else folder.load(place)


def examine(pdf: bytes, trusted: list[bytes], crls: list[bytes]) -> Examined:
    """What a file is worth that somebody calls a certificate. Never raises, whatever the file is.

    `trusted` are certificates of authorities, `crls` their revocation lists: DER, or PEM, several in one if need be.
    """
    from courses.signing import examining

    return examining.examine(pdf, trusted, crls)
