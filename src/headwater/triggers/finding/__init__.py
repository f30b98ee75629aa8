"""What do the records hold about whom? Evidence by the indicators, and all that a package tells of its subject."""
