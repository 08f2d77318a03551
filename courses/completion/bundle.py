"""A verdict to take along for auditors: rules, facts, verdict and events in a ZIP, checked without any database."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.completion.facts import Facts
from courses.completion.policy import parse
from courses.completion.replay import Replayed
from courses.completion.rules import Verdict, verdict
from courses.errors import Refused
from courses.text import Text, text

POLICY, FACTS, VERDICT, EVENTS, MANIFEST = "policy.toml", "facts.json", "verdict.json", "events.json", "manifest.json"
FORMAT = 1
_LARGEST = 20_000_000
_DAY = (1980, 1, 1, 0, 0, 0)
"""The same verdict is the same file, to the byte."""


def bundled(replayed: Replayed, subject: Mapping[str, object]) -> bytes:
    """The bundle. `subject` says in plain values whose verdict it is, in which run."""
    files = {
        POLICY: replayed.policy.source.encode(),
        FACTS: _json(replayed.facts.to_json()),
        VERDICT: _json(replayed.ruling.to_json()),
        EVENTS: _json([{**vars_of(event), "at": event.at.isoformat()} for event in replayed.events]),
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {
        "format": FORMAT,
        "at": replayed.at.isoformat(),
        "settled": replayed.stored,
        "subject": dict(subject),
        "sha256": hashes,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: _json(manifest), **files}.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def vars_of(event: Any) -> dict[str, Any]:
    """The fields of an event, as plain values."""
    return {name: getattr(event, name) for name in ("id", "at", "actor_id", "kind", "data")}


@dataclass(frozen=True)
class Verified:
    """What a bundle says, found true: its verdict follows from its policy and facts."""

    subject: Mapping[str, Any]
    at: str
    settled: str | None
    ruling: Verdict


def verify(content: bytes) -> Verified:
    """Recompute the verdict of a bundle. Raises `Refused` that says what is wrong with it."""
    files = _files(content)
    manifest = _read(files, MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _wrong(text("%(name)s: another format than %(known)s", name=MANIFEST, known=FORMAT))
    for name in (POLICY, FACTS, VERDICT, EVENTS):
        if hashlib.sha256(files.get(name, b"")).hexdigest() != manifest["sha256"].get(name):
            raise _wrong(text("%(name)s is missing or was changed: its hash is another one", name=name))
    policy = parse(files[POLICY], POLICY)
    try:
        facts, told = Facts.from_json(_read(files, FACTS)), Verdict.from_json(_read(files, VERDICT))
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(text("The facts or the verdict cannot be read: %(error)s", error=repr(error))) from error
    ruling = verdict(policy, facts)
    if _essence(ruling) != _essence(told):
        raise _wrong(
            text(
                "By its rules and facts the verdict is “%(now)s”, not “%(told)s”", now=ruling.outcome, told=told.outcome
            )
        )
    return Verified(manifest["subject"], manifest["at"], manifest["settled"], ruling)


def _essence(ruling: Verdict) -> list[object]:
    """What a verdict says beside its words, which may be put better some day."""
    checks = [(one.rule, one.passed, one.required, one.actual, one.away, one.unit) for one in ruling.reasons]
    return [ruling.outcome, ruling.certificate, ruling.policy, ruling.version, checks]


def _files(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > _LARGEST:
                raise _wrong(text("It is larger than any bundle"))
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _wrong(text("It is no ZIP file")) from error


def _read(files: Mapping[str, bytes], name: str) -> Any:
    try:
        return json.loads(files[name])
    except (KeyError, ValueError) as error:
        raise _wrong(text("%(name)s is missing or cannot be read", name=name)) from error


def _wrong(what: Text) -> Refused:
    return Refused(text("This bundle does not hold. %(what)s", what=what), code="bundle")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
