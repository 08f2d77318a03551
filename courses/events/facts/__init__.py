"""One small frozen dataclass a fact, a file a word.

`run_id` and `person_id` mean what the event is found by. A new fact stands in its word's file, and is known here.
"""

# ruff: noqa: F403 (each file is a list of facts, and all of them belong to this one)

from courses.events.facts.absences import *
from courses.events.facts.assessment import *
from courses.events.facts.attendance import *
from courses.events.facts.backup import *
from courses.events.facts.board import *
from courses.events.facts.certificates import *
from courses.events.facts.checkin import *
from courses.events.facts.completion import *
from courses.events.facts.confirming import *
from courses.events.facts.content import *
from courses.events.facts.enrolment import *
from courses.events.facts.exchange import *
from courses.events.facts.fact import *
from courses.events.facts.hours import *
from courses.events.facts.letters import *
from courses.events.facts.notices import *
from courses.events.facts.people import *
from courses.events.facts.scheduling import *
from courses.events.facts.surveys import *
from courses.events.facts.workplace import *
