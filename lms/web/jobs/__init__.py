"""Background work: the page of a job in progress, and the administrator's list."""
