"""What a certificate's sheet says around its facts: wording, shown lines, seal and logo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

from courses.certificates.facts import Kind

Speech = Literal["ko", "en"]
Language = Literal["ko", "en", "both"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
SPEECHES: Mapping[Language, tuple[Speech, ...]] = {"ko": ("ko",), "en": ("en",), "both": ("ko", "en")}
"""The pages of a sheet: "both" has the English one on its back."""

LINES = ("unit", "grade", "name", "course", "period", "hours", "recognised")
"""The lines a sheet may show, in their order."""
ALWAYS = ("name", "course")
"""Those that every sheet shows."""
PLACEHOLDERS = ("place", "verb")
"""What `body` may hold in braces: the phrase for the organisation, and 수료 or 이수."""


@dataclass(frozen=True)
class Side:
    """One page in one language. Empty: the usual title of the kind, no subtitle, the organisation's issuer and place.

    `labels` go with `LINES`. `body` is two or three lines, with `PLACEHOLDERS` in braces.
    """

    language: Speech
    title: str
    subtitle: str
    labels: tuple[str, ...]
    body: tuple[str, ...]
    issuer: str = ""
    place: str = ""

    def label(self, line: str) -> str:
        """What stands before one of `LINES`."""
        return self.labels[LINES.index(line)]


@dataclass(frozen=True)
class Template:
    """One version. `kind`: "" serves completed and attended. `shown` is a part of `LINES`.

    `seal` and `logo` are SHA-256 of a picture (`courses.settings.organisation.asset`); seal "": the organisation's;
    `seal_side` in mm.
    """

    key: str
    kind: Kind | Literal[""]
    language: Language
    sides: tuple[Side, ...]
    shown: tuple[str, ...]
    seal: str = ""
    seal_side: float = 24.0
    logo: str = ""

    def speaks(self, language: Speech) -> bool:
        """Whether a page is in the language."""
        return language in SPEECHES[self.language]

    def side(self, language: Speech) -> Side | None:
        """The page in the language."""
        return next((side for side in self.sides if side.language == language), None)

    def issuer(self, language: Speech) -> str:
        """The template's own issuer in the language, or ""."""
        side = self.side(language)
        return side.issuer if side else ""

    def place(self, language: Speech) -> str:
        """The template's own phrase for the organisation, or ""."""
        side = self.side(language)
        return side.place if side else ""

    def to_json(self) -> dict[str, Any]:
        """What a row keeps; `from_json` reads it. Key, kind and language are columns."""
        data = asdict(self)
        return {name: data[name] for name in ("sides", "shown", "seal", "seal_side", "logo")}

    @classmethod
    def from_json(cls, key: str, kind: str, language: str, data: Mapping[str, Any]) -> Template:
        """The template stored by `to_json`."""
        sides = tuple(
            Side(**{**side, "labels": tuple(side["labels"]), "body": tuple(side["body"])}) for side in data["sides"]
        )
        rest = {name: data[name] for name in ("seal", "seal_side", "logo")}
        return cls(key, cast("Kind", kind), cast("Language", language), sides, tuple(data["shown"]), **rest)
