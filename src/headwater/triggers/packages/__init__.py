"""What a package says: its exact shape, and how it is put together in words from what was gathered."""
