"""The codes on the room's screen: six digits, and a longer one for the QR. Both follow from a secret and the time.

Nothing else goes in but the session, so that no code is good for another one; and only the server's clock counts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

SECONDS = 30
"""How long a code stands on the screen."""
VALID = (0, 1)
"""How many steps old a code may be: the one that is shown, and the one before. Together at most a minute."""
_BEHIND, _AHEAD = 20, 4
"""Steps in which a code is still told from a wrong one: old, or of a server whose clock is ahead."""
_DIGITS, _LINK_BYTES = 6, 10


def step(moment: datetime) -> int:
    """The number of the step, counted from 1970, that a moment lies in."""
    return int(moment.timestamp()) // SECONDS


def seconds_left(moment: datetime) -> int:
    """How long the code of this moment will be shown, in whole seconds (1 to 30)."""
    return SECONDS - int(moment.timestamp()) % SECONDS


def digits(secret: str, session_id: int, number: int) -> str:
    """The six digits of a step."""
    drawn = int.from_bytes(_mac(secret, "digits", session_id, number)[:8])
    return f"{drawn % 10**_DIGITS:0{_DIGITS}}"


def link(secret: str, session_id: int, number: int) -> str:
    """The sixteen letters and digits that stand in the QR's address in a step."""
    return base64.b32encode(_mac(secret, "link", session_id, number)[:_LINK_BYTES]).decode().lower()


def plain(code: str) -> str:
    """A code as it was made, however it was typed ('123 456', full-width digits)."""
    return "".join(str(int(char)) if char.isdecimal() else char for char in code.casefold() if char.isalnum())


def age(code: str, secret: str, session_id: int, now: datetime) -> int | None:
    """How many steps old a `plain` code is: see `VALID`; negative for one still to come, None for a wrong one.

    All steps are looked at, each in constant time, so that the time says nothing.
    """
    sent, here, make = code.encode(), step(now), digits if code.isdecimal() else link
    ages = sorted(range(-_AHEAD, _BEHIND + 1), key=lambda age: (age not in VALID, abs(age)))
    equal = [age for age in ages if hmac.compare_digest(sent, make(secret, session_id, here - age).encode())]
    return equal[0] if equal else None


def _mac(secret: str, use: str, session_id: int, number: int) -> bytes:
    return hmac.digest(bytes.fromhex(secret), f"{use}:{session_id}:{number}".encode(), hashlib.sha256)
