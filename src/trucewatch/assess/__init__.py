"""Incidents are assessed against an agreement."""
