"""The shell: all I/O, the clock, and the order of the steps."""
