"""A log whose every change can be seen: bytes in, bytes out; the folder can be lifted out and read alone."""
