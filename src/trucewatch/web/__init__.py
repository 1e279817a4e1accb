"""The pages, the map and the API: the face for eyes and machines."""
