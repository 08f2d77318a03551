"""Workplace training as departments file, plan and look at it; skills that are signed and confirmed."""
