"""Truces with known truth."""
