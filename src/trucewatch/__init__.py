"""Trucewatch: what was promised for a truce, what is seen of it, and what follows."""
