"""The organisation's units, in official order."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import Row, Select, select
from werkzeug.wrappers import Response

from courses.people.models import OrgUnit
from courses.permissions import Permission, visible
from courses.text import text
from lms.api.answers import answer
from lms.api.fields import Whole
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import me
from lms.db import session

units = Resource("units", text("Units"))


class UnitItem(Schema):
    """A unit of the organisation."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    path = fields.String(required=True, metadata={"description": "The name with those of its superior units"})
    parent_id = fields.Integer(required=True, allow_none=True)
    depth = fields.Integer(required=True, metadata={"description": "0 for the whole organisation, 1 for bureaux"})
    position = fields.Integer(required=True, metadata={"description": "Official order"})
    closed_on = fields.Date(required=True, allow_none=True)


class UnitsWanted(Paged):
    parent_id = Whole(metadata={"description": "Only those right under this one"})


@units.operation("GET", "/units", text("All units"), Permission.LEARN, page_of(UnitItem), query=UnitsWanted)
def index(wanted: dict[str, Any]) -> Response:
    """In official order."""
    statement = _UNITS.where(visible(me(), OrgUnit))
    if "parent_id" in wanted:
        statement = statement.where(OrgUnit.parent_id == wanted["parent_id"])
    return page(session(), statement, [OrgUnit.position, OrgUnit.id], wanted, _item)


@units.operation("GET", "/units/<int:unit_id>", text("One unit"), Permission.LEARN, UnitItem)
def show(unit_id: int) -> Response:
    """One unit."""
    row = session().execute(_UNITS.where(OrgUnit.id == unit_id, visible(me(), OrgUnit))).first()
    return answer(_item(row or abort(404)))


def _item(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _NAMES}


_NAMES = tuple(UnitItem().fields)
_UNITS: Select[*tuple[Any, ...]] = select(*(getattr(OrgUnit, name) for name in _NAMES))
