"""The officer's desk: courses, runs with their sessions, publishing, cancelling; and the roster to print."""
