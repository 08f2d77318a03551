"""`lms certificates verify FILE`: with the database, or without anything but what is published."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from courses import signing
from courses.certificates.proving import Proof
from courses.certificates.verification import Looked, Worth, look
from courses.signing import Examined, credential, status
from courses.signing.examined import OLD_LIST, ListState
from lms.config import Config, stamp_authorities
from lms.db import opened
from lms.i18n import _, words

_TOLD = ("number", "kind", "name", "course", "about", "starts_on", "ends_on", "state")
"""What is said of a certificate or another document."""
_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("file", type=_THERE)
@click.option("--ca", type=_THERE, help="Offline: the published certificate of the authority (/trust/ca.pem).")
@click.option("--crl", type=_THERE, help="Offline: the published list of revoked signers (/trust/revoked.pem).")
@click.option("--status", "list_", type=_THERE, help="Offline: the published list of certificates not in force.")
@click.option("--proof", "proof_", type=_THERE, help="The file's proof of existence: whether and when it was there.")
@click.option("--stamp-ca", type=_THERE, help="Who may vouch for the proof's time stamp (PEM; default: TIMESTAMP_CA).")
@click.option("--key-id", help="The authority's key id as its owner told you: another one's file is not genuine.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(
    file: Path,
    ca: Path | None,
    crl: Path | None,
    list_: Path | None,
    proof_: Path | None,
    stamp_ca: Path | None,
    key_id: str | None,
    as_json: bool,
) -> None:
    """Say whether FILE is a certificate as it was issued, and in force. Ends with status 1 where it is not.

    With --ca nothing else is asked: neither a database nor the network.
    """
    if ca is None and (crl or list_):
        raise click.UsageError("--crl and --status go with --ca.")
    told = _offline(file, ca, crl, list_) if ca else _online(file)
    if key_id and told["authority_id"] != key_id.strip().lower():
        told |= {"genuine": False, "message": _("Another authority vouches for the file than the one you named")}
    told |= _existed(file, proof_, str(stamp_ca or os.environ.get("TIMESTAMP_CA", ""))) if proof_ else {}
    click.echo(json.dumps(told, ensure_ascii=False, default=str) if as_json else _lines(told))
    if not told["genuine"] or told["in_force"] is False or not told.get("existed", True):
        raise SystemExit(1)


def _online(file: Path) -> dict[str, Any]:
    with opened(Config.from_environment().database_url) as database, database.look() as db:
        looked = look(db, file.read_bytes())
    return _told(looked)


def _offline(file: Path, ca: Path, crl: Path | None, list_: Path | None) -> dict[str, Any]:
    examined = signing.examine(file.read_bytes(), [ca.read_bytes()], [crl.read_bytes()] if crl else [])
    badge = credential.read(examined.attachment) if examined.good and examined.attachment else {}
    in_force = not _is_listed(list_, badge) if list_ and badge else None
    return {
        "genuine": examined.good,
        "in_force": in_force,
        "message": words(examined.message),
        **_signature(examined),
        **_said(badge),
    }


def _existed(file: Path, proof_: Path, stamp_ca: str) -> dict[str, Any]:
    """What the proof says of the file: whether it was there, by whose stamp and when, and whether that is trusted."""
    trusted = stamp_authorities(stamp_ca)
    try:
        proof = Proof.from_json(proof_.read_bytes())
        existed, stamp = proof.leads(file.read_bytes()), proof.stamp(trusted)
    except (ValueError, TypeError):  # what somebody hands over may be anything
        return {"existed": False}
    seen: dict[str, Any] = {}
    if existed and stamp:
        seen = {"stamped_at": stamp.at, "stamped_by": stamp.authority, "stamp_trusted": stamp.trusted}
    return {"existed": existed, "root": proof.root, **seen}


def _told(looked: Looked) -> dict[str, Any]:
    found = looked.found
    shown = asdict(found) if found else {}
    return {
        "genuine": looked.worth is Worth.SAME,
        "in_force": found.valid if found else None,
        "message": words(looked.message),
        **_signature(looked.examined),
        **{name: shown[name] for name in _TOLD if name in shown},
    }


def _signature(examined: Examined) -> dict[str, Any]:
    known = {"sha256": examined.sha256, "signer": examined.signer, "authority": examined.authority}
    ids = {"key_id": examined.key_id, "authority_id": examined.authority_id}
    return {**known, **ids, "signed_at": examined.signed_at, "revocation_list": examined.revocation.value}


def _said(badge: dict[str, Any]) -> dict[str, Any]:
    """What the credential inside says. The signature covers it."""
    if not badge:
        return {}
    subject = badge["credentialSubject"]
    return {
        "number": subject["licenseNumber"],
        "name": subject["identifier"][0]["identityHash"],
        "course": badge["name"],
        "starts_on": subject["activityStartDate"][:10],
        "ends_on": subject["activityEndDate"][:10],
    }


def _is_listed(list_: Path, badge: dict[str, Any]) -> bool:
    where = badge["credentialStatus"]
    published = credential.read(list_.read_bytes())
    if published.get("id") != where["statusListCredential"]:
        raise click.UsageError(f"The list that says it is another one: {where['statusListCredential']}")
    return status.is_revoked(published, int(where["statusListIndex"]))


def _lines(told: dict[str, Any]) -> str:
    state = {True: _("In force"), False: _("Not in force any more"), None: _("Whether it is in force was not asked")}
    said = ("genuine", "in_force", "message")
    shown = {name: value for name, value in told.items() if name not in said and value not in ("", None)}
    old = [words(OLD_LIST)] if told["revocation_list"] == ListState.OLD else []
    lines = [told["message"], *old, state[told["in_force"]]]
    return "\n".join([*lines, *(f"  {name}: {value}" for name, value in shown.items())])
