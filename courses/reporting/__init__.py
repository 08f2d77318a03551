"""What the officer sees and owes: the work queue, the room timetable, reports. A report = columns + one select."""
