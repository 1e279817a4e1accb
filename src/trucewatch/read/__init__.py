"""Prose is read into proposed statements, each with the words it stands on."""
