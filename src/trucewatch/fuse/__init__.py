"""Observations become incidents."""
