"""The training business: plain Python and SQLAlchemy, no web.

Rooms, lowest first; a room imports only rooms named before it: `clock`, `text`, `errors`, `db`, `paging`, `events`,
`settings`, `signing`, `files`, `people`, `confirming`, `catalogue`, `scheduling`, `enrolment`, `attendance`,
`assessment`, `board`, `content`, `surveys` and `workplace` (side by side), `completion`, `hours`, `certificates`,
`notices`, `printing`, `letters`, `reporting`, `exchange`, `permissions`.
"""
