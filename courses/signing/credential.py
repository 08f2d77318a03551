"""A certificate as an Open Badges 3.0 credential (1EdTech; a W3C Verifiable Credential), and the issuer's profile."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from courses.signing.proof import holds, moment, proven
from courses.signing.signer import Signer

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
LONGEST = 64 * 1024
"""Bytes of a credential; nothing longer is read."""


@dataclass(frozen=True)
class Urls:
    """Where things are published. `status` is the list in which the entry `status_index` says whether it is revoked."""

    credential: str
    issuer: str
    achievement: str
    status: str
    status_index: int


def make(facts: Mapping[str, Any], urls: Urls, signer: Signer, at: datetime) -> bytes:
    """The credential of a certificate as canonical JSON with its proof; `at` is when it begins to hold.

    `facts` are those of the certificate (`Facts.to_json`): number, kind, name, course, starts_on, ends_on, hours,
    issued_on, issuer, organisation and code.
    """
    document = {
        "@context": CONTEXT,
        "id": urls.credential,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts["course"],
        "issuer": {"id": urls.issuer, "type": ["Profile"], "name": facts["issuer"]},
        "validFrom": moment(at),
        "credentialSubject": _subject(facts, urls),
        "credentialStatus": _status(urls),
    }
    return proven(document, urls.issuer, signer, at)


def read(data: bytes) -> dict[str, Any]:
    """The credential in some bytes. ValueError for what is no JSON object, or longer than any credential is."""
    if len(data) > LONGEST:
        raise ValueError("too long for a credential")
    try:
        found = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    return found


def verify(data: bytes, keys: Collection[str]) -> bool:
    """Whether a credential is as one of the issuer's keys (Multikeys) proved it. Never raises."""
    try:
        return holds(read(data), keys)
    except ValueError:
        return False


def profile(url: str, name: str, keys: Collection[str]) -> bytes:
    """What stands at the issuer's address: its name, and all keys that ever proved its credentials."""
    methods = [
        {"id": f"{url}#{key}", "type": "Multikey", "controller": url, "publicKeyMultibase": key} for key in sorted(keys)
    ]
    document: dict[str, Any] = {
        "@context": [*CONTEXT, "https://w3id.org/security/multikey/v1"],
        "id": url,
        "type": ["Profile"],
        "name": name,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
    return rfc8785.dumps(document)


def _subject(facts: Mapping[str, Any], urls: Urls) -> dict[str, Any]:
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": facts["name"], "identityType": "name"}
        ],
        "activityStartDate": f"{facts['starts_on']}T00:00:00Z",
        "activityEndDate": f"{facts['ends_on']}T00:00:00Z",
        "licenseNumber": facts["number"],
        "source": {"id": urls.issuer, "type": ["Profile"], "name": facts["organisation"]},
        "achievement": {
            "id": urls.achievement,
            "type": ["Achievement"],
            "achievementType": "Course" if facts["kind"] == "completed" else "Certificate",
            "name": facts["course"],
            "description": facts["hours"],
            "criteria": {"narrative": facts["hours"]},
        },
    }


def _status(urls: Urls) -> dict[str, Any]:
    return {
        "id": f"{urls.status}#{urls.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(urls.status_index),
        "statusListCredential": urls.status,
    }
