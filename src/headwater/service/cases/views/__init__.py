"""Pages of case work; one file for each part of the work."""
