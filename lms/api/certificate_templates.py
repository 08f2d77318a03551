"""What certificates look like: the organisation's own templates and their versions."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import Row, Select, select
from werkzeug.wrappers import Response

from courses.certificates.design import LANGUAGES
from courses.certificates.models import CertificateTemplate
from courses.certificates.templates import key_of
from courses.certificates.wording import TITLES
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import me

certificate_templates = Resource("certificate-templates", text("Certificate templates"))


class TemplateItem(Schema):
    """A version of a template. It can be changed as long as it is not frozen; afterwards it never changes."""

    key = fields.String(required=True, metadata={"description": "As certificates name the template they have"})
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"enum": list(TITLES)})
    language = fields.String(required=True, metadata={"enum": list(LANGUAGES)})
    changed_at = fields.DateTime(required=True)
    frozen_at = fields.DateTime(required=True, allow_none=True, metadata={"description": "When it was put into use"})


@certificate_templates.operation(
    "GET", "/certificate-templates", text("Versions of certificate templates"), Permission.DESIGN,
    page_of(TemplateItem), query=Paged,
)  # fmt: skip
def index(wanted: dict[str, Any]) -> Response:
    """In the order in which they were begun."""
    statement = _VERSIONS.where(visible(me(), CertificateTemplate, Permission.DESIGN))
    return page(doors.session(), statement, [CertificateTemplate.id], wanted, _item)


def _item(row: Row[Any]) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in ("name", "version", "kind", "language", "changed_at", "frozen_at")}
    return {**kept, "key": key_of(row.family, row.version)}


_VERSIONS: Select[*tuple[Any, ...]] = select(
    CertificateTemplate.id, CertificateTemplate.family, CertificateTemplate.version, CertificateTemplate.name,
    CertificateTemplate.kind, CertificateTemplate.language, CertificateTemplate.changed_at,
    CertificateTemplate.frozen_at,
)  # fmt: skip
