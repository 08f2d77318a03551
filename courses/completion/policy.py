"""Policy packs: which rules hold, from when to when, and on what basis.

A pack is a TOML file with a closed list of typed parameters, no more; `policies/plain.toml` shows them all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from courses.completion.lines import line_of, line_of_fault
from courses.errors import Refused
from courses.text import Text, text

FOLDER = Path(__file__).parent / "policies"
KINDS = ("classroom", "cyber", "workplace", "blended")
COMPLETED, ATTENDED = "completed", "attended"
"""The two wordings of a certificate: 수료 where there is a score, 이수 where hours count."""

Accepts = Callable[[object], Text | None]
"""Says what a parameter must be if the value is not that."""


class PolicyError(Refused):
    """A policy pack cannot be understood: the `key` (as 'site.attendance.minimum') on that `line`."""

    def __init__(self, source: str, key: str, remedy: Text, line: int) -> None:
        said = text("%(file)s, line %(line)s: %(key)s: %(remedy)s", file=source, line=line, key=key, remedy=remedy)
        super().__init__(said, code="policy")
        self.key, self.line = key, line


def _whole(low: int, high: int) -> Accepts:
    def accepts(value: object) -> Text | None:
        fits = type(value) is int and low <= value <= high
        return None if fits else text("write a whole number from %(low)s to %(high)s", low=low, high=high)

    return accepts


def _yes_or_no(value: object) -> Text | None:
    return None if isinstance(value, bool) else text("write true or false")


def _line(value: object) -> Text | None:
    fits = isinstance(value, str) and value.strip() and "\n" not in value
    return None if fits else text("write one line of text in quotation marks")


def _wording(value: object) -> Text | None:
    words = (COMPLETED, ATTENDED)
    return None if value in words else text("write one of: %(words)s", words=", ".join(words))


def _day(value: object) -> Text | None:
    return None if type(value) is date else text("write a day like 2026-01-31, without quotation marks")


def parameter(accepts: Accepts) -> Any:
    """A field of a rule that is read from the pack."""
    return field(metadata={"accepts": accepts})


@dataclass(frozen=True, slots=True)
class Attendance:
    """`minimum` attended of the scheduled credited minutes, in hundredths of a percent; 0: not looked at."""

    minimum: int = parameter(_whole(0, 10_000))
    basis: str = parameter(_line)
    basis_en: str = parameter(_line)


@dataclass(frozen=True, slots=True)
class Lateness:
    """So many marks of late, left early or stepped out cost one (the shortest) session; 0: they cost nothing.

    `late_minutes_deducted`: whether the minutes missed by those very marks count as missed as well.
    """

    marks_per_absence: int = parameter(_whole(0, 100))
    late_minutes_deducted: bool = parameter(_yes_or_no)
    basis: str = parameter(_line)
    basis_en: str = parameter(_line)


@dataclass(frozen=True, slots=True)
class Progress:
    """`minimum` progress of cyber learning, in hundredths of a percent; 0: not looked at."""

    minimum: int = parameter(_whole(0, 10_000))
    basis: str = parameter(_line)
    basis_en: str = parameter(_line)


@dataclass(frozen=True, slots=True)
class Score:
    """`minimum` weighted score of a scored course, points × 100."""

    minimum: int = parameter(_whole(0, 10_000))
    basis: str = parameter(_line)
    basis_en: str = parameter(_line)


@dataclass(frozen=True, slots=True)
class Unscored:
    """Whether a course without a score completes on its attendance (or progress) alone."""

    completes_without_score: bool = parameter(_yes_or_no)
    basis: str = parameter(_line)
    basis_en: str = parameter(_line)


@dataclass(frozen=True, slots=True)
class Checklist:
    """Whether every skill of a course's checklist must be signed; courses without one ask for nothing."""

    signed: bool = parameter(_yes_or_no)
    basis: str = parameter(_line)
    basis_en: str = parameter(_line)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The wording of the certificate: `completed` (수료) or `attended` (이수)."""

    scored: str = parameter(_wording)
    unscored: str = parameter(_wording)
    basis: str = parameter(_line)
    basis_en: str = parameter(_line)


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that a verdict asks for, for one kind of course."""

    attendance: Attendance
    lateness: Lateness
    progress: Progress
    score: Score
    unscored: Unscored
    checklist: Checklist
    certificate: Certificate


