"""How often one person may try a code, on pages and by programs together: six digits can be guessed in the long run."""

from __future__ import annotations

from lms import throttle

MINUTES = 5
_WHAT, _TRIES = "check-in", 10


def may_try(person_id: int) -> bool:
    """Count one more try; False once there were too many. Call it before the request's transaction."""
    return throttle.allowed(_WHAT, str(person_id), times=_TRIES, minutes=MINUTES)


def forget_tries(person_id: int) -> None:
    """Start counting anew, after success."""
    throttle.forget(_WHAT, str(person_id))
