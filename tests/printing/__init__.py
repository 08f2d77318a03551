"""Printed documents that are no certificates."""
