"""What an address asks of a register: the same for its page, its files, and the job that draws a long one."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from courses.catalogue.models import Kind
from courses.certificates.completions import Sought
from courses.certificates.models import CertificateState
from courses.certificates.searching import Wanted
from courses.enrolment.models import Outcome
from lms.web.answers import key, year_or_none

ISSUES = ("q", "year", "state")
COMPLETIONS = ("q", "year", "kind", "outcome", "run")
_ANY = "any"
_WORDS = 100


def issues(args: MultiDict[str, str]) -> Wanted:
    """Of the issue register; whatever makes no sense narrows nothing."""
    state = args.get("state", "")
    in_state = CertificateState(state) if state in set(CertificateState) else None
    return Wanted(args.get("q", "").strip()[:_WORDS], year_or_none("year", args), in_state)


def completions(args: MultiDict[str, str]) -> Sought:
    """Of the completion register: who completed, unless another outcome is asked for, or any."""
    kind, outcome = args.get("kind", ""), args.get("outcome", "")
    chosen = Outcome(outcome) if outcome in set(Outcome) else Outcome.COMPLETED
    return Sought(
        args.get("q", "").strip()[:_WORDS],
        year_or_none("year", args),
        Kind(kind) if kind in set(Kind) else None,
        args.get("run", type=key),
        None if outcome == _ANY else chosen,
    )
