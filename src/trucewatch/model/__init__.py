"""The nouns and tables that every step shares."""
