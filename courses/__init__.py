"""The training business: plain Python and SQLAlchemy, no web.

Rooms, lowest first; a room imports only rooms named before it: `clock`, `text`, `errors`, `db`, `events`, `settings`,
`people`, `catalogue`, `scheduling`, `enrolment`, `attendance` and `assessment` (side by side), `completion`,
`certificates`, `reporting`, `exchange`, `permissions`.
"""
