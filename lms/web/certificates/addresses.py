from __future__ import annotations

from flask import current_app


def verify_url() -> str:
    """Where a certificate is verified, as printed on it: without the code and the slash before it."""
    return f"{current_app.extensions['config'].public_url}/verify"
