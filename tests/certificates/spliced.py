"""Spliced certificates to look at."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from courses.certificates.facts import Facts
from courses.certificates.splicing import compose, constant
from courses.certificates.wording import BUILT_IN
from tests.certificates.test_pdf import SEAL, SEALED

__all__ = ["LONGEST", "PICTURES", "SEAL", "SEALED", "SIGNED_AT", "sample", "spliced"]

PICTURES = {SEALED.seal: SEAL}
SIGNED_AT = datetime(2026, 11, 22, 9, 30, 5, tzinfo=timezone(timedelta(hours=9)))
LONGEST = "Wolfeschlegelsteinhausenbergerdorff Maria Theresia Alexandra"
BADGE = b'{"type": "VerifiableCredential"}'


def sample(template: str = "plain-1", **changed: str) -> Facts:
    """Facts for one of the built-in templates."""
    return replace(SEALED, template=template, **changed)


def spliced(facts: Facts, sign: Callable[[bytes], bytes] | None = lambda digest: b"\x30" + digest) -> bytes:
    """The whole file."""
    shared = constant(facts, BUILT_IN[facts.template], PICTURES)
    return shared.data + compose(shared, facts, BADGE, sign, SIGNED_AT)
