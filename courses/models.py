"""Every table there is, for migrations and for tools that need the whole picture."""

from courses.assessment import models as assessment
from courses.attendance import models as attendance
from courses.board import models as board
from courses.catalogue import models as catalogue
from courses.certificates import models as certificates
from courses.certificates.printing import models as print_runs
from courses.completion import models as completion
from courses.confirming import models as confirming
from courses.content import models as content
from courses.db import Base
from courses.enrolment import models as enrolment
from courses.events import models as events
from courses.exchange import models as exchange
from courses.files import models as files
from courses.hours import models as hours
from courses.letters import models as letters
from courses.notices import models as notices
from courses.people import models as people
from courses.reporting import models as reporting
from courses.scheduling import models as scheduling
from courses.settings import models as settings
from courses.surveys import models as surveys
from courses.workplace import models as workplace

__all__ = [
    "Base",
    "assessment",
    "attendance",
    "board",
    "catalogue",
    "certificates",
    "completion",
    "confirming",
    "content",
    "enrolment",
    "events",
    "exchange",
    "files",
    "hours",
    "letters",
    "notices",
    "people",
    "print_runs",
    "reporting",
    "scheduling",
    "settings",
    "surveys",
    "workplace",
]
