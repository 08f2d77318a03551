"""What anybody may have to verify files and credentials without us: at addresses that stay, public, cacheable."""

from __future__ import annotations

from flask import Response, abort, request

from courses.certificates import status
from courses.settings.organisation import organisation
from courses.settings.published import published
from lms import db as doors
from lms.auth.guard import public
from lms.web.certificates.addresses import issuer_url
from lms.web.certificates.blueprint import pages

_KEPT_SECONDS = 3600


@pages.get("/trust/ca.pem")
@public
def authorities() -> Response:
    """The certificates of the authorities that vouch for our signatures, the latest last."""
    known = published(doors.session())
    return _answer("".join(known.authorities).encode(), "application/x-pem-file")


@pages.get("/trust/revoked.pem")
@public
def revocations() -> Response:
    """The lists of signers' certificates that are not good any more."""
    return _answer(published(doors.session()).crls_pem.encode(), "application/x-pem-file")


@pages.get("/trust/issuer.json")
@public
def issuer() -> Response:
    """Who issues the credentials, and the keys that prove them."""
    from courses.signing import credential

    db = doors.session()
    known = published(db)
    if not known.proof_keys:
        abort(404)
    profile = credential.profile(issuer_url(), organisation(db).issuer, known.proof_keys)
    return _answer(profile, "application/json")


@pages.get("/trust/status/<int:number>.json")
@public
def status_list(number: int) -> Response:
    """Which credentials are not in force any more."""
    return _answer(status.published(doors.session(), number) or b"", "application/json")


def _answer(content: bytes, media_type: str) -> Response:
    """To be kept for an hour by anybody; 404 until there is something."""
    if not content:
        abort(404)
    response = Response(content, mimetype=media_type)
    response.headers.update(
        {
            "Cache-Control": f"public, max-age={_KEPT_SECONDS}",
            "Access-Control-Allow-Origin": "*",  # verifiers are pages of others
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
    )
    response.add_etag()
    response.make_conditional(request)
    return response
