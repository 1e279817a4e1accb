"""Sources: bytes become observations."""
