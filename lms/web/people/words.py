"""What administrators read about people."""

from __future__ import annotations

from typing import Any

from courses.people.queries import Standing
from courses.permissions import Permission
from courses.text import Text, text

STANDINGS: dict[Standing, Text] = {
    Standing.WORKING: text("At work"),
    Standing.AWAY: text("On leave"),
    Standing.LEFT: text("Left"),
}
MAY: dict[Permission, Text] = {
    Permission.LEARN: text("See the courses, apply, and see what is their own"),
    Permission.DISCUSS: text("Read and write on the boards of their runs"),
    Permission.TEACH: text("Take attendance and enter scores in runs they teach"),
    Permission.PLAN: text("Plan, publish and cancel runs; enrol and withdraw others"),
    Permission.CLOSE: text("Judge and close runs"),
    Permission.CONFIRM: text("Be the second person who confirms a weighty step"),
    Permission.CERTIFY: text("Issue and print certificates"),
    Permission.DESIGN: text("Say what certificates look like"),
    Permission.IMPORT: text("Import files"),
    Permission.REPORT: text("See the figures of the whole organisation"),
    Permission.OVERSEE: text("See the figures of their own unit, and what its people have learned"),
    Permission.LOOK_UP: text("Find anybody"),
    Permission.APPROVE: text("Approve or return the applications of those under them"),
    Permission.NOMINATE: text("Collect and rank the applications of their own unit"),
    Permission.FILE: text("File workplace training of their own unit, plan it, and name coaches"),
    Permission.HEAD_UNIT: text("Say who stands in for the head of their unit"),
    Permission.KEEP_ROOMS: text("Look after the rooms"),
    Permission.MANAGE_PEOPLE: text("Look after people, units, roles and passwords"),
    Permission.ADMINISTER: text("Look after the system: settings, background work, audit trail"),
}


def standing(row: Any) -> Standing:
    """Of a row of `queries.people`."""
    return Standing.LEFT if row.gone else Standing.AWAY if row.away else Standing.WORKING
