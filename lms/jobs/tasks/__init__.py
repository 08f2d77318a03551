"""What is done in the background: one module a subject, with its handlers."""
