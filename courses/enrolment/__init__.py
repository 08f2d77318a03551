"""One person's application and place in one run: status, outcome, seat, queue."""