RULES: Mapping[str, type[Any]] = {
    "attendance": Attendance,
    "lateness": Lateness,
    "progress": Progress,
    "score": Score,
    "unscored": Unscored,
    "checklist": Checklist,
    "certificate": Certificate,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a pack. `effective_to` is its last day, None while it is open-ended; `source` is its TOML."""

    name: str
    title: str
    title_en: str
    version: int
    effective_from: date
    effective_to: date | None
    site: Rules
    kinds: Mapping[str, Rules]
    source: str = field(default="", compare=False, repr=False)

    @property
    def pin(self) -> str:
        """The words that a run keeps of it: `plain 1`."""
        return f"{self.name} {self.version}"

    def rules(self, kind: str) -> Rules:
        """What holds for a kind of course: its own rules where the pack has them, else the site's."""
        return self.kinds.get(kind, self.site)

    def holds_on(self, day: date) -> bool:
        """Whether this version is in effect on `day`."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


def pack(name: str, version: int) -> Policy:
    """The pack a run has pinned. Raises `Refused` when its file is gone."""
    for policy in packs():
        if (policy.name, policy.version) == (name, version):
            return policy
    raise Refused(
        text("Policy pack %(name)s, version %(version)s, is missing.", name=name, version=version),
        code="policy",
    )


def named(pin: str) -> Policy:
    """The pack of a pin ("plain 1"). Raises `Refused` when its file is gone."""
    name, _, version = pin.rpartition(" ")
    return pack(name, int(version))


def titled(pin: str) -> Policy | None:
    """The pack of a pin ("plain 1"), for its title; None when its file is gone."""
    return next((policy for policy in packs() if policy.pin == pin), None)


def pack_on(name: str, day: date) -> Policy:
    """The highest version of a pack in effect on `day`. Raises `Refused` when there is none."""
    versions = [policy for policy in packs() if policy.name == name and policy.holds_on(day)]
    if not versions:
        raise Refused(
            text("No version of policy pack %(name)s is in effect on %(day)s.", name=name, day=day),
            code="policy",
        )
    return max(versions, key=lambda policy: policy.version)


@cache
def packs() -> tuple[Policy, ...]:
    """All packs that come with the product, read once."""
    return load_folder(FOLDER)


def load_folder(folder: Path) -> tuple[Policy, ...]:
    """All packs of a folder. Raises `PolicyError`, also when two files hold the same version."""
    found: dict[tuple[str, int], Policy] = {}
    for path in sorted(folder.glob("*.toml")):
        policy = load(path)
        if (policy.name, policy.version) in found:
            line = line_of(policy.source, "version")
            raise PolicyError(path.name, "version", text("another file has this version: raise the number"), line)
        found[policy.name, policy.version] = policy
    return tuple(found.values())


def load(path: Path) -> Policy:
    """The pack in a file. Raises `PolicyError`."""
    return parse(path.read_bytes(), path.name)


def parse(content: bytes, source: str) -> Policy:
    """The pack in `content`; `source` names it in errors. Raises `PolicyError`: line, wrong key and remedy."""
    try:
        plain = content.decode()
        data = tomllib.loads(plain)
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, a number or a nesting beyond all bounds
        remedy = text("correct the file: %(error)s", error=error)
        raise PolicyError(source, "TOML", remedy, line_of_fault(content, error)) from error
    return _Reader(source, plain).policy(data)


R = TypeVar("R")


@dataclass(frozen=True)
class _Reader:
    """Turns the tables of one file into a `Policy`, and knows the file's name and lines for errors."""

    source: str
    content: str

    def policy(self, data: Mapping[str, object]) -> Policy:
        head = {
            "name": _line,
            "title": _line,
            "title_en": _line,
            "version": _whole(1, 1_000_000),
            "effective_from": _day,
        }
        self._known("", data, (*head, "effective_to", "site", "kind"))
        values: dict[str, Any] = {key: self._value(data, key, "", accepts) for key, accepts in head.items()}
        values["effective_to"] = self._last_day(data, values["effective_from"])
        site = self._scope(self._table(data, "site", ""), "site", default=None)
        return Policy(**values, site=site, kinds=self._kinds(data, site), source=self.content)

    def _error(self, key: str, remedy: Text) -> PolicyError:
        return PolicyError(self.source, key, remedy, line_of(self.content, key))

    def _last_day(self, data: Mapping[str, object], first: date) -> date | None:
        if "effective_to" not in data:
            return None
        last: date = self._value(data, "effective_to", "", _day)
        if last < first:
            raise self._error("effective_to", text("write a day after effective_from"))
        return last

    def _kinds(self, data: Mapping[str, object], site: Rules) -> dict[str, Rules]:
        tables = self._table(data, "kind", "") if "kind" in data else {}
        self._known("kind.", tables, KINDS)
        return {kind: self._scope(self._table(tables, kind, "kind."), f"kind.{kind}", default=site) for kind in tables}

    def _scope(self, tables: Mapping[str, object], where: str, default: Rules | None) -> Rules:
        self._known(f"{where}.", tables, RULES)
        found: dict[str, Any] = {
            name: getattr(default, name)
            if default and name not in tables
            else self._rule(self._table(tables, name, f"{where}."), rule, f"{where}.{name}.")
            for name, rule in RULES.items()
        }
        rules = Rules(**found)
        if not (rules.attendance.minimum or rules.progress.minimum):
            raise self._error(where, text("ask for a minimum of attendance or of progress"))
        return rules

    def _rule(self, table: Mapping[str, object], rule: type[R], where: str) -> R:
        accepts = {item.name: item.metadata["accepts"] for item in fields(rule)}  # type: ignore[arg-type]  # a rule is a dataclass
        self._known(where, table, accepts)
        return rule(**{key: self._value(table, key, where, accept) for key, accept in accepts.items()})

    def _table(self, tables: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
        table = tables.get(key)
        if not isinstance(table, dict):
            raise self._error(where + key, text("add this table: [%(table)s]", table=where + key))
        return table

    def _value(self, table: Mapping[str, object], key: str, where: str, accepts: Accepts) -> Any:
        remedy = accepts(table.get(key))
        if remedy is not None:
            raise self._error(where + key, remedy)
        return table[key]

    def _known(self, where: str, table: Mapping[str, object], known: Iterable[str]) -> None:
        for key in table:
            if key not in known:
                remedy = text("no such key, use one of: %(known)s", known=", ".join(known))
                raise self._error(where + key, remedy)
