"""The run that an address names."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from courses.db import KEY
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms.auth.guard import me
from lms.web.answers import found


def run_for(permission: Permission, run_id: int) -> Run:
    """The run with its course; 404 where the person does not hold the permission on it."""
    return found(_RUN.where(visible(me(), Run, permission)), {"run_id": run_id})


_RUN = select(Run).options(joinedload(Run.course)).where(Run.id == bindparam("run_id", type_=KEY))
"""Built once: that costs more than running it."""
