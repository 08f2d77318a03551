"""When and where: runs of courses, their sessions and periods, rooms, instructors, clashes."""
