"""What to look for: indicators, triggers, search, packages."""
