"""A word of the API: its operations with who may, what they take, what they answer, and what they say no with."""

from __future__ import annotations

import http
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema
from werkzeug.exceptions import NotAcceptable, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response

from courses.permissions import HELD_BY, Permission
from courses.text import Text
from lms.api.places import PREFIX
from lms.api.problems import MEDIA_TYPE
from lms.auth.guard import permit, public

View = TypeVar("View", bound=Callable[..., Response])

JSON = "application/json"
_LARGEST_BODY = 1024 * 1024
_WRITES = {"POST", "PUT", "DELETE"}


class Resource(Blueprint):
    """The operations of one word. Its title becomes the tag under which they are described."""

    def __init__(self, word: str, title: Text) -> None:
        super().__init__(f"api-{word}", __name__, url_prefix=PREFIX)
        self.tag = str(title)

    def operation(
        self,
        method: str,
        rule: str,
        summary: Text,
        may: Permission | None,
        answers: type[Schema] | dict[str, str],
        *,
        status: int = 200,
        media_type: str = JSON,
        query: type[Schema] | None = None,
        body: type[Schema] | None = None,
        example: object = None,
        body_required: bool = True,
        says: Iterable[int] = (),
    ) -> Callable[[View], View]:
        """Register a view under `method` and `rule`; it gets what was sent for `query` and `body`, checked in shape.

        `answers` is the shape of a good answer, `says` the statuses of refusals beyond those that follow from the rest.
        """

        def register(view: View) -> View:
            guarded: Any = self.response(status, answers, content_type=media_type)(view)
            if body:
                how = {"example": example, "required": body_required}
                guarded = self.arguments(body, location="json", **how)(guarded)
            if query:
                guarded = self.arguments(query, location="query", unknown=RAISE)(guarded)
            problems = _problems(method, rule, may, takes=bool(query or body), also=says)
            described = {"summary": str(summary), "responses": problems, "operationId": f"{self.name}-{view.__name__}"}
            if may is None:
                described["security"] = []
            else:
                described["x-held-by"] = [role.value for role in HELD_BY[may] or ()]
            guarded = self.doc(**described)(guarded)
            guarded = _readable(guarded, media_type)
            guarded._apidoc["etag"] = media_type == JSON
            guarded = permit(may)(guarded) if may else public(guarded)
            self.route(rule, methods=[method], tags=[self.tag])(guarded)
            return view

        return register

    def _prepare_etag_doc(
        self, doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **_: Any
    ) -> dict[str, Any]:
        """Conditions: If-None-Match when getting, If-Match when changing what there is; the tag in the answer."""
        if not doc_info.get("etag"):
            return doc
        condition = {"get": "IF_NONE_MATCH", "put": "IF_MATCH", "delete": "IF_MATCH"}.get(method)
        if condition:
            doc.setdefault("parameters", []).append(condition)
        for good in doc_info["success_status_codes"]:
            headers = doc["responses"][good].setdefault("headers", {})
            headers["ETag"] = "ETAG"
        return doc


def _problems(method: str, rule: str, may: Permission | None, *, takes: bool, also: Iterable[int]) -> dict[int, str]:
    """The statuses an operation can say no with: {404: "NOT_FOUND"}."""
    statuses = {400, 406, 429, 503, *also}
    if may:
        statuses |= {401, 403} if HELD_BY[may] else {401}
    if "<" in rule:
        statuses.add(404)
    if takes:
        statuses.add(422)
    if method == "GET":
        statuses.add(304)
    if method in _WRITES:
        statuses |= {409, 413, 415}
    if method in {"PUT", "DELETE"}:
        statuses.add(412)
    return {status: http.HTTPStatus(status).name for status in sorted(statuses)}


def _readable(view: Any, media_type: str) -> Any:
    """Before anything is read: the client takes what we answer with, and sends JSON that is some."""

    @wraps(view)
    def door(*args: Any, **kwargs: Any) -> Any:
        accepted = request.accept_mimetypes
        if accepted and not (accepted.best_match([media_type]) or accepted.best_match([MEDIA_TYPE])):
            raise NotAcceptable
        if request.method in _WRITES and (request.content_length or "Transfer-Encoding" in request.headers):
            _require_json()
        return view(*args, **kwargs)

    return door


def _require_json() -> None:
    if not request.is_json:
        raise UnsupportedMediaType
    if len(request.get_data()) > _LARGEST_BODY:
        raise RequestEntityTooLarge
    try:
        request.get_json()
    except RecursionError:  # nested deeper than anybody writes
        abort(400)
