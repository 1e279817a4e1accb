"""The face for hands."""
