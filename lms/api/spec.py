"""The description of the API (OpenAPI 3.1), made from the operations themselves."""

from __future__ import annotations

import http
from collections.abc import Iterator, Mapping
from typing import Any

from flask_smorest import Api
from flask_smorest.spec import FlaskPlugin, MarshmallowPlugin
from werkzeug.routing import IntegerConverter

from lms.api.fields import LARGEST
from lms.api.problems import KINDS, MEDIA_TYPE
from lms.api.schemas import Problem

VERSION = "1"
OPENAPI_VERSION = "3.1.0"
_DESCRIPTION = (
    "Schedules, tracks and certifies staff training. A token acts as its person, with that person's permissions of "
    "the moment. Moments are UTC, days are those of the office. Lists come a page at a time; follow the link to the "
    "next one. Errors are problem+json, in Korean or English by Accept-Language."
)
_HEADERS = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}


class Description(Api):
    """flask-smorest's collector, without its error handlers and pages: ours are in `problems` and `lms.web.tokens`."""

    DEFAULT_ERROR_RESPONSE_NAME = None  # every status is named, so that an unexpected one shows

    def __init__(self) -> None:
        plugin = FlaskPlugin()
        plugin.register_converter(IntegerConverter, _id)
        spec: dict[str, Any] = {
            "title": "LMS",
            "version": VERSION,
            "openapi_version": OPENAPI_VERSION,
            "flask_plugin": plugin,
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=lambda schema: _name(schema)),
            "info": {"description": _DESCRIPTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            "security": [{"bearer": []}],
        }
        super().__init__(spec_kwargs=spec)

    def finished(self) -> dict[str, Any]:
        """The whole description, words in the order they were registered in."""
        described: dict[str, Any] = self.spec.to_dict()
        used = (tag for _, _, operation in operations_of(described) for tag in operation["tags"])
        return {**described, "tags": [{"name": tag} for tag in dict.fromkeys(used)]}

    def _register_error_handlers(self) -> None:
        """Ours know the language, the rules and the way out."""

    def _register_responses(self) -> None:
        for status, (_, title, detail) in KINDS.items():
            example = {
                "type": f"/api#{KINDS[status][0]}",
                "title": str(title),
                "status": status,
                "detail": str(detail),
                "instance": "/api/v1/runs/7",
            }
            response: dict[str, Any] = {
                "description": str(title),
                "content": {MEDIA_TYPE: {"schema": Problem, "example": example}},
            }
            if header := _HEADERS.get(status):
                response["headers"] = {header: {"schema": {"type": "string"}}}
            self.spec.components.response(http.HTTPStatus(status).name, response, lazy=True)
        self.spec.components.response("NOT_MODIFIED", {"description": "The client has it already"}, lazy=True)

    def _register_etag_headers(self) -> None:
        for name, words in _CONDITIONS.items():
            header = name.upper().replace("-", "_")
            parameter = {"name": name, "description": words, "schema": {"type": "string"}}
            self.spec.components.parameter(header, "header", parameter, lazy=True)
        tag = {"description": "The state that was answered, for conditions", "schema": {"type": "string"}}
        self.spec.components.header("ETAG", tag, lazy=True)


_CONDITIONS = {
    "If-None-Match": "An ETag that is known: 304 when it is still the state",
    "If-Match": "The ETag of the state that was seen: 412 when it is another now",
}


def operations_of(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every operation of a description: path, method in small letters, what it says."""
    for path, item in described["paths"].items():
        yield from ((path, method, item[method]) for method in ("get", "post", "put", "delete") if method in item)


def security_scheme() -> dict[str, str]:
    """How one is known."""
    return {"type": "http", "scheme": "bearer", "description": "A token made under My settings, API tokens: lms_…"}


def _id(_: IntegerConverter) -> dict[str, Any]:
    return {"type": "integer", "format": "int64", "minimum": 0, "maximum": LARGEST}


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__
