"""The conditions of each guarantee follow."""
