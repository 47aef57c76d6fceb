"""Plain things for tests. A factory makes one thing with believable values; states later on the road are reached by services."""
