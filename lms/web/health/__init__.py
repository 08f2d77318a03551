"""Answers for load balancers."""
