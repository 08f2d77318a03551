from __future__ import annotations

from lms.config import config


def verify_url() -> str:
    """Where a certificate is verified, as printed on it: without the code and the slash before it."""
    return f"{config().public_url}/verify"
