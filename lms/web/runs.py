"""The run that an address names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms.auth.guard import me
from lms.web.answers import found


def run_for(permission: Permission, run_id: int) -> Run:
    """The run with its course; 404 where the person does not hold the permission on it."""
    reach = visible(me(), Run, permission)
    return found(select(Run).options(joinedload(Run.course)).where(Run.id == run_id, reach))
