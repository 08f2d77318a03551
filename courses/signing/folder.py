"""Keys in a folder that nobody but their owner reads (0700, files 0600), outside the database.

    authority.pem, authority.key.pem      who vouches for the signers
    current                               the name (key id) of the key that signs now
    <key id>/document.pem                 its certificate
    <key id>/document.key.pem             its private half, gone once another key signs
    <key id>/proof.txt, proof.key.pem     the credentials' key, as a Multikey and as a file, likewise
    revoked.json                          what the list of revoked certificates says

The authority's key is needed to change signers and to write that list, so it may be kept elsewhere meanwhile.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from courses.errors import Refused
from courses.signing import authority as making
from courses.signing.authority import Algorithm, Authority, Key
from courses.signing.loaded import Loaded, by_key
from courses.signing.multibase import multikey
from courses.signing.revocation import Revocation
from courses.text import text

_AUTHORITY, _DOCUMENT, _PROOF = "authority", "document", "proof"
_CURRENT, _REVOKED = "current", "revoked.json"


def make(folder: Path, name: str, organisation: str, algorithm: Algorithm, at: datetime) -> None:
    """A folder with a new authority and a first key. It appears whole or not at all; `Refused` where one is.

    `name` is who signs (the issuer), `organisation` who vouches for them.
    """
    part = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    try:
        made = making.found(organisation, algorithm, at)
        _write(part / f"{_AUTHORITY}.pem", making.pem(made.certificate))
        _write(part / f"{_AUTHORITY}.key.pem", making.private_pem(made.key))
        _add_signer(part, made, name, organisation, algorithm, at)
        part.rename(folder)
    except OSError as error:
        if not folder.exists():
            raise
        raise Refused(text("There are keys in %(folder)s already", folder=folder), code="keys_exist") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def rotate(folder: Path, name: str, organisation: str, algorithm: Algorithm, at: datetime) -> str:
    """Let a new key sign from now on, and destroy the private halves of the one before; its key id.

    What was signed stays good: the certificates stay.
    """
    before = current(folder)
    fresh = _add_signer(folder, authority(folder), name, organisation, algorithm, at)
    for kind in (_DOCUMENT, _PROOF):
        (folder / before / f"{kind}.key.pem").unlink(missing_ok=True)
    return fresh


def load(place: str | Path) -> Loaded:
    """The signer of a folder. Raises `Refused` for none, and for one that others could read."""
    own = Path(place) / current(Path(place))
    chain = [_certificate(own / f"{_DOCUMENT}.pem"), _certificate(Path(place) / f"{_AUTHORITY}.pem")]
    return Loaded(by_key(_key(own / f"{_DOCUMENT}.key.pem")), chain, proof_key(Path(place)))


def proof_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The credentials' key of a folder. `Refused` for none."""
    key = _key(folder / current(folder) / f"{_PROOF}.key.pem")
    if isinstance(key, rsa.RSAPrivateKey):
        raise _unreadable(folder)
    return key


def authority(folder: Path) -> Authority:
    """The authority of a folder, with its key. `Refused` for none, or where its key is kept elsewhere."""
    return Authority(_key(folder / f"{_AUTHORITY}.key.pem"), _certificate(folder / f"{_AUTHORITY}.pem"))


def has_authority_key(folder: Path) -> bool:
    """Whether the authority's key is here, and not kept elsewhere."""
    return (folder / f"{_AUTHORITY}.key.pem").exists()


def authority_pem(folder: Path) -> bytes:
    """The authority's certificate."""
    return _read(folder / f"{_AUTHORITY}.pem")


def signers(folder: Path) -> list[x509.Certificate]:
    """The certificates of all keys that ever signed, the earliest first."""
    found = [_certificate(path) for path in folder.glob(f"*/{_DOCUMENT}.pem")]
    return sorted(found, key=lambda one: (one.not_valid_before_utc, one.serial_number))


def proof_multikey(folder: Path, key_id: str) -> str:
    """The Multikey that proved credentials beside a signer."""
    return _read(folder / key_id / f"{_PROOF}.txt").decode().strip()


def current(folder: Path) -> str:
    """The key id of the key that signs now. `Refused` where there are no keys."""
    return _read(folder / _CURRENT).decode().strip()


def revoke(folder: Path, key_id: str, reason: str, at: datetime) -> None:
    """Put a signer's certificate on the list. `Refused` for an unknown one, or the one that signs now."""
    found = {making.key_id(one): one.serial_number for one in signers(folder)}
    if key_id not in found:
        raise Refused(text("There is no key %(key)s", key=key_id), code="no_key")
    if key_id == current(folder):
        raise Refused(text("This key signs now. Change it first: lms certificates rotate-keys"), code="key_in_use")
    known = [one for one in revoked(folder) if one.serial != found[key_id]]
    lines = [{**asdict(one), "at": one.at.isoformat()} for one in [*known, Revocation(found[key_id], at, reason)]]
    _replace(folder / _REVOKED, json.dumps(lines, indent=1).encode())


def revoked(folder: Path) -> list[Revocation]:
    """What the list says."""
    try:
        lines = json.loads((folder / _REVOKED).read_bytes())
    except FileNotFoundError:
        return []
    return [Revocation(one["serial"], datetime.fromisoformat(one["at"]), one["reason"]) for one in lines]


def _add_signer(
    folder: Path, above: Authority, name: str, organisation: str, algorithm: Algorithm, at: datetime
) -> str:
    key, proofs = making.new_key(algorithm), ec.generate_private_key(ec.SECP256R1())
    certificate = making.certify(above, key, name, organisation, at)
    fresh = making.key_id(certificate)
    (folder / fresh).mkdir(mode=0o700)
    _write(folder / fresh / f"{_DOCUMENT}.key.pem", making.private_pem(key))
    _write(folder / fresh / f"{_DOCUMENT}.pem", making.pem(certificate))
    _write(folder / fresh / f"{_PROOF}.key.pem", making.private_pem(proofs))
    _write(folder / fresh / f"{_PROOF}.txt", multikey(making.point(proofs.public_key())).encode())
    _replace(folder / _CURRENT, f"{fresh}\n".encode())
    return fresh


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        os.fsync(file.fileno())


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    _write(part, data)
    part.replace(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        says = text("There is no %(file)s. Make keys (lms certificates init-keys), or bring it back", file=path)
        raise Refused(says, code="no_keys") from error
    except PermissionError as error:
        raise _unreadable(path) from error


def _certificate(path: Path) -> x509.Certificate:
    data = _read(path)
    try:
        return x509.load_pem_x509_certificate(data)
    except ValueError as error:
        raise _unreadable(path) from error


def _key(path: Path) -> Key:
    data = _read(path)
    if (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
        says = text("Others can read %(file)s (mode %(mode)s). Set it to 600", file=path, mode=f"{mode:o}")
        raise Refused(says, code="keys_open")
    try:
        key = load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unreadable(path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise _unreadable(path)
    return key


def _unreadable(path: Path) -> Refused:
    return Refused(text("%(file)s cannot be read. Bring it back from a copy", file=path), code="keys_unreadable")
