"""What was found out about a file, in a form that every door can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from courses import clock
from courses.text import Text, text


class Flaw(StrEnum):
    """Why a file is not accepted, the first that was met."""

    NO_PDF = "no_pdf"
    TOO_LARGE = "too_large"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    ADDED_TO = "added_to"
    ALTERED = "altered"
    STRANGER = "stranger"
    OUT_OF_TIME = "out_of_time"
    REVOKED = "revoked"


class ListState(StrEnum):
    """Whether the authority's revocation list was asked, and whether it still holds (RFC 5280, nextUpdate)."""

    CURRENT = "current"
    OLD = "old"  # a key that was revoked since is not on it
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Examined:
    """A file and its signature. `flaw` is None for a file that is exactly as the issuer signed it.

    `signed_at` is what the file itself says (/M), in UTC; only a time stamp proves it. `attachment` is the credential
    (JSON) inside, given only when the signature is good. `sha256` is the whole file's, in hexadecimal.
    `lists_until`: until when the revocation lists hold that were asked; None where there was none of the authority's.
    `authority_id` is the key id of the highest authority.
    """

    sha256: str
    flaw: Flaw | None = None
    intact: bool = False  # what the signature covers is as it was signed
    covers_whole: bool = False  # and it covers every byte of the file
    trusted: bool = False  # by somebody whom an authority that we trust vouches for
    signer: str = ""
    authority: str = ""
    key_id: str = ""
    signed_at: datetime | None = None
    attachment: bytes | None = None
    lists_until: datetime | None = None
    authority_id: str = ""

    @property
    def good(self) -> bool:
        """Whether it is exactly as the issuer signed it."""
        return self.flaw is None

    @property
    def revocation(self) -> ListState:
        """How much it says that the key is on no revocation list."""
        if self.lists_until is None:
            return ListState.NOT_ASKED
        return ListState.CURRENT if clock.now() <= self.lists_until else ListState.OLD

    @property
    def message(self) -> Text:
        """One sentence about it for people."""
        return SAID[self.flaw]


SAID: dict[Flaw | None, Text] = {
    None: text("The file is exactly as it was signed"),
    Flaw.NO_PDF: text("This is not a PDF file"),
    Flaw.TOO_LARGE: text("The file is larger than any certificate is"),
    Flaw.UNSIGNED: text("The file carries no signature"),
    Flaw.UNREADABLE: text("The file's signature cannot be read: the file is damaged, or not one of ours"),
    Flaw.ADDED_TO: text("Something was added to the file after it was signed"),
    Flaw.ALTERED: text("The file was altered after it was signed"),
    Flaw.STRANGER: text("The file was signed by somebody else"),
    Flaw.OUT_OF_TIME: text("The file was signed when the signer's certificate was not in force"),
    Flaw.REVOKED: text("The certificate of the key that signed the file is revoked"),
}
OLD_LIST = text("The list of revoked keys has run out: whether a key was revoked since is not on it")
