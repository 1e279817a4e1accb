"""What could have been seen."""
