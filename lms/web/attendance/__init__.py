"""The instructor's sessions, and the sheet of marks."""
