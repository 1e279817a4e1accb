"""A report tells of it all."""
