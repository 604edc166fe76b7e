"""How a library lies on the disk: database, lock, caches, verification, repair."""
