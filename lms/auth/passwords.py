"""Passwords (argon2id, RFC 9106's second recommended option) and links to set one."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

MINIMUM_LENGTH = 10
LINK_DAYS = 7

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash to store. Slow on purpose: never inside a writing transaction."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; takes as long when there is none."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def link_token(person_id: int, session_key: str) -> str:
    """What a link to set a password carries: good for seven days, and once, since setting it changes the key."""
    return _signer().dumps([person_id, session_key])


def read_token(token: str) -> tuple[int, str] | None:
    """Person and session key of a link, or None when it is forged or too old."""
    try:
        person_id, key = _signer().loads(token, max_age=LINK_DAYS * 86400)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(person_id), str(key)


def invitation_token(secret: str, person_id: int, number: int, session_key: str) -> str:
    """What the link of an invitation carries; how long it holds stands with the invitation."""
    return _invitations(secret).dumps([person_id, number, session_key])


def read_invitation(token: str) -> tuple[int, int, str] | None:
    """Person, number and session key of an invitation, or None when it is forged."""
    try:
        person_id, number, key = _invitations(str(current_app.secret_key)).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(person_id), int(number), str(key)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="password-link")


def _invitations(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="invitation")
