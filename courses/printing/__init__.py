"""Printed documents that are no certificates: the frame of their pages (`page`), the transcript (`transcript`)."""
