"""Every night: what everybody may know of the keys is published, with a fresh revocation list."""

from __future__ import annotations

from lms import keys
from lms.config import key_folder
from lms.jobs.handlers import handler
from lms.jobs.work import Work

ANNOUNCING = "announce_keys"


@handler(ANNOUNCING)
def announce_keys(work: Work) -> None:
    """A revocation list is good for a month. On a machine without keys there is nothing to publish."""
    with work.begin(last=True) as db:
        if key_folder(work.config).exists():
            keys.announce(work.config, db)
