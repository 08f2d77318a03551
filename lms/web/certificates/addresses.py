from __future__ import annotations

from lms.config import Config, config


def verify_url() -> str:
    """Where a certificate is verified, as printed on it: without the code and the slash before it."""
    return f"{config().public_url}/verify"


def issuer_url(here: Config | None = None) -> str:
    """Where it stands who issues credentials, and the keys that prove them."""
    return f"{(here or config()).public_url}/trust/issuer.json"


def status_url(here: Config, number: int) -> str:
    """Where a list of revoked credentials stands."""
    return f"{here.public_url}/trust/status/{number}.json"
